"""The frame that every page shares: style, heading, key figures, notes of source, downloads."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator as Column

from dashboard.data.current import catalogue
from dashboard.markup.code_snippets import Download
from dashboard.markup.figures import Figure
from dashboard.markup.theme import Palette, palette
from dashboard.markup.urls import download_url
from dashboard.telemetry import logs, metrics
from dashboard.ui import code_snippets as elsewhere
from dashboard.ui import language
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import row_count
from geo.errors import GeoError, LayerError, shown
from geo.export import fitting
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import mark, ntr, terms, tr
from geo.schema import DECLARED


def colours() -> Palette:
    """The palette of the reader's theme."""
    return palette(st.context.theme.type)


STREAMLIT_WORDS: Mapping[str, str] = {
    "none": mark("No option fits or is left"),
    "all": mark("Select all"),
    "enter": mark("Press Enter to apply"),
    "more": mark("More pages"),
}
"""Words of Streamlit's own, which are English, that the style sheet replaces on other pages: name
of its variable -> what it says."""

DRAWER_WORDS: Mapping[str, str] = {
    "filters": mark("Filters"),
    "menu": mark("Menu"),
    "close": mark("Close"),
}
"""What the style sheet writes on the buttons of the sidebar, in every language: name of its
variable -> what it says. In a narrow window the pages are in the sidebar too."""

MENU_AND_FILTERS = mark("Menu & filters")


def style(filters: bool) -> None:
    """Give the style sheet, which the HTML shell links, the colours of the reader's theme and
    Streamlit's own words in the reader's language.

    Parameters
    ----------
    filters
        Whether the page has filters in the sidebar.
    """
    chosen = colours()
    variables = (
        f"--accent:{chosen.accent};--on-accent:{chosen.on_accent};--ground:{chosen.ground};"
        f"--rule:{chosen.rule};--muted:{chosen.muted}"
    )
    words = {**STREAMLIT_WORDS, **DRAWER_WORDS}
    if filters:
        words["menu"] = MENU_AND_FILTERS
    for name, said in terms(words).items():
        variables += f";--say-{name}:{json.dumps(said, ensure_ascii=False)}"
    st.html(f"<style>:root{{{variables}}}</style>")


def question(text: str) -> None:
    """The question that the page answers, over its title."""
    st.html(f'<p class="question">{escape(text)}</p>')


def heading(title: str, answer: str | Callable[[], str]) -> None:
    """Title of the page, and the sentence that answers its question.

    Parameters
    ----------
    answer
        The sentence, or what says it; the title stands also when that cannot read its layers.
    """
    name = f"<h1>{escape(title)}</h1>"
    try:
        said = answer() if callable(answer) else answer
    except GeoError as error:
        st.html(f'<header class="page">{name}</header>')
        _say(error)
        return
    st.html(f'<header class="page">{name}<p>{escape(said)}</p></header>')


def figures(row: Sequence[Figure]) -> None:
    """A row of key figures; in a narrow window two rows, on a phone two columns."""
    half, few = -(-len(row) // 2), " few" if len(row) < 6 else ""
    cells = "".join(
        f"<div><dt>{escape(figure.label)}<small>{escape(figure.source)}</small></dt>"
        f"<dd>{escape(figure.value)}</dd></div>"
        for figure in row
    )
    st.html(f'<dl class="figures{few}" style="--all:{len(row)};--half:{half}">{cells}</dl>')


def beside(name: str, spec: Sequence[float], below: int, last_first: bool = False) -> list[Column]:
    """Columns that stand one under the other in a window too narrow for them.

    Parameters
    ----------
    name
        Name of the row on the page.
    spec
        Relative widths.
    below
        ``NARROW`` or ``WITH_SIDEBAR`` of :mod:`dashboard.markup.breakpoints`: windows of
        less pixels are too narrow. The style sheet has the same two.
    last_first
        Whether the last column comes first there.
    """
    order = "_last_first" if last_first else ""
    with st.container(key=f"below_{below}{order}_{name}"):
        return st.columns(spec, gap="large")


def section(title: str, note: str = "") -> None:
    """Heading of a part of a page, with a line that says what it shows."""
    said = f"<p>{escape(note)}</p>" if note else ""
    st.html(f'<header class="section"><h2>{escape(title)}</h2>{said}</header>')


def caption(text: str) -> None:
    """Line over one of several charts of a section: what it shows, year and unit."""
    st.html(f'<p class="caption">{escape(text)}</p>')


def missing_land() -> None:
    """What is said under a map whose land cannot be read."""
    for name in ("countries", "context"):
        with part():
            catalogue().geo(name)


def source(text: str) -> None:
    """Source line under a chart, map or table."""
    st.html(f'<p class="source">{escape(text)}</p>')


def foot(html: str) -> None:
    """The line at the page's foot, if there is one; see :func:`dashboard.data.freshness.stamp`."""
    if html:
        st.html(html)


MAIN_FORMATS = ("geojson", "csv", "xlsx")
"""What most readers take; the others are offered on demand."""


def downloads(files: Sequence[Download]) -> None:
    """Links to layers in every format, and how the same data are used elsewhere."""
    st.html("".join(download_links(*file) for file in files))
    elsewhere.panel(files)


def download_links(layer: str, wanted: Filter, what: str) -> str:
    """Links to a layer in every format that can hold it, with the rows that they hold, as HTML."""
    main, more = "", ""
    for extension, format in fitting(DECLARED[layer]).items():
        link = _link(layer, wanted, extension, what, tr(format.title))
        if extension in MAIN_FORMATS:
            main += link
        else:
            more += link
    more += _link(layer, wanted, METADATA, what, tr("Metadata"))
    label = tr("More formats")
    return (
        f'<div class="downloads"><span>{escape(what)}<small>{escape(_rows(layer, wanted))}</small>'
        f'</span><div>{main}<details><summary aria-label="{escape(f"{what}, {label}")}">'
        f"{escape(label)}</summary><div>{more}</div></details></div></div>"
    )


def _link(layer: str, wanted: Filter, extension: str, what: str, title: str) -> str:
    return (
        f'<a href="{escape(download_url(layer, extension, wanted))}" download '
        f'aria-label="{escape(f"{what}, {title}")}">{escape(title)}</a> '
    )


def _rows(layer: str, wanted: Filter) -> str:
    try:
        return ntr("{n} row", "{n} rows", row_count(layer, wanted, catalogue()))
    except LayerError:
        return ""  # a layer that cannot be read is told of where it is shown


@contextmanager
def part(title: str = "", note: str = "") -> Iterator[None]:
    """A part of a page that says its fault in one sentence and lets the parts after it be shown.

    Parameters
    ----------
    title, note
        Its :func:`section` heading, if it has one.
    """
    try:
        if title:
            section(title, note)
        yield
    except GeoError as error:
        _say(error)


def _say(error: GeoError) -> None:
    metrics.error("part")
    logs.event("part_failed", logging.ERROR, page=metrics.page(), message=logs.said(error))
    st.error(str(error))


def no_parameters() -> None:
    """Say that a page takes no parameters, when its address has some."""
    problems(
        tr("This page takes no parameter; there is {name}.", name=shown(name))
        for name in language.without(language.address())
    )


def problems(sentences: Iterable[str]) -> None:
    """Say what of the URL was not understood; the rest of the page keeps working."""
    for sentence in sentences:
        st.warning(f"{tr('The address asks for something unknown.')} {sentence}")
