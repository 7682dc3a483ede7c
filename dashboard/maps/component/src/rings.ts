// Rings that the projects of a city share by focus area, drawn once each into one picture.
import type { PointFeature } from "./types";

export type RingColours = Record<string, [number, number, number]>;

const WIDTH = 0.45; // of the radius, as RING_WIDTH in symbols.py
const SCALE = 2; // pixels of the picture by pixel of the map, for screens with small pixels
const OPACITY = 0.92;

/** Properties of a GeoJsonLayer that draws its points as rings, or as circles where they have no parts. */
export function rings(features: PointFeature[], colours: RingColours): object {
  const canvas = document.createElement("canvas");
  const cell = 2 * SCALE * Math.ceil(Math.max(1, ...features.map(({ properties }) => properties!.radius)) + 1);
  const columns = Math.ceil(Math.sqrt(features.length)) || 1;
  canvas.width = columns * cell;
  canvas.height = Math.max(1, Math.ceil(features.length / columns)) * cell;
  const pen = canvas.getContext("2d")!;
  const mapping: Record<string, object> = {};
  features.forEach(({ properties }, index) => {
    const [x, y] = [(index % columns) * cell, Math.floor(index / columns) * cell];
    ring(pen, x + cell / 2, y + cell / 2, SCALE * properties!.radius, properties!.parts, colours);
    mapping[properties!.city_id] = { x, y, width: cell, height: cell };
  });
  return {
    pointType: "circle+icon",
    iconAtlas: canvas,
    iconMapping: mapping,
    iconSizeUnits: "pixels",
    getIcon: ({ properties }: PointFeature) => properties!.city_id,
    getIconSize: cell / SCALE,
    iconAlphaCutoff: 0,
  };
}

function ring(
  pen: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  parts: Record<string, number> | null,
  colours: RingColours,
): void {
  const total = Object.values(parts ?? {}).reduce((sum, part) => sum + part, 0);
  let from = -Math.PI / 2;
  pen.lineWidth = WIDTH * radius;
  pen.globalAlpha = OPACITY;
  for (const [part, [red, green, blue]] of Object.entries(colours)) {
    const share = (parts?.[part] ?? 0) / total;
    if (!share) continue;
    pen.strokeStyle = `rgb(${red} ${green} ${blue})`;
    pen.beginPath();
    pen.arc(x, y, radius - pen.lineWidth / 2, from, from + 2 * Math.PI * share);
    pen.stroke();
    from += 2 * Math.PI * share;
  }
}
