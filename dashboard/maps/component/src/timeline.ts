// Years that the map plays: slider, steps, speed. All years are fetched once, when the first is needed.
import { serverUrl } from "./address";
import { iconButton, setIcon } from "./buttons";
import type { Frame, MapData } from "./types";

const SPEEDS = [0.5, 1, 2, 4];
const PAUSE = 600; // ms after the last movement of the slider, before the page follows

interface Actions {
  show: (frame: Frame) => void;
  /** The user came to rest at a year. */
  rest: (year: number) => void;
}

type Timed = MapData & { timeline: NonNullable<MapData["timeline"]> };

export class Timeline {
  readonly bar = document.createElement("div");
  readonly panel = document.createElement("div");
  private readonly play: HTMLButtonElement;
  private readonly slider = document.createElement("input");
  private readonly year = document.createElement("output");
  private readonly speed = document.createElement("select");
  private frames: { url: string; loaded: Promise<Frame[]> } | null = null;
  private timer = 0;
  private resting = 0;

  constructor(
    private data: Timed,
    private readonly actions: Actions,
  ) {
    const { texts, language } = data;
    this.bar.className = "timeline";
    this.bar.setAttribute("role", "group");
    this.bar.setAttribute("aria-label", texts.years);
    this.play = iconButton("play", texts, () => (this.timer ? this.stop() : this.start()));
    this.slider.type = "range";
    this.slider.setAttribute("aria-label", texts.year);
    this.slider.addEventListener("input", () => this.go(this.slider.valueAsNumber));
    this.speed.setAttribute("aria-label", texts.speed);
    for (const speed of SPEEDS)
      this.speed.append(new Option(`${speed.toLocaleString(language)}×`, String(speed), speed === 1, speed === 1));
    this.speed.addEventListener("change", () => this.timer && this.start());
    const back = iconButton("yearBefore", texts, () => this.go(this.slider.valueAsNumber - 1));
    const forth = iconButton("yearAfter", texts, () => this.go(this.slider.valueAsNumber + 1));
    this.bar.append(back, this.play, forth, this.slider, this.year, this.speed);
    this.panel.className = "panel";
    this.panel.setAttribute("aria-live", "polite");
    this.update(data);
  }

  update(data: Timed): void {
    this.data = data;
    this.slider.max = String(data.timeline.years.length - 1);
    if (!this.timer) this.write(data.timeline.years.indexOf(data.timeline.year), data.panel ?? "");
  }

  destroy(): void {
    clearInterval(this.timer);
    clearTimeout(this.resting);
  }

  private start(): void {
    clearInterval(this.timer);
    clearTimeout(this.resting);
    const last = this.data.timeline.years.length - 1;
    const step = (1000 * this.data.timeline.seconds) / Number(this.speed.value);
    this.timer = window.setInterval(() => {
      const next = this.slider.valueAsNumber + 1;
      if (next <= last) this.go(next);
      if (next >= last) this.stop();
    }, step);
    if (this.slider.valueAsNumber === last) this.go(0);
    this.panel.setAttribute("aria-live", "off"); // a year a second is too much to be read out
    setIcon(this.play, "pause", this.data.texts);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = 0;
    this.panel.setAttribute("aria-live", "polite");
    setIcon(this.play, "play", this.data.texts);
    this.rest();
  }

  private go(index: number): void {
    const { years } = this.data.timeline;
    if (index < 0 || index >= years.length) return;
    this.slider.value = String(index);
    this.label(index);
    this.load()
      .then((frames) => {
        if (this.slider.valueAsNumber !== index) return; // the user is already elsewhere
        this.panel.innerHTML = frames[index]!.panel;
        this.actions.show(frames[index]!);
      })
      .catch(console.warn); // the page itself shows the year when the user comes to rest
    if (!this.timer) this.rest();
  }

  private rest(): void {
    clearTimeout(this.resting);
    const year = this.data.timeline.years[this.slider.valueAsNumber]!;
    this.resting = window.setTimeout(() => this.actions.rest(year), PAUSE);
  }

  private load(): Promise<Frame[]> {
    const url = serverUrl(this.data.timeline.url);
    if (this.frames?.url !== url)
      this.frames = {
        url,
        loaded: fetch(url).then((response) => {
          if (!response.ok) throw new Error(`${url}: ${response.status}`);
          return response.json() as Promise<Frame[]>;
        }).catch((error) => {
          this.frames = null; // the next year asks again
          throw error;
        }),
      };
    return this.frames.loaded;
  }

  private write(index: number, panel: string): void {
    this.slider.value = String(index);
    this.label(index);
    if (this.panel.innerHTML !== panel) this.panel.innerHTML = panel;
  }

  private label(index: number): void {
    const year = String(this.data.timeline.years[index]);
    this.year.textContent = year;
    this.slider.setAttribute("aria-valuetext", year);
  }
}
