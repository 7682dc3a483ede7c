// Saves the map as a PNG with its title, legend, scale and source.
import type { Deck } from "@deck.gl/core";
import { scaleBar } from "./controls";
import type { MapData, ViewState } from "./types";

const MARGIN = 16;
const LINE = 18;
const COLUMN = 230;

export async function savePicture(
  deck: Pick<Deck, "redraw">,
  root: HTMLElement,
  data: MapData,
  view: ViewState,
): Promise<void> {
  const canvas = root.querySelector("canvas")!;
  const ratio = canvas.width / canvas.clientWidth;
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const style = getComputedStyle(root);
  const font = style.fontFamily;
  const legend = readLegend(root);
  const columns = Math.max(1, Math.floor((width - MARGIN) / COLUMN));
  const rows = Math.max(...legend.map((part) => part.lines.length + 1), 0);
  const below = rows * LINE * Math.ceil(legend.length / columns) + 3 * LINE;
  const picture = document.createElement("canvas");
  picture.width = width * ratio;
  picture.height = (height + 2 * LINE + MARGIN + below) * ratio;
  const pen = picture.getContext("2d")!;
  pen.scale(ratio, ratio);
  pen.fillStyle = style.backgroundColor;
  pen.fillRect(0, 0, picture.width, picture.height);
  const write = (text: string, x: number, y: number, look: string) => {
    pen.font = `${look} ${font}`;
    pen.fillStyle = style.color;
    pen.fillText(text, x, y, width - x - MARGIN);
  };
  write(data.title, MARGIN, LINE + 10, "600 18px");
  const top = LINE + MARGIN + 8;
  // The drawing buffer is empty after a frame is shown, so it is copied in the turn that draws it.
  deck.redraw("picture");
  pen.drawImage(canvas, 0, top, width, height);
  const { km, width: length } = scaleBar(view.latitude, view.zoom);
  pen.strokeStyle = style.color;
  pen.lineWidth = 1.5;
  pen.beginPath();
  const [left, bottom] = [MARGIN, top + height - MARGIN];
  pen.moveTo(left, bottom - 6);
  pen.lineTo(left, bottom);
  pen.lineTo(left + length, bottom);
  pen.lineTo(left + length, bottom - 6);
  pen.stroke();
  write(`${km.toLocaleString(data.language)} ${data.texts.km}`, left + 4, bottom - 6, "12px");
  legend.forEach((part, index) => {
    const x = MARGIN + (index % columns) * COLUMN;
    let y = top + height + 1.5 * LINE + Math.floor(index / columns) * rows * LINE;
    write(part.title, x, y, "600 12px");
    for (const line of part.lines) {
      y += LINE;
      pen.fillStyle = line.fill;
      pen.strokeStyle = line.stroke;
      pen.beginPath();
      if (line.round) pen.arc(x + 8, y - 4, Math.min(line.size / 2, 8), 0, 2 * Math.PI);
      else pen.rect(x, y - 11, 16, 13);
      pen.fill();
      if (line.stroke) pen.stroke();
      write(line.text, x + 24, y, "12px");
    }
  });
  const end = top + height + below - LINE;
  write(data.source, MARGIN, end, "11px");
  const blob = await new Promise<Blob | null>((done) => picture.toBlob(done, "image/png"));
  if (!blob) return;
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = `${data.title.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}.png`;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(anchor.href), 10_000);
}

interface Line {
  text: string;
  fill: string;
  stroke: string;
  round: boolean;
  size: number;
}

function readLegend(root: HTMLElement): { title: string; lines: Line[] }[] {
  const sections = [...root.querySelectorAll(".key .legend")];
  return sections.filter((section) => getComputedStyle(section).display !== "none").map((section) => ({
    title: [...(section.querySelector("h2")?.childNodes ?? [])].map((node) => node.textContent).join(", "),
    lines: [...section.querySelectorAll("li")].map((item) => {
      const swatch = item.querySelector(".swatch");
      const style = swatch ? getComputedStyle(swatch) : null;
      return {
        text: item.textContent?.trim() ?? "",
        fill: style?.backgroundColor ?? "transparent",
        stroke: style && parseFloat(style.borderTopWidth) ? style.borderTopColor : "",
        round: style?.borderTopLeftRadius === "50%",
        size: swatch ? parseFloat(style!.width) : 0,
      };
    }),
  }));
}
