// The point under the pointer, found without the graphics card: reading a picture of what lies where
// back from it stops the page for 0.7 s where the processor draws.
import type { Viewport } from "@deck.gl/core";

/** Titles and facts of features are escaped for HTML. */
export function plain(html: string): string {
  return new DOMParser().parseFromString(html, "text/html").documentElement.textContent ?? "";
}

export interface Found {
  title: string;
  facts: string;
  cityId: string | null;
}

type PointFeature = GeoJSON.Feature<GeoJSON.Point>;

interface Layer {
  features: PointFeature[];
  /** Position of each feature in the plane that deck.gl projects to, x and y in turn. */
  plane: Float64Array;
}

const MARGIN = 6; // px around a symbol

export class Points {
  private readonly layers = new Map<string, Layer>();

  /** Layers later in this order are drawn above the earlier ones. */
  constructor(private readonly order: string[]) {}

  load(id: string, features: PointFeature[], viewport: Viewport): void {
    const plane = new Float64Array(2 * features.length);
    features.forEach((feature, index) => {
      plane.set(viewport.projectFlat(feature.geometry.coordinates), 2 * index);
    });
    this.layers.set(id, { features, plane });
  }

  keep(ids: string[]): void {
    for (const id of this.layers.keys()) if (!ids.includes(id)) this.layers.delete(id);
  }

  at(x: number, y: number, viewport: Viewport): Found | null {
    const [px, py] = viewport.projectFlat(viewport.unproject([x, y]) as [number, number]);
    for (const id of this.order.toReversed()) {
      const layer = this.layers.get(id);
      if (!layer) continue;
      let best = -1;
      let nearest = Infinity;
      layer.features.forEach(({ properties }, index) => {
        const dx = (layer.plane[2 * index]! - px!) * viewport.scale;
        const dy = (layer.plane[2 * index + 1]! - py!) * viewport.scale;
        const beyond = Math.hypot(dx, dy) - (properties?.radius ?? 4);
        if (beyond < MARGIN && beyond < nearest) [best, nearest] = [index, beyond];
      });
      const properties = layer.features[best]?.properties;
      if (properties)
        return {
          title: plain(properties.title),
          facts: plain(properties.facts),
          cityId: properties.city_id ?? null,
        };
    }
    return null;
  }
}
