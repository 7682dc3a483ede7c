"""The data of a chart or table as a CSV file, and its metadata as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
import pandas as pd

from dashboard import i18n
from dashboard.charts.registry import build_chart, check_query
from dashboard.data import un_revision
from dashboard.data.releases import revision_name
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.cities import CITY_TABLES
from dashboard.datasets.declared import PROJECTION, Dataset, DatasetRequest, Field
from dashboard.datasets.network import NETWORK_TABLES
from dashboard.datasets.outcomes import OUTCOME_TABLES
from dashboard.datasets.plans import PLAN_TABLES
from dashboard.datasets.promises import PROMISE_TABLES
from dashboard.datasets.uncities import UN_TABLES
from dashboard.markup import embed_snippet
from dashboard.markup.theme import LIGHT
from dashboard.markup.urls import urlencode
from dashboard.pages.plans.state import KINDS
from dashboard.pages.urbanisation.pressure import SPANS
from geo.analysis.filter import PARAMETERS, describe, parse
from geo.errors import NotFoundError, no_such
from geo.export.csv import encode_table
from geo.i18n import Language, mark, tr, use_language
from geo.parameters import Query, reject_unknown_params
from geo.schema import LAYERS
from geo.vocabulary import PARTNER_KINDS, PROMISE_STATES, REVISIONS

TABLES: Mapping[str, Dataset] = {
    **CITY_TABLES,
    **OUTCOME_TABLES,
    **UN_TABLES,
    **PLAN_TABLES,
    **PROMISE_TABLES,
    **NETWORK_TABLES,
}
"""Tables by the name in their URL."""

CHART_KIND, TABLE_KIND = "charts", "tables"
"""First path segment of the URLs of charts and tables."""

_VALUE_NAMES: Mapping[str, Mapping[str, str]] = {
    "span": SPANS,
    "kind": PARTNER_KINDS,
    "support": KINDS,
    "promise": PROMISE_STATES,
    "reports": {"all": "all reports"},
    un_revision.PARAMETER: un_revision.UN_REVISIONS,
}
"""Parameter -> names of its values."""


def file_url(kind: str, name: str, extension: str, query: Query) -> str:
    """The URL path of a file of a chart or table, in the active language."""
    params = urlencode({**query, **i18n.language_params()})
    return f"/{kind}/{name}.{extension}" + (f"?{params}" if params else "")


def dataset(kind: str, name: str, query: Query) -> Dataset:
    """The dataset of a chart or table.

    Raises
    ------
    NotFoundError
        If there is no such chart or table.
    QueryError
        If the query has an unknown parameter.
    """
    if kind == CHART_KIND:
        check_query(name, query)
        return CHART_DATA[name]
    if name not in TABLES:
        raise NotFoundError(
            no_such(mark("There is no table {name}. Available: {known}."), name, TABLES)
        )
    reject_unknown_params(query, TABLES[name].parameters)
    return TABLES[name]


_DASHBOARD_SOURCE = {"attribution": "ASEAN Smart Cities dashboard", "licence": "Apache 2.0"}
"""Attribution and licence of data that is from no layer: the descriptions of the layers."""


def csv(kind: str, name: str, request: DatasetRequest) -> bytes:
    """The rows with their sources; see :func:`geo.export.csv.encode_table`."""
    declared = dataset(kind, name, request.query)
    infos = [request.source.info(layer) for layer in declared.layers] or [_DASHBOARD_SOURCE]
    attribution = _unique_parts(info["attribution"] for info in infos)
    licence = _unique_parts(info["licence"] for info in infos)
    return encode_table(declared.table(request), attribution, licence)


def _unique_parts(texts: Iterable[str]) -> str:
    """The parts of texts separated by semicolons, without duplicates."""
    return "; ".join(dict.fromkeys(part for text in texts for part in text.split("; ")))


def metadata(kind: str, name: str, request: DatasetRequest) -> bytes:
    """Description, sources, licences and links of the data, as JSON.

    Title, subtitle and source line are in the active language, everything else in English. URLs
    are relative to the server.
    """
    declared = dataset(kind, name, request.query)
    rows = declared.table(request)
    if kind == CHART_KIND:
        chart = build_chart(name, request.translated, request.query, LIGHT)
        title, description, source = chart.title, chart.alt, chart.source
    else:
        title, description, source = tr(declared.title), tr(declared.description), ""
    content = {
        "name": name,
        "kind": "chart" if kind == CHART_KIND else "table",
        "title": title,
        "subtitle": description,
        "source": source or None,
        "unit": "; ".join(_units(declared)) or None,
        "query": dict(request.query),
        "selection": selection_text(request) or None,
        "rows": len(rows),
        "projection": _projection(declared, rows),
        "columns": [_column(field) for field in declared.fields],
        "sources": [_source(layer, request) for layer in declared.layers],
        "links": links(kind, name, declared, request.query),
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _units(declared: Dataset) -> Iterable[str]:
    """Units of the values, except those of years and pages."""
    return dict.fromkeys(
        field.unit for field in declared.fields if field.unit not in ("", "year", "page")
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


def _projection(declared: Dataset, rows: pd.DataFrame) -> dict[str, Any]:
    """Whether the data contains projections: by row, with their years, or in whole columns."""
    columns = [field.name for field in declared.fields if field.projection]
    by_row = PROJECTION in rows.columns and bool(rows[PROJECTION].fillna(False).any())
    projection: dict[str, Any] = {
        "contained": by_row or bool(columns),
        "row_flag": PROJECTION if PROJECTION in rows.columns else None,
        "columns": columns,
    }
    if by_row and "year" in rows.columns:
        years = rows.loc[rows[PROJECTION], "year"]
        projection["years"] = [int(years.min()), int(years.max())]
    return projection


def _source(layer: str, request: DatasetRequest) -> dict[str, Any]:
    """A source layer of the data, with the metadata of its file."""
    info = request.source.info(layer)
    return {
        "layer": layer,
        "title": LAYERS[layer].title,
        **{name: info[name] for name in ("licence", "attribution", "vintage", "content_hash")},
        "download": f"/download/{layer}.csv",
        "page": f"/data?layer={layer}",
    }


def links(kind: str, name: str, declared: Dataset, query: Query) -> dict[str, str]:
    """URLs of the same data: files, images, page, embed page."""
    page_name, page_query = declared.page_link(query)
    params = urlencode({**page_query, **i18n.language_params()})
    extensions = ("csv", "json", "svg", "png") if kind == CHART_KIND else ("csv", "json")
    urls = {extension: file_url(kind, name, extension, query) for extension in extensions}
    if kind == CHART_KIND:
        urls["embed"] = embed_snippet.embed_url(embed_snippet.CHARTS, name, query)
    return {**urls, "page": f"/{page_name}" + (f"?{params}" if params else "")}


def selection_text(request: DatasetRequest) -> str:
    """Description of a query in English; empty without restrictions."""
    filters = {key: value for key, value in request.query.items() if key in PARAMETERS}
    parsed = parse(filters, request.source["cities"]["city_id"])
    filter_text = describe(parsed.filter, request.source.geo("cities"), request.source["countries"])
    parts = [filter_text] if filter_text else []
    filter_query = parsed.filter.to_query()
    for key, value in request.query.items():
        if value and key not in filter_query:
            names = _revision_names(request) if key == "revision" else _VALUE_NAMES.get(key, {})
            parts.append(f"{key}: " + " or ".join(names.get(v, v) for v in value.split(",")))
    return "; ".join(parts)


def _revision_names(request: DatasetRequest) -> dict[str, str]:
    with use_language(Language()):
        return {revision: revision_name(request.source, revision) for revision in REVISIONS}


FORMATS: dict[str, tuple[Callable[[str, str, DatasetRequest], bytes], str]] = {
    "csv": (csv, "text/csv; charset=utf-8"),
    "json": (metadata, "application/json"),
}
