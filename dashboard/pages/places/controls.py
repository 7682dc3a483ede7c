"""Widgets of the Your places page: how the file is read, and which places are shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.pages.places import upload
from dashboard.pages.places.text import OUTSIDE, PlacesState, file_columns
from dashboard.pages.places.upload import UserPlaces
from geo.enrich import Choice, Enriched, Hints
from geo.enrich.names import PREFIX
from geo.enrich.readers.encoding import ENCODINGS
from geo.enrich.readers.text import SEPARATORS
from geo.i18n import decimal, ntr, tr

DISTANCES = (10.0, 25.0, 50.0, 100.0, 200.0, 500.0, 1_000.0)
"""Choices of the distance filter, in km."""

_KEY = "own_read_"


def reading_controls(file: UserPlaces) -> None:
    """Controls for how the file is read; a change reads it again."""
    open_ = file.is_guess or (
        bool(file.error) and bool(file.columns or file.needs_crs or file.is_text)
    )
    with st.expander(tr("How the file was read"), expanded=open_):
        for note in file.result.notes if file.result else ():
            st.write(note)
        with st.container(horizontal=True, key="own_reading"):
            if not file.has_geometry:
                _column(file, "longitude", tr("Longitude or easting"))
                _column(file, "latitude", tr("Latitude or northing"))
                _column(file, "wkt", tr("Geometry as text (WKT)"))
            _column(file, "name", tr("Name"))
            _text(file, "crs", tr("Reference system"), tr("such as EPSG:32648"))
            if len(file.layers) > 1:
                _select(file, "layer", tr("Layer"), {name: name for name in file.layers})
            if file.is_text:
                _select(file, "encoding", tr("Encoding"), {name: name for name in ENCODINGS})
                signs = {sign: tr(name) for sign, name in SEPARATORS.items()}
                _select(file, "separator", tr("Separator"), signs)


def _chosen(file: UserPlaces, name: str) -> str:
    """Current value: the user's choice, or else the guess."""
    if name in vars(file.hints):
        return str(getattr(file.hints, name))
    chosen = str(getattr(file.choice, name))
    return chosen or (str(getattr(file.result.choice, name)) if file.result else "")


def _column(file: UserPlaces, name: str, label: str) -> None:
    _select(file, name, label, {column: column for column in file.columns})


def _select(file: UserPlaces, name: str, label: str, options: Mapping[str, str]) -> None:
    chosen = _chosen(file, name)
    choices = list(options)
    st.selectbox(
        label,
        choices,
        index=choices.index(chosen) if chosen in choices else None,
        format_func=options.__getitem__,
        placeholder=tr("auto-detect") if name in vars(file.hints) else tr("none"),
        key=f"{_KEY}{file.file_id}_{name}",
        on_change=_apply,
        args=(name,),
        width=190,
    )


def _text(file: UserPlaces, name: str, label: str, placeholder: str) -> None:
    st.text_input(
        label,
        _chosen(file, name),
        max_chars=60,
        placeholder=placeholder,
        key=f"{_KEY}{file.file_id}_{name}",
        on_change=_apply,
        args=(name,),
        width=190,
    )


def _apply(name: str) -> None:
    """Callback: apply a change of the user."""
    file = upload.current_file()
    if file is None:
        return
    value = st.session_state.get(f"{_KEY}{file.file_id}_{name}") or ""
    choice, hints = file.choice, file.hints
    if name in vars(Hints()):
        # Another layer, encoding or separator gives other columns.
        upload.change(Choice(crs=choice.crs, swap=choice.swap), replace(hints, **{name: value}))
        return
    guessed = file.result.choice if file.result else Choice()
    if name in ("longitude", "latitude") and not choice.longitude:
        choice = replace(choice, longitude=guessed.longitude, latitude=guessed.latitude)
    upload.change(choice.changed(name, value), hints)


def offer_to_swap(file: UserPlaces) -> None:
    """Warn about seemingly swapped coordinates, with a button that swaps them."""
    faults = file.result.faults if file.result else None
    number = faults.counts["swapped"] if faults else 0
    if not number:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.warning(
            ntr(
                "In {n} row, longitude and latitude seem to be swapped: the other way round, "
                "it lies in the region.",
                "In {n} rows, longitude and latitude seem to be swapped: the other way round, "
                "they lie in the region.",
                number,
            )
        )
        st.button(
            tr("Swap them"),
            on_click=upload.change,
            args=(replace(file.choice, swap=True), file.hints),
        )


def filter_controls(result: Enriched, names: Mapping[str, str]) -> PlacesState:
    """Controls for the filter of the shown places.

    Parameters
    ----------
    names
        Country code to name.
    """
    rows = result.rows
    present = sorted(rows[f"{PREFIX}iso3"].dropna().unique(), key=lambda code: names[code])
    if rows[f"{PREFIX}iso3"].isna().any():
        present.append(OUTSIDE)
    labels = {**names, OUTSIDE: tr("outside the member states")}
    with st.container(horizontal=True, key="own_filters"):
        countries = st.multiselect(
            tr("Country"),
            present,
            format_func=labels.__getitem__,
            placeholder=tr("all"),
            key="own_countries",
            width=260,
        )
        within = st.selectbox(
            tr("Distance to the nearest member city"),
            DISTANCES,
            index=None,
            format_func=lambda km: tr("within {km} km", km=decimal(km)),
            placeholder=tr("any"),
            key="own_within",
            width=260,
        )
        column = st.selectbox(
            tr("Column in your file"),
            file_columns(result),
            index=None,
            placeholder=tr("none"),
            key="own_column",
            width=220,
        )
        place_filter = PlacesState(tuple(countries), within, column or "")
        return _column_filter(rows, place_filter) if column else place_filter


def _column_filter(rows: pd.DataFrame, place_filter: PlacesState) -> PlacesState:
    column = place_filter.column
    if not pd.api.types.is_numeric_dtype(rows[column]) or pd.api.types.is_bool_dtype(rows[column]):
        text = st.text_input(tr("contains"), max_chars=100, key=f"own_has_{column}", width=200)
        return replace(place_filter, text=text.strip())
    low = st.number_input(tr("from"), value=None, key=f"own_low_{column}", width=140)
    high = st.number_input(tr("to"), value=None, key=f"own_high_{column}", width=140)
    return replace(place_filter, low=low, high=high)
