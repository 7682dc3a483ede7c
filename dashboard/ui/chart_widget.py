"""Charts and tables on a page, with source line and download links."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.export import FORMATS
from dashboard.charts.page_chart import SCRIPT, SPECIFICATION, PageChart, page_chart
from dashboard.charts.registry import CHARTS
from dashboard.datasets.files import CHART_KIND, TABLE_KIND, TABLES, file_url
from dashboard.datasets.files import FORMATS as DATA
from dashboard.markup import embed_snippet
from dashboard.markup.file_links import ANY, Files, cite_link, files_button, source_line
from dashboard.markup.html import style_sheet, tag
from dashboard.markup.tables import paragraph
from dashboard.markup.theme import Palette
from dashboard.streamlit_internals import vega_embed_url
from dashboard.ui import embed_snippet as embed_snippet_ui
from dashboard.ui import layout
from dashboard.ui.html import render_html
from geo.i18n import tr
from geo.layers.catalogue import Catalogue

DEFAULT_PANELS = (PANEL_COLUMNS, PANEL_WIDTH)

# An inline script of a component is loaded from a blob, so it can import whole addresses only.
_SCRIPT = """
export default async function ({ data, parentElement, setStateValue }) {
  const holder = parentElement.querySelector(".chart-holder");
  const url = (path) => path && new URL(`.${path}`, document.baseURI).href;
  holder.style.minHeight ||= `${data.height}px`;
  const { script, spec, vega, image, ...other } = data;
  const component = await import(url(script));
  const addresses = { url: url(spec), vega: url(vega), image: url(image) };
  component.render(holder, { ...other, ...addresses }, (id) => setStateValue("city", id));
  return () => component.remove(holder);
}
"""

_HTML = str(tag("div", class_="chart-holder"))


def _draw(
    name: str,
    chart: PageChart,
    query: Mapping[str, str],
    panels: tuple[int, int],
    version: str,
    picking: bool,
    key: str,
) -> None:
    """Draw the component, which fetches the chart from its address."""
    colours, fluid = layout.colours(), CHARTS[name].fluid
    columns, width = panels
    size = {} if panels == DEFAULT_PANELS else {"columns": str(columns), "panel": str(width)}
    params = {**query, "theme": colours.name, **size, "v": version}
    if chart.height:  # so that what is below does not move when it is drawn
        render_html(style_sheet(f".st-key-{_key(key)}{{min-height:{chart.height}px}}"))
    component = st.components.v2.component("chart", html=_HTML, js=_SCRIPT, isolate_styles=False)
    component(
        key=_key(key),
        data={
            "script": SCRIPT.url,
            "vega": vega_embed_url(),
            "spec": file_url(CHART_KIND, name, SPECIFICATION, params),
            "image": file_url(CHART_KIND, name, "svg", _image_query(query, colours)),
            "alt": chart.alt,
            "title": chart.title,
            "source": tr("Source: {source}", source=chart.source),
            "fullScreen": tr("Full screen"),
            "fluid": fluid,
            "height": chart.height,
            "picking": picking,
        },
        height="content",
        width="stretch",
        **cast("dict[str, Any]", {"on_city_change": lambda: None} if picking else {}),
    )


def _key(name: str) -> str:
    return f"chart_{name}"


def picked_city(name: str) -> str:
    """Id of the city whose mark the user clicked last; empty if there is none."""
    state = st.session_state.get(_key(name))
    return str(state["city"]) if state and state.get("city") else ""


def show(
    name: str,
    layers: Catalogue,
    query: Mapping[str, str],
    panels: tuple[int, int] = DEFAULT_PANELS,
    nothing: str = "",
    note: str = "",
    picking: bool = False,
    key: str = "",
    notes: DeltaGenerator | None = None,
) -> None:
    """Draw a chart of :data:`dashboard.charts.registry.CHARTS` with its source line.

    Parameters
    ----------
    query
        Query of the chart, and of its image and data files.
    panels
        Number of panels per row, and the width of each in pixels.
    nothing
        Sentence to show instead if there is nothing to draw.
    note
        Text after the source.
    picking
        Whether a click on the mark of a city runs the page anew; see :func:`picked_city`.
    key
        Unique on the page where it has the chart more than once; by default the name.
    notes
        Container of the source line, if it is not to follow at once.
    """
    colours = layout.colours()
    chart = page_chart(name, layers, query, colours, panels)
    if not chart.specification:
        if nothing:
            render_html(paragraph(nothing))
        return
    _draw(name, chart, query, panels, layers.version, picking, key or name)
    with notes or nullcontext():
        _takeaway(name, chart, query, colours, note, key or name)


def files_of(name: str, layers: Catalogue, query: Mapping[str, str]) -> None:
    """Draw the source line of a chart that the page shows in another form; see :func:`show`."""
    colours = layout.colours()
    chart = page_chart(name, layers, query, colours, DEFAULT_PANELS)
    if chart.specification:
        _takeaway(name, chart, query, colours, chart.title, name)


def _takeaway(
    name: str, chart: PageChart, query: Mapping[str, str], colours: Palette, note: str, key: str
) -> None:
    pictures = file_url(CHART_KIND, name, ANY, _image_query(query, colours))
    data = file_url(CHART_KIND, name, ANY, query)
    files = [Files(FORMATS, pictures), Files(DATA, data)]
    if pictures == data:
        files = [Files((*FORMATS, *DATA), data)]
    text = " ".join(part for part in (chart.source, note) if part)
    with embed_snippet_ui.takeaway_row(embed_snippet.CHARTS, key):
        # On paper, charts of a fixed width are pictures of its width.
        picture = (
            None
            if CHARTS[name].fluid
            else tag(
                "img",
                class_="on-paper",
                loading="lazy",
                src=file_url(CHART_KIND, name, "svg", query),
                alt=chart.alt,
            )
        )
        cite = cite_link(CHART_KIND, name, query, chart.title)
        render_html(picture, source_line(text, files_button(chart.title, *files), cite))
        embed_snippet_ui.show_snippet(embed_snippet.CHARTS, name, query, chart.title)


def _image_query(query: Mapping[str, str], colours: Palette) -> dict[str, str]:
    return {**query, **({"theme": "dark"} if colours.name == "dark" else {})}


def table_source(text: str, name: str, query: Mapping[str, str] | None = None) -> None:
    """Draw the source line of a table of :data:`dashboard.datasets.files.TABLES`, with its files.

    Parameters
    ----------
    query
        Query of the table and its files.
    """
    params = {key: value for key, value in (query or {}).items() if key in TABLES[name].parameters}
    files = Files(DATA, file_url(TABLE_KIND, name, ANY, params))
    title = tr(TABLES[name].title)
    cite = cite_link(TABLE_KIND, name, params, title)
    render_html(source_line(text, files_button(title, files), cite))
