import type { MapData, Text } from "./types";

const ICONS: Partial<Record<Text, string>> = {
  zoomIn: "M12 5v14M5 12h14",
  zoomOut: "M5 12h14",
  home: "M4 11l8-7 8 7M6 10v9h12v-9",
  fullScreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  play: "M8 5l11 7-11 7z",
  pause: "M8 5v14M16 5v14",
  yearBefore: "M14 6l-6 6 6 6",
  yearAfter: "M10 6l6 6-6 6",
};

/** A button with an icon, named for those who hover or hear it. */
export function iconButton(name: Text, texts: MapData["texts"], act: () => void): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.addEventListener("click", act);
  setIcon(button, name, texts);
  return button;
}

export function setIcon(button: HTMLButtonElement, name: Text, texts: MapData["texts"]): void {
  button.className = name;
  button.title = texts[name];
  button.setAttribute("aria-label", texts[name]);
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}
