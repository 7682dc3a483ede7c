// Buttons, legend and scale of a map, and what it says about itself.
import type { MapData, Text, ViewState } from "./types";

interface Actions {
  zoom: (steps: number) => void;
  home: () => void;
  save: () => Promise<void>;
  link: () => string;
  /** The legend was folded or unfolded. */
  folded: () => void;
}

const ICONS: Partial<Record<Text, string>> = {
  zoomIn: "M12 5v14M5 12h14",
  zoomOut: "M5 12h14",
  home: "M4 11l8-7 8 7M6 10v9h12v-9",
  fullScreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
};

const WIDE = 720; // px, as in map.css
const EARTH = 40_075.017; // km around the equator
const SCALE_WIDTH = 110; // px, the most that the scale bar takes

export class Controls {
  private readonly bar = document.createElement("div");
  private readonly heading = document.createElement("div");
  private readonly legend = document.createElement("details");
  private readonly scale = document.createElement("div");
  private readonly status = document.createElement("div");
  private timer = 0;
  private readonly escape = (event: KeyboardEvent) => {
    if (event.key === "Escape") this.root.classList.remove("filled");
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly stage: HTMLElement,
    private data: MapData,
    actions: Actions,
  ) {
    this.bar.className = "controls";
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", data.texts.map);
    this.bar.append(
      this.button("zoomIn", () => actions.zoom(1)),
      this.button("zoomOut", () => actions.zoom(-1)),
      this.button("home", () => actions.home()),
      this.button("fullScreen", () => this.fill()),
      this.button("save", () => void actions.save()),
      this.button("link", () => void this.copy(actions.link())),
    );
    this.heading.className = "heading";
    this.legend.className = "key";
    this.legend.open = stage.clientWidth >= WIDE;
    this.legend.addEventListener("toggle", () => actions.folded());
    this.scale.className = "scale";
    this.scale.setAttribute("aria-hidden", "true");
    this.status.className = "status";
    this.status.setAttribute("role", "status");
    stage.append(this.bar, this.scale, this.status);
    root.prepend(this.heading);
    stage.after(this.legend);
    this.update(data);
    addEventListener("keydown", this.escape);
  }

  update(data: MapData): void {
    this.data = data;
    this.heading.textContent = data.title;
    if (this.legend.dataset.html === data.legend) return;
    this.legend.dataset.html = data.legend;
    const summary = document.createElement("summary");
    summary.textContent = data.texts.legend;
    const body = document.createElement("div");
    body.innerHTML = data.legend;
    this.legend.replaceChildren(summary, body);
    this.legend.hidden = !data.legend;
  }

  buttonsWidth(): number {
    return this.bar.offsetWidth;
  }

  /** Pixels on the right of a wide map that the open legend takes. */
  legendWidth(): number {
    const beside = this.stage.clientWidth >= WIDE && this.legend.open && !this.legend.hidden;
    return beside ? this.legend.offsetWidth + 8 : 0;
  }

  /** A scale of 1, 2 or 5 times a power of ten. */
  moved({ latitude, zoom }: ViewState): void {
    const { km, width } = scaleBar(latitude, zoom);
    this.scale.style.width = `${width}px`;
    this.scale.textContent = `${km.toLocaleString(this.data.language)} ${this.data.texts.km}`;
  }

  say(text: string, seconds = 0): void {
    this.status.textContent = text;
    clearTimeout(this.timer);
    if (seconds) this.timer = window.setTimeout(() => (this.status.textContent = ""), seconds * 1000);
  }

  destroy(): void {
    clearTimeout(this.timer);
    removeEventListener("keydown", this.escape);
  }

  private button(name: Text, act: () => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = name;
    button.title = this.data.texts[name];
    button.setAttribute("aria-label", this.data.texts[name]);
    button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
    button.addEventListener("click", act);
    return button;
  }

  /** Safari on a phone has no full screen for elements: there the map fills the window. */
  private fill(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else if (this.root.requestFullscreen)
      this.root.requestFullscreen().catch(() => this.root.classList.toggle("filled"));
    else this.root.classList.toggle("filled");
  }

  private async copy(link: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(link);
      this.say(this.data.texts.copied, 3);
    } catch {
      this.say(link, 12); // without https a browser copies nothing; the address can be marked
    }
  }
}

export function scaleBar(latitude: number, zoom: number): { km: number; width: number } {
  const kmPerPixel = (EARTH * Math.cos((latitude * Math.PI) / 180)) / (512 * 2 ** zoom);
  const most = SCALE_WIDTH * kmPerPixel;
  const power = 10 ** Math.floor(Math.log10(most));
  const km = [5, 2, 1].map((step) => step * power).find((length) => length <= most) ?? power;
  return { km, width: Math.round(km / kmPerPixel) };
}
