"""``/download/{layer}.{format}``: any layer, filtered as the page that links to it.

The address alone decides the content, so a link works from a script and on every replica. Files
are in English whatever language the page speaks, and are made while they are sent. Beside each
stands ``/download/{layer}.metadata.json``, which tells what is inside.
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
from dashboard.web.byte_ranges import Content, streamed
from dashboard.web.http import BRIEFLY, answer, etag, guarded, query_of
from dashboard.web.routes.map_sources import refuse_unknown
from geo import export
from geo.analysis.filter import Filter
from geo.analysis.layer_rows import filter_words, rows_of
from geo.errors import QueryError, no_such
from geo.export import datapackage
from geo.export.record import Record
from geo.i18n import language, mark
from geo.schema.core import PROJECT_COUNTS
from geo.schema.declare import Layer

METADATA = datapackage.ENDING


def file_name(layer: str, extension: str, wanted: Filter, version: str) -> str:
    """A name that tells what is inside: layer, filter and the version of the layer's content.

    >>> file_name("cities", "csv", Filter(countries=("IDN", "PHL")), "537b595cc5fa052d")
    'asean-smart-cities_cities_IDN-PHL_537b595c.csv'
    """
    words = "_".join(wanted.to_query().values())
    gist = re.sub(r"[^A-Za-z0-9]+", "-", words).strip("-")[:60].strip("-")
    parts = ("asean-smart-cities", layer, gist, version[:8])
    return "_".join(part for part in parts if part) + f".{extension}"


@dataclass(frozen=True)
class _Asked:
    """Layer, filter and record of a request."""

    layer: Layer
    wanted: Filter
    record: Record

    def rows(self) -> pd.DataFrame:
        name = self.layer.name
        kept = rows_of(name, self.wanted, catalogue()).rows
        rows = source_catalogue()[name].loc[kept.index]
        if name != "cities":
            return rows
        # Counted anew: only the projects that pass.
        return rows.assign(**{column: kept[column] for column in PROJECT_COUNTS})

    def tag(self, extension: str) -> str:
        version = f"{source_catalogue().version} {export.edition()}"
        spoken = language().code
        return etag("download", version, spoken, self.layer.name, extension, repr(self.wanted))

    def headers(self, extension: str) -> dict[str, str]:
        name = file_name(self.layer.name, extension, self.wanted, self.record.version)
        return {
            "Cache-Control": BRIEFLY,
            "Content-Disposition": f'attachment; filename="{name}"',
        }


def _asked(request: Request) -> _Asked:
    name, layers = request.path_params["layer"], source_catalogue()
    if name not in layers.layers:
        message = mark("There is no layer {name}; there are {known}.")
        raise QueryError(no_such(message, name, layers.layers))
    refuse_unknown(request, {i18n.PARAMETER})
    layer = layers.layers[name]
    wanted = Filter.from_query(query_of(request), layers["cities"]["city_id"]).canonical()
    record = Record.of(layer, layers.info(name), filter_words(name, wanted, layers))
    return _Asked(layer, wanted, record)


def _download(request: Request) -> Response:
    asked = _asked(request)
    extension = request.path_params["extension"]
    format = export.format_of(extension, asked.layer)

    context = copy_context()  # the file is made after this answer, of the layers of its request

    def make() -> Iterator[bytes]:
        return export.stream(context.run(asked.rows), asked.layer, extension, asked.record)

    tag = asked.tag(extension)
    content = Content(make, format.media_type, tag, format.text, format.stream is None)
    beside = download_url(asked.layer.name, METADATA, asked.wanted)
    described = f'<{beside}>; rel="describedby"; type="{datapackage.MEDIA_TYPE}"'
    return streamed(request, content, {**asked.headers(extension), "Link": described})


def _metadata(request: Request) -> Response:
    asked = _asked(request)
    site = f"{request.url.scheme}://{request.url.netloc}"
    paths = {
        extension: site + download_url(asked.layer.name, extension, asked.wanted)
        for extension in export.fitting(asked.layer)
    }

    def make() -> bytes:
        query = asked.wanted.to_query()
        return datapackage.encode(
            asked.rows(), asked.layer, asked.record, paths, query, str(request.url)
        )

    # Weak, because the record states when it was made.
    tag = "W/" + asked.tag(f"{METADATA} {site}")
    headers = asked.headers(METADATA)
    return answer(request, make, datapackage.MEDIA_TYPE, tag, headers, keep=False)


ROUTES = [
    Route(f"/download/{{layer}}.{METADATA}", guarded(_metadata), methods=["GET"]),
    Route("/download/{layer}.{extension}", guarded(_download), methods=["GET"]),
]
