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

/** What the server sends. */
export interface MapData {
  /** JSON of a pydeck deck; its sources are addresses. */
  deck: string;
  /** Data that no address has, by the layer that draws them. */
  inline: Record<string, GeoJSON.FeatureCollection>;
  view: FittedView;
  /** Least and greatest zoom. */
  zooms: [number, number];
  /** West, south, east, north that the map can reach, degrees. */
  bounds: [number, number, number, number];
  title: string;
  summary: string;
  /** CSS variables: name -> colour. */
  colours: Record<string, string>;
  /** HTML of the legends, made by the server. */
  legend: string;
  source: string;
  /** Address of the page of a city, and of the comparison, without the id at its end. */
  cityUrl: string;
  compareUrl: string;
  texts: Record<Text, string>;
  language: string;
  /** Ids of the selected cities, on a page where cities can be selected. */
  selected?: string[];
  /** Id of the city whose card the page opens. */
  open?: string;
}

export type Text =
  | "map" | "zoomIn" | "zoomOut" | "home" | "fullScreen" | "save" | "link" | "copied" | "legend"
  | "failed" | "wheel" | "fingers" | "close" | "cityPage" | "compare" | "select" | "deselect" | "km";

/** What the page is told. */
export interface Events {
  /** The user selects a city, or no longer. */
  pick?: (id: string) => void;
  /** The user drew a box around these cities. */
  box?: (ids: string[]) => void;
}
