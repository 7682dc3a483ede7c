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
}

export type Text =
  | "map" | "zoomIn" | "zoomOut" | "home" | "fullScreen" | "save" | "link" | "copied" | "legend"
  | "failed" | "wheel" | "fingers" | "close" | "cityPage" | "compare" | "km";

export interface Options {
  /** Whether the view is kept in the address of the page. */
  address?: boolean;
  /** Whether the map fills a frame of another site. */
  frame?: boolean;
}
