// A box drawn with Shift and the pointer, which selects what lies in it.
import { within } from "./pointer";

type Corners = [left: number, top: number, right: number, bottom: number];

const LEAST = 6; // px; less is a click

export class Box {
  private readonly frame = document.createElement("div");
  private start: [number, number] | null = null;

  constructor(
    private readonly stage: HTMLElement,
    private readonly drawn: (corners: Corners) => void,
  ) {
    this.frame.className = "box";
    this.frame.hidden = true;
    stage.append(this.frame);
    stage.addEventListener("pointerdown", (event) => this.down(event), true);
    stage.addEventListener("pointermove", (event) => this.move(event), true);
    stage.addEventListener("pointerup", (event) => this.up(event), true);
    stage.addEventListener("pointercancel", () => this.end(), true);
  }

  private down(event: PointerEvent): void {
    if (!event.shiftKey || event.button !== 0 || !(event.target instanceof HTMLCanvasElement)) return;
    event.stopPropagation(); // which would move the map
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.start = this.position(event);
  }

  private move(event: PointerEvent): void {
    if (!this.start) return;
    event.stopPropagation();
    const [left, top, right, bottom] = this.corners(event);
    Object.assign(this.frame.style, {
      transform: `translate(${left}px, ${top}px)`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
    this.frame.hidden = false;
  }

  private up(event: PointerEvent): void {
    if (!this.start) return;
    event.stopPropagation();
    const corners = this.corners(event);
    this.end();
    if (Math.hypot(corners[2] - corners[0], corners[3] - corners[1]) >= LEAST) this.drawn(corners);
  }

  private end(): void {
    this.start = null;
    this.frame.hidden = true;
  }

  private corners(event: PointerEvent): Corners {
    const [x, y] = this.position(event);
    const [x0, y0] = this.start!;
    return [Math.min(x, x0), Math.min(y, y0), Math.max(x, x0), Math.max(y, y0)];
  }

  private position(event: PointerEvent): [number, number] {
    return within(this.stage, event);
  }
}
