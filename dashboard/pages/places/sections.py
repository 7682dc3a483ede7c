"""Sections of the Your places page: downloads, and faults of rows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import streamlit as st

from dashboard.data.current import source_catalogue
from dashboard.pages.places import formats, text, upload
from dashboard.pages.places.upload import UserPlaces
from dashboard.ui import dataframes, layout
from dashboard.ui.html import render_html
from geo import export
from geo.enrich.faults import ValidationReport
from geo.enrich.result import result_record
from geo.i18n import decimal, tr


def file_actions(file: UserPlaces | None) -> None:
    """Button that forgets the file, or downloads a sample file if there is none."""
    if file:
        st.button(tr("Remove file"), on_click=upload.forget)
        return
    st.download_button(
        tr("Sample file (CSV)"),
        formats.sample_csv(source_catalogue()),
        "places.csv",
        "text/csv",
        on_click="ignore",
    )


def file_formats() -> None:
    """What a file may look like, with examples to download."""
    with st.expander(tr("Accepted files")):
        render_html(formats.rules_html())
        layout.caption(tr("The member cities of one country, in accepted formats:"))
        with st.container(horizontal=True, key="own_examples"):
            for example in formats.examples(source_catalogue()):
                st.download_button(
                    example.label,
                    example.content,
                    example.name,
                    example.media_type,
                    on_click="ignore",
                    key=f"own_example_{example.name}",
                )


def downloads(file: UserPlaces, rows: gpd.GeoDataFrame) -> None:
    """Download buttons of the rows in every format; files are encoded on click."""
    assert file.result is not None
    layout.section(tr("Download"), tr("The places shown, with all added columns."))
    layer = file.result.layer
    record = result_record(layer, source_catalogue())
    stem = PurePath(file.source.name).stem[:60] or "places"
    with st.container(horizontal=True, key="own_downloads"):
        for extension, form in export.FORMATS.items():
            encode: Callable[[], bytes] = partial(export.encode, rows, layer, extension, record)
            st.download_button(
                tr(form.title),
                encode,
                f"{stem}_asean.{extension}",
                form.media_type,
                on_click="ignore",
                key=f"own_download_{extension}",
            )


def faults(report: ValidationReport) -> None:
    """Faults by kind and by row, with a CSV download."""
    if not report.counts:
        return
    listed = report.frame()
    total = sum(report.counts.values())
    note = ""
    if len(listed) < total:
        note = tr(
            "The first {n} of {total} are listed.", n=decimal(len(listed)), total=decimal(total)
        )
    layout.section(tr("Rows set aside or changed"), note)
    render_html(text.faults_html(report))
    st.dataframe(
        dataframes.to_arrow(listed.astype({listed.columns[0]: "Int64"})),
        hide_index=True,
        alt=tr("Problems by row: what is wrong and how to fix it."),
    )
    st.download_button(
        tr("These problems (CSV)"), report.csv(), "faults.csv", "text/csv", on_click="ignore"
    )


def table_config() -> dict[str, Any]:
    """``column_config`` of :func:`dashboard.pages.places.text.table`."""
    number = st.column_config.NumberColumn
    return {
        tr("Row"): number(format="%d", help=tr("line or feature in your file")),
        tr("Distance, km"): number(format="%.1f", help=tr("km, geodesic, to the member city")),
        tr("Agglomeration distance, km"): number(
            format="%.1f", help=tr("km, geodesic, to the point of the agglomeration")
        ),
        tr("Urban share, %"): number(
            format="%.1f", help=tr("of the country's population, World Bank WDI")
        ),
    }
