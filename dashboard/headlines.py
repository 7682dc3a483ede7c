"""Sentences and key figures that pages open with, computed from the layers."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard import words
from dashboard.layout import Figure
from geo.action_plans import Changes, changes, latest_projects
from geo.layers import Catalogue
from geo.query import Selection
from geo.urbanisation import regional_urban_share
from geo.vocabulary import FOCUS_AREAS


def report_year(layers: Catalogue) -> int:
    """Year of the latest Monitoring & Evaluation report."""
    return int(layers["project_reports"]["report_year"].max())


def share_years(layers: Catalogue) -> list[int]:
    """Years of the urban share, ascending."""
    rows = layers["country_years"]
    years = rows.loc[rows["indicator_code"] == "SP.URB.TOTL.IN.ZS", "year"]
    return sorted(int(year) for year in years.unique())


def network(layers: Catalogue) -> str:
    """What the network is today, in one sentence."""
    cities, listed = layers["cities"], latest_projects(layers["projects"])
    leading = listed["focus_area"].value_counts()
    areas = [FOCUS_AREAS[area] for area in leading.index[leading == leading.max()]]
    done = int((listed["status"] == "completed").sum())
    return (
        f"{len(cities)} cities in {cities['iso3'].nunique()} countries run {len(listed)} smart "
        f"city projects, the largest number in {words.listed(areas)} ({leading.max()}); {done} are "
        "completed."
    )


def since_last_report(layers: Catalogue) -> str:
    """What changed between the two latest reports, in one sentence."""
    found: Changes = changes(layers["project_reports"])
    names = layers["cities"].set_index("city_id")["name"]
    joined = [str(names[city_id]) for city_id in found.new_cities]
    arrivals = f"; {words.listed(joined)} appear for the first time" if len(joined) > 1 else ""
    arrivals = f"; {joined[0]} appears for the first time" if len(joined) == 1 else arrivals
    return (
        f"From the {found.previous} to the {found.latest} report "
        f"{words.count(found.added, 'project')} {'is' if found.added == 1 else 'are'} new, "
        f"{found.newly_completed} more {'is' if found.newly_completed == 1 else 'are'} completed "
        f"and {found.no_longer_reported} left without having been listed as completed{arrivals}."
    )


def key_figures(layers: Catalogue) -> list[Figure]:
    """The network and its countries in five figures."""
    cities, projects = layers["cities"], latest_projects(layers["projects"])
    report = report_year(layers)
    year = share_years(layers)[-1]
    urban, people = regional_urban_share(layers["country_years"], year)
    done = int((projects["status"] == "completed").sum())
    series = cities.dropna(subset=["agglomeration_population_2018"])
    now = float(series["agglomeration_population_2018"].sum())
    later = float(series["agglomeration_population_2035"].sum())
    evaluation = f"ASCN M&E Report {report}"
    wup = "UN WUP 2018"
    return [
        Figure(
            str(len(cities)),
            f"member cities in {cities['iso3'].nunique()} countries",
            f"ASCN, {int(cities['joined_year'].max())}",
        ),
        Figure(
            str(len(projects)),
            f"projects in {projects['city_id'].nunique()} cities",
            evaluation,
        ),
        Figure(
            f"{done}",
            f"projects completed, {words.percent(100 * done / len(projects), 0)}",
            evaluation,
        ),
        Figure(
            words.percent(100 * urban / people, 0),
            f"of {words.people(people)} people live in urban areas",
            f"World Bank WDI, {year}, newer UN revision",
        ),
        Figure(
            f"+{words.people(later - now)}",
            f"people in {len(series)} member agglomerations, 2018 to 2035 (projection)",
            wup,
        ),
    ]


def selection(kept: Selection, everything: pd.DataFrame) -> str:
    """How many cities and projects a filter keeps, in one sentence."""
    cities, projects = kept.cities, kept.projects
    if not len(cities):
        return "No member city passes this filter."
    whole = len(cities) == len(everything)
    said = (
        f"All {len(cities)} member cities"
        if whole
        else (
            f"{len(cities)} of {len(everything)} member cities"
            if len(cities) > 1
            else f"{cities['name'].iloc[0]}, 1 of {len(everything)} member cities,"
        )
    )
    verb = "have" if len(cities) > 1 else "has"
    counts = projects["status"].value_counts()
    listed = [
        f"{counts[status]} {label}"
        for status, label in (
            ("ongoing_or_planning", "ongoing or in planning"),
            ("completed", "completed"),
        )
        if status in counts
    ]
    gone = int(counts.get("no_longer_reported", 0))
    total = words.count(len(projects) - gone, "project")
    if gone and not listed:
        total = words.count(gone, "project")
        return f"{said} {verb} {total} that {'is' if gone == 1 else 'are'} no longer reported."
    states = f": {words.listed(listed)}" if listed else ""
    left = f"; {gone} earlier {'one is' if gone == 1 else 'ones are'} no longer reported"
    return f"{said} {verb} {total}{states}{left if gone else ''}."


def comparison(city_ids: Sequence[str], layers: Catalogue) -> str:
    """The compared cities in one sentence: who grows fastest, who has most projects."""
    if len(city_ids) < 2:
        return (
            "How do member cities differ in size, growth and projects, and who is most like them?"
        )
    rows = layers["cities"].set_index("city_id").loc[list(city_ids)]
    most = int(rows["projects"].max())
    leaders = [str(name) for name in rows.loc[rows["projects"] == most, "name"]]
    has = "has" if len(leaders) == 1 else "have"
    each = "" if len(leaders) == 1 else " each"
    said = [f"{words.listed(leaders)} {has} most projects ({most}{each})"]
    if not most:
        said = ["none has a project in the latest report"]
    elif len(leaders) == len(rows):
        said = [f"each has {words.count(most, 'project')}"]
    growing = rows["agglomeration_growth_2000_2018"].dropna().sort_values(ascending=False)
    if len(growing) > 1:
        said.append(
            f"{rows['name'][growing.index[0]]} grew fastest from 2000 to 2018 "
            f"({words.growth(growing.iloc[0])})"
        )
    return f"Of {len(rows)} cities, {words.listed(said)}."
