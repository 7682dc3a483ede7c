// Cities as buttons over their symbols, for keyboards and screen readers, and the card of one.
import { serverUrl } from "./address";
import type { MapData } from "./types";

export interface City {
  id: string;
  point: [number, number];
  title: string;
  facts: string;
  radius: number;
}

export class Cities {
  private readonly list = document.createElement("div");
  private readonly card = document.createElement("div");
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private cities: City[] = [];
  private opened: City | null = null;
  private written = "";
  private asked: string | undefined;
  private project: (point: [number, number]) => [number, number] = () => [0, 0];

  constructor(
    private readonly stage: HTMLElement,
    private data: MapData,
    private readonly actions: { follow: (city: City) => void; pick: (id: string) => void },
  ) {
    this.asked = data.open;
    this.list.className = "cities";
    this.card.className = "card";
    this.card.hidden = true;
    stage.append(this.list, this.card);
    stage.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.opened) this.open(null, true);
    });
  }

  update(data: MapData): void {
    this.data = data;
    if (this.opened) this.write(this.opened);
  }

  load(features: GeoJSON.Feature<GeoJSON.Point>[]): void {
    this.cities = features.map(({ geometry, properties }) => ({
      id: properties!.city_id,
      point: geometry.coordinates as [number, number],
      title: properties!.title,
      facts: properties!.facts,
      radius: properties!.radius,
    }));
    this.cities.sort((a, b) => a.title.localeCompare(b.title, this.data.language));
    const opened = this.cities.find(({ id }) => id === this.opened?.id);
    if (opened) this.opened = opened;
    const written = this.cities.map(({ title, facts }) => title + facts).join();
    if (this.written === written) return; // they only moved
    this.written = written;
    this.buttons.clear();
    for (const city of this.cities) {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("aria-label", `${city.title}. ${city.facts.replaceAll("\n", "; ")}`);
      button.addEventListener("focus", () => this.actions.follow(city));
      button.addEventListener("click", () => this.open(city.id));
      this.buttons.set(city.id, button);
    }
    this.list.replaceChildren(...this.buttons.values());
    const open = this.opened?.id ?? this.asked;
    this.asked = undefined; // a card that the user closes stays closed
    if (open) this.show(open);
  }

  /** Move the buttons and the card to where their cities are drawn. */
  place(project: (point: [number, number]) => [number, number]): void {
    this.project = project;
    for (const city of this.cities) {
      const [x, y] = project(city.point);
      const size = 2 * city.radius + 8;
      const button = this.buttons.get(city.id)!;
      button.style.width = button.style.height = `${size}px`;
      button.style.transform = `translate(${x - size / 2}px, ${y - size / 2}px)`;
    }
    if (!this.opened) return;
    const { clientWidth: width, clientHeight: height } = this.stage;
    const [x, y] = project(this.opened.point);
    const gap = this.opened.radius + 10;
    const left = x + gap + this.card.offsetWidth > width ? x - gap - this.card.offsetWidth : x + gap;
    const top = Math.max(8, Math.min(y - 20, height - this.card.offsetHeight - 8));
    this.card.style.transform = `translate(${Math.max(8, left)}px, ${top}px)`;
    // Not hidden, or it would lose the focus while the map flies to its city.
    this.card.classList.toggle("away", x < 0 || y < 0 || x > width || y > height);
  }

  /** Open the card of a city beside it, or none, and move the focus there. */
  open(id: string | null, back = false): void {
    const before = this.opened;
    this.show(id);
    if (this.opened) this.card.querySelector("a")?.focus({ preventScroll: true });
    else if (back && before) this.buttons.get(before.id)?.focus({ preventScroll: true });
  }

  /** Show the card of a city, which the page may ask for while the user is elsewhere. */
  show(id: string | null): void {
    this.opened = this.cities.find((city) => city.id === id) ?? null;
    this.card.hidden = !this.opened;
    if (!this.opened) return;
    this.write(this.opened);
    this.actions.follow(this.opened);
    this.place(this.project);
  }

  within(west: number, south: number, east: number, north: number): string[] {
    return this.cities
      .filter(({ point: [x, y] }) => x >= west && x <= east && y >= south && y <= north)
      .map(({ id }) => id);
  }

  private write(city: City): void {
    const { texts } = this.data;
    const title = document.createElement("strong");
    title.textContent = city.title;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "×";
    close.setAttribute("aria-label", texts.close);
    close.addEventListener("click", () => this.open(null, true));
    const facts = document.createElement("p");
    facts.textContent = city.facts;
    const actions = document.createElement("p");
    actions.className = "actions";
    actions.append(link(texts.cityPage, this.data.cityUrl + encodeURIComponent(city.id)));
    actions.append(link(texts.compare, this.data.compareUrl + encodeURIComponent(city.id)));
    if (this.data.selected) actions.append(this.selection(city, this.data.selected.includes(city.id)));
    this.card.replaceChildren(title, close, facts, actions);
    this.card.setAttribute("role", "group");
    this.card.setAttribute("aria-label", city.title);
  }

  private selection(city: City, selected: boolean): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.data.texts[selected ? "deselect" : "select"];
    button.addEventListener("click", () => this.actions.pick(city.id));
    return button;
  }
}

function link(text: string, address: string): HTMLAnchorElement {
  const anchor = document.createElement("a");
  anchor.textContent = text;
  anchor.href = serverUrl(address);
  anchor.target = "_top";
  return anchor;
}
