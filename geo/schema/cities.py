"""Areas of the member cities, and their official figures of other years, bases and boundaries."""

from __future__ import annotations

from collections.abc import Mapping

from geo.schema.declare import Column, Layer, integer, iso3, number, one_of, slug, text, year
from geo.vocabulary import AREA_EDITIONS, AREA_FITS, POPULATION_BASES

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
    "remark": text("remark (our summary)", nullable=True),
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

CITY_NAMES = Layer(
    name="city_names",
    title="Other names of cities",
    description="Names that a search finds a member city by, beside its English and its official "
    "local name: former, local and abbreviated ones, chosen of the alternate names in GeoNames, "
    "which does not say of each what it is.",
    columns={
        "city_id": slug("member city"),
        "name": text("name"),
        "geonameid": integer("record of GeoNames that has it", "", 1, 10**8),
        "source_id": slug("id in sources.csv"),
    },
    key=("city_id", "name"),
    sources=("geonames",),
)

_AREA = {
    "city_id": slug("member city"),
    "edition": one_of(
        "network: the territory as the network's plans count it; merged_2025: after the merger of "
        "provinces in Viet Nam on 1 July 2025",
        list(AREA_EDITIONS),
    ),
    "territory": text("territory whose boundary is drawn"),
    "fit": one_of(
        "whether this is the member's own boundary: exact; wider, a district around it; partial, a "
        "part of it; approximate, a blurred shape",
        list(AREA_FITS),
    ),
    "note": text("how the boundary differs from the member's own, if it does", nullable=True),
}

AREA_ROWS = {
    **_AREA,
    "source_id": slug("id in sources.csv"),
    "source_record": text("record in that source"),
}
"""Columns of the source table; the shapes are in ``city_areas.parquet``."""

CITY_AREAS = Layer(
    name="city_areas",
    title="Areas of the member cities",
    description="Territory of each member city, simplified to about 10 m. Where fit is not "
    "exact, the boundary is not the city's own: no figures are derived from it. "
    "Viet Nam's three cities appear twice, before and after the merger of 1 July "
    "2025. Boundaries are for orientation and imply no position on any territory.",
    columns={
        "city_id": _AREA["city_id"],
        "name": text("English name"),
        "iso3": iso3(),
        **{name: declared for name, declared in _AREA.items() if name != "city_id"},
        "area_km2": number(
            "area of the boundary on the WGS 84 ellipsoid, inland water included; empty unless fit "
            "is exact",
            "km²",
            1,
            100_000,
            nullable=True,
        ),
        "source": text("source of the boundary"),
        "source_record": AREA_ROWS["source_record"],
        "licence": text("licence of the boundary"),
    },
    key=("city_id", "edition"),
    geometry="MultiPolygon",
    sources=(
        *("whosonfirst", "wilayah-boundaries", "psgc-2023", "cod-ab-tha", "dosm-open-data"),
        "viet-nam-merger-2025",
    ),
)

WITHIN_CITY: Mapping[str, Column] = {
    "within_city_id": text(
        "member city in whose area the point lies; none where that area is not exact", nullable=True
    ),
    "within_edition": one_of(
        "edition of that area: merged_2025 where the point lies in the city only since the merger "
        "of 1 July 2025",
        list(AREA_EDITIONS),
        nullable=True,
    ),
}
"""Columns of layers of points that :class:`geo.analysis.city_areas.CityAreas` locates."""
