// A map: draws the JSON of a pydeck deck with deck.gl, with controls, keyboard and a card.
import { Deck, FlyToInterpolator, type Layer, MapView, type Viewport } from "@deck.gl/core";
import { TileLayer } from "@deck.gl/geo-layers";
import { JSONConverter } from "@deck.gl/json";
import { PathStyleExtension } from "@deck.gl/extensions";
import { GeoJsonLayer } from "@deck.gl/layers";
import { Address, serverUrl } from "./address";
import { Box } from "./box";
import { type City, Cities } from "./cities";
import { Controls } from "./controls";
import { Gestures } from "./gestures";
import { savePicture } from "./picture";
import { within } from "./pointer";
import { type Found, Points } from "./points";
import { type RingColours, rings } from "./rings";
import { SegmentsLayer } from "./segments";
import { shown } from "./shown";
import { spread } from "./spread";
import { Timeline } from "./timeline";
import { VectorTileLayer } from "./vectorTiles";
import styles from "./map.css";
import type { Events, MapData, PointFeature, ViewState } from "./types";

const LAYERS_TO_POINT_AT = ["areas", "places", "un-cities", "cities", "project-places", "own"]; // from below
const GROUND = "ground";
const LABELS = "labels";
const BASEMAP_NAMES = "basemap-names";
const PLACES = "places";
const SYMBOL_LAYERS = ["un-cities", "cities"];
const ZOOM_STEP = 8; // steps of a zoom in which symbols are moved apart
const FLY = { transitionDuration: 500, transitionInterpolator: new FlyToInterpolator() };

/** A layer with what only this component knows. */
type MapLayer = Layer<{
  /** Zoom from which the layer is drawn, and below which; deck.gl's own in a TileLayer. */
  visibleMinZoom?: number | null;
  visibleMaxZoom?: number | null;
  /** Which features the filter leaves, a bit for each; all if there are none. */
  shown?: string;
  /** Whether the legend leaves a feature. */
  getOnly?: (feature: PointFeature) => boolean;
  /** Colours of the parts of a ring, in their order. */
  ringColours?: RingColours;
  /** Name of a feature of the base map. */
  getName?: (feature: GeoJSON.Feature) => string;
}>;

const converter = new JSONConverter({
  configuration: { classes: { GeoJsonLayer, PathStyleExtension, TileLayer, VectorTileLayer } },
});

export class MapWidget {
  private readonly root = document.createElement("div");
  private readonly stage = document.createElement("div");
  private readonly tooltip = document.createElement("div");
  private readonly deck: Deck<MapView>;
  private readonly controls: Controls;
  private readonly cities: Cities;
  private readonly address: Address;
  private readonly timeline: Timeline | null = null;
  private readonly points = new Points(LAYERS_TO_POINT_AT);
  private layers: MapLayer[] = [];
  private readonly urls = new Map<string, string>();
  private readonly features = new Map<string, { url: string; features: PointFeature[] }>();
  private places: { of: PointFeature[]; bits: string; data: GeoJSON.FeatureCollection } | null = null;
  private rings: { of: PointFeature[]; props: object } | null = null;
  private only = "";
  private drawnFor = "";
  private hovered: Found | null = null;
  private viewState: ViewState;
  private touching = false;
  private atHome = true;

  constructor(
    container: HTMLElement,
    private data: MapData,
    public events: Events,
  ) {
    this.root.className = "map";
    this.root.setAttribute("role", "region");
    this.root.setAttribute("aria-busy", "true");
    this.describe();
    const style = document.createElement("style");
    style.textContent = styles;
    this.stage.className = "stage";
    const view = document.createElement("div");
    view.className = "view";
    view.append(this.stage);
    this.root.append(style, view);
    container.append(this.root);
    if (data.timeline) {
      this.timeline = new Timeline(data as never, {
        show: (frame) => this.draw({ ...this.data, ...frame }),
        rest: (year) => this.events.year?.(year),
      });
      this.root.classList.add("timed");
      this.root.append(this.timeline.bar, this.timeline.panel);
      this.timeline.panel.addEventListener("click", (event) => {
        const { city } = (event.target as Element).closest<HTMLElement>("[data-city]")?.dataset ?? {};
        if (city) this.cities.open(city);
      });
    }

    this.tooltip.className = "tooltip";
    this.tooltip.hidden = true;
    this.stage.append(this.tooltip);
    this.address = new Address((view) => (view ? this.fly(view) : this.home()));
    this.viewState = data.view;
    this.controls = new Controls(this.root, this.stage, data, {
      // The bounds may keep the map nearer than the view that was asked for.
      zoom: (steps) =>
        this.fly({
          ...this.viewState,
          zoom: (this.viewport()?.zoom ?? this.viewState.zoom) + steps,
        }),
      home: () => this.home(),
      save: () => savePicture(this.deck as never, this.root, this.data, this.viewState),
      link: () => this.address.link(),
      folded: () => this.deck.setProps({ views: this.view() }),
      isolate: (only) => this.isolate(only),
    });
    const shared = this.address.view();
    this.atHome = !shared;
    this.viewState = shared ?? this.fitted();
    this.deck = new Deck<MapView>({
      parent: this.stage as HTMLDivElement,
      views: this.view(),
      initialViewState: this.limited(this.viewState) as never,
      controller: this.controller(),
      // One finger scrolls the page, so the browser must not wait for the map.
      touchAction: "pan-x pan-y",
      layers: this.convert(),
      onViewStateChange: ({ viewState }) => this.moved(viewState as ViewState),
      onInteractionStateChange: ({ inTransition, isDragging, isPanning, isZooming }) => {
        if (isDragging || isPanning || isZooming) this.atHome = false;
        else if (!inTransition) this.settled();
      },
      _customRender: (reason: string) => this.paint(reason),
      onAfterRender: () => this.drawn(),
      onResize: () => this.resized(),
      getCursor: ({ isDragging }) => (isDragging ? "grabbing" : this.hovered ? "pointer" : "grab"),
      onError: (error) => this.failed(error),
    });
    this.cities = new Cities(this.stage, data, {
      follow: (city) => this.follow(city),
      pick: (id) => this.events.pick?.(id),
    });
    this.watchPointer();
    new Gestures(this.root, this.stage, data.texts, (touching) => {
      if (touching === this.touching) return;
      this.touching = touching;
      this.deck.setProps({ controller: this.controller() });
    });
    if (data.selected) new Box(this.stage, (corners) => this.boxed(corners));
  }

  /** Draw other data; the user's view is kept unless the page shows another part of the map. */
  update(data: MapData): void {
    const before = this.data;
    this.timeline?.update(data as never);
    this.draw(data);
    if (JSON.stringify(before.view) !== JSON.stringify(data.view)) this.home();
    else this.address.restore();
    if (data.open && data.open !== before.open) this.cities.show(data.open);
  }

  private draw(data: MapData): void {
    const before = this.data;
    this.data = data;
    this.describe();
    this.cities.update(data);
    this.controls.update(data);
    if (before.deck !== data.deck || JSON.stringify(before.inline) !== JSON.stringify(data.inline))
      this.deck.setProps({ layers: this.convert() });
  }

  destroy(): void {
    this.timeline?.destroy();
    this.address.destroy();
    this.controls.destroy();
    this.deck.finalize();
    this.root.remove();
  }

  private describe(): void {
    this.root.setAttribute("aria-label", `${this.data.texts.map}: ${this.data.title}`);
    this.root.setAttribute("aria-description", this.data.summary);
    for (const [name, colour] of Object.entries(this.data.colours))
      this.root.style.setProperty(`--${name}`, colour);
  }

  private convert(): Layer[] {
    const deck = JSON.parse(this.data.deck);
    this.urls.clear();
    for (const layer of deck.layers) {
      this.urls.set(layer.id, layer.data);
      layer.data &&= decodeURI(serverUrl(layer.data));
      // deck.gl keeps the values of an accessor until it is told that they change.
      layer.updateTriggers = Object.fromEntries(
        Object.entries(layer).filter(([name, value]) => /^get[A-Z]/.test(name) && typeof value === "string"),
      );
      if (layer.id === GROUND) layer._subLayerProps = { linestrings: { type: SegmentsLayer } };
      if (SYMBOL_LAYERS.includes(layer.id) && this.only) layer.getOnly = `@@=${this.only}`;
    }
    this.layers = (converter.convert(deck) as { layers: MapLayer[] }).layers;
    for (const { id } of this.layers)
      if (this.data.inline[id]) this.loaded(id, this.data.inline[id]);
    return this.current();
  }

  /** The layers that are seen at this zoom; others are not even loaded. */
  private current(): Layer[] {
    const { zoom } = this.viewState;
    const visible = this.layers.filter(
      ({ props: { visibleMinZoom, visibleMaxZoom } }) =>
        zoom >= (visibleMinZoom ?? 0) && zoom < (visibleMaxZoom ?? Infinity),
    );
    this.points.keep(visible.map(({ id }) => id));
    this.root.classList.toggle("with-areas", visible.some(({ id }) => id === "areas"));
    return visible.map((layer) => {
      const { id } = layer;
      const inline = this.data.inline[id];
      if (inline) return layer.clone({ data: spread(inline.features as PointFeature[], zoom) } as object);
      if (id === LABELS && this.only) return this.labels(layer);
      if (id === BASEMAP_NAMES) return this.unnamed(layer);
      if (!LAYERS_TO_POINT_AT.includes(id)) return layer.clone({});
      const url = this.urls.get(id)!;
      const known = this.features.get(id);
      if (known?.url === url && SYMBOL_LAYERS.includes(id)) return this.symbols(layer, known.features);
      if (known?.url === url && layer.props.shown) return this.filtered(layer, known.features, layer.props.shown);
      return layer.clone({ onDataLoad: (data: unknown) => this.fetched(id, url, data) } as object);
    });
  }

  /** Symbols of cities, without those that the legend leaves out, moved apart where they overlap. */
  private symbols(layer: MapLayer, all: PointFeature[]): Layer {
    const { getOnly, ringColours } = layer.props;
    const features = spread(getOnly ? all.filter((feature) => getOnly(feature)) : all, this.viewState.zoom);
    const data = { type: "FeatureCollection" as const, features };
    this.loaded(layer.id, data);
    if (!ringColours) return layer.clone({ data } as object);
    if (this.rings?.of !== all) this.rings = { of: all, props: rings(all, ringColours) };
    return layer.clone({ data, ...this.rings.props } as object);
  }

  /** The places that the filter leaves, the same object as long as it does not change. */
  private filtered(layer: MapLayer, all: PointFeature[], bits: string): Layer {
    if (this.places?.of !== all || this.places.bits !== bits)
      this.places = { of: all, bits, data: { type: "FeatureCollection", features: shown(all, bits) } };
    this.loaded(layer.id, this.places.data);
    return layer.clone({ data: this.places.data } as object);
  }

  /** The names of the cities that the legend leaves. */
  private labels(layer: MapLayer): Layer {
    const names = this.points.names(SYMBOL_LAYERS);
    return layer.clone({
      renderSubLayers: (props: { data: { features: GeoJSON.Feature[] } }) =>
        new GeoJsonLayer({
          ...props,
          data: props.data?.features.filter(({ properties }) => properties!.country || names.has(properties!.label)),
        } as never),
      updateTriggers: { ...layer.props.updateTriggers, renderSubLayers: this.only },
    } as object);
  }

  /** The names of the base map that no other layer shows. */
  private unnamed(layer: MapLayer): Layer {
    const shown = this.points.names();
    const getText = (feature: GeoJSON.Feature) => {
      const name = layer.props.getName!(feature);
      return shown.has(name) ? "" : name;
    };
    return layer.clone({
      getText,
      updateTriggers: { ...layer.props.updateTriggers, getText: [...shown].join() },
    } as object);
  }

  private fetched(id: string, url: string, data: unknown): void {
    const { features } = data as GeoJSON.FeatureCollection<GeoJSON.Point>;
    if (id === PLACES || SYMBOL_LAYERS.includes(id)) this.features.set(id, { url, features });
    this.loaded(id, data as never);
    this.deck.setProps({ layers: this.current() });
  }

  private isolate(only: string): void {
    this.only = only;
    this.deck.setProps({ layers: this.convert() });
  }

  private controller(): object {
    const { bounds } = this.data;
    return {
      dragRotate: false,
      touchRotate: false,
      doubleClickZoom: true,
      keyboard: true,
      dragPan: !this.touching,
      scrollZoom: { smooth: false, speed: 0.02 },
      maxBounds: [bounds.slice(0, 2), bounds.slice(2)],
    };
  }

  private limited(view: ViewState): object {
    return { ...view, minZoom: this.data.zooms[0], maxZoom: this.data.zooms[1] };
  }

  private view(): MapView {
    return new MapView({ repeat: false, padding: this.controls.padding() });
  }

  /** The view of the page in a window of this size. */
  private fitted(): ViewState {
    const { longitude, latitude, zoom, width, height } = this.data.view;
    const { left, top, right } = this.controls.padding();
    const scale = Math.min(
      (this.stage.clientWidth - left - right) / width,
      (this.stage.clientHeight - top) / height,
    );
    return { longitude, latitude, zoom: zoom + (scale > 0 ? Math.log2(scale) : 0) };
  }

  private home(): void {
    this.address.forget();
    this.fly(this.fitted(), true);
  }

  private resized(): void {
    this.deck.setProps({ views: this.view() });
    if (this.atHome) this.fly(this.fitted(), true, true);
  }

  private fly(view: ViewState, atHome = false, atOnce = false): void {
    const still = atOnce || matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [least, most] = this.data.zooms;
    this.atHome = atHome;
    this.viewState = { ...view, zoom: Math.min(most, Math.max(least, view.zoom)) };
    this.deck.setProps({
      initialViewState: { ...this.limited(this.viewState), ...(still ? {} : FLY), id: {} } as never,
    });
    if (still) this.settled(); // deck.gl reports the end of a flight only
  }

  private moved({ longitude, latitude, zoom }: ViewState): void {
    this.viewState = { longitude, latitude, zoom };
    const step = String(Math.round(zoom * ZOOM_STEP));
    if (step === this.drawnFor) return;
    this.drawnFor = step;
    this.deck.setProps({ layers: this.current() });
  }

  private settled(): void {
    if (!this.atHome) this.address.remember(this.viewState);
  }

  /** Draw a frame. The first waits until it is whole, as the picture under the map shows as much:
   * software WebGL takes 0.3 s for each. */
  private paint(reason: string): void {
    if (this.root.ariaBusy === "true" && !this.complete()) return;
    (this.deck as unknown as { _drawLayers: (reason: string) => void })._drawLayers(reason);
  }

  private complete(): boolean {
    return (this.deck.props.layers as Layer[]).every((layer) => layer.isLoaded);
  }

  private drawn(): void {
    const viewport = this.viewport();
    if (!viewport) return;
    this.controls.moved(this.viewState);
    this.cities.place((point) => viewport.project(point) as [number, number]);
    if (this.complete()) this.root.setAttribute("aria-busy", "false");
  }

  private loaded(id: string, { features }: GeoJSON.FeatureCollection): void {
    this.points.load(id, features);
    if (id === "cities") this.cities.load(features as GeoJSON.Feature<GeoJSON.Point>[]);
  }

  private viewport(): Viewport | undefined {
    return this.deck.isInitialized ? this.deck.getViewports()[0] : undefined;
  }

  private watchPointer(): void {
    let start = [0, 0];
    this.stage.addEventListener("pointerdown", ({ clientX, clientY }) => (start = [clientX, clientY]), true);
    this.stage.addEventListener("pointermove", (event) => this.hover(event));
    this.stage.addEventListener("pointerleave", () => this.hover(null));
    this.stage.addEventListener("click", (event) => {
      const moved = Math.hypot(event.clientX - start[0]!, event.clientY - start[1]!);
      if (event.target instanceof HTMLCanvasElement && moved < 6)
        this.cities.open(this.under(event)?.cityId ?? null);
    });
  }

  private under(event: MouseEvent): Found | null {
    const viewport = this.viewport();
    return viewport ? this.points.at(...within(this.stage, event), viewport) : null;
  }

  private boxed([left, top, right, bottom]: [number, number, number, number]): void {
    const viewport = this.viewport();
    if (!viewport) return;
    const [west, north] = viewport.unproject([left, top]) as [number, number];
    const [east, south] = viewport.unproject([right, bottom]) as [number, number];
    this.events.box?.(this.cities.within(west, south, east, north));
  }

  private hover(event: PointerEvent | null): void {
    const over = event && event.pointerType === "mouse" && event.target instanceof HTMLCanvasElement;
    this.hovered = over && !event.buttons ? this.under(event) : null;
    this.tooltip.hidden = !this.hovered;
    if (!this.hovered || !event) return;
    const title = document.createElement("strong");
    title.textContent = this.hovered.title;
    this.tooltip.replaceChildren(title, document.createElement("br"), this.hovered.facts);
    const [right, down] = within(this.stage, event);
    const x = Math.min(right + 12, this.stage.offsetWidth - this.tooltip.offsetWidth - 8);
    const y = Math.min(down + 12, this.stage.offsetHeight - this.tooltip.offsetHeight - 8);
    this.tooltip.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
  }

  private follow({ point }: City): void {
    const viewport = this.viewport();
    if (!viewport) return;
    const [x, y] = viewport.project(point) as [number, number];
    const inside = x > 0 && y > 0 && x < viewport.width && y < viewport.height;
    if (!inside) this.fly({ ...this.viewState, longitude: point[0], latitude: point[1] });
  }

  private failed(error: Error): void {
    console.warn(error);
    if (this.root.querySelector("canvas") && this.root.getAttribute("aria-busy") === "false") return;
    this.root.setAttribute("aria-busy", "false");
    this.root.classList.add("failed");
    this.controls.say(this.data.texts.failed);
  }
}

const widgets = new WeakMap<Element, MapWidget>();

/** Draw a map into an element, or update the one that it holds. */
export function render(container: HTMLElement, data: MapData, events: Events = {}): void {
  const widget = widgets.get(container);
  if (widget) {
    widget.events = events;
    widget.update(data);
    return;
  }
  try {
    widgets.set(container, new MapWidget(container, data, events));
  } catch (error) {
    console.warn(error);
    const text = document.createElement("p");
    text.className = "map-failed";
    text.textContent = data.texts.failed;
    container.append(text);
  }
}

/** Remove the map of an element. */
export function remove(container: HTMLElement): void {
  widgets.get(container)?.destroy();
  widgets.delete(container);
}
