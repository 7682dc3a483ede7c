"""``/download/{layer}.{format}``: any layer, filtered like the page that links to it;
``/download/all.zip``: all of them.

The URL alone determines the content, so a link works from a script and on every replica. Files are
in English whatever the language of the page, and are streamed. ``/download/{layer}.metadata.json``
describes the content of each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass

import pandas as pd
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.data.current import catalogue, source_catalogue
from dashboard.markup.urls import download_url
from dashboard.web.byte_ranges import Content, ranged_response
from dashboard.web.http import ONE_MINUTE, cached_response, etag, guarded, query_dict
from geo import export
from geo.analysis.filter import PARAMETERS, Filter
from geo.analysis.layer_rows import filter_description, filter_for, filtered_rows
from geo.errors import NotFoundError, no_such
from geo.export import archive, csvt, datapackage
from geo.export.record import Record
from geo.i18n import language, mark
from geo.parameters import reject_unknown_params
from geo.schema.core import PROJECT_COUNTS
from geo.schema.declare import Layer

METADATA = datapackage.ENDING


def file_name(layer: str, extension: str, city_filter: Filter, version: str) -> str:
    """A descriptive file name: layer, filter and the version of the layer.

    >>> file_name("cities", "csv", Filter(countries=("IDN", "PHL")), "537b595cc5fa052d")
    'asean-smart-cities_cities_IDN-PHL_537b595c.csv'
    >>> file_name("projects", "csv", Filter(due_before=2024, overdue=True), "537b595cc5fa052d")
    'asean-smart-cities_projects_due-before-2024-overdue_537b595c.csv'
    """
    query = city_filter.to_query()
    # These values say nothing by themselves.
    for name in {"without_q", "completed_since", "due_before"} & set(query):
        query[name] = f"{name} {query[name]}"
    if city_filter.overdue:
        query["overdue"] = "overdue"
    values = "_".join(query.values())
    slug = re.sub(r"[^A-Za-z0-9]+", "-", values).strip("-")[:60].strip("-")
    parts = ("asean-smart-cities", layer, slug, version[:8])
    return "_".join(part for part in parts if part) + f".{extension}"


@dataclass(frozen=True)
class _Download:
    """Layer, filter and record of a request."""

    layer: Layer
    city_filter: Filter
    record: Record

    def rows(self) -> pd.DataFrame:
        name = self.layer.name
        filtered = filtered_rows(name, self.city_filter, catalogue()).rows
        rows = source_catalogue()[name].loc[filtered.index]
        if name != "cities":
            return rows
        # Recount: only the projects that match the filter.
        return rows.assign(**{column: filtered[column] for column in PROJECT_COUNTS})

    def tag(self, extension: str) -> str:
        version = f"{source_catalogue().version} {export.library_versions()}"
        language_code = language().code
        return etag(
            "download", version, language_code, self.layer.name, extension, repr(self.city_filter)
        )

    def headers(self, extension: str) -> dict[str, str]:
        name = file_name(self.layer.name, extension, self.city_filter, self.record.version)
        return {
            "Cache-Control": ONE_MINUTE,
            "Content-Disposition": f'attachment; filename="{name}"',
        }


def _parse_request(request: Request) -> _Download:
    name, layers = request.path_params["layer"], source_catalogue()
    if name not in layers.layers:
        message = mark("There is no layer {name}. Available: {known}.")
        raise NotFoundError(no_such(message, name, layers.layers))
    query = query_dict(request)
    reject_unknown_params(query, PARAMETERS, {i18n.PARAMETER})
    layer = layers.layers[name]
    asked = Filter.from_query(query, layers["cities"]["city_id"]).canonical()
    city_filter = filter_for(name, asked, layers)
    record = Record.from_layer(
        layer, layers.info(name), filter_description(name, city_filter, layers)
    )
    return _Download(layer, city_filter, record)


def _download(request: Request) -> Response:
    download = _parse_request(request)
    extension = request.path_params["extension"]
    format = export.get_format(extension, download.layer)

    context = copy_context()  # streamed later, but from the layers of this request

    def make() -> Iterator[bytes]:
        return export.stream(context.run(download.rows), download.layer, extension, download.record)

    tag = download.tag(extension)
    content = Content(make, format.media_type, tag, format.stream is None)
    metadata_url = download_url(download.layer.name, METADATA, download.city_filter)
    link = f'<{metadata_url}>; rel="describedby"; type="{datapackage.MEDIA_TYPE}"'
    return ranged_response(request, content, {**download.headers(extension), "Link": link})


def _metadata(request: Request) -> Response:
    download = _parse_request(request)
    site = f"{request.url.scheme}://{request.url.netloc}"
    paths = {
        extension: site + download_url(download.layer.name, extension, download.city_filter)
        for extension in export.formats_for(download.layer)
    }

    def make() -> bytes:
        query = download.city_filter.to_query()
        return datapackage.encode(
            download.rows(), download.layer, download.record, paths, query, str(request.url)
        )

    # Weak, because the record contains its creation time.
    tag = "W/" + download.tag(f"{METADATA} {site}")
    headers = download.headers(METADATA)
    return cached_response(request, make, datapackage.MEDIA_TYPE, tag, headers, store=False)


def _column_types(request: Request) -> Response:
    download = _parse_request(request)
    headers = download.headers(csvt.ENDING)
    tag = download.tag(csvt.ENDING)
    return cached_response(
        request, lambda: csvt.encode(download.layer), csvt.MEDIA_TYPE, tag, headers, store=False
    )


def _archive(request: Request) -> Response:
    reject_unknown_params(query_dict(request), {i18n.PARAMETER})
    layers = source_catalogue()
    tag = etag("download", layers.version, export.library_versions(), "all")
    name = file_name("all", "zip", Filter(), layers.version)

    def make() -> Iterator[bytes]:
        return archive.stream(
            {
                name: (layer, layers[name], layers.info(name))
                for name, layer in layers.layers.items()
            }
        )

    headers = {
        "Cache-Control": ONE_MINUTE,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return ranged_response(request, Content(make, archive.MEDIA_TYPE, tag, True), headers)


ROUTES = [
    Route("/download/all.zip", guarded(_archive), methods=["GET"]),
    Route(f"/download/{{layer}}.{METADATA}", guarded(_metadata), methods=["GET"]),
    Route(f"/download/{{layer}}.{csvt.ENDING}", guarded(_column_types), methods=["GET"]),
    Route("/download/{layer}.{extension}", guarded(_download), methods=["GET"]),
]
