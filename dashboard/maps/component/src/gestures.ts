// The page scrolls over a map: the wheel zooms with Ctrl or ⌘ or once the map has the focus, two
// fingers move the map.
import type { MapData } from "./types";

const HINT = 1200; // ms

export class Gestures {
  private readonly hint = document.createElement("div");
  private timer = 0;

  constructor(
    private readonly root: HTMLElement,
    stage: HTMLElement,
    private readonly texts: MapData["texts"],
    private readonly touched: (touching: boolean) => void,
  ) {
    this.hint.className = "hint";
    this.hint.setAttribute("aria-hidden", "true");
    stage.append(this.hint);
    const on = { capture: true, passive: true };
    stage.addEventListener("wheel", (event) => this.wheel(event as WheelEvent), on);
    stage.addEventListener("pointerdown", (event) => this.down(event as PointerEvent), on);
    stage.addEventListener("touchmove", (event) => {
      if ((event as TouchEvent).touches.length === 1) this.show(this.texts.fingers);
    }, on);
  }

  private wheel(event: WheelEvent): void {
    const active = (this.root.getRootNode() as Document | ShadowRoot).activeElement;
    if (event.ctrlKey || event.metaKey || (active && this.root.contains(active))) return;
    event.stopPropagation();
    this.show(/Mac/.test(navigator.platform) ? this.texts.wheel.replace("Ctrl", "⌘") : this.texts.wheel);
  }

  private down(event: PointerEvent): void {
    this.touched(event.pointerType === "touch");
  }

  private show(text: string): void {
    this.hint.textContent = text;
    this.hint.classList.add("shown");
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.hint.classList.remove("shown"), HINT);
  }
}
