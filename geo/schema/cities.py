"""Other official figures of the member cities: earlier counts, other bases, other boundaries."""

from __future__ import annotations

from geo.schema.declare import Layer, integer, number, one_of, slug, text, year
from geo.vocabulary import POPULATION_BASES

POPULATION_FIGURES = {
    "city_id": slug("member city"),
    "year": year("year of the figures", 1990),
    "territory": text("territory that the figures are of"),
    "edition": text("boundaries of the territory, where they have changed", nullable=True),
    "population": integer("population", "people", 1_000, 50_000_000, nullable=True),
    "population_basis": one_of(
        "what the population rests on; empty without one", list(POPULATION_BASES), nullable=True
    ),
    "land_area_km2": number(
        "land area of the same territory; empty where the source gives none",
        "km²",
        1,
        100_000,
        nullable=True,
    ),
    "source": text("who published the figures, and where"),
    "page": integer("page of the source", "page", 1, 1_000, nullable=True),
    "url": text("address where the figures were read", nullable=True),
    "remark": text("remark in our own words", nullable=True),
}
"""Columns of the source table; the layer adds the density."""

CITY_POPULATIONS = Layer(
    name="city_populations",
    title="Other official figures of cities",
    description="Official populations and land areas of the member cities beside those of layer "
    "cities: earlier counts, registered residents or a census, wider territories, and the cities "
    "of Viet Nam after the merger of 1 July 2025.",
    columns={
        **POPULATION_FIGURES,
        "density_per_km2": number(
            "population per land area, both of the row's territory; empty without either",
            "people per km²",
            1,
            100_000,
            nullable=True,
        ),
    },
    key=("city_id", "year", "territory"),
    sources=("cities",),
)
