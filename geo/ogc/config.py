"""pygeoapi's configuration, created from the collections."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.ogc import crs
from geo.ogc.collection import Collection
from geo.ogc.parameters import DEFAULT_LIMIT, MAX_ITEMS
from geo.ogc.provider import NAME

ABOUT = {
    "title": "ASEAN Smart Cities",
    "description": "Map layers and tables of the ASEAN Smart Cities Network: member cities, "
    "places, boundaries, urbanisation and the projects of the Smart City Action Plans.",
}

VERSION = "1"
"""Version of the service's API."""

_OGC = "http://www.opengis.net/spec/"

CONFORMS_TO = tuple(
    _OGC + part
    for part in (
        "ogcapi-common-1/1.0/conf/core",
        "ogcapi-common-1/1.0/conf/landing-page",
        "ogcapi-common-1/1.0/conf/json",
        "ogcapi-common-1/1.0/conf/html",
        "ogcapi-common-1/1.0/conf/oas30",
        "ogcapi-common-2/1.0/conf/collections",
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-1/1.0/conf/oas30",
        "ogcapi-features-1/1.0/conf/html",
        "ogcapi-features-1/1.0/conf/geojson",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/queryables",
        "ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "ogcapi-features-5/1.0/conf/schemas",
        "ogcapi-features-5/1.0/conf/core-roles-features",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/advanced-comparison-operators",
        "cql2/1.0/conf/case-insensitive-comparison",
        "cql2/1.0/conf/basic-spatial-functions",
        "cql2/1.0/conf/basic-spatial-functions-plus",
        "cql2/1.0/conf/spatial-functions",
        "cql2/1.0/conf/property-property",
        "cql2/1.0/conf/arithmetic",
    )
)

OPTIONS = ("filter", "filter-crs", "datetime")
"""Parameters passed to the provider as options: pygeoapi supports an older CQL and rejects a time
outside a layer's extent."""

PROVIDER_PARAMETERS = {*OPTIONS, "filter-lang", "f", "lang"}
"""Parameters that are not passed to pygeoapi."""

_TEMPLATES = str(Path(__file__).with_name("templates"))


def settings(
    collections: Mapping[str, Collection], base_url: str, options: Mapping[str, str]
) -> dict[str, Any]:
    """pygeoapi's configuration.

    Parameters
    ----------
    collections
        Collections of the request.
    base_url
        Base URL of the service, without a trailing slash.
    options
        Options of the provider, see :class:`geo.ogc.provider.LayerProvider`.
    """
    home = base_url.rsplit("/", 1)[0] + "/"
    return {
        "server": {
            "url": base_url,
            "languages": ["en-US"],
            "limits": {"default_items": DEFAULT_LIMIT, "max_items": MAX_ITEMS},
            "templates": {"path": _TEMPLATES},
            "pretty_print": False,
        },
        "metadata": {
            "identification": {**ABOUT, "keywords": ["ASEAN", "smart cities"], "url": home},
            "license": {"name": "as each collection states", "url": f"{home}data"},
            "provider": {"name": ABOUT["title"], "url": home},
            "contact": {"name": ABOUT["title"], "url": home},
        },
        "resources": {
            name: _resource(collection, options) for name, collection in collections.items()
        },
    }


def _resource(collection: Collection, options: Mapping[str, str]) -> dict[str, Any]:
    layer = collection.layer
    # pygeoapi requires an extent; links.complete_description removes it from plain tables.
    bounds = collection.bounds or [-180.0, -90.0, 180.0, 90.0]
    return {
        "type": "collection",
        "title": layer.title,
        "description": layer.description,
        "keywords": ["ASEAN", "smart cities", layer.name],
        "extents": {"spatial": {"bbox": bounds, "crs": crs.CRS84}},
        "links": [],
        "providers": [
            {
                "type": "feature",
                "name": NAME,
                "data": collection,
                "options": dict(options),
                "crs": list(crs.SUPPORTED),
                "storage_crs": crs.CRS84,
            }
        ],
    }
