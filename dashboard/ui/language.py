"""The language of a user's session: from the URL, else from the session, else the browser's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from urllib.parse import urlencode

import streamlit as st
from markupsafe import Markup

from dashboard import i18n
from dashboard.data import current as current_layers
from dashboard.i18n import PARAMETER
from dashboard.maps.view import VIEW
from dashboard.markup.citations import VERSION
from dashboard.markup.html import link, tag
from dashboard.present.script import PARAMETER as PRESENT
from dashboard.telemetry import metrics
from dashboard.ui import page_runs
from geo.i18n import Language, activate, set_explicit, tr
from geo.i18n import language as active_language
from geo.parameters import joined

_SESSION_KEY = "language"
"""Session state key of the language code that a URL requested; the browser's counts without it."""

RETURNED = "returned"
"""Parameter that ``html_shell.js`` adds to the URL for the server when the user goes back."""

Part = Callable[[], None]


def activate_session_language() -> None:
    """Activate the user's language for this script run; call it before running a page."""
    requested = i18n.language_from_query(st.query_params.to_dict())
    if requested:
        st.session_state[_SESSION_KEY] = requested.code
    _activate()


def _activate() -> None:
    activate(current())
    set_explicit(_SESSION_KEY in st.session_state)


def current() -> Language:
    """The language of the session."""
    code = str(st.session_state.get(_SESSION_KEY, ""))
    return i18n.languages().get(code) or i18n.language_from_header(
        st.context.headers.get("Accept-Language", "")
    )


def language_params() -> dict[str, str]:
    """The URL parameter of the language; empty if the browser's language is used."""
    code = st.session_state.get(_SESSION_KEY)
    return {PARAMETER: code} if code else {}


def without_language(query: Mapping[str, str]) -> dict[str, str]:
    """A query without the language parameter, which belongs to no page."""
    return {name: value for name, value in query.items() if name != PARAMETER}


def page_query() -> dict[str, str]:
    """The query of the page's URL, without what the browser keeps there, the view of a map and the
    section that is presented, :data:`RETURNED`, and the data version of a citation; values of a
    repeated parameter are joined by commas."""
    params = st.query_params
    kept = {VIEW, PRESENT, RETURNED, VERSION}
    names = (name for name in params if name not in kept)
    return joined((name, value) for name in names for value in params.get_all(name))


def is_returned() -> bool:
    """Whether the user came to the page's URL by the browser's back or forward button."""
    return RETURNED in st.query_params


def keep_in_url() -> None:
    """Restore the language in the URL, which a change of page removes."""
    query = page_query()
    if {**query, **language_params()} != query:
        cited = {VERSION: st.query_params[VERSION]} if VERSION in st.query_params else {}
        st.query_params.from_dict({**query, **language_params(), **cited})


def fragment(part: Part) -> Part:
    """``st.fragment`` whose reruns use the session's language and the layers of the last page run,
    and are recorded in the metrics."""
    page, layers = metrics.page(), current_layers.served_layers()

    @wraps(part)
    def wrapped_part() -> None:
        current_layers.pin_layers(layers)
        _activate()
        if metrics.page():  # the whole page runs
            part()
            return
        with page_runs.rerun(), metrics.rerun(page, part=True):
            part()

    return st.fragment(wrapped_part)


def language_links() -> Markup:
    """Links to this page in other languages, as HTML."""
    query = without_language(page_query())
    links = [
        tag("span", other.name, lang=code, aria_current="true")
        if code == active_language().code
        else link("?" + urlencode({**query, PARAMETER: code}), other.name, lang=code, hreflang=code)
        for code, other in i18n.languages().items()
    ]
    return tag("nav", links, class_="languages", aria_label=tr("Language"))
