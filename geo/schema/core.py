"""Layers of countries, cities, places, urbanisation and projects."""

from __future__ import annotations

from geo.schema.cities import CITY_AREAS, WITHIN_CITY
from geo.schema.declare import (
    Column,
    Layer,
    column,
    date,
    integer,
    iso3,
    number,
    one_of,
    slug,
    text,
    year,
)
from geo.schema.plans import EVERY_REPORT, LATEST_REPORT
from geo.schema.wup2025 import UN_CITY_COLUMNS
from geo.vocabulary import (
    DETAILS,
    FOCUS_AREAS,
    INDICATORS,
    MEMBER_STATES,
    POPULATION_BASES,
    PROJECT_STATUSES,
    REPORT_STATUSES,
    REVISIONS,
    SERIES_BREAKS,
    WUP_2018,
    WUP_2025,
    focus_area_column,
)


def _project_counts() -> dict[str, Column]:
    counts = {
        "projects": integer("SCAP projects in the latest report", "projects", 0, 1000),
        "projects_ongoing_or_planning": integer(
            "of these, ongoing or in planning", "projects", 0, 1000
        ),
        "projects_completed": integer("of these, completed", "projects", 0, 1000),
        "projects_no_longer_reported": integer(
            "projects of earlier reports that left the reports without being listed as completed",
            "projects",
            0,
            1000,
        ),
    }
    for area, name in FOCUS_AREAS.items():
        counts[focus_area_column(area)] = integer(
            f"SCAP projects in the latest report, focus area {name}", "projects", 0, 1000
        )
    counts["dominant_focus_area"] = one_of(
        "focus area with most projects in the latest report; no value when two share the lead",
        list(FOCUS_AREAS),
        nullable=True,
    )
    return counts


def _agglomeration_figures(nullable: bool) -> dict[str, Column]:
    figures: dict[str, Column] = {}
    for at in (2000, 2018, 2035):
        projected = " (projection)" if at > 2018 else ""
        figures[f"agglomeration_population_{at}"] = integer(
            f"population of the urban agglomeration in {at}{projected}, UN WUP 2018",
            "people",
            0,
            100_000_000,
            nullable=nullable,
        )
    for start, end in ((2000, 2018), (2018, 2035)):
        projected = " (projection)" if end > 2018 else ""
        figures[f"agglomeration_growth_{start}_{end}"] = number(
            f"mean annual growth of the urban agglomeration, {start} to {end}{projected}, compound",
            "% per year",
            -20,
            30,
            nullable=nullable,
        )
    return figures


PROJECT_COUNTS = tuple(_project_counts())
"""Columns of :data:`CITIES` with numbers of projects; under a filter, of those that pass it."""


COUNTRIES = Layer(
    name="countries",
    title="ASEAN member states",
    description="National boundaries with land area and urban share. "
    "Boundaries are for orientation and imply no position on any territory.",
    columns={
        "iso3": iso3(),
        "iso2": text("ISO 3166-1 alpha-2 code"),
        "name": text("English short name as ASEAN uses it"),
        "official_name": text("official English name"),
        "name_local": text("name in the national language"),
        "capital": text("capital city"),
        "asean_since": date("date of ASEAN membership (ISO 8601)"),
        "asean_since_source": text("source of the date of ASEAN membership"),
        "land_area_km2": number("official land area", "km²", 100, 3_000_000),
        "land_area_year": year("year of the land area", nullable=True),
        "land_area_source": text("source of the land area"),
        "boundary_area_km2": number(
            "area of the boundary on the WGS 84 ellipsoid, inland water included",
            "km²",
            100,
            3_000_000,
        ),
        "member_cities": integer("member cities of the network", "cities", 0, 100),
        "population": integer("population", "people", 100_000, 500_000_000),
        "population_year": year("year of the population figure"),
        "urban_share": number(
            "urban share of the population, newest revision", "% of total population", 0, 100
        ),
        "urban_share_year": year("year of the urban share"),
        "urban_growth": number(
            "growth of the urban population from the year before, compound, newest revision; years "
            "in which the series breaks are passed over",
            "% per year",
            -20,
            30,
        ),
        "urban_growth_year": year("year of that growth"),
        "label_longitude": number("longitude of a point for the label", "°", -180, 180),
        "label_latitude": number("latitude of a point for the label", "°", -90, 90),
    },
    key=("iso3",),
    geometry="MultiPolygon",
    sources=("natural-earth", "countries", "wdi-2026-03"),
)


CONTEXT = Layer(
    name="context",
    title="Other countries on the maps",
    description="Land around the member states as far as maps show it, simplified to about 25 km "
    "beyond 80–165° E and 25° S–40° N. "
    "Boundaries are for orientation and imply no position on any territory.",
    columns={
        "iso3": text("ISO 3166-1 alpha-3 code; empty where the source gives none", nullable=True),
        "name": text("English name"),
    },
    key=("name",),
    geometry="MultiPolygon",
    sources=("natural-earth",),
)


LAND = Layer(
    name="land",
    title="Land at city scale",
    description="Coasts and lakes of GSHHG by country, in squares of one degree, for maps at zoom "
    "7 and nearer. Within 60 km of a member city they have all the detail of the source, about "
    "50 m. Singapore is the area of the city. Borders are those of layer countries; islets far "
    "from any of them have no country. "
    "Boundaries are for orientation and imply no position on any territory.",
    columns={
        "west": integer("longitude of the square's western edge", "°", -180, 179),
        "south": integer("latitude of the square's southern edge", "°", -90, 89),
        "iso3": text("ISO 3166-1 alpha-3 code; empty where the source gives none", nullable=True),
        "name": text("English name of the country"),
    },
    key=("west", "south", "name"),
    geometry="MultiPolygon",
    sources=("gshhg", "natural-earth", "whosonfirst"),
)


def _simplified(layer: Layer, detail: str, title: str, metres: str) -> Layer:
    """A layer of boundaries at a lower level of detail, for maps of the region."""
    return Layer(
        name=f"{layer.name}{DETAILS[detail]}",
        title=title,
        description=f"Boundaries simplified to about {metres}, with borders that match. "
        "Boundaries are for orientation and imply no position on any territory.",
        columns={name: layer.columns[name] for name in ("iso3", "name")},
        key=layer.key,
        geometry=layer.geometry,
        sources=("natural-earth", "countries") if layer is COUNTRIES else layer.sources,
    )


SIMPLIFIED = (
    _simplified(COUNTRIES, "medium", "ASEAN member states, medium detail", "1 km"),
    _simplified(COUNTRIES, "low", "ASEAN member states, low detail", "3 km"),
    _simplified(CONTEXT, "medium", "Other countries on the maps, medium detail", "1 km"),
    _simplified(CONTEXT, "low", "Other countries on the maps, low detail", "3 km"),
)
"""Boundaries at lower levels of detail, in files of their own: ``to_file`` and ``to_json`` of
GeoPandas refuse a frame with several geometries."""

NEIGHBOURS = frozenset(f"{CONTEXT.name}{suffix}" for suffix in DETAILS.values())
"""Layers of countries other than the member states."""


CITIES = Layer(
    name="cities",
    title="Member cities",
    description="The member cities of the ASEAN Smart Cities Network with population, "
    "urbanisation and Smart City Action Plan (SCAP) attributes.",
    columns={
        "city_id": slug("stable id of the member city"),
        "name": text("English name"),
        "name_local": text("official local name"),
        "local_language": text("BCP 47 language of the local name"),
        "iso3": iso3(),
        "country": text("English short name of the member state"),
        "admin1_name": text("first-level administrative area"),
        "joined_year": year("year in which the city joined the network", 2018),
        "joined_source": text("source of the joining year"),
        "joined_note": text(
            "what another public source says of the joining year, with its address", nullable=True
        ),
        "population": integer("official population", "people", 1_000, 50_000_000, nullable=True),
        "population_year": year("year of the official population", 1990, nullable=True),
        "population_basis": one_of(
            "what the population rests on", list(POPULATION_BASES), nullable=True
        ),
        "population_territory": text("territory that the population counts", nullable=True),
        "population_source": text("source of the population", nullable=True),
        "land_area_km2": number("official land area", "km²", 1, 100_000, nullable=True),
        "land_area_year": year(
            "year of the land area: as its source says, else of the newest count that the source "
            "sets beside it",
            1990,
            nullable=True,
        ),
        "land_area_territory": text("territory that the land area measures", nullable=True),
        "land_area_source": text("source of the land area", nullable=True),
        "density_per_km2": number(
            "official population per official land area, where both are of the same territory",
            "people per km²",
            1,
            100_000,
            nullable=True,
        ),
        "density_note": text("why there is no density; empty with one", nullable=True),
        "figures_note": text("remark on population and land area", nullable=True),
        "agglomeration": text("UN urban agglomeration the city is or lies in", nullable=True),
        "city_code": text("UN code of the agglomeration", nullable=True),
        "agglomeration_relation": one_of(
            "how city and agglomeration relate: same, within, or none", ("same", "within", "none")
        ),
        "agglomeration_note": text("reason of the match or of its absence", nullable=True),
        **_agglomeration_figures(nullable=True),
        **UN_CITY_COLUMNS,
        "national_urban_share": number(
            "urban share of the country's population, newest revision",
            "% of total population",
            0,
            100,
        ),
        "national_urban_share_year": year("year of the national urban share"),
        "national_urban_growth": number(
            "growth of the country's urban population from the year before, compound, newest "
            "revision; years in which the series breaks are passed over",
            "% per year",
            -20,
            30,
        ),
        "national_urban_growth_year": year("year of the growth of the country's urban population"),
        **_project_counts(),
        "distance_to_boundary_km": number(
            "how far the point lies outside its country's boundary, 0 when inside", "km", 0, 5
        ),
        "coordinates_source": text("source of the point"),
    },
    key=("city_id",),
    geometry="Point",
    sources=("cities", "geonames", "wup-2018", WUP_2025, "wdi-2026-03", LATEST_REPORT),
)


PLACES = Layer(
    name="places",
    title="Places with a population in GeoNames",
    description="Places of the member states for which GeoNames gives a population of 500 or more, "
    "with the country polygon each lies in and its nearest member city. GeoNames gives a "
    "population for some places only, for more of them in some countries than in others: where no "
    "place is listed, there may still be one.",
    columns={
        "geonameid": integer("GeoNames id", "", 1, 100_000_000),
        "name": text("name in GeoNames"),
        "population": integer("population in GeoNames", "people", 500, 50_000_000),
        "admin1_code": text("GeoNames code of the first-level area", nullable=True),
        "iso3": iso3("member state whose polygon holds the place, or is nearest within 5 km"),
        "country_basis": one_of(
            "why iso3: inside the polygon; nearest polygon within 5 km; neighbour: the same, but a "
            "country that is no member state holds the place; or GeoNames' own country",
            ("inside", "nearest", "neighbour", "geonames"),
        ),
        "geonames_iso3": iso3("member state according to GeoNames"),
        "distance_to_boundary_km": number(
            "distance outside the polygon, 0 when inside, none beyond 5 km",
            "km",
            0,
            5,
            nullable=True,
        ),
        "city_id": slug("nearest member city"),
        "distance_km": number("geodesic distance to the nearest member city", "km", 0, 5_000),
        **WITHIN_CITY,
    },
    key=("geonameid",),
    geometry="Point",
    sources=("geonames", "natural-earth", *CITY_AREAS.sources),
)


AGGLOMERATIONS = Layer(
    name="agglomerations",
    title="Urban agglomerations",
    description="UN urban agglomerations of 300,000 people or more in 2018. An agglomeration is "
    "not a city proper: its population counts the built-up area around the city too.",
    columns={
        "city_code": text("UN code of the agglomeration"),
        "name": text("name as the UN gives it"),
        "iso3": iso3(),
        "city_id": text("member city that is this agglomeration, if any", nullable=True),
        **_agglomeration_figures(nullable=False),
    },
    key=("city_code",),
    geometry="Point",
    sources=("wup-2018",),
)


COUNTRY_YEARS = Layer(
    name="country_years",
    title="Country indicators by year",
    description="World Bank indicators by member state and year. The urban share is given in "
    "two releases, following the UN's revisions of 2025 and 2018; both follow "
    "national definitions of urban, and they are never mixed.",
    columns={
        "iso3": iso3(),
        "indicator_code": one_of("World Bank indicator code", list(INDICATORS)),
        "revision": one_of("release that the value is from", list(REVISIONS)),
        "year": year("year"),
        "value": number("value in the indicator's unit", "see unit", -200, 1e10),
        "unit": text("unit of the value"),
        "source": text("publisher, release and way to the release"),
        "series_break": one_of(
            "whether the share changes by more than 2 points from the year before: break, where "
            "that stands out by more than 2 points from the change of the year before or after; "
            "rapid_change, where the years beside it change alike; no value otherwise",
            list(SERIES_BREAKS),
            nullable=True,
        ),
    },
    key=("iso3", "indicator_code", "revision", "year"),
    sources=("wdi-2026-03", "wdi-2025-07"),
)


CITY_YEARS = Layer(
    name="city_years",
    title="Agglomeration population by year",
    description="Annual population of urban agglomerations of 300,000 or more in 2018, 1950 to "
    "2035; years after 2018 are projections.",
    columns={
        "city_code": text("UN code of the agglomeration"),
        "iso3": iso3(),
        "city_id": text("member city that is this agglomeration, if any", nullable=True),
        "year": year("year"),
        "population": integer("population of the agglomeration", "people", 0, 100_000_000),
        "is_projection": column("bool", "true for a projected year"),
        "revision": one_of("UN revision", (WUP_2018,)),
    },
    key=("city_code", "year"),
    sources=("wup-2018",),
)


URBAN_RURAL_YEARS = Layer(
    name="urban_rural_years",
    title="Urban and rural population by year, UN 2018 revision",
    description="Annual urban and rural population of the member states, of South-Eastern Asia and "
    "of the World at mid-year, 1950 to 2050, by national definitions; years after 2018 are "
    "projections, earlier ones estimates.",
    columns={
        "area_code": one_of(
            "ISO 3166-1 alpha-3 code of the member state, or SEA for South-Eastern Asia, WLD for "
            "the World",
            (*MEMBER_STATES, "SEA", "WLD"),
        ),
        "iso3": one_of("the same code of a member state", MEMBER_STATES, nullable=True),
        "year": year("year"),
        "urban_population": integer("urban population", "people", 0, 10_000_000_000),
        "rural_population": integer("rural population", "people", 0, 10_000_000_000),
        "is_projection": column("bool", "true for a projected year"),
        "revision": one_of("UN revision", (WUP_2018,)),
    },
    key=("area_code", "year"),
    sources=("wup-2018-urban-rural",),
)


PROJECTS = Layer(
    name="projects",
    title="Smart city projects of all reports",
    description="Smart City Action Plan (SCAP) projects of the member cities, followed through "
    "the Monitoring & Evaluation reports: every project that any report lists; "
    "last_report shows which the latest lists.",
    columns={
        "project_id": slug("stable id of the project"),
        "city_id": slug("member city"),
        "iso3": iso3(),
        "name": text("name in the newest report that lists it"),
        "focus_area": one_of("focus area in the newest report that lists it", list(FOCUS_AREAS)),
        "status": one_of(
            "status as of the latest report, whose list keeps ongoing projects and those in "
            "planning together",
            list(PROJECT_STATUSES),
        ),
        "first_report": year("first report that lists it", 2022),
        "last_report": year("last report that lists it", 2022),
        "reports": integer("number of reports that list it", "reports", 1, 100),
        "note": text("remark", nullable=True),
    },
    key=("project_id",),
    sources=(EVERY_REPORT,),
)


PROJECT_REPORTS = Layer(
    name="project_reports",
    title="Projects by report",
    description="What each Monitoring & Evaluation report lists: one row per project and "
    "report, with the page. Reports of 2022 and 2023 do not give the status of a "
    "project.",
    columns={
        "report_year": year("year of the report", 2022),
        "as_of": date("date of the report's data (ISO 8601)"),
        "project_id": slug("project"),
        "city_id": slug("member city"),
        "name_in_report": text("name as the report lists it"),
        "focus_area": one_of("focus area in this report", list(FOCUS_AREAS)),
        "status": one_of("status in this report", list(REPORT_STATUSES)),
        "document": text("source document"),
        "page": integer("page of the document's PDF file", "page", 1, 1_000),
    },
    key=("report_year", "project_id"),
    sources=(EVERY_REPORT,),
)
