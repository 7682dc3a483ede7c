"""The language of a reader's session: from the URL, else as before, else the browser's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from html import escape
from urllib.parse import urlencode

import streamlit as st

from dashboard import i18n
from dashboard.data import current as data
from dashboard.i18n import PARAMETER
from dashboard.telemetry import metrics
from dashboard.ui import page_runs
from geo.i18n import Language, activate, tr
from geo.i18n import language as spoken
from geo.parameters import joined

_CHOSEN = "language"
"""Key in the session's state of the code that a URL asked for; without one the browser's counts."""

Part = Callable[[], None]


def start() -> None:
    """Speak the reader's language in this run of the script; to be called before any page."""
    asked = i18n.of_query(st.query_params.to_dict())
    if asked:
        st.session_state[_CHOSEN] = asked.code
    _speak()


def _speak() -> None:
    activate(current())
    i18n.ask(_CHOSEN in st.session_state)


def current() -> Language:
    """The language of the session."""
    code = str(st.session_state.get(_CHOSEN, ""))
    return i18n.languages().get(code) or i18n.of_browser(
        st.context.headers.get("Accept-Language", "")
    )


def asked() -> dict[str, str]:
    """The URL parameter that keeps the language; none when the browser's own is spoken."""
    code = st.session_state.get(_CHOSEN)
    return {PARAMETER: code} if code else {}


def without(query: Mapping[str, str]) -> dict[str, str]:
    """A URL's query without the language, which belongs to no page."""
    return {name: value for name, value in query.items() if name != PARAMETER}


def address() -> dict[str, str]:
    """The query of the page's URL; values of a parameter that is repeated are joined by commas."""
    params = st.query_params
    return joined((name, value) for name in params for value in params.get_all(name))


def keep() -> None:
    """Put the language back into a URL that lost it, as a change of page does."""
    query = address()
    if {**query, **asked()} != query:
        st.query_params.from_dict({**query, **asked()})


def fragment(run_every: float | None) -> Callable[[Part], Part]:
    """``st.fragment`` whose own reruns speak the session's language too, keep to the layers that
    its page was drawn from, and are counted."""

    def decorated(part: Part) -> Part:
        page, layers = metrics.page(), data.served()

        @wraps(part)
        def spoken_part() -> None:
            data.hold(layers)
            _speak()
            if metrics.page():  # the whole page runs
                part()
                return
            with page_runs.rerun(), metrics.rerun(page, part=True):
                part()

        return st.fragment(spoken_part, run_every=run_every)

    return decorated


def switch() -> str:
    """Links to this page in the other languages, as HTML."""
    query = without(address())
    links = []
    for code, other in i18n.languages().items():
        if code == spoken().code:
            links.append(f'<span lang="{code}" aria-current="true">{escape(other.name)}</span>')
        else:
            href = escape("?" + urlencode({**query, PARAMETER: code}))
            links.append(
                f'<a href="{href}" target="_self" lang="{code}" hreflang="{code}">'
                f"{escape(other.name)}</a>"
            )
    label = escape(tr("Language"))
    return f'<nav class="languages" aria-label="{label}">{"".join(links)}</nav>'
