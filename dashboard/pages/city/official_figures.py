"""HTML of a city's other official figures, and remarks on its principal ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Child, host_link, join, small, table, tag
from dashboard.markup.tables import records
from dashboard.pages.city.text import number
from geo.analysis.city_profile import CityProfile
from geo.cache import memoized
from geo.i18n import tr
from geo.vocabulary import POPULATION_BASES

_URL = re.compile(r"https?://[^\s;]+?(?=[.,)]*(?:[\s;)]|$))")


@memoized
def other_figures(profile: CityProfile) -> Markup:
    """Table of the other official figures, newest first."""
    return table(
        tr("Other official figures"),
        (
            *(tr("Territory"), tr("Year"), tr("Population"), tr("Land area")),
            *(tr("Density"), tr("Source")),
        ),
        [
            (
                (row["territory"], small(row["edition"])),
                row["year"],
                _population(row),
                number(row["land_area_km2"], "km²"),
                numbers.whole(row["density_per_km2"], tr("people per km²")),
                _source(row),
            )
            for row in records(profile.populations)
        ],
        CARDS,
    )


def _population(row: Mapping[str, Any]) -> Child:
    if numbers.is_missing(row["population"]):
        return numbers.no_data()
    basis = tag("small", tr(POPULATION_BASES[row["population_basis"]]))
    return numbers.whole(row["population"]), basis


def _source(row: Mapping[str, Any]) -> Child:
    page = None if numbers.is_missing(row["page"]) else tr(", p. {page}", page=row["page"])
    web = None if numbers.is_missing(row["url"]) else ("; ", host_link(row["url"]))
    remark = None if numbers.is_missing(row["remark"]) else tag("small", link_urls(row["remark"]))
    return row["source"], page, web, remark


@memoized
def remarks(profile: CityProfile) -> Markup:
    """Remarks on the principal figures and the year of joining, a paragraph each."""
    city = profile.city
    sentences = []
    if not numbers.is_missing(city["figures_note"]):
        sentences.append(tr("About the figures: {note}.", note=city["figures_note"]))
    if not numbers.is_missing(city["joined_note"]):
        sentences.append(
            tr(
                "About the year of joining, {year}: {note}.",
                year=city["joined_year"],
                note=city["joined_note"],
            )
        )
    return join(tag("p", link_urls(sentence), class_="source") for sentence in sentences)


def link_urls(text: str) -> Markup:
    """Escape a text and turn its URLs into links labelled with their host.

    >>> link_urls("as told (https://www.example.org/a?b=1&c); more")
    Markup('as told (<a href="https://www.example.org/a?b=1&amp;c" target="_blank" \
rel="noopener noreferrer">example.org</a>); more')
    """
    parts: list[str] = []
    end = 0
    for match in _URL.finditer(text):
        parts += [text[end : match.start()], host_link(match[0])]
        end = match.end()
    return join([*parts, text[end:]])
