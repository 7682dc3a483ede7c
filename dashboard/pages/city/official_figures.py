"""HTML of a city's other official figures, and remarks on its principal ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.pages.city.markup import table, web_link
from dashboard.pages.city.text import number
from geo.analysis.city_profile import CityProfile
from geo.i18n import tr
from geo.vocabulary import POPULATION_BASES

_URL = re.compile(r"https?://[^\s;]+?(?=[.,)]*(?:[\s;)]|$))")


def other_figures(profile: CityProfile) -> str:
    """Table of the other official figures, newest first."""
    return table(
        tr("Other official figures"),
        (
            *(tr("Territory"), tr("Year"), tr("Population"), tr("Land area")),
            *(tr("Density"), tr("Source")),
        ),
        [
            (
                _territory(row),
                str(row["year"]),
                _population(row),
                escape(number(row["land_area_km2"], "km²")),
                escape(numbers.whole(row["density_per_km2"], tr("people per km²"))),
                _source(row),
            )
            for row in records(profile.populations)
        ],
    )


def _territory(row: Mapping[str, Any]) -> str:
    edition = (
        "" if numbers.is_missing(row["edition"]) else f"<small>{escape(row['edition'])}</small>"
    )
    return escape(row["territory"]) + edition


def _population(row: Mapping[str, Any]) -> str:
    if numbers.is_missing(row["population"]):
        return escape(numbers.no_data())
    basis = escape(tr(POPULATION_BASES[row["population_basis"]]))
    return f"{escape(numbers.whole(row['population']))}<small>{basis}</small>"


def _source(row: Mapping[str, Any]) -> str:
    page = "" if numbers.is_missing(row["page"]) else tr(", p. {page}", page=row["page"])
    web = "" if numbers.is_missing(row["url"]) else f"; {web_link(str(row['url']))}"
    source = f"{escape(row['source'] + page)}{web}"
    return (
        source
        if numbers.is_missing(row["remark"])
        else f"{source}<small>{link_urls(row['remark'])}</small>"
    )


def remarks(profile: CityProfile) -> str:
    """Remarks on the principal figures and the year of joining, a paragraph each."""
    city = profile.city
    sentences = []
    if not numbers.is_missing(city["figures_note"]):
        sentences.append(tr("On the figures: {note}.", note=city["figures_note"]))
    if not numbers.is_missing(city["joined_note"]):
        sentences.append(
            tr(
                "On the year of joining, {year}: {note}.",
                year=city["joined_year"],
                note=city["joined_note"],
            )
        )
    return "".join(f'<p class="source">{link_urls(sentence)}</p>' for sentence in sentences)


def link_urls(text: str) -> str:
    """Escape a text and turn its URLs into links labelled with their host.

    >>> link_urls("as told (https://www.example.org/a?b=1&c); more")
    'as told (<a href="https://www.example.org/a?b=1&amp;c" target="_blank" \
rel="noopener noreferrer">example.org</a>); more'
    """
    parts, end = [], 0
    for match in _URL.finditer(text):
        parts += [escape(text[end : match.start()]), web_link(match[0])]
        end = match.end()
    return "".join([*parts, escape(text[end:])])
