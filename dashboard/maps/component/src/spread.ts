// Symbols that would cover each other are moved apart; the server computes by how much, see spread.py.
import type { PointFeature } from "./types";

const ZOOMS = [2, 3, 4, 5, 6, 7, 8]; // as in spread.py
const WORLD = 512; // px at zoom 0

export function spread(features: PointFeature[], zoom: number): PointFeature[] {
  return features.map((feature) => {
    const shifts = feature.properties?.shifts as [number, number][] | null | undefined;
    if (!shifts) return feature;
    const [dx, dy] = at(shifts, zoom);
    if (!dx && !dy) return feature;
    const [longitude, latitude] = feature.geometry.coordinates as [number, number];
    const pixel = 360 / (WORLD * 2 ** zoom); // degrees of longitude
    const mercator = Math.asinh(Math.tan((latitude * Math.PI) / 180)) - (dy * pixel * Math.PI) / 180;
    const coordinates = [longitude + dx * pixel, (Math.atan(Math.sinh(mercator)) * 180) / Math.PI];
    return { ...feature, geometry: { type: "Point", coordinates } };
  });
}

function at(shifts: [number, number][], zoom: number): [number, number] {
  const position = Math.min(Math.max(zoom, ZOOMS[0]!), ZOOMS.at(-1)!) - ZOOMS[0]!;
  const below = Math.min(Math.floor(position), ZOOMS.length - 2);
  const part = position - below;
  const [[x0, y0], [x1, y1]] = [shifts[below]!, shifts[below + 1]!];
  return [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
}
