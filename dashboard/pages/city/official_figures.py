"""Official figures of a city beside its principal ones, and remarks on them, as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from dashboard.markup import numbers as words
from dashboard.markup.tables import records
from dashboard.pages.city.markup import table, web_link
from dashboard.pages.city.text import number
from geo.analysis.city_profile import Dossier
from geo.i18n import tr
from geo.vocabulary import POPULATION_BASES

_ADDRESS = re.compile(r"https?://[^\s;]+?(?=[.,)]*(?:[\s;)]|$))")


def others(about: Dossier) -> str:
    """The other official figures of the city, newest first."""
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
                escape(words.whole(row["density_per_km2"], tr("people per km²"))),
                _source(row),
            )
            for row in records(about.populations)
        ],
    )


def _territory(row: Mapping[str, Any]) -> str:
    edition = "" if words.missing(row["edition"]) else f"<small>{escape(row['edition'])}</small>"
    return escape(row["territory"]) + edition


def _population(row: Mapping[str, Any]) -> str:
    if words.missing(row["population"]):
        return escape(words.no_data())
    basis = escape(tr(POPULATION_BASES[row["population_basis"]]))
    return f"{escape(words.whole(row['population']))}<small>{basis}</small>"


def _source(row: Mapping[str, Any]) -> str:
    page = "" if words.missing(row["page"]) else tr(", p. {page}", page=row["page"])
    web = "" if words.missing(row["url"]) else f"; {web_link(str(row['url']))}"
    said = f"{escape(row['source'] + page)}{web}"
    return said if words.missing(row["remark"]) else f"{said}<small>{linked(row['remark'])}</small>"


def remarks(about: Dossier) -> str:
    """What is said of the principal figures and of the year of joining, one paragraph each; empty
    when there is nothing to say."""
    city = about.city
    said = []
    if not words.missing(city["figures_note"]):
        said.append(tr("On the figures: {note}.", note=city["figures_note"]))
    if not words.missing(city["joined_note"]):
        said.append(
            tr(
                "On the year of joining, {year}: {note}.",
                year=city["joined_year"],
                note=city["joined_note"],
            )
        )
    return "".join(f'<p class="source">{linked(sentence)}</p>' for sentence in said)


def linked(text: str) -> str:
    """A text as HTML, its web addresses as links that show the host.

    >>> linked("as told (https://www.example.org/a?b=1&c); more")
    'as told (<a href="https://www.example.org/a?b=1&amp;c" target="_blank" \
rel="noopener noreferrer">example.org</a>); more'
    """
    parts, end = [], 0
    for found in _ADDRESS.finditer(text):
        parts += [escape(text[end : found.start()]), web_link(found[0])]
        end = found.end()
    return "".join([*parts, escape(text[end:])])
