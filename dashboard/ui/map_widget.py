"""The map of a page: the component of :mod:`dashboard.maps.component`, over a picture of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.data.current import catalogue
from dashboard.maps.component import SCRIPT_URL, map_data
from dashboard.maps.preview import preview_url
from dashboard.maps.registry import PageMap, page_map
from dashboard.markup.breakpoints import map_room
from dashboard.markup.html import tag
from dashboard.ui import embed_snippet, layout
from dashboard.ui.page_session import PageSession
from geo.i18n import is_explicit

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
  holder.classList.toggle("timed", "timeline" in data.map);
  if (data.map.panel && !holder.querySelector(".panel")) {
    const early = document.createElement("div");
    early.className = "panel early";
    early.innerHTML = data.map.panel;
    holder.append(early);
  }
  const script = await import(url(data.script));
  script.render(holder, data.map, {
    pick: (id) => setTriggerValue("pick", id),
    box: (ids) => setTriggerValue("box", ids),
    year: (year) => setTriggerValue("year", year),
  });
  if (holder.querySelector(".map")) holder.querySelector(".panel.early")?.remove();
  return () => script.remove(holder);
}
"""

_HTML = str(tag("div", tag("div", class_="map-preview"), class_="map-holder"))


Events = Mapping[str, Callable[[], None]]
"""What the page does when the user does something on the map: ``on_pick_change`` selects a city,
``on_box_change`` all in a box, ``on_year_change`` comes to rest at a year."""


def key(name: str) -> str:
    """Widget key of a page's map."""
    return f"{name}_map"


def picked(name: str) -> list[str]:
    """Ids of the cities that the user picked or drew a box around, in a callback of ``events``."""
    state = st.session_state[key(name)]
    return [state["pick"]] if state.get("pick") else list(state.get("box") or [])


def year_event(session: PageSession[Any]) -> Events:
    """Event that puts the year at which the map rests into the state of a page."""

    def keep() -> None:
        year = int(st.session_state[key(session.page)]["year"])
        session.change(replace(session.current(), year=year), redraw=False)

    return {"on_year_change": keep}


def show(
    name: str,
    query: Mapping[str, str],
    size: tuple[int, int],
    note: str = "",
    *,
    tall: bool = False,
    events: Events | None = None,
    notes: DeltaGenerator | None = None,
    **data: Any,
) -> None:
    """Draw the map of a page, and below it its note, files and snippet.

    Parameters
    ----------
    name, query
        Name of the map, one of :data:`dashboard.maps.registry.MAPS`, and the page's query.
    size
        Width and height in pixels that the map is likely to have; the browser fits it to its place.
    note
        Sentence below the map.
    tall
        Whether the map takes two thirds of the window's height.
    events
        See :data:`Events`.
    notes
        Container of what stands below the map, if it is not to follow at once.
    data
        Other fields of ``MapData`` of the component.
    """
    layers, colours, room = catalogue(), layout.colours(), map_room(size)

    def make() -> dict[str, Any]:
        described = page_map(name, layers, query, room)
        preview = preview_url(name, query, described.map, colours.name)
        return {**map_data(described, colours), "preview": preview}

    # Most users see a map that another user or an earlier run has seen.
    cache_key = ("map", is_explicit(), name, tuple(sorted(query.items())), room, colours.name)
    made = dict(layers.cached(cache_key, make))
    preview = made.pop("preview")
    _draw(name, {**made, **data}, preview, tall, events)
    embed_snippet.on_paper(name, query, made["title"])
    with notes or nullcontext():
        embed_snippet.map_note(name, query, made["title"], note)


def draw(name: str, described: PageMap, *, tall: bool = False) -> None:
    """Draw a map of the user's own data, without anything below it."""
    _draw(name, map_data(described, layout.colours()), tall=tall)


def _draw(
    name: str,
    data: Mapping[str, Any],
    preview: str = "",
    tall: bool = False,
    events: Events | None = None,
) -> None:
    component = st.components.v2.component("map", html=_HTML, js=_SCRIPT, isolate_styles=False)
    component(
        key=key(name),
        data={"script": SCRIPT_URL, "preview": preview, "tall": tall, "map": data},
        height="content",
        **cast("dict[str, Any]", events or {}),
    )
