// Addresses of the server, and the view in that of the page: "view=106.8,-6.2,7", without a request.
import type { ViewState } from "./types";

const PARAMETER = "view";
const PAUSE = 400; // ms; wheel and keyboard move in many steps, of which only the last counts

const RUN_ENDS = [0, 300, 1000, 2500]; // ms after the map was drawn

/** The address of a path of the server, which may itself be below a path. */
export function serverUrl(path: string): string {
  return new URL(`../..${path}`, import.meta.url).href;
}

export class Address {
  private timer = 0;
  private restoring: number[] = [];
  private text: string;
  private readonly back = () => this.returned();

  constructor(private readonly show: (view: ViewState | null) => void) {
    this.text = new URLSearchParams(location.search).get(PARAMETER) ?? "";
    addEventListener("popstate", this.back);
  }

  view(): ViewState | null {
    const parts = this.text.split(",").map(Number);
    const [longitude, latitude, zoom] = parts;
    if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
    if (Math.abs(longitude!) > 180 || Math.abs(latitude!) > 60) return null;
    return { longitude: longitude!, latitude: latitude!, zoom: zoom! };
  }

  /** Back and forward undo a move; in a frame they are those of the page around it. */
  remember({ longitude, latitude, zoom }: ViewState): void {
    const text = `${+longitude.toFixed(3)},${+latitude.toFixed(3)},${+zoom.toFixed(2)}`;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      if (text === this.text) return;
      this.text = text;
      if (window === window.top) history.pushState(history.state, "", this.link());
      else history.replaceState(history.state, "", this.link());
    }, PAUSE);
  }

  forget(): void {
    clearTimeout(this.timer);
    if (!this.text) return;
    this.text = "";
    history.replaceState(history.state, "", this.link());
  }

  /** Streamlit writes the address anew after a change of a filter, without the view, and does so when
   * the run ends, which may be after the map was drawn. */
  restore(): void {
    this.restoring.forEach(clearTimeout);
    this.restoring = RUN_ENDS.map((pause) =>
      window.setTimeout(() => {
        if (this.text && !new URLSearchParams(location.search).has(PARAMETER))
          history.replaceState(history.state, "", this.link());
      }, pause),
    );
  }

  link(): string {
    const url = new URL(location.href);
    url.searchParams.delete(PARAMETER);
    const query = [url.searchParams.toString(), this.text && `${PARAMETER}=${this.text}`];
    url.search = query.filter(Boolean).join("&").replaceAll("%2C", ",");
    return url.href;
  }

  destroy(): void {
    clearTimeout(this.timer);
    this.restoring.forEach(clearTimeout);
    removeEventListener("popstate", this.back);
  }

  private returned(): void {
    const text = new URLSearchParams(location.search).get(PARAMETER) ?? "";
    if (text === this.text) return;
    this.text = text;
    this.show(this.view());
  }
}
