"""Indicators of cities and countries: definitions, and figures that add indicators by rows alone.

A source table holds the figures as their sources print them; the layer holds them as they may be
shown: rounded, or as the band that they fall into.
"""

from __future__ import annotations

from collections.abc import Mapping

from geo.schema.declare import (
    Check,
    Column,
    Layer,
    column,
    integer,
    iso3,
    number,
    one_of,
    slug,
    text,
    year,
)
from geo.schema.plans import OF_ROWS
from geo.vocabulary import FOCUS_AREAS, INDICATOR_FORMS, INDICATOR_QUALITIES, INDICATOR_ROLES

_SUBJECT = r"^([A-Z]{3}|[a-z0-9]+(-+[a-z0-9]+)*)$"
_LIST = r"^[^;]+(;[^;]+)*$"

INDICATORS = Layer(
    name="indicators",
    title="Indicators",
    description="What each indicator of layer city_indicators describes, its unit, territory and "
    "source, and how it may be shown.",
    columns={
        "indicator_id": slug("indicator"),
        "position": integer("order on the pages", "", 1, 1_000),
        "name": text("name"),
        "unit": text("unit of the values; empty for classes", nullable=True),
        "subject_kind": one_of("whether it is of a city or of a country", ("city", "country")),
        "role": one_of(
            "outcome: how far people have what projects are about; context: what a city has to "
            "deal with; citation: a figure of others, cited and never compared",
            list(INDICATOR_ROLES),
        ),
        "form": one_of(
            "how it may be shown: number; band, the number itself is not given; class, by a code; "
            "rank, as others give it",
            INDICATOR_FORMS,
        ),
        "decimals": integer("decimals that a number is rounded to", "", 0, 6, nullable=True),
        "minimum": number("smallest valid value", "see unit", -1e12, 1e12, nullable=True),
        "maximum": number("largest valid value", "see unit", -1e12, 1e12, nullable=True),
        "breaks": text(
            "lower limits of all bands or classes on the map but the first, semicolons between "
            "them; without them there is no map",
            Check.str_matches(_LIST),
            nullable=True,
        ),
        "classes": text(
            "codes of the classes, semicolons between them",
            Check.str_matches(_LIST),
            nullable=True,
        ),
        "focus_area": one_of(
            "focus area whose projects it is set beside", list(FOCUS_AREAS), nullable=True
        ),
        "framework_element": text(
            "element of the framework that puts its subject into that area", nullable=True
        ),
        "cities_column": text(
            "column of layer cities that the values are taken from, if they have no rows of their "
            "own in the source table",
            nullable=True,
        ),
        "describes": text("what it describes (our summary)"),
        "territory": text("territory that the figures are of, as far as the source says"),
        "limits": text("what limits its use"),
        "source_id": slug("id in sources.csv"),
    },
    key=("indicator_id",),
    sources=(OF_ROWS,),
)

_FIGURE: Mapping[str, Column] = {
    "subject": text(
        "id of the member city or code of the member state that the figure is of",
        Check.str_matches(_SUBJECT),
    ),
    "indicator_id": slug("indicator"),
    "first_year": year("first year of a period; empty for a single year", 1900, nullable=True),
    "year": year("year, or last year of a period", 1900, 2100),
}

_CONTEXT: Mapping[str, Column] = {
    "territory": text("name of the territory in the source, if it differs", nullable=True),
    "territory_people": integer(
        "people of that territory, where its source counts them", "people", 1, 10**9, nullable=True
    ),
    "territory_people_year": year("their year", 1900, 2100, nullable=True),
    "quality": one_of("what the figure rests on", list(INDICATOR_QUALITIES)),
}

_ORIGIN: Mapping[str, Column] = {
    "source_id": slug("id in sources.csv"),
    "source_record": text("record in that source"),
    "url": text("address of the page, if it is not the source's", nullable=True),
    "several_reason": text("why there is more than one figure of this year", nullable=True),
    "note": text("remark on the figure", nullable=True),
}

_CODED: Mapping[str, Column] = {
    "code": text("code of a class", nullable=True),
    "meaning": text("what the code stands for", nullable=True),
    "ranked_of": integer("how many the source ranks", "", 1, 10_000, nullable=True),
}

KEY = ("subject", "indicator_id", "year", "source_record")

FIGURE_ROWS: Mapping[str, Column] = {
    **_FIGURE,
    "value": number("value as the source prints it", "see unit", -1e12, 1e12, nullable=True),
    **_CODED,
    **_CONTEXT,
    "compared": one_of("whether it is set beside the other figures", ("true", "false")),
    **_ORIGIN,
}
"""Columns of source table ``city_indicators``."""

CITY_INDICATORS = Layer(
    name="city_indicators",
    title="Indicators of cities and countries, by year",
    description="Outcomes and context of the member cities and their countries, one row per "
    "figure; layer indicators says what each describes. Figures of a country are "
    "not its cities' own. Where a source allows bands only, the number is left out.",
    columns={
        **_FIGURE,
        "city_id": text("member city; empty where the figure is of a country", nullable=True),
        "iso3": iso3(),
        "value": number(
            "value, rounded as the indicator says; empty for bands and classes",
            "see unit",
            -1e12,
            1e12,
            nullable=True,
        ),
        "unit": text("unit of the value or band", nullable=True),
        "band": text("band, in words", nullable=True),
        "band_from": number(
            "smallest value of the band; empty without one", "see unit", -1e12, 1e12, nullable=True
        ),
        "band_below": number(
            "value below which the band ends; empty without one",
            "see unit",
            -1e12,
            1e12,
            nullable=True,
        ),
        **_CODED,
        **_CONTEXT,
        "compared": column("bool", "whether it is set beside the other figures"),
        **_ORIGIN,
    },
    key=KEY,
    sources=(OF_ROWS,),
)
