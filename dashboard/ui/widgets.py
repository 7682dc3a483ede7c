"""Widgets that pages share. Each sets a field of a page's state, or of its filter: it takes the
state and returns it with the value of the widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.data import un_revision
from dashboard.ui.page_session import PageSession
from geo.analysis.peers import EQUAL, MAX_WEIGHT, MEASURES
from geo.i18n import terms, tr
from geo.parameters import MAX_TEXT
from geo.vocabulary import REVISION_NAMES

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Fields = TypeVar("Fields", bound=DataclassInstance)

Session = PageSession[Any]
Options = Mapping[str, str]
"""Value -> label, in the user's language."""


def segmented(
    session: Session,
    state: Fields,
    field: str,
    label: str,
    options: Options,
    name: str = "",
    label_visibility: Literal["visible", "collapsed"] = "collapsed",
) -> Fields:
    """Segmented control.

    Parameters
    ----------
    name
        Name of the widget on the page, if not that of the field.
    """
    key, initial = session.widget(name or field, getattr(state, field))
    selected = st.segmented_control(
        label,
        list(options),
        default=initial,
        format_func=options.__getitem__,
        required=True,
        key=key,
        label_visibility=label_visibility,
    )
    return replace(state, **{field: selected})


def un_cities_revision(session: Session, state: Fields) -> Fields:
    """Control for the UN revision of the city figures, in the field ``wup``."""
    label, options = tr("UN revision for city figures"), terms(un_revision.UN_REVISIONS)
    return segmented(session, state, "wup", label, options, label_visibility="visible")


def select(
    session: Session, state: Fields, field: str, label: str, options: Options, placeholder: str = ""
) -> Fields:
    """Select box.

    Parameters
    ----------
    placeholder
        Text while nothing is selected, which then is the empty string. Without it, the first
        option stands for a value that is none of them.
    """
    key, initial = session.widget(field, getattr(state, field))
    values = list(options)
    selected = st.selectbox(
        label,
        values,
        index=values.index(initial) if initial in options else None if placeholder else 0,
        format_func=options.__getitem__,
        placeholder=placeholder or None,
        key=key,
    )
    return replace(state, **{field: selected or ""})


def share_revision(session: Session, state: Fields) -> Fields:
    """Select box for the revision of the urban share, in the field ``revision``."""
    label = tr("UN revision for urban share")
    return select(session, state, "revision", label, terms(REVISION_NAMES))


def subject(
    session: Session,
    state: Fields,
    field: str,
    name: str,
    label: str,
    options: Options,
    placeholder: str,
) -> Fields:
    """Select box for what a page is about.

    Parameters
    ----------
    name
        Name of the widget on the page.
    placeholder
        Text while nothing is selected because the URL has an unknown value.
    """
    key, initial = session.widget(name, getattr(state, field))
    values = list(options)

    def choose() -> None:
        # A select box that may be empty can be cleared again, so a new one replaces it.
        session.change(replace(state, **{field: st.session_state[key] or ""}))

    selected = st.selectbox(
        label,
        values,
        values.index(initial) if initial else None,
        format_func=options.__getitem__,
        key=key,
        placeholder=placeholder,
        on_change=None if initial else choose,
    )
    return replace(state, **{field: selected or ""})


def multiselect(
    session: Session,
    state: Fields,
    field: str,
    label: str,
    options: Options,
    placeholder: str = "",
    max_selections: int | None = None,
    on_change: Callable[[str], None] | None = None,
) -> Fields:
    """Multiselect of values that are among the options.

    Parameters
    ----------
    on_change
        Callback, called with the key of the widget.
    """
    selected = [value for value in getattr(state, field) if value in options]
    key, initial = session.widget(field, selected)
    chosen = st.multiselect(
        label,
        list(options),
        [value for value in initial if value in options],  # there may be fewer by now
        format_func=options.__getitem__,
        max_selections=max_selections,
        key=key,
        placeholder=placeholder or tr("Choose options"),
        on_change=(lambda: on_change(key)) if on_change else None,
    )
    return replace(state, **{field: tuple(chosen)})


def search(session: Session, state: Fields) -> Fields:
    """Search box for the field ``text``."""
    label = tr("Search cities, projects and plans")
    return _text(session, state, "text", label, tr("e.g. flood or Da Nang"))


def without_text(session: Session, state: Fields) -> Fields:
    """Text box for the field ``without_text``: searches, of which commas separate several."""
    label = tr("No projects about")
    return _text(session, state, "without_text", label, tr("e.g. flood, water"))


def _text(session: Session, state: Fields, field: str, label: str, placeholder: str) -> Fields:
    """Text box, whose value is stripped."""
    key, initial = session.widget(field, getattr(state, field, ""))
    typed = st.text_input(label, initial, max_chars=MAX_TEXT, key=key, placeholder=placeholder)
    return replace(state, **{field: typed.strip()})


def completed_since(session: Session, state: Fields, years: Sequence[int]) -> Fields:
    """Select box for the field ``completed_since``, of the years of the reports."""
    return _year(session, state, "completed_since", tr("Completed since (report year)"), years)


def due(session: Session, state: Fields, years: Sequence[int]) -> Fields:
    """Select box for the field ``due_before``, of the years after those in which something falls
    due, and check box for ``overdue``."""
    after = [year + 1 for year in years]
    state = _year(session, state, "due_before", tr("Due for completion before"), after)
    key, initial = session.widget("overdue", getattr(state, "overdue", False))
    overdue = st.checkbox(tr("Fell due, not reported as done"), initial, key=key)
    return replace(state, **{"overdue": overdue})


def _year(session: Session, state: Fields, field: str, label: str, years: Sequence[int]) -> Fields:
    """Select box of some years and that of the state."""
    chosen = getattr(state, field, None)
    values = [str(year) for year in sorted({*years, *([chosen] if chosen else [])})]
    # The state holds a number, the widget a text.
    key, initial = session.widget(field, str(chosen or ""))
    selected = st.selectbox(
        label,
        values,
        index=values.index(initial) if initial in values else None,
        placeholder=tr("any year"),
        key=key,
    )
    return replace(state, **{field: int(selected) if selected else None})


_WEIGHT_COLUMNS = 3


def weights(session: Session, state: Fields) -> Fields:
    """A slider for the weight of each measure of peers, in the field ``weights``."""
    before, moved = getattr(state, "weights", EQUAL), []
    with st.expander(tr("Weight of each measure"), expanded=any(n != 1 for n in before)):
        st.caption(tr("0 = ignored; 1 = normal weight; 3 = triple weight."))
        columns = st.columns(_WEIGHT_COLUMNS)
        for index, (measure, label) in enumerate(terms(MEASURES).items()):
            key, initial = session.widget(f"weight_{measure}", before[index])
            with columns[index % _WEIGHT_COLUMNS]:
                moved.append(st.slider(label, 0, MAX_WEIGHT, initial, key=key))
    state = replace(state, **{"weights": tuple(moved)})
    if any(moved):
        session.save(state)
    return state


def reset(top: DeltaGenerator, session: Session, filtered: bool, **empty: Any) -> None:
    """Button that resets all filters.

    Parameters
    ----------
    top
        Container of the button above the filters, which are read first.
    filtered
        Whether any filter is set.
    empty
        Fields of the unfiltered page state.
    """
    top.button(
        tr("Reset all filters"),
        on_click=lambda: session.change(replace(session.current(), **empty)),
        disabled=not filtered,
        width="stretch",
        key=f"{session.page}_reset",
    )
