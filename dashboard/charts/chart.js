// Draws a chart from the address of its specification, with the Vega-Embed that Streamlit brings.

const charts = new WeakMap();
const PAPER = 680; // CSS pixels of a sheet of A4 between its margins
const fluid = new Set();

// Lines and letters are to be as large on paper as they are on a screen.
addEventListener("beforeprint", () => fluid.forEach((chart) => chart.resize(PAPER)));
addEventListener("afterprint", () => fluid.forEach((chart) => chart.resize(chart.width)));

class Chart {
  constructor(element) {
    this.element = element;
    this.button = document.createElement("button");
    this.button.className = "full-screen";
    this.button.onclick = () =>
      document.fullscreenElement ? document.exitFullscreen() : element.requestFullscreen();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(element);
  }

  /** Draw what `data` names, unless it is drawn; the last chart stays until the next one is here. */
  async show(data, pick) {
    this.pick = data.picking ? pick : undefined;
    if (data.url === this.url) return;
    this.url = data.url;
    this.element.setAttribute("aria-busy", "true");
    this.element.dataset.title = data.title;
    this.element.dataset.source = data.source;
    this.button.title = this.button.ariaLabel = data.fullScreen;
    try {
      const [spec, { embed, expressionInterpreter }] = await Promise.all([
        read(data.url),
        vega(data.vega),
      ]);
      if (data.url !== this.url) return; // another was asked for meanwhile
      await this.draw(spec, data.fluid, embed, expressionInterpreter);
    } catch (error) {
      console.warn(error);
      if (data.url === this.url) this.showImage(data);
    }
    if (data.url === this.url) this.element.setAttribute("aria-busy", "false");
  }

  async draw(spec, isFluid, embed, expr) {
    const place = document.createElement("div");
    place.className = "chart";
    this.width = this.element.clientWidth;
    if (isFluid) spec.width = this.width;
    const options = {
      actions: false,
      ast: true, // the content security policy forbids compiled expressions
      defaultStyle: false,
      expr,
      renderer: "svg",
      tooltip: { disableDefaultStyle: true },
    };
    const { finalize, view } = await embed(place, spec, options);
    this.finalize?.();
    this.finalize = finalize;
    place.classList.toggle("picking", Boolean(this.pick));
    view.addEventListener("click", (_, item) => {
      if (item?.datum?.city_id) this.pick?.(item.datum.city_id);
    });
    this.view = isFluid ? view : undefined;
    fluid[isFluid ? "add" : "delete"](this);
    this.element.classList.toggle("panels", !isFluid);
    this.element.replaceChildren(place, ...(document.fullscreenEnabled ? [this.button] : []));
    this.fit();
  }

  fit() {
    const width = this.element.clientWidth;
    if (document.fullscreenElement === this.element) return; // there all of it grows alike
    if (!this.view || !width || width === this.width) return;
    this.width = width;
    this.view.width(width).runAsync();
  }

  resize(width) {
    this.view.width(width).run();
  }

  /** Without Vega, or without its answer: the image of the chart. */
  showImage({ image, alt }) {
    this.finalize?.();
    this.finalize = this.view = undefined;
    fluid.delete(this);
    const picture = document.createElement("img");
    picture.src = image;
    picture.alt = alt;
    this.element.replaceChildren(picture);
  }

  remove() {
    fluid.delete(this);
    this.observer.disconnect();
    this.finalize?.();
  }
}

async function read(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.json();
}

/** Streamlit's loader of Vega-Embed, whatever it is called in this version. */
async function vega(url) {
  const [load] = Object.values(await import(url));
  return load();
}

/** Draw a chart into an element, or replace the one that it holds. */
export function render(element, data, pick) {
  if (!charts.has(element)) charts.set(element, new Chart(element));
  return charts.get(element).show(data, pick);
}

/** Remove the chart of an element. */
export function remove(element) {
  charts.get(element)?.remove();
  charts.delete(element);
}
