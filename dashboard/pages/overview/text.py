"""Headlines and key figures of the Overview, Explore and Compare pages."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.data import un_revision
from dashboard.markup import numbers, project_totals
from dashboard.markup.figures import Figure
from dashboard.pages.city import un_figures
from geo.analysis import promises
from geo.analysis.filter import Filter
from geo.analysis.projects import Changes, changes, latest_projects
from geo.analysis.selection import Selection
from geo.analysis.urbanisation import regional_urban_share
from geo.cache import memoized
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import COUNTED_ROLES, FOCUS_AREAS


@memoized
def report_year(layers: Catalogue) -> int:
    """Year of the latest Monitoring & Evaluation report."""
    return int(layers["project_reports"]["report_year"].max())


@memoized
def share_years(layers: Catalogue) -> list[int]:
    """Years of the urban share, ascending."""
    rows = layers["country_years"]
    years = rows.loc[rows["indicator_code"] == "SP.URB.TOTL.IN.ZS", "year"]
    return sorted(int(year) for year in years.unique())


def network_summary(layers: Catalogue) -> str:
    """The network today, in three sentences."""
    cities, listed = layers["cities"], latest_projects(layers["projects"])
    report = project_totals.latest_report(layers)
    return " ".join(
        [
            ntr(
                "{n} member city in {countries}.",
                "{n} member cities in {countries}.",
                len(cities),
                countries=ntr("{n} country", "{n} countries", cities["iso3"].nunique()),
            ),
            ntr(
                "In {year}, {n} of them reported {projects}: {statuses}.",
                "In {year}, {n} of them reported {projects}: {statuses}.",
                listed["city_id"].nunique(),
                year=report["report_year"],
                projects=ntr("{n} smart city project", "{n} smart city projects", len(listed)),
                statuses=project_totals.by_status(report),
            ),
            _largest_areas(listed["focus_area"].value_counts()),
        ]
    )


def answer(layers: Catalogue) -> str:
    """What was promised, what is done and what changed, in one sentence."""
    rows, differences = layers["promises"], changes(layers["project_reports"])
    counts, latest = promises.count(rows), promises.report_year(rows)
    states = [
        ntr("{n} is reported as done", "{n} are reported as done", counts.states.get("done", 0)),
        ntr("{n} is ongoing", "{n} are ongoing", counts.states.get("ongoing", 0)),
    ]
    return tr(
        "Of {promises}, {due} fell due by {year}: {states}; the {report} report adds {added} and "
        "marks {completed} more as completed.",
        promises=ntr("{n} dated promise", "{n} dated promises", counts.promises),
        due=decimal(counts.due),
        year=latest,
        states=numbers.format_list(states),
        report=differences.latest,
        added=ntr("{n} project", "{n} projects", differences.added),
        completed=decimal(differences.newly_completed),
    )


def _largest_areas(areas: pd.Series) -> str:
    """Sentence naming the focus areas with the most projects.

    Parameters
    ----------
    areas
        Number of projects by slug of the focus area.
    """
    largest = [tr(FOCUS_AREAS[area]) for area in areas.index[areas == areas.max()]]
    return ntr(
        "{areas} is the largest group ({most}).",
        "{areas} are the largest groups ({most} each).",
        len(largest),
        areas=numbers.format_list(largest),
        most=decimal(int(areas.max())),
    )


def changes_title(layers: Catalogue) -> str:
    """Heading of :func:`since_last_report`."""
    return tr(
        "What changed since the {year} report", year=changes(layers["project_reports"]).previous
    )


def since_last_report(layers: Catalogue) -> str:
    """Sentence on the changes between the two latest reports."""
    differences: Changes = changes(layers["project_reports"])
    names = layers["cities"].set_index("city_id")["name"]
    joined = [str(names[city_id]) for city_id in differences.new_cities]
    clauses = [
        tr(
            "The {latest} report adds {added} and marks {completed} more as completed",
            latest=differences.latest,
            added=ntr("{n} project", "{n} projects", differences.added),
            completed=decimal(differences.newly_completed),
        ),
        ntr(
            "{n} was dropped without being marked complete",
            "{n} were dropped without being marked complete",
            differences.no_longer_reported,
        ),
    ]
    if joined:
        clauses.append(
            ntr(
                "{cities} appears for the first time",
                "{cities} appear for the first time",
                len(joined),
                cities=numbers.format_list(joined),
            )
        )
    return _sentence(clauses)


def _sentence(clauses: Sequence[str]) -> str:
    """Join clauses into one sentence."""
    return tr("{clauses}.", clauses="; ".join(clauses))


def key_figures(layers: Catalogue) -> list[Figure]:
    """Six key figures of the network, its countries and its UN cities."""
    cities, projects = layers["cities"], latest_projects(layers["projects"])
    report = project_totals.latest_report(layers)
    year = share_years(layers)[-1]
    urban, people = regional_urban_share(layers["country_years"], year)
    completed = int((projects["status"] == "completed").sum())
    evaluation = tr("ASCN M&E Report {year}", year=report["report_year"])
    return [
        Figure(
            decimal(len(cities)),
            tr(
                "member cities in {countries}",
                countries=ntr("{n} country", "{n} countries", cities["iso3"].nunique()),
            ),
            tr("ASCN, {year}", year=int(cities["joined_year"].max())),
        ),
        Figure(
            decimal(len(projects)),
            tr(
                "projects listed in {year} in {cities}: {going}",
                year=report["report_year"],
                cities=ntr("{n} city", "{n} cities", projects["city_id"].nunique()),
                going=project_totals.ongoing_and_planning(report),
            ),
            evaluation,
        ),
        Figure(
            decimal(completed),
            tr(
                "completed, {share} of the {projects} listed",
                share=numbers.percent(100 * completed / len(projects), 0),
                projects=decimal(len(projects)),
            ),
            evaluation,
        ),
        Figure(
            numbers.percent(100 * urban / people, 0),
            tr("of {people} people live in urban areas", people=numbers.people(people)),
            tr("World Bank WDI, {year}, UN 2025 revision", year=year),
        ),
        *_un_cities(layers),
    ]


def _un_cities(layers: Catalogue) -> list[Figure]:
    """Population of the UN cities matched to member cities (each counted once), and its projected
    change."""
    members = int((layers["cities"]["un_city_relation"] != "none").sum())
    rows = layers["wup2025_cities"]
    counted = rows[rows["member_role"].isin(COUNTED_ROLES)]
    both = counted.dropna(subset=["population_2050"])
    more = float(both["population_2050"].sum() - both["population_2025"].sum())
    source = tr(un_figures.SOURCE)
    return [
        Figure(
            numbers.people(counted["population_2025"].sum()),
            ntr(
                "people in the UN cities matched to {n} member city",
                "people in the UN cities matched to {n} member cities",
                members,
            ),
            tr("{year}, estimate; {source}", year=2025, source=source),
        ),
        Figure(
            f"+{numbers.people(more)}" if more >= 0 else f"−{numbers.people(-more)}",
            ntr(
                "more people expected in {n} of these UN cities, {span}",
                "more people expected in {n} of these UN cities, {span}",
                len(both),
                span="2025–2050",
            ),
            tr("{source}, projection", source=source),
        ),
    ]


def selection_summary(selected: Selection, layers: Catalogue, city_filter: Filter) -> str:
    """Sentence on the number of filtered cities and projects.

    Without a filter it uses the totals of the latest report, which separate ongoing projects from
    those in planning. With one that narrows projects, it counts the cities of those that are
    listed, and then the others.
    """
    everything, report = layers["cities"], project_totals.latest_report(layers)
    cities, status = selected.cities, selected.projects["status"]
    if not len(cities):
        return tr("No member city matches this filter.")
    ongoing, completed, dropped = (
        int((status == name).sum())
        for name in ("ongoing_or_planning", "completed", "no_longer_reported")
    )
    counted = selected.projects
    if ongoing + completed:
        counted = counted[status != "no_longer_reported"]
    if city_filter.narrows_projects and len(counted):
        cities = cities[cities["city_id"].isin(set(counted["city_id"]))]
    if dropped and not ongoing + completed:
        projects = ntr(
            "{n} project that is no longer reported",
            "{n} projects that are no longer reported",
            dropped,
        )
        return _sentence([_cities_with_projects(cities, everything, projects)])
    if not ongoing + completed:
        nothing = tr("no project listed in {year}", year=report["report_year"])
        return _sentence([_cities_with_projects(cities, everything, nothing)])
    projects = ntr(
        "{n} project listed in {year}",
        "{n} projects listed in {year}",
        ongoing + completed,
        year=report["report_year"],
    )
    statuses = []
    if ongoing:
        statuses.append(ntr("{n} ongoing or in planning", "{n} ongoing or in planning", ongoing))
    if completed:
        statuses.append(ntr("{n} completed", "{n} completed", completed))
    listed = numbers.format_list(statuses) if city_filter else project_totals.by_status(report)
    projects = tr("{projects}: {statuses}", projects=projects, statuses=listed)
    clauses = [_cities_with_projects(cities, everything, projects)]
    if dropped:
        clauses.append(
            ntr(
                "{n} earlier one is no longer reported",
                "{n} earlier ones are no longer reported",
                dropped,
            )
        )
    if others := len(selected.cities) - len(cities):
        clauses.append(
            ntr(
                "{n} more city is shown without a listed project",
                "{n} more cities are shown without a listed project",
                others,
            )
        )
    return _sentence(clauses)


def _cities_with_projects(cities: pd.DataFrame, everything: pd.DataFrame, projects: str) -> str:
    """Clause on how many of all cities have these projects."""
    if len(cities) == len(everything):
        return ntr(
            "All {n} member city has {projects}",
            "All {n} member cities have {projects}",
            len(cities),
            projects=projects,
        )
    if len(cities) == 1:
        return ntr(
            "{city}, 1 of {n} member city, has {projects}",
            "{city}, 1 of {n} member cities, has {projects}",
            len(everything),
            city=cities["name"].iloc[0],
            projects=projects,
        )
    return ntr(
        "{some} of {n} member city have {projects}",
        "{some} of {n} member cities have {projects}",
        len(everything),
        some=decimal(len(cities)),
        projects=projects,
    )


def comparison_summary(
    city_ids: Sequence[str], layers: Catalogue, revision: str = un_revision.NEWEST
) -> str:
    """Sentence on the compared cities: fastest growth, most projects.

    Parameters
    ----------
    revision
        UN revision of the growth; one of :data:`dashboard.data.un_revision.UN_REVISIONS`.
    """
    if len(city_ids) < 2:
        return tr(
            "Compare member cities by size, growth and projects, and see which are most similar."
        )
    rows = layers["cities"].set_index("city_id").loc[list(city_ids)]
    clauses = [_most_projects(rows)]
    newest = revision == un_revision.NEWEST
    column = "un_city_growth_2000_2025" if newest else "agglomeration_growth_2000_2018"
    growing = rows[column].dropna().sort_values(ascending=False)
    if len(growing) > 1:
        values = {
            "city": rows["name"][growing.index[0]],
            "growth": numbers.growth(growing.iloc[0]),
        }
        clauses.append(
            tr("the UN city of {city} grew fastest from 2000 to 2025 ({growth})", **values)
            if newest
            else tr("{city} grew fastest from 2000 to 2018 ({growth})", **values)
        )
    return ntr(
        "Of this {n} city, {clauses}.",
        "Of these {n} cities, {clauses}.",
        len(rows),
        clauses=numbers.format_list(clauses),
    )


def _most_projects(rows: pd.DataFrame) -> str:
    """Clause on the cities with the most projects."""
    maximum = int(rows["projects"].max())
    leaders = [str(name) for name in rows.loc[rows["projects"] == maximum, "name"]]
    if not maximum:
        return tr("none has a project in the latest report")
    if len(leaders) == len(rows):
        return ntr("each has {n} project", "each has {n} projects", maximum)
    if len(leaders) == 1:
        return tr(
            "{city} has the most projects ({number})", city=leaders[0], number=decimal(maximum)
        )
    return tr(
        "{cities} have the most projects ({number} each)",
        cities=numbers.format_list(leaders),
        number=decimal(maximum),
    )
