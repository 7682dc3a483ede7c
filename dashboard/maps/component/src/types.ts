export type PointFeature = GeoJSON.Feature<GeoJSON.Point>;

export interface ViewState {
  longitude: number;
  latitude: number;
  zoom: number;
}

/** A view that shows the same part of the map in a window of any size. */
export interface FittedView extends ViewState {
  /** Pixels for which the zoom was chosen. */
  width: number;
  height: number;
}

/** What differs between the years of a map. */
export interface Frame {
  /** JSON of a pydeck deck; its sources are addresses. */
  deck: string;
  /** Data that no address has, by the layer that draws them. */
  inline: Record<string, GeoJSON.FeatureCollection>;
  title: string;
  summary: string;
  /** HTML of the legends, made by the server. */
  legend: string;
  source: string;
  /** HTML of what the year is about, beside the map. */
  panel: string;
}

/** What the server sends. */
export interface MapData extends Frame {
  view: FittedView;
  /** Least and greatest zoom. */
  zooms: [number, number];
  /** West, south, east, north that the map can reach, degrees. */
  bounds: [number, number, number, number];
  /** CSS variables: name -> colour. */
  colours: Record<string, string>;
  /** Address of the page of a city, and of the comparison, without the id at its end. */
  cityUrl: string;
  compareUrl: string;
  texts: Record<Text, string>;
  language: string;
  /** Years that the map can play: address of all, an array of {@link Frame}, and seconds a year. */
  timeline?: { years: number[]; year: number; url: string; seconds: number };
  /** Ids of the selected cities, on a page where cities can be selected. */
  selected?: string[];
  /** Id of the city whose card the page opens. */
  open?: string;
}

export type Text =
  | "map" | "zoomIn" | "zoomOut" | "home" | "fullScreen" | "save" | "link" | "copied" | "legend"
  | "failed" | "wheel" | "fingers" | "close" | "cityPage" | "compare" | "select" | "deselect" | "km"
  | "years" | "year" | "play" | "pause" | "yearBefore" | "yearAfter" | "speed";

/** What the page is told. */
export interface Events {
  /** The user selects a city, or no longer. */
  pick?: (id: string) => void;
  /** The user drew a box around these cities. */
  box?: (ids: string[]) => void;
  /** The user came to rest at a year. */
  year?: (year: number) => void;
}
