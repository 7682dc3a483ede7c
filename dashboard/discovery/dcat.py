"""The layers as data sets: DCAT 3 for data portals, schema.org for search engines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboard.markup.urls import download_url
from dashboard.navigation import SITE
from geo import export
from geo.cache import memoized
from geo.errors import LayerError
from geo.export.datapackage import ENDING as METADATA
from geo.i18n import language, tr
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from geo.vocabulary import LICENCES

Json = dict[str, Any]

CONTEXT: Mapping[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
_FILE_TYPE_NAMES: Mapping[str, str] = {
    "csv": "CSV",
    "geojson": "GEOJSON",
    "gpkg": "GPKG",
    "parquet": "PARQUET",
    "xlsx": "XLSX",
}
"""Extension -> name in the EU's list of file types, which DCAT-AP asks for where it has one."""

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


@memoized
def bounds(layers: Catalogue) -> tuple[float, float, float, float]:
    """West, south, east, north of the member states, in degrees."""
    west, south, east, north = (round(float(x), 2) for x in layers.geo("countries").total_bounds)
    return west, south, east, north


def _years(layers: Catalogue, name: str) -> str:
    """First and last year of a layer with years, as an ISO 8601 interval; empty for others."""
    if "year" not in layers.layers[name].columns:
        return ""
    years = layers[name]["year"]
    return f"{years.min()}/{years.max()}"


def _licences(info: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Title of each licence of the sources of a layer, and URL of its text or ``""``."""
    for title in dict.fromkeys(source["licence"] for source in sources_in(info)):
        name, url = LICENCES.get(title, ("other", ""))
        yield title, "" if name.startswith("other") else url


def _layers(layers: Catalogue, names: Sequence[str]) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name in names:
        try:
            yield name, layers.info(name)
        except LayerError:
            continue  # reported where the layer is shown


def schema_org(layers: Catalogue, site: str, layer: str = "") -> Json:
    """Layers as ``Dataset`` of schema.org, in the active language.

    Parameters
    ----------
    site
        URL of the dashboard.
    layer
        The layer to describe; by default all of them in brief, in a ``DataCatalog``.
    """
    if layer:
        [(name, info)] = _layers(layers, [layer])
        return {"@context": "https://schema.org/", **_in_full(layers, site, name, info)}
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": f"{site}/data",
        "name": tr(SITE),
        "url": f"{site}/data",
        "dataset": [
            _in_brief(layers, site, name, info)
            for name, info in _layers(layers, list(layers.layers))
        ],
    }


def _in_brief(layers: Catalogue, site: str, name: str, info: Mapping[str, str]) -> Json:
    layer = layers.layers[name]
    licences = [url or title for title, url in _licences(info)]
    source = tr("Source: {source}", source=info["attribution"])
    return {
        "@type": "Dataset",
        "@id": _dataset_id(site, name),
        "name": tr(layer.title),
        # Search engines ask for 50 to 5,000 characters.
        "description": f"{tr(layer.description)} {source}",
        "url": _dataset_id(site, name),
        "version": info["content_hash"],
        "license": licences[0] if len(licences) == 1 else licences,
    }


def _in_full(layers: Catalogue, site: str, name: str, info: Mapping[str, str]) -> Json:
    layer = layers.layers[name]
    west, south, east, north = bounds(layers)
    years = _years(layers, name)
    return {
        **_in_brief(layers, site, name, info),
        "identifier": _dataset_id(site, name),
        "inLanguage": language().code,
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{site}/data"},
        "creditText": info["attribution"],
        "creator": {"@type": "Organization", "name": tr(SITE), "url": f"{site}/"},
        "isBasedOn": [
            {"@type": "CreativeWork", "name": source["title"], "creditText": source["attribution"]}
            for source in sources_in(info)
        ],
        **({"temporalCoverage": years} if years else {}),
        "spatialCoverage": {
            "@type": "Place",
            "name": "ASEAN",
            "geo": {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"},
        },
        "variableMeasured": list(layer.columns),
        "distribution": [
            {
                "@type": "DataDownload",
                "name": tr(format.title),
                "encodingFormat": format.media_type.partition(";")[0],
                "contentUrl": site + download_url(name, extension),
            }
            for extension, format in export.formats_for(layer).items()
        ],
    }


def catalogue_document(layers: Catalogue, site: str, modified: str) -> Json:
    """The layers as a DCAT 3 catalogue in JSON-LD with the properties of DCAT-AP, in the active
    language.

    Parameters
    ----------
    site
        URL of the dashboard.
    modified
        ISO 8601 date on which the data changed last; empty if unknown.
    """
    publisher = {"@id": f"{site}/", "@type": "foaf:Agent", "foaf:name": _text(tr(SITE))}
    shown = list(_layers(layers, list(layers.layers)))
    return {
        "@context": CONTEXT,
        "@id": f"{site}/catalog.json",
        "@type": "dcat:Catalog",
        "dct:title": _text(tr(SITE)),
        "dct:description": _text(
            tr("The cities of the ASEAN Smart Cities Network, their countries, plans and projects.")
        ),
        "dct:publisher": publisher,
        "dct:language": {"@id": _language()},
        "foaf:homepage": {"@id": f"{site}/"},
        **({"dct:modified": _typed(modified, "date")} if modified else {}),
        "dcat:service": _service(layers, site),
        "dcat:dataset": [_dataset(layers, site, name, info) for name, info in shown],
    }


def _service(layers: Catalogue, site: str) -> Json:
    return {
        "@id": f"{site}/ogc",
        "@type": "dcat:DataService",
        "dct:title": _text("OGC API - Features"),
        "dcat:endpointURL": {"@id": f"{site}/ogc"},
        "dcat:endpointDescription": {"@id": f"{site}/ogc/openapi"},
        "dct:conformsTo": {"@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0"},
        "dcat:servesDataset": [{"@id": _dataset_id(site, name)} for name in layers.layers],
    }


def _dataset_id(site: str, name: str) -> str:
    return f"{site}/data?layer={name}"


def _dataset(layers: Catalogue, site: str, name: str, info: Mapping[str, str]) -> Json:
    layer = layers.layers[name]
    west, south, east, north = bounds(layers)
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x} {y}" for x, y in corners)
    return {
        "@id": _dataset_id(site, name),
        "@type": "dcat:Dataset",
        "dct:title": _text(tr(layer.title)),
        "dct:description": _text(tr(layer.description)),
        "dct:identifier": name,
        "dct:publisher": {"@id": f"{site}/"},
        "dct:language": {"@id": _language()},
        "dcat:version": info["content_hash"],
        "dcat:landingPage": {"@id": _dataset_id(site, name)},
        "dcat:keyword": [_text(column.replace("_", " ")) for column in layer.columns],
        **({"dct:temporal": _period(years)} if (years := _years(layers, name)) else {}),
        "dct:spatial": {
            "@type": "dct:Location",
            "dcat:bbox": {
                "@type": "http://www.opengis.net/ont/geosparql#wktLiteral",
                "@value": f"POLYGON(({ring}))",
            },
        },
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _text(f"{info['attribution']} ({info['vintage']})"),
        },
        "dcat:distribution": [
            _distribution(name, site, extension, info) for extension in export.formats_for(layer)
        ],
    }


def _distribution(name: str, site: str, extension: str, info: Mapping[str, str]) -> Json:
    url, format = site + download_url(name, extension), export.FORMATS[extension]
    file_type = _FILE_TYPE_NAMES.get(extension)
    return {
        "@id": url,
        "@type": "dcat:Distribution",
        "dct:title": _text(tr(format.title)),
        "dcat:accessURL": {"@id": f"{site}/data?layer={name}"},
        "dcat:downloadURL": {"@id": url},
        "dcat:mediaType": {"@id": _MEDIA_TYPES + format.media_type.partition(";")[0]},
        **({"dct:format": {"@id": _FILE_TYPES + file_type}} if file_type else {}),
        "dct:license": [
            {"@id": text} if text else {"@type": "dct:LicenseDocument", "dct:title": title}
            for title, text in _licences(info)
        ],
        "dct:conformsTo": {"@id": site + download_url(name, METADATA)},
    }


def _period(years: str) -> Json:
    first, last = years.split("/")
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _typed(first, "gYear"),
        "dcat:endDate": _typed(last, "gYear"),
    }


def _text(value: str) -> Json:
    return {"@language": language().code, "@value": value}


def _typed(value: str, kind: str) -> Json:
    return {"@type": f"xsd:{kind}", "@value": value}


def _language() -> str:
    """The active language in the EU's list of languages, by its code of three letters."""
    codes = {"en": "ENG", "id": "IND"}
    code = codes.get(language().code, language().code.upper())
    return f"http://publications.europa.eu/resource/authority/language/{code}"
