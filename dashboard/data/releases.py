"""Names and dates of releases and sources, read from the layers being served."""

from __future__ import annotations

import re

from geo.i18n import date, tr
from geo.layers.catalogue import Catalogue
from geo.layers.files import sources_in
from geo.vocabulary import REVISIONS


def release_date(layers: Catalogue, revision: str) -> str:
    """Month of a release in words, or its vintage if that is no date.

    >>> release_date(Catalogue(), "wdi-2025-07")
    'July 2025'
    """
    sources = sources_in(layers.info("country_years"))
    vintage = {source["id"]: source["vintage"] for source in sources}.get(revision, revision)
    month = re.match(r"\d{4}(-\d\d)?\b", vintage)
    return date(month[0]) if month else vintage


def source_years(layers: Catalogue, layer: str) -> dict[str, str]:
    """Year of the data of each source of a layer, by attribution; "undated" without one."""
    return {
        source["attribution"]: year[0]
        if (year := re.match(r"\d{4}\b", source["vintage"]))
        else tr("undated")
        for source in sources_in(layers.info(layer))
    }


def release_name(layers: Catalogue, revision: str) -> str:
    """Short name of a release, one of :data:`geo.vocabulary.REVISIONS`.

    >>> release_name(Catalogue(), "wdi-2025-07")
    'World Bank WDI, July 2025'
    """
    return tr("World Bank WDI, {date}", date=release_date(layers, revision))


def revision_name(layers: Catalogue, revision: str) -> str:
    """Name of a release with UN revision and definition."""
    return tr(REVISIONS[revision], release=release_date(layers, revision))
