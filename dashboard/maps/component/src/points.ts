// The feature under the pointer, found without the graphics card: reading a picture of what lies where
// back from it stops the page for 0.7 s where the processor draws.
import { lngLatToWorld } from "@math.gl/web-mercator";
import type { Viewport } from "@deck.gl/core";

export interface Found {
  title: string;
  facts: string;
  cityId: string | null;
}

interface Target {
  properties: Record<string, any>;
  /** Rings in the plane that deck.gl projects to; a point is a ring of one vertex. */
  rings: [number, number][][];
}

const MARGIN = 6; // px around a symbol

export class Points {
  private readonly layers = new Map<string, Target[]>();

  /** Layers later in this order are drawn above the earlier ones. */
  constructor(private readonly order: string[]) {}

  load(id: string, features: GeoJSON.Feature[]): void {
    this.layers.set(
      id,
      features.map(({ geometry, properties }) => ({
        properties: properties ?? {},
        rings: rings(geometry).map((ring) => ring.map((point) => lngLatToWorld(point) as [number, number])),
      })),
    );
  }

  keep(ids: string[]): void {
    for (const id of this.layers.keys()) if (!ids.includes(id)) this.layers.delete(id);
  }

  /** Names of the features of some layers, or all: the title of a city is "Bangkok, Thailand". */
  names(ids = [...this.layers.keys()]): Set<string> {
    const targets = ids.flatMap((id) => this.layers.get(id) ?? []);
    return new Set(targets.map(({ properties }) => String(properties.title).split(", ")[0]!));
  }

  at(x: number, y: number, viewport: Viewport): Found | null {
    const pointer = lngLatToWorld(viewport.unproject([x, y])) as [number, number];
    for (const id of this.order.toReversed()) {
      let best: Target | null = null;
      let nearest = MARGIN;
      for (const target of this.layers.get(id) ?? []) {
        const beyond = distance(pointer, target, viewport.scale);
        if (beyond < nearest) [best, nearest] = [target, beyond];
      }
      if (best) {
        const { title, facts, city_id } = best.properties;
        return { title, facts, cityId: city_id ?? null };
      }
    }
    return null;
  }
}

function rings(geometry: GeoJSON.Geometry): GeoJSON.Position[][] {
  switch (geometry.type) {
    case "Point": return [[geometry.coordinates]];
    case "Polygon": return geometry.coordinates;
    case "MultiPolygon": return geometry.coordinates.flat();
    default: return [];
  }
}

/** Pixels from the edge of a symbol; 0 in an area. */
function distance([x, y]: [number, number], { rings, properties }: Target, scale: number): number {
  const first = rings[0]?.[0];
  if (!first) return Infinity;
  if (rings[0]!.length === 1)
    return Math.hypot(first[0] - x, first[1] - y) * scale - (properties.radius ?? 4);
  let inside = false;
  for (const ring of rings)
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[xi, yi], [xj, yj]] = [ring[i]!, ring[j]!];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
    }
  return inside ? 0 : Infinity;
}
