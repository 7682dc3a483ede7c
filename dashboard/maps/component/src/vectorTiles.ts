// Tiles of the host's own base map.
import { MVTLayer } from "@deck.gl/geo-layers";
import { MVTLoader } from "@loaders.gl/mvt";

type Box = [west: number, north: number, east: number, south: number]; // px
type Name = (feature: GeoJSON.Feature) => string;
type TileProps = Parameters<MVTLayer["getTileData"]>[0];

const TILE = 512 * Math.SQRT1_2; // px of a tile at the least zoom at which it is shown
const [LETTER, MARGIN, HEIGHT] = [6, 8, 18]; // px of a name

/** Vector tiles, decoded in this thread: deck.gl would fetch a worker's script from another host. */
export class VectorTileLayer extends MVTLayer<GeoJSON.Feature, { getName?: Name | null }> {
  static override layerName = "VectorTileLayer";
  static override defaultProps = {
    loaders: [{ ...MVTLoader, worker: false }],
    binary: false, // accessors are expressions on GeoJSON features
    getName: { type: "function", value: null, optional: true, compare: false },
  } as never;

  override initializeState(): void {
    super.initializeState();
    (this.state as any).taken = new Map<string, Box[]>();
  }

  override async getTileData(tile: TileProps): Promise<any> {
    const features = await super.getTileData(tile);
    const { getName } = this.props;
    const { taken } = this.state as any;
    return getName ? apart(features as never, tile.index, getName, taken) : features;
  }
}

/** The points whose names overlap no more populous one of their tile, and none of the tiles around. */
function apart(
  features: GeoJSON.Feature<GeoJSON.Point>[],
  { x, y, z }: { x: number; y: number; z: number },
  getName: Name,
  taken: Map<string, Box[]>,
): GeoJSON.Feature[] {
  const boxes: Box[] = [];
  const steps = [-1, 0, 1];
  const around = steps.flatMap((dx) =>
    steps.flatMap((dy) => (dx || dy ? (taken.get(`${z}/${x + dx}/${y + dy}`) ?? []) : [])),
  );
  const rank = ({ properties }: GeoJSON.Feature) => Number(properties!.population_rank ?? 0);
  const kept = features
    .filter((feature) => feature.geometry.type === "Point" && getName(feature))
    .toSorted((one, other) => rank(other) - rank(one))
    .filter((feature) => {
      const [across, down] = feature.geometry.coordinates as [number, number];
      if (Math.min(across, down) < 0 || Math.max(across, down) >= 1) return false; // of the next tile
      const half = (LETTER * getName(feature).length + MARGIN) / 2;
      const [left, top] = [(x + across) * TILE, (y + down) * TILE];
      const box: Box = [left - half, top - HEIGHT / 2, left + half, top + HEIGHT / 2];
      if ([...around, ...boxes].some((other) => overlap(box, other))) return false;
      boxes.push(box);
      return true;
    });
  taken.set(`${z}/${x}/${y}`, boxes);
  return kept;
}

function overlap(one: Box, other: Box): boolean {
  return one[0] < other[2] && other[0] < one[2] && one[1] < other[3] && other[1] < one[3];
}
