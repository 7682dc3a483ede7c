"""The map of a page: the component of :mod:`dashboard.maps.component`, over a picture of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import streamlit as st

from dashboard.data.current import catalogue
from dashboard.maps.component import SCRIPT_URL, map_data
from dashboard.maps.preview import preview_url
from dashboard.maps.registry import PageMap, page_map
from dashboard.markup.html import tag
from dashboard.ui import embed_snippet, layout

# An inline script of a component is loaded from a blob, so it can import whole addresses only.
_SCRIPT = """
export default async function ({ data, parentElement, setTriggerValue }) {
  const holder = parentElement.querySelector(".map-holder");
  const url = (path) => new URL(`.${path}`, document.baseURI).href;
  const style = holder.style;
  if (data.preview && !style.getPropertyValue("--preview"))
    style.setProperty("--preview", `url("${url(data.preview)}")`);
  style.setProperty("--sea", data.map.colours.sea);
  holder.classList.toggle("tall", data.tall);
  const script = await import(url(data.script));
  script.render(holder, data.map, {
    pick: (id) => setTriggerValue("pick", id),
    box: (ids) => setTriggerValue("box", ids),
  });
  return () => script.remove(holder);
}
"""

_HTML = str(tag("div", tag("div", class_="map-preview"), class_="map-holder"))


class Events(TypedDict):
    """What is called when the user selects a city on the map, or draws a box around several;
    :func:`picked` has their ids."""

    on_pick_change: Callable[[], None]
    on_box_change: Callable[[], None]


def key(name: str) -> str:
    """Widget key of a page's map."""
    return f"{name}_map"


def picked(name: str) -> list[str]:
    """Ids of the cities that the user picked or drew a box around, in a callback of ``events``."""
    state = st.session_state[key(name)]
    return [state["pick"]] if state.get("pick") else list(state.get("box") or [])


def show(
    name: str,
    query: Mapping[str, str],
    size: tuple[int, int],
    note: str = "",
    *,
    tall: bool = False,
    events: Events | None = None,
    **data: Any,
) -> None:
    """Draw the map of a page, and below it its note, files and snippet.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    size
        Width and height in pixels for which the map is described; the browser fits it to its place.
    note
        Sentence below the map.
    tall
        Whether the map takes two thirds of the window's height.
    events
        See :data:`Events`.
    data
        Other fields of ``MapData`` of the component.
    """
    described = page_map(name, catalogue(), query, size)
    preview = preview_url(name, query, described.map, layout.colours().name)
    draw(name, described, preview=preview, tall=tall, events=events, **data)
    embed_snippet.map_note(name, query, described.title, note)


def draw(
    name: str,
    described: PageMap,
    *,
    preview: str = "",
    tall: bool = False,
    events: Events | None = None,
    **data: Any,
) -> None:
    """Draw a map without anything below it; see :func:`show`.

    Parameters
    ----------
    preview
        URL of the picture under the map while WebGL starts.
    """
    component = st.components.v2.component("map", html=_HTML, js=_SCRIPT, isolate_styles=False)
    component(
        key=key(name),
        data={
            "script": SCRIPT_URL,
            "preview": preview,
            "tall": tall,
            "map": {**map_data(described, layout.colours()), **data},
        },
        height="content",
        on_pick_change=events and events["on_pick_change"],
        on_box_change=events and events["on_box_change"],
    )
