"""Shared layout of pages: style, headings, key figures, source lines, downloads, errors."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import streamlit as st
from markupsafe import Markup
from streamlit.delta_generator import DeltaGenerator as Column

from dashboard.data.current import catalogue
from dashboard.discovery import not_understood
from dashboard.discovery.page_states import NO_CODEC
from dashboard.markup.code_snippets import Download, origin, recipe
from dashboard.markup.figures import Figure
from dashboard.markup.file_links import ANY, LAYERS, Files, briefing_links, cite_url, files_mark
from dashboard.markup.found import found_note
from dashboard.markup.html import style_sheet, tag
from dashboard.markup.page_tools import download_button, section_index
from dashboard.markup.theme import Palette, palette
from dashboard.markup.urls import download_url
from dashboard.navigation import GROUPS, PAGES, QUESTION_ID
from dashboard.pages.url_state import Unknown
from dashboard.telemetry import logs, metrics
from dashboard.ui import language
from dashboard.ui.html import render_html
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filter_for, row_count
from geo.analysis.selection import Selection
from geo.errors import GeoError, LayerError
from geo.export import formats_for
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import mark, ntr, terms, tr
from geo.layers.catalogue import Catalogue
from geo.schema import DECLARED


def colours() -> Palette:
    """The palette of the user's theme."""
    return palette(st.context.theme.type)


STREAMLIT_WORDS: Mapping[str, str] = {
    "none": mark("No options available"),
    "all": mark("Select all"),
    "enter": mark("Press Enter to apply"),
    "more": mark("More pages"),
}
"""Streamlit's built-in English labels that the style sheet replaces in other languages: name of the
CSS variable -> label."""

DRAWER_WORDS: Mapping[str, str] = {
    "filters": mark("Filters"),
    "menu": mark("Menu"),
    "close": mark("Close"),
}
"""Labels that the style sheet adds to the buttons of the sidebar, in all languages: name of the CSS
variable -> label. In narrow windows the sidebar contains the page menu too."""

MENU_AND_FILTERS = mark("Menu & filters")


def style(filters: bool) -> None:
    """Set CSS variables for the style sheet, which the HTML shell links: the colours of the user's
    theme, and Streamlit's labels in the user's language.

    Parameters
    ----------
    filters
        Whether the page has filters in the sidebar.
    """
    active = colours()
    variables = (
        f"--accent:{active.accent};--on-accent:{active.on_accent};--ground:{active.ground};"
        f"--rule:{active.rule};--muted:{active.muted};--text:{active.text}"
    )
    labels = {**STREAMLIT_WORDS, **DRAWER_WORDS}
    if filters:
        labels["menu"] = MENU_AND_FILTERS
    for name, text in terms(labels).items():
        variables += f";--say-{name}:{json.dumps(text, ensure_ascii=False)}"
    rules = [f":root{{{variables}}}", *_navigation_rules()]
    if not filters:  # else the empty sidebar of the page before stays while this one runs
        hidden = f"{SIDEBAR},{SIDEBAR_OPENER}{{display:none}}"
        rules.append(f"@media (min-width:{DRAWER_WIDTH + 1}px){{{hidden}}}")
    render_html(style_sheet("".join(rules)))


SIDEBAR = '.stApp [data-testid="stSidebar"]'
SIDEBAR_OPENER = '.stApp [data-testid="stExpandSidebarButton"]'

DRAWER_WIDTH = 768
"""Width in pixels of windows up to which Streamlit lays the sidebar, with the pages, over the
page."""


def _navigation_rules() -> Iterator[str]:
    """Names of the groups of pages in the drawer, and lines between them in the bar, where each of
    Streamlit's own groups would be a menu that hides its pages."""
    for number, page in enumerate(PAGES, 1):
        if page in GROUPS:
            name = json.dumps(tr(GROUPS[page]), ensure_ascii=False)
            drawer = '.stApp [data-testid="stSidebarNavItems"] > li'
            yield f"{drawer}:nth-child({number})::before{{content:{name}}}"
            if number > 1:
                bar = '.stApp [data-testid="stTopNav"] > .rc-overflow-item'
                yield f"{bar}:nth-child({number}){{border-left:1px solid var(--rule)}}"


def question(text: str) -> None:
    """Draw the question that the page answers, above its title."""
    render_html(tag("p", text, class_="question", id=QUESTION_ID))


def heading(title: str, answer: str | Callable[[], str]) -> None:
    """Draw the title of the page, and the sentence that answers its question.

    Parameters
    ----------
    answer
        The sentence, or a function that returns it; the title is shown even if that fails.
    """
    name, button = tag("h1", title), download_button()
    try:
        text = answer() if callable(answer) else answer
    except GeoError as error:
        render_html(tag("header", name, button, class_="page"))
        _report(error)
        return
    render_html(tag("header", name, tag("p", text), button, class_="page"))


def briefings(*names: str, query: Mapping[str, str] | None = None) -> None:
    """Draw the links of briefings below the heading; see
    :func:`dashboard.markup.file_links.briefing_links`."""
    render_html(tag("p", *(briefing_links(name, query) for name in names), class_="ways"))


def found(city_filter: Filter, selection: Selection, layers: Catalogue) -> None:
    """Say below the heading what a search found, and where."""
    if note := found_note(city_filter, selection, layers):
        render_html(tag("p", note, class_="source", role="status"))


def figures(row: Sequence[Figure]) -> None:
    """Draw a row of key figures; two rows in narrow windows, two columns on phones."""
    cells = [
        tag(
            "div",
            tag("dt", figure.label, tag("small", figure.source)),
            tag("dd", figure.value, figure.place and tag("small", figure.place)),
        )
        for figure in row
    ]
    kind = "figures few" if len(row) < 6 else "figures"
    columns = f"--all:{len(row)};--half:{-(-len(row) // 2)}"
    render_html(tag("dl", cells, class_=kind, style=columns))


def responsive_columns(
    name: str, spec: Sequence[float], below: int, last_first: bool = False
) -> list[Column]:
    """Columns that are stacked in narrow windows.

    Parameters
    ----------
    name
        Name of the row on the page.
    spec
        Relative widths.
    below
        ``NARROW`` or ``WITH_SIDEBAR`` of :mod:`dashboard.markup.breakpoints`: window width below
        which columns are stacked. The style sheet has the same two.
    last_first
        Whether the last column comes first when stacked.
    """
    order = "_last_first" if last_first else ""
    with st.container(key=f"below_{below}{order}_{name}"):
        return st.columns(spec, gap="large")


def index() -> None:
    """Draw the index of the page's sections, which stays in sight."""
    render_html(section_index())


def section(title: str, note: str = "", anchor: str = "", short: str = "") -> None:
    """Draw the heading of a section, with a line that describes it.

    Parameters
    ----------
    anchor
        Its name in the address, such as ``projects``.
    short
        Its name in the index of the page; without one it is not listed there.
    """
    render_html(
        tag(
            "header",
            tag("h2", title),
            note and tag("p", note),
            id=anchor or None,
            class_="section",
            data_index=short or None,
        )
    )


def caption(text: str) -> None:
    """Draw a line above one of several charts of a section: content, year and unit."""
    render_html(tag("p", text, class_="caption"))


def missing_land_notices() -> None:
    """Report below a map if its land layers cannot be read."""
    for name in ("countries", "context", "countries_low", "context_low", "land"):
        with part():
            catalogue().geo(name)


def source(text: str) -> None:
    """Draw a source line below a chart, map or table."""
    render_html(tag("p", text, class_="source"))


def downloads(files: Sequence[Download], note: str = "") -> None:
    """Offer layers in the panel of downloads, and code snippets to use the same data.

    Parameters
    ----------
    note
        What the filter of the files is.
    """
    offer(files, note)
    render_html(tag("div", recipe(origin(st.context.url), files), hidden=True))


def offer(files: Sequence[Download], note: str = "") -> None:
    """Offer layers in the panel of downloads, without code snippets; see :func:`downloads`."""
    marks = [layer_files(*file) for file in files]
    render_html(tag("div", marks, hidden=True, data_downloads_note=note or None))


def layer_downloads(names: Iterable[str], note: str = "") -> None:
    """Offer whole layers in the panel of downloads, each with its title."""
    downloads([(name, Filter(), tr(DECLARED[name].title)) for name in names], note)


def layer_files(layer: str, city_filter: Filter, label: str) -> Markup:
    """A layer in every format that supports it, with the number of rows, for the panel of
    downloads; without the filter if the layer takes none."""
    city_filter = filter_for(layer, city_filter, catalogue())
    files = Files((*formats_for(DECLARED[layer]), METADATA), download_url(layer, ANY, city_filter))
    cite = cite_url(LAYERS, layer, {})
    return files_mark(label, files, rows=_rows(layer, city_filter), cite=cite)


def _rows(layer: str, city_filter: Filter) -> str:
    try:
        return ntr("{n} row", "{n} rows", row_count(layer, city_filter, catalogue()))
    except LayerError:
        return ""  # reported where the layer is shown


@contextmanager
def part(title: str = "", note: str = "", anchor: str = "", short: str = "") -> Iterator[None]:
    """A part of a page whose errors are shown as one sentence, so that later parts still run.

    Parameters
    ----------
    title, note, anchor, short
        Its :func:`section` heading, if any.
    """
    try:
        if title:
            section(title, note, anchor, short)
        yield
    except GeoError as error:
        _report(error)


def _report(error: GeoError) -> None:
    metrics.error("part")
    logs.event("part_failed", logging.ERROR, page=metrics.page(), message=logs.safe_message(error))
    st.error(str(error))


_MARKDOWN = re.compile(r"([\\`*_\[\]<>$~&])")
"""Characters that Streamlit's Markdown reads as more than text."""


def markdown_text(text: str) -> str:
    """A text that Streamlit shows as it is, where it takes Markdown.

    >>> markdown_text("see [x](y)")
    'see \\\\[x\\\\](y)'
    """
    return _MARKDOWN.sub(r"\\\1", text)


def warn_parameters() -> None:
    """Warn about parameters in the URL of a page that has none."""
    _, problems = NO_CODEC.from_query(language.without_language(language.page_query()))
    warn_problems(problems)


def warn_problems(problems: Iterable[str]) -> None:
    """Warn about parts of the URL that are not understood, and what may have been meant; the rest
    of the page keeps working.

    Parameters
    ----------
    problems
        As a codec of :mod:`dashboard.pages.url_state` returns them.
    """
    unknown = [one for one in problems if isinstance(one, Unknown)]
    for sentence in (one for one in problems if not isinstance(one, Unknown)):
        st.warning(sentence)
    if unknown:
        st.warning(markdown_text(not_understood.sentence(unknown)))
        page, query = metrics.page(), language.page_query()
        if meant := not_understood.meant(unknown, page, query, catalogue()):
            render_html(meant)
