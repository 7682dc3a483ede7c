"""``/cite/{charts|maps|tables|layers}/{name}``: how to cite what a page shows, as text and BibTeX;
with ``.bib`` the latter alone.

The citation names the data version, and its address says later whether the data have changed since.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dashboard import i18n
from dashboard.charts.declaration import PANEL_COLUMNS, PANEL_WIDTH
from dashboard.charts.page_chart import page_chart
from dashboard.charts.registry import check_query
from dashboard.data.current import catalogue, served_layers, source_catalogue
from dashboard.datasets.charts import CHART_DATA
from dashboard.datasets.files import CHART_KIND, TABLE_KIND, TABLES, dataset, links
from dashboard.discovery.addresses import page_path
from dashboard.discovery.versions import data_version, version_date
from dashboard.maps.registry import page_map
from dashboard.markup.citations import VERSION, Citation
from dashboard.markup.embed_snippet import MAPS
from dashboard.markup.file_links import LAYERS, cite_url
from dashboard.markup.html import tag
from dashboard.markup.theme import LIGHT
from dashboard.web.http import CachedContent, base_url, cached, extra_params, guarded
from dashboard.web.plain_page import plain_page
from geo.errors import NotFoundError, no_such
from geo.i18n import mark, set_explicit, tr
from geo.layers.catalogue import Catalogue
from geo.parameters import reject_unknown_params

Query = Mapping[str, str]

_MAP_SIZE = (600, 400)
"""Any: only the title of the map is needed."""


def _chart(name: str, query: Query, layers: Catalogue) -> tuple[str, str]:
    check_query(name, query)
    chart = page_chart(name, layers, query, LIGHT, (PANEL_COLUMNS, PANEL_WIDTH))
    return chart.title, links(CHART_KIND, name, CHART_DATA[name], query)["page"]


def _table(name: str, query: Query, _: Catalogue) -> tuple[str, str]:
    declared = dataset(TABLE_KIND, name, query)
    return tr(TABLES[name].title), links(TABLE_KIND, name, declared, query)["page"]


def _map(name: str, query: Query, layers: Catalogue) -> tuple[str, str]:
    shown = page_map(name, layers, query, _MAP_SIZE)
    return shown.title, page_path(shown.page or "overview", {**query, **i18n.language_params()})


def _layer(name: str, query: Query, layers: Catalogue) -> tuple[str, str]:
    if name not in layers.layers:
        message = mark("There is no layer {name}. Available: {known}.")
        raise NotFoundError(no_such(message, name, layers.layers))
    reject_unknown_params(query, ())
    path = page_path("data", {"layer": name, **i18n.language_params()})
    return tr(layers.layers[name].title), path


KINDS: Mapping[str, Callable[[str, Query, Catalogue], tuple[str, str]]] = {
    CHART_KIND: _chart,
    MAPS: _map,
    TABLE_KIND: _table,
    LAYERS: _layer,
}
"""Second path segment of the URL -> function that returns title and URL path of the page."""


def citation(kind: str, name: str, query: Query, site: str) -> Citation:
    """The citation of something, with the data version that is served.

    Raises
    ------
    NotFoundError
        If there is no such thing.
    QueryError
        If a parameter is invalid.
    """
    if kind not in KINDS:
        message = mark("There is no citation of {name}. Available: {known}.")
        raise NotFoundError(no_such(message, kind, KINDS))
    title, path = KINDS[kind](name, query, catalogue())
    source = source_catalogue()
    version = data_version(source)
    slug = re.sub(r"[^a-z0-9]+", "-", "-".join(("asean-smart-cities", kind, name)).lower())
    separator = "&" if "?" in path else "?"
    return Citation(
        f"{slug}-{version}",
        title,
        version,
        version_date(source, served_layers().snapshot.history),
        f"{site}{path}{separator}{VERSION}={version}",
    )


def _requested(request: Request) -> tuple[str, str, dict[str, str]]:
    set_explicit(i18n.PARAMETER in request.query_params)
    query = dict(extra_params(request))
    return request.path_params["kind"], request.path_params["name"], query


def _page(request: Request) -> Response:
    kind, name, query = _requested(request)
    cited = citation(kind, name, query, base_url(request))
    file = f".{cite_url(kind, name, query, '.bib')}"
    return plain_page(
        200,
        tr("Cite: {title}", title=cited.title),
        tag("p", cited.text, class_="copy"),
        tag("pre", cited.bibtex, class_="copy", tabindex=0, aria_label="BibTeX"),
        tag("p", tag("a", tr("BibTeX as a file"), href=file, download=True), class_="note"),
        tag("p", tr("Please also cite the sources that are named below it."), class_="note"),
        data_copy=tr("Copy"),
        data_copied=tr("Copied"),
        data_close=tr("Close"),
        base=f"{str(request.scope.get('root_path', '')).rstrip('/')}/",
    )


@cached
def _bibtex(request: Request) -> CachedContent:
    kind, name, query = _requested(request)
    cited = citation(kind, name, query, base_url(request))
    headers = {"Content-Disposition": f'attachment; filename="{cited.key}.bib"'}
    return CachedContent(
        "application/x-bibtex",
        ("cite", cited.address, cited.title),
        lambda: f"{cited.bibtex}\n".encode(),
        headers,
    )


ROUTES = [
    Route("/cite/{kind}/{name}.bib", guarded(_bibtex), methods=["GET"]),
    Route("/cite/{kind}/{name}", guarded(_page), methods=["GET"]),
]
