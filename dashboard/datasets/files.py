"""The data of a chart or table as a CSV file, and what is said of it as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import pandas as pd

from dashboard import i18n
from dashboard.charts.registry import check, drawn
from dashboard.data import un_revision as wup
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.cities import CITY_TABLES
from dashboard.datasets.declared import PROJECTION, Asked, Dataset, Field
from dashboard.datasets.network import NETWORK_TABLES
from dashboard.datasets.plans import PLAN_TABLES
from dashboard.datasets.uncities import UN_TABLES
from dashboard.markup import embed_snippet
from dashboard.markup.theme import LIGHT
from dashboard.markup.urls import urlencode
from dashboard.pages.plans.state import KINDS
from dashboard.pages.urbanisation.pressure import SPANS
from geo.analysis.filter import PARAMETERS, describe, parse
from geo.errors import NotFoundError, no_such
from geo.export.csv import written
from geo.i18n import mark, tr
from geo.parameters import Query, refuse_others
from geo.schema import LAYERS
from geo.vocabulary import PARTNER_KINDS, REVISIONS

TABLES: Mapping[str, Dataset] = {**CITY_TABLES, **UN_TABLES, **PLAN_TABLES, **NETWORK_TABLES}
"""Tables by the name in their address."""

CHART_KIND, TABLE_KIND = "charts", "tables"
"""First part of the address of a chart and of a table."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "revision": REVISIONS,
    "span": SPANS,
    "kind": PARTNER_KINDS,
    "support": KINDS,
    "reports": {"all": "all reports"},
    wup.PARAMETER: wup.WUPS,
}
"""Parameters whose values have names."""


def file_url(kind: str, name: str, extension: str, query: Query) -> str:
    """The path of a file of a chart or table, in the language of the running context."""
    asked = urlencode({**query, **i18n.parameters()})
    return f"/{kind}/{name}.{extension}" + (f"?{asked}" if asked else "")


def dataset(kind: str, name: str, query: Query) -> Dataset:
    """What is declared of a chart or table.

    Raises
    ------
    NotFoundError
        If there is no such chart or table.
    QueryError
        If the query has a parameter that it does not know.
    """
    if kind == CHART_KIND:
        check(name, query)
        return CHART_DATA[name]
    if name not in TABLES:
        raise NotFoundError(
            no_such(mark("There is no table {name}; there are {known}."), name, TABLES)
        )
    refuse_others(query, TABLES[name].parameters)
    return TABLES[name]


_OWN = {"attribution": "ASEAN Smart Cities dashboard", "licence": "Apache 2.0"}
"""Of what no layer holds: the descriptions of the layers themselves."""


def csv(kind: str, name: str, asked: Asked) -> bytes:
    """The rows with their sources; see :func:`geo.export.csv.written`."""
    found = dataset(kind, name, asked.query)
    infos = [asked.plain.info(layer) for layer in found.layers] or [_OWN]
    attribution = _once(info["attribution"] for info in infos)
    licence = _once(info["licence"] for info in infos)
    return written(found.table(asked), attribution, licence)


def _once(texts: Iterable[str]) -> str:
    """Each part of some texts once."""
    return "; ".join(dict.fromkeys(part for text in texts for part in text.split("; ")))


def metadata(kind: str, name: str, asked: Asked) -> bytes:
    """What the data is, where it is from, what it may be used for, and where else it stands.

    Title, subtitle and source line are in the language of the running context, all else in
    English. Addresses are relative to the server.
    """
    found = dataset(kind, name, asked.query)
    rows = found.table(asked)
    if kind == CHART_KIND:
        drawing = drawn(name, asked.spoken, asked.query, LIGHT)
        title, about, source = drawing.title, drawing.alt, drawing.source
    else:
        title, about, source = tr(found.title), tr(found.about), ""
    said = {
        "name": name,
        "kind": "chart" if kind == CHART_KIND else "table",
        "title": title,
        "subtitle": about,
        "source": source or None,
        "unit": "; ".join(_units(found)) or None,
        "query": dict(asked.query),
        "selection": selection(asked) or None,
        "rows": len(rows),
        "projection": _projection(found, rows),
        "columns": [_column(field) for field in found.fields],
        "sources": [_source(layer, asked) for layer in found.layers],
        "links": links(kind, name, found, asked.query),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2)


def _units(found: Dataset) -> Iterable[str]:
    """Units of the figures, without that of their year."""
    return dict.fromkeys(
        field.unit for field in found.fields if field.unit not in ("", "year", "page")
    )


def _column(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "description": field.description,
        "unit": field.unit or None,
        "type": field.type,
        "layer": field.layer or None,
        "projection": field.projection,
    }


def _projection(found: Dataset, rows: pd.DataFrame) -> dict[str, Any]:
    """Whether the data holds projections: by row, with their years, or in whole columns."""
    columns = [field.name for field in found.fields if field.projection]
    by_row = PROJECTION in rows.columns and bool(rows[PROJECTION].fillna(False).any())
    said: dict[str, Any] = {
        "contained": by_row or bool(columns),
        "row_flag": PROJECTION if PROJECTION in rows.columns else None,
        "columns": columns,
    }
    if by_row and "year" in rows.columns:
        years = rows.loc[rows[PROJECTION], "year"]
        said["years"] = [int(years.min()), int(years.max())]
    return said


def _source(layer: str, asked: Asked) -> dict[str, Any]:
    """A layer that the data is from, as its file tells of itself."""
    info = asked.plain.info(layer)
    return {
        "layer": layer,
        "title": LAYERS[layer].title,
        **{name: info[name] for name in ("licence", "attribution", "vintage", "content_hash")},
        "download": f"/download/{layer}.csv",
        "page": f"/data?layer={layer}",
    }


def links(kind: str, name: str, found: Dataset, query: Query) -> dict[str, str]:
    """Where else the same stands: files, pictures, the page, the bare page for a frame."""
    there, its_query = found.page(query)
    asked = urlencode({**its_query, **i18n.parameters()})
    extensions = ("csv", "json", "svg", "png") if kind == CHART_KIND else ("csv", "json")
    said = {extension: file_url(kind, name, extension, query) for extension in extensions}
    if kind == CHART_KIND:
        said["embed"] = embed_snippet.embed_url(embed_snippet.CHARTS, name, query)
    return {**said, "page": f"/{there}" + (f"?{asked}" if asked else "")}


def selection(asked: Asked) -> str:
    """What a query asks for in English words; empty when it restricts nothing."""
    filters = {key: value for key, value in asked.query.items() if key in PARAMETERS}
    parsed = parse(filters, asked.plain["cities"]["city_id"])
    words = describe(parsed.filter, asked.plain.geo("cities"), asked.plain["countries"])
    said = [words] if words else []
    understood = parsed.filter.to_query()
    for key, value in asked.query.items():
        if value and key not in understood:
            names = _WORDS.get(key, {})
            said.append(f"{key}: " + " or ".join(names.get(v, v) for v in value.split(",")))
    return "; ".join(said)


FORMATS: dict[str, tuple[Callable[[str, str, Asked], bytes], str]] = {
    "csv": (csv, "text/csv; charset=utf-8"),
    "json": (metadata, "application/json"),
}
