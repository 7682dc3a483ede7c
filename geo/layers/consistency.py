"""Consistency checks between layers: references, completeness and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from geo.analysis.boundaries import areas_km2
from geo.analysis.city_areas import CityAreas
from geo.analysis.densities import densities, same_territory
from geo.analysis.projects import counts_by_city
from geo.analysis.un_cities import member_figures, split_codes
from geo.layers.files import plain
from geo.schema import LAYERS
from geo.schema.cities import WITHIN_CITY
from geo.schema.core import LAND, NEIGHBOURS
from geo.schema.wup2025 import UN_CITY_COLUMNS
from geo.vocabulary import COUNTED_ROLES, EXACT, FOCUS_AREAS, MEMBER_STATES

Frames = Mapping[str, pd.DataFrame]
"""Layers by name; checks that need a missing layer are skipped."""

Columns = tuple[str, ...]

_IDS: Mapping[str, tuple[str, str]] = {
    "iso3": ("countries", "iso3"),
    "geonames_iso3": ("countries", "iso3"),
    "city_id": ("cities", "city_id"),
    "within_city_id": ("cities", "city_id"),
    "city_code": ("agglomerations", "city_code"),
    "un_city_code": ("wup2025_cities", "un_city_code"),
    "indicator_id": ("indicators", "indicator_id"),
    "framework_element": ("framework", "element_id"),
    "project_id": ("projects", "project_id"),
    "report_year": ("reports", "report_year"),
    "first_report": ("reports", "report_year"),
    "last_report": ("reports", "report_year"),
    "document": ("documents", "document_id"),
    "link_document": ("documents", "document_id"),
    "word_document": ("documents", "document_id"),
    "word_report": ("reports", "report_year"),
    "related_to": ("documents", "document_id"),
    "parent_id": ("framework", "element_id"),
}
"""Foreign key column, in any layer -> layer and column that it references."""

_ROUNDED = 0.00051
"""Tolerance for densities, which have three decimals."""

REFERENCES: Sequence[tuple[str, Columns, str, Columns]] = (
    *(
        (name, (column,), other, (key,))
        for name, layer in LAYERS.items()
        for column, (other, key) in _IDS.items()
        if column in layer.columns
        and (name, column) != (other, key)
        and not (column == "iso3" and name in {LAND.name, *NEIGHBOURS})
    ),
    ("project_reports", ("project_id", "city_id"), "projects", ("project_id", "city_id")),
    ("projects", ("city_id", "iso3"), "cities", ("city_id", "iso3")),
    (
        "project_places",
        ("project_id", "city_id", "iso3"),
        "projects",
        ("project_id", "city_id", "iso3"),
    ),
    ("city_areas", ("city_id", "iso3"), "cities", ("city_id", "iso3")),
    ("promises", ("city_id", "iso3"), "cities", ("city_id", "iso3")),
    ("promises", ("project_id", "city_id"), "projects", ("project_id", "city_id")),
    ("city_indicators", ("city_id", "iso3"), "cities", ("city_id", "iso3")),
    ("wup2025_cities", ("city_id", "iso3"), "cities", ("city_id", "iso3")),
    *(
        (name, ("report_year", "project_id"), "project_reports", ("report_year", "project_id"))
        for name in ("project_details", "project_figures", "project_renames")
    ),
    ("plan_support", ("city_id", "project_no"), "plan_projects", ("city_id", "project_no")),
    ("plan_statements", ("city_id", "focus_area"), "plan_focus_areas", ("city_id", "focus_area")),
)
"""Foreign keys: layer, columns -> referenced layer, columns."""

EVERY: Sequence[tuple[str, str, str, str]] = (
    ("cities", "iso3", "countries", "iso3"),
    ("places", "iso3", "countries", "iso3"),
    ("members", "iso3", "countries", "iso3"),
    ("country_years", "iso3", "countries", "iso3"),
    ("plans", "city_id", "cities", "city_id"),
    ("city_areas", "city_id", "cities", "city_id"),
    ("city_years", "city_code", "agglomerations", "city_code"),
    ("wup2025_city_years", "un_city_code", "wup2025_cities", "un_city_code"),
    ("project_reports", "project_id", "projects", "project_id"),
    ("project_reports", "report_year", "reports", "report_year"),
    ("report_focus_shares", "report_year", "reports", "report_year"),
)
"""Completeness: layer and column that must hold every value of -> layer, column."""


def inconsistencies(frames: Frames) -> Iterator[str]:
    """One sentence for each inconsistency between the layers."""
    for name, columns, other, keys in REFERENCES:
        if name in frames and other in frames:
            yield from _dangling(frames, name, columns, other, keys)
    if "countries" in frames:
        missing = sorted(set(MEMBER_STATES) - set(frames["countries"]["iso3"]))
        if missing:
            yield f"Layer countries has no row for {', '.join(missing)}."
    for name, column, other, key in EVERY:
        if name in frames and other in frames:
            missing = sorted(set(frames[other][key]) - set(frames[name][column]))
            if missing:
                listed = ", ".join(map(str, missing[:5])) + (", ..." if len(missing) > 5 else "")
                yield f"Layer {name} has no row for {listed}; every {key} in {other} needs one."
    for name, frame in frames.items():
        if "page_to" in frame:
            yield from _pages_out_of_order(name, frame)
    if "report_focus_shares" in frames:
        yield from _reports_without_an_area(frames["report_focus_shares"])
    if {"cities", "projects"} <= set(frames):
        yield from _wrong_counts(frames["cities"], frames["projects"])
    if "cities" in frames:
        yield from _wrong_city_figures(frames["cities"])
    if "city_populations" in frames:
        yield from _wrong_populations(frames["city_populations"])
    if {"indicators", "city_indicators"} <= set(frames):
        yield from _wrong_indicators(frames["city_indicators"], frames["indicators"])
    if {"cities", "city_areas"} <= set(frames):
        yield from _wrong_areas(frames["city_areas"], frames["cities"])
    if "city_areas" in frames:
        areas = CityAreas(gpd.GeoDataFrame(frames["city_areas"]))
        for name in {"places", "wup2025_cities"} & set(frames):
            yield from _wrong_within(name, frames[name], areas)
    if "project_places" in frames:
        yield from _wrong_places(frames["project_places"])
    if "wup2025_cities" in frames:
        yield from _wrong_densities(frames["wup2025_cities"])
    if {"cities", "wup2025_cities"} <= set(frames):
        yield from _wrong_un_cities(frames["cities"], frames["wup2025_cities"])


def _dangling(
    frames: Frames, name: str, columns: Columns, other: str, keys: Columns
) -> Iterator[str]:
    values = frames[name][list(columns)].dropna()
    known = set(frames[other][list(keys)].itertuples(index=False, name=None))
    unknown = sorted(set(values.itertuples(index=False, name=None)) - known)
    if unknown:
        examples = [tuple(map(plain, row)) for row in unknown[:5]]
        unknown_values = [row[0] if len(row) == 1 else row for row in examples]
        yield (
            f"Layer {name}, column {', '.join(columns)}: {unknown_values} not in "
            f"{', '.join(f'{other}.{key}' for key in keys)}."
        )


def _pages_out_of_order(name: str, rows: pd.DataFrame) -> Iterator[str]:
    wrong = rows[rows["page_to"] <= rows["page"]]
    for key in wrong[list(LAYERS[name].key)].itertuples(index=False, name=None):
        yield (
            f"Layer {name}, {', '.join(map(str, key))}: page_to is no page after page; leave it "
            "empty where the row rests on one page."
        )


def _reports_without_an_area(shares: pd.DataFrame) -> Iterator[str]:
    for year, areas in shares.groupby("report_year")["focus_area"]:
        missing = [area for area in FOCUS_AREAS if area not in set(areas)]
        if missing:
            yield f"Layer report_focus_shares has no row of {year} for {', '.join(missing)}."


def _wrong_counts(cities: pd.DataFrame, projects: pd.DataFrame) -> Iterator[str]:
    stated = cities.set_index("city_id")
    counted = counts_by_city(projects, pd.Series(stated.index))
    for name in counted.columns:
        wrong = stated.index[~_equal(stated[name], counted[name])]
        yield from _wrong("cities", name, wrong, "differs from what layer projects counts")


def _wrong_city_figures(cities: pd.DataFrame) -> Iterator[str]:
    """Check that a density is of one territory or has a note why not, and that each figure names
    its territory and basis."""
    density = cities["density_per_km2"]
    computed = densities(cities).where(same_territory(cities))
    for column, wrong, what in (
        (
            "density_per_km2",
            ~_equal(density, computed),
            "is not the population per land area of one territory",
        ),
        (
            "density_note",
            density.isna() == cities["density_note"].isna(),
            "has to say why there is no density, and only then",
        ),
        *(
            (name, cities[figure].isna() != cities[name].isna(), f"has to go with {figure}")
            for name, figure in (
                ("population_basis", "population"),
                ("population_territory", "population"),
                ("land_area_territory", "land_area_km2"),
            )
        ),
    ):
        yield from _wrong("cities", column, cities["city_id"][wrong], what)


def _wrong_populations(figures: pd.DataFrame) -> Iterator[str]:
    population, area = figures["population"], figures["land_area_km2"]
    for column, wrong, what in (
        ("population", population.isna() & area.isna(), "has neither a population nor a land area"),
        (
            "population_basis",
            population.isna() != figures["population_basis"].isna(),
            "has to go with population",
        ),
        (
            "density_per_km2",
            ~_equal(figures["density_per_km2"], densities(figures)),
            "is not the population per land area",
        ),
    ):
        yield from _wrong("city_populations", column, figures["city_id"][wrong], what)


def _wrong_areas(areas: pd.DataFrame, cities: pd.DataFrame) -> Iterator[str]:
    """Check that an area is given where the boundary is exact, and that it holds its city."""
    exact, stated = areas["fit"] == EXACT, areas["area_km2"]
    computed = pd.Series(areas_km2(areas["geometry"]), index=areas.index)
    point = cities.set_index("city_id")["geometry"].reindex(areas["city_id"]).to_numpy()
    for column, wrong, what in (
        ("area_km2", stated.notna() != exact, "goes with an exact boundary, and only with one"),
        ("area_km2", (stated - computed).abs() > _ROUNDED, "is not that of the geometry"),
        ("note", areas["note"].isna() & ~exact, "has to say how an inexact boundary differs"),
        ("geometry", ~shapely.covers(areas["geometry"].to_numpy(), point), "lacks its city"),
    ):
        yield from _wrong("city_areas", column, areas["city_id"][wrong], what)


def _wrong_indicators(figures: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[str]:
    """Check that each figure has what its indicator shows, and no number where bands are shown."""
    form = figures["indicator_id"].map(indicators.set_index("indicator_id")["form"])
    for column, forms in (
        ("value", ("number", "rank")),
        ("band", ("band",)),
        ("code", ("class",)),
        ("meaning", ("class",)),
    ):
        wrong = figures[column].notna() != form.isin(forms)
        what = f"goes with the form {' or '.join(forms)}, and only with that"
        yield from _wrong("city_indicators", column, figures["subject"][wrong], what)


def _wrong_places(places: pd.DataFrame) -> Iterator[str]:
    """Check that a located place has a point with its source, and no other one has."""
    located = places["precision"].notna()
    for column in ("located_as", "source", "source_record", "licence", "geometry"):
        wrong = places[column].notna() != located
        yield from _wrong(
            "project_places", column, places["project_id"][wrong], "has to go with precision"
        )


def _wrong_within(name: str, points: pd.DataFrame, areas: CityAreas) -> Iterator[str]:
    computed = areas.locate(gpd.GeoDataFrame(points))
    for column in WITHIN_CITY:
        wrong = ~_equal(points[column], computed[column])
        keys = points[LAYERS[name].key[0]][wrong].astype(str)
        yield from _wrong(name, column, keys, "is not that of layer city_areas")


def _equal(values: pd.Series, others: pd.Series) -> pd.Series:
    """Elementwise equality of two columns; missing values are equal to each other."""
    return (values == others).fillna(False).astype(bool) | (values.isna() & others.isna())


def _wrong(layer: str, column: str, ids: pd.Series | pd.Index, what: str) -> Iterator[str]:
    if len(ids):
        yield f"Layer {layer}, column {column}: {what} ({', '.join(ids[:5])})."


def _wrong_densities(un_cities: pd.DataFrame) -> Iterator[str]:
    people = un_cities["population_2025"].astype(float)
    difference = (un_cities["density_per_km2"] - people / un_cities["area_km2"]).abs()
    wrong = un_cities["un_city_code"][difference > _ROUNDED]
    yield from _wrong("wup2025_cities", "density_per_km2", wrong, "differs from population by area")


def _wrong_un_cities(cities: pd.DataFrame, un_cities: pd.DataFrame) -> Iterator[str]:
    """Disagreements between layers ``cities`` and ``wup2025_cities`` about UN cities."""
    codes = cities["un_city_codes"].map(split_codes)
    named = cities[["city_id", "un_city_relation"]].assign(un_city_code=codes)
    named = named.explode("un_city_code").dropna(subset="un_city_code")
    unknown = sorted(set(named["un_city_code"]) - set(un_cities["un_city_code"]))
    if unknown:
        yield f"Layer cities, column un_city_codes: {unknown[:5]} not in wup2025_cities."
        return
    pair = ["city_id", "un_city_code"]
    counted = un_cities[un_cities["member_role"].isin(COUNTED_ROLES)]
    lacking = sorted(
        set(counted[pair].itertuples(index=False, name=None))
        - set(named[pair].itertuples(index=False, name=None))
    )
    if lacking:
        yield f"Layer cities, column un_city_codes: lacks {lacking[:5]} of wup2025_cities."
    whole = named[named["un_city_relation"] != "part_of"]
    twice = sorted(set(whole.loc[whole["un_city_code"].duplicated(), "un_city_code"]))
    if twice:
        yield f"Layer cities, column un_city_codes: {twice[:5]} are more than one member city."
    yield from _wrong_figures(cities, un_cities)


def _wrong_figures(cities: pd.DataFrame, un_cities: pd.DataFrame) -> Iterator[str]:
    matches = cities.rename(columns={"un_city_relation": "relation", "un_city_note": "reason"})
    computed = member_figures(matches, un_cities)
    stated = cities.set_index("city_id")
    for name in UN_CITY_COLUMNS:
        wrong = stated.index[~_equal(stated[name], computed[name])]
        yield from _wrong("cities", name, wrong, "is not that of layer wup2025_cities")
