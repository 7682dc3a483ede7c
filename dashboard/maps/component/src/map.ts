// A map: draws the JSON of a pydeck deck with deck.gl, with controls, keyboard and a card.
import { Deck, FlyToInterpolator, type Layer, MapView, type Viewport } from "@deck.gl/core";
import { TileLayer } from "@deck.gl/geo-layers";
import { JSONConverter } from "@deck.gl/json";
import { GeoJsonLayer } from "@deck.gl/layers";
import { Address } from "./address";
import { type City, Cities } from "./cities";
import { Controls } from "./controls";
import { Gestures } from "./gestures";
import { savePicture } from "./picture";
import { type Found, Points } from "./points";
import styles from "./map.css";
import type { MapData, Options, ViewState } from "./types";

const POINT_LAYERS = ["places", "un-cities", "cities"]; // from below, as in deck_layers.py
const FLY = { transitionDuration: 500, transitionInterpolator: new FlyToInterpolator() };

const converter = new JSONConverter({
  configuration: { classes: { GeoJsonLayer, MapView, TileLayer } },
});

export class MapWidget {
  private readonly root: HTMLElement;
  private readonly deck: Deck<MapView>;
  private readonly controls: Controls;
  private readonly gestures: Gestures;
  private readonly cities: Cities;
  private readonly address: Address | null;
  private readonly points = new Points(POINT_LAYERS);
  private readonly tooltip = document.createElement("div");
  private hovered: Found | null = null;
  private viewState: ViewState;
  private touching = false;
  private atHome = true;
  private homeUntil = 0;

  constructor(
    container: HTMLElement,
    private data: MapData,
    options: Options,
  ) {
    this.root = document.createElement("div");
    this.root.className = options.frame ? "map frame" : "map";
    this.root.setAttribute("role", "region");
    this.root.setAttribute("aria-busy", "true");
    this.describe();
    const style = document.createElement("style");
    style.textContent = styles;
    const stage = document.createElement("div");
    stage.className = "stage";
    this.root.append(style, stage);
    container.replaceChildren(this.root);

    this.tooltip.className = "tooltip";
    this.tooltip.hidden = true;
    stage.append(this.tooltip);
    this.watchPointer(stage);
    this.address = options.address ? new Address(!options.frame, (view) => (view ? this.show(view) : this.home())) : null;
    this.viewState = data.view;
    this.controls = new Controls(this.root, data, {
      // The bounds may keep the map nearer than the view that was asked for.
      zoom: (steps) =>
        this.show({
          ...this.viewState,
          zoom: (this.viewport()?.zoom ?? this.viewState.zoom) + steps,
        }),
      home: () => this.home(),
      save: () => savePicture(this.deck as never, this.root, this.data, this.viewState),
      link: () => this.address?.link() ?? location.href,
      folded: () => this.deck.setProps({ views: this.view() }),
    });
    this.viewState = this.address?.view() ?? this.fitted();
    this.deck = new Deck<MapView>({
      parent: stage as HTMLDivElement,
      views: this.view(),
      initialViewState: this.limited(this.viewState) as never,
      controller: this.controller(),
      // One finger scrolls the page, so the browser must not wait for the map.
      touchAction: "pan-x pan-y",
      pickingRadius: 8,
      layers: this.layers(),
      onViewStateChange: ({ viewState }) => this.moved(viewState as ViewState),
      onInteractionStateChange: ({ inTransition, isDragging, isZooming }) => {
        if (!inTransition && !isDragging && !isZooming) this.settled();
      },
      onAfterRender: () => this.drawn(),
      onResize: () => this.resized(),
      getCursor: ({ isDragging }) => (isDragging ? "grabbing" : this.hovered ? "pointer" : "grab"),
      onError: (error) => this.failed(error),
    });
    this.cities = new Cities(stage, data, (city) => this.follow(city));
    this.gestures = new Gestures(this.root, data.texts, (touching) => {
      if (touching === this.touching) return;
      this.touching = touching;
      this.deck.setProps({ controller: this.controller() });
    });
  }

  /** Draw other data; the user's view is kept unless the page shows another part of the map. */
  update(data: MapData): void {
    const before = this.data;
    this.data = data;
    this.describe();
    this.cities.update(data);
    this.controls.update(data);
    if (before.deck !== data.deck) this.deck.setProps({ layers: this.layers() });
    if (JSON.stringify(before.view) !== JSON.stringify(data.view)) this.home();
    else this.address?.restore();
  }

  destroy(): void {
    this.address?.destroy();
    this.gestures.destroy();
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

  private layers(): Layer[] {
    // Data of a user may hold anything; the converter would evaluate texts that begin with "@@=".
    const deck = JSON.parse(this.data.deck);
    const inline = new Map<string, object>();
    for (const layer of deck.layers)
      if (typeof layer.data === "object") {
        inline.set(layer.id, layer.data);
        delete layer.data;
      }
    // Without this layer, which takes clicks in st.pydeck_chart, and without picking of others.
    deck.layers = deck.layers.filter(({ id }: { id: string }) => !id.startsWith("pick-"));
    for (const layer of deck.layers) layer.pickable = false;
    const { layers } = converter.convert(deck) as { layers: Layer[] };
    this.points.keep(layers.map(({ id }) => id));
    return layers.map((layer) => {
      if (inline.has(layer.id)) return layer.clone({ data: inline.get(layer.id) } as object);
      if (!POINT_LAYERS.includes(layer.id)) return layer;
      return layer.clone({ onDataLoad: (data: unknown) => this.loaded(layer.id, data) } as object);
    });
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

  /** The map is drawn between its buttons and, where it is wide, its legend. */
  private padding(): { left: number; right: number } {
    const left = this.root.querySelector<HTMLElement>(".controls")!.offsetWidth + 16;
    return { left, right: this.controls.legendWidth() };
  }

  private view(): MapView {
    return new MapView({ repeat: false, padding: this.padding() });
  }

  /** The view of the page in a window of this size. */
  private fitted(): ViewState {
    const { longitude, latitude, zoom, width, height } = this.data.view;
    const stage = this.root.querySelector(".stage")!;
    const { left, right } = this.padding();
    const room = stage.clientWidth - left - right;
    const scale = Math.min(room / width, stage.clientHeight / height);
    return { longitude, latitude, zoom: zoom + (scale > 0 ? Math.log2(scale) : 0) };
  }

  private home(): void {
    this.atHome = true;
    this.homeUntil = performance.now() + FLY.transitionDuration + 200;
    this.show(this.fitted(), true);
  }

  private resized(): void {
    this.deck.setProps({ views: this.view() });
    if (this.atHome) this.home();
  }

  private show(view: ViewState, home = false): void {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const [least, most] = this.data.zooms;
    this.viewState = { ...view, zoom: Math.min(most, Math.max(least, view.zoom)) };
    this.deck.setProps({
      initialViewState: { ...this.limited(this.viewState), ...(still ? {} : FLY), id: {} } as never,
    });
    if (home) this.address?.forget();
    else this.address?.remember(this.viewState);
  }

  private moved({ longitude, latitude, zoom }: ViewState): void {
    this.viewState = { longitude, latitude, zoom };
    this.controls.moved(this.viewState);
  }

  private settled(): void {
    if (performance.now() < this.homeUntil) return; // its own movement, which the bounds may bend
    const view = this.fitted();
    const { longitude, latitude, zoom } = this.viewState;
    const same =
      Math.abs(zoom - view.zoom) < 0.01 &&
      Math.abs(longitude - view.longitude) < 0.01 &&
      Math.abs(latitude - view.latitude) < 0.01;
    this.atHome = same;
    if (same) this.address?.forget();
    else this.address?.remember(this.viewState);
  }

  private drawn(): void {
    const viewport = this.viewport();
    if (!viewport) return;
    this.cities.place((point) => viewport.project(point) as [number, number]);
    const layers = this.deck.props.layers as Layer[];
    if (layers.every((layer) => layer.isLoaded)) this.root.setAttribute("aria-busy", "false");
  }

  private loaded(id: string, data: unknown): void {
    const features = (data as { features: GeoJSON.Feature<GeoJSON.Point>[] }).features ?? [];
    const viewport = this.viewport();
    if (viewport) this.points.load(id, features, viewport);
    if (id === "cities") this.cities.load(features);
    this.controls.moved(this.viewState);
  }

  private viewport(): Viewport | undefined {
    return this.deck.isInitialized ? this.deck.getViewports()[0] : undefined;
  }

  private watchPointer(stage: HTMLElement): void {
    let start = [0, 0];
    stage.addEventListener("pointerdown", ({ clientX, clientY }) => (start = [clientX, clientY]), true);
    stage.addEventListener("pointermove", (event) => this.hover(event));
    stage.addEventListener("pointerleave", () => this.hover(null));
    stage.addEventListener("click", (event) => {
      const moved = Math.hypot(event.clientX - start[0]!, event.clientY - start[1]!);
      if (event.target instanceof HTMLCanvasElement && moved < 6)
        this.cities.open(this.under(event)?.cityId ?? null);
    });
  }

  private under({ clientX, clientY }: MouseEvent): Found | null {
    const viewport = this.viewport();
    const frame = this.root.querySelector(".stage")!.getBoundingClientRect();
    return viewport ? this.points.at(clientX - frame.left, clientY - frame.top, viewport) : null;
  }

  private hover(event: PointerEvent | null): void {
    const over = event && event.pointerType === "mouse" && event.target instanceof HTMLCanvasElement;
    this.hovered = over && !event.buttons ? this.under(event) : null;
    this.tooltip.hidden = !this.hovered;
    if (!this.hovered || !event) return;
    const title = document.createElement("strong");
    title.textContent = this.hovered.title;
    this.tooltip.replaceChildren(title, document.createElement("br"), this.hovered.facts);
    const frame = this.root.querySelector(".stage")!.getBoundingClientRect();
    const x = Math.min(event.clientX - frame.left + 12, frame.width - this.tooltip.offsetWidth - 8);
    const y = Math.min(event.clientY - frame.top + 12, frame.height - this.tooltip.offsetHeight - 8);
    this.tooltip.style.transform = `translate(${Math.max(8, x)}px, ${Math.max(8, y)}px)`;
  }

  private follow({ point }: City): void {
    const viewport = this.viewport();
    if (!viewport) return;
    const [x, y] = viewport.project(point) as [number, number];
    const inside = x > 0 && y > 0 && x < viewport.width && y < viewport.height;
    if (!inside) this.show({ ...this.viewState, longitude: point[0], latitude: point[1] });
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
export function render(container: HTMLElement, data: MapData, options: Options = {}): MapWidget | null {
  const widget = widgets.get(container);
  if (widget) {
    widget.update(data);
    return widget;
  }
  try {
    const created = new MapWidget(container, data, options);
    widgets.set(container, created);
    return created;
  } catch (error) {
    console.warn(error);
    const text = document.createElement("p");
    text.className = "map-failed";
    text.textContent = data.texts.failed;
    container.replaceChildren(text);
    return null;
  }
}

/** Remove the map of an element. */
export function remove(container: HTMLElement): void {
  widgets.get(container)?.destroy();
  widgets.delete(container);
}
