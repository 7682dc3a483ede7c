// Buttons, legend and scale of a map, and what it says about itself.
import { iconButton } from "./buttons";
import type { MapData, ViewState } from "./types";

interface Actions {
  zoom: (steps: number) => void;
  home: () => void;
  save: () => Promise<void>;
  link: () => string;
  /** The legend was folded or unfolded. */
  folded: () => void;
  /** Only the cities for which this expression is true are to be seen; all if it is empty. */
  isolate: (only: string) => void;
}

const [NARROW, WIDE] = [540, 720]; // px, as in map.css
const EARTH = 40_075.017; // km around the equator
const SCALE_WIDTH = 110; // px, the most that the scale bar takes

export class Controls {
  private readonly bar = document.createElement("div");
  private readonly heading = document.createElement("div");
  private readonly legend = document.createElement("details");
  private readonly scale = document.createElement("div");
  private readonly status = document.createElement("div");
  private timer = 0;
  private written = "";
  private readonly escape = (event: KeyboardEvent) => {
    if (event.key === "Escape") this.root.classList.remove("filled");
  };

  constructor(
    private readonly root: HTMLElement,
    private readonly stage: HTMLElement,
    private data: MapData,
    private readonly actions: Actions,
  ) {
    this.bar.className = "controls";
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", data.texts.map);
    this.bar.append(
      iconButton("zoomIn", data.texts, () => actions.zoom(1)),
      iconButton("zoomOut", data.texts, () => actions.zoom(-1)),
      iconButton("home", data.texts, () => actions.home()),
      iconButton("fullScreen", data.texts, () => this.fill()),
      iconButton("save", data.texts, () => void actions.save()),
      iconButton("link", data.texts, () => void this.copy(actions.link())),
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
    if (this.written === data.legend) return;
    this.written = data.legend;
    if (this.legend.querySelector('[aria-pressed="true"]')) this.actions.isolate("");
    const summary = document.createElement("summary");
    summary.textContent = data.texts.legend;
    const body = document.createElement("div");
    body.innerHTML = data.legend;
    for (const entry of body.querySelectorAll<HTMLElement>("[data-only]")) this.makeSwitch(entry);
    this.legend.replaceChildren(summary, body);
    this.legend.hidden = !data.legend;
  }

  /** Pixels that the buttons and the open legend take: the map is drawn between them. */
  padding(): { left: number; top: number; right: number } {
    const { clientWidth: width } = this.stage.parentElement!; // as map.css asks, of the view
    const row = width < NARROW; // the buttons lie in a row above the map
    const beside = width >= WIDE && this.legend.open && !this.legend.hidden;
    return {
      left: row ? 0 : this.bar.offsetWidth + 16,
      top: row ? this.bar.offsetHeight + 16 : 0,
      right: beside ? this.legend.offsetWidth + 8 : 0,
    };
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

  /** An entry of the legend that shows its cities alone when it is pressed. */
  private makeSwitch(entry: HTMLElement): void {
    const button = document.createElement("button");
    button.type = "button";
    button.ariaPressed = "false";
    button.append(...entry.childNodes);
    button.addEventListener("click", () => {
      const pressed = button.ariaPressed === "true";
      for (const other of this.legend.querySelectorAll("[data-only] button")) other.ariaPressed = "false";
      button.ariaPressed = String(!pressed);
      this.actions.isolate(pressed ? "" : entry.dataset.only!);
    });
    entry.append(button);
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
