"""What the briefing of a city says, as plain values for the template."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from babel import Locale

from dashboard.briefing.series import FONT
from dashboard.briefing.series import svg as series_svg
from dashboard.data import un_revision as wup
from dashboard.maps.city_map import alt as map_alt
from dashboard.maps.city_map import svg as map_svg
from dashboard.markup import numbers as words
from dashboard.markup.citations import pages_note
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from dashboard.pages.city import tables as cityhistory
from dashboard.pages.city import text as cityview
from dashboard.pages.city import un_figures as uncityview
from dashboard.pages.plans import text as plans
from geo.analysis.city_profile import Dossier, dossier
from geo.i18n import language, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PLAN_LINKS, PROJECT_STATUSES

TARGETS = 5
"""Targets of the plan that the page has room for."""

DESCRIBED = 3
"""Projects whose progress the page has room for."""

FEWEST_DRAWN = 2
"""Figures that a series needs to be a line."""


SCRIPTS = ("LATIN", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts that the fonts of the dashboard have, as Unicode's names of letters start."""


def writable(text: str) -> bool:
    """Whether the fonts of the briefing have every letter of a text.

    >>> writable("Thành phố Hồ Chí Minh"), writable("ขอนแก่น"), writable("東京")
    (True, True, False)
    """
    return all(
        unicodedata.name(letter, "").startswith(SCRIPTS)
        for letter in text
        if unicodedata.category(letter)[0] in "LM"
    )


def content(layers: Catalogue, city_id: str) -> dict[str, Any]:
    """All texts, colours and drawings of the briefing of one city.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    about = dossier(layers, city_id)
    city = about.city
    local = str(city["name_local"])
    return {
        "lang": Locale.parse(language().code).language,
        "name": city["name"],
        "local": local if writable(local) and local != city["name"] else "",
        "local_lang": city["local_language"],
        "headline": cityview.headline(about),
        "said": _headings(layers, about),
        "colours": {name: getattr(LIGHT, name) for name in ("accent", "muted", "rule", "text")},
        "map": map_svg(layers, city_id, LIGHT).replace('"sans-serif"', f'"{FONT}"'),
        "figures": [
            {"value": figure.value, "label": figure.label, "source": figure.source}
            for figure in cityview.key_figures(about)
        ],
        "un_city": _un_city(about.city),
        "plan": _plan(about),
        "series": _series(about),
        "priorities": _priorities(about),
        "areas": _projects(about),
        "progress": _progress(about),
        "none": "" if len(about.projects) else tr("No report lists a project of this city."),
        "projects_note": tr(
            "Status as of the {year} report, whose list does not tell ongoing from in planning; in "
            "brackets the first and the last report that list the project.",
            year=about.report_years[-1],
        ),
        "sources": _sources(layers, about),
    }


def _un_city(city: Mapping[str, Any]) -> str:
    """How UN city and member city relate and differ; nothing where they are much the same."""
    same = city["un_city_relation"] == "same" and not uncityview.difference(city)
    return "" if same else uncityview.summary(city)


def _headings(layers: Catalogue, about: Dossier) -> dict[str, str]:
    """What the page says of itself and its parts, by its name in the template."""
    city = about.city["name"]
    return {
        "title": tr("Briefing: {city}", city=city),
        "author": tr("ASEAN Smart Cities dashboard"),
        "network": tr("ASEAN Smart Cities Network"),
        "briefing": tr("City briefing"),
        "map": map_alt(layers, about.city),
        "map_note": tr("80 km across; grey dots: places with a population in GeoNames."),
        "plan": tr("The plan of 2018"),
        "series": tr("Population by year"),
        "priorities": tr("Priority projects of 2018, today"),
        "areas": tr("Projects listed in any report, by focus area"),
        "progress": tr("Progress as last reported"),
        "no_data": words.no_data(),
    }


def _plan(about: Dossier) -> dict[str, Any]:
    vision = "" if words.missing(about.plan["vision"]) else str(about.plan["vision"])
    aims = [_target(row) for row in records(about.targets)]
    left = len(aims) - TARGETS
    ours = about.assigned_areas
    source = cityview.reference(about.plan)
    source = tr("{source}; in our own words.", source=source) if vision else f"{source}."
    return {
        "vision": vision,
        "none": "" if about.has_plan else tr(cityhistory.NO_PLAN),
        "areas": [_area(area, "*" if area in ours else "") for area in about.focus_areas],
        "targets": aims[:TARGETS],
        "more": ntr("and {n} more target", "and {n} more targets", left) if left > 0 else "",
        "source": f"{source} * {tr('our classification')}." if ours else source,
    }


def _target(row: dict[str, Any]) -> dict[str, str]:
    """A target, whose words hold its figure, and its year where one is stated."""
    year = row["target_year"]
    return {
        "target": row["target"],
        "year": "" if words.missing(year) else tr("by {year}", year=year),
    }


def _priorities(about: Dossier) -> list[dict[str, str]]:
    """The priority projects of 2018 and the state of the reported project that each became."""
    states = dict(zip(about.projects["project_id"], about.projects["status"], strict=True))
    found = []
    for row in records(about.priorities):
        status = states.get(row["project_id"])
        state = tr(PROJECT_STATUSES[status]) if status else tr(PLAN_LINKS["none"])
        if status and row["link"] == "part":
            state = f"{tr(PLAN_LINKS['part'])}: {state}"
        if row["link_certainty"] == "uncertain":
            state = tr("{state} (uncertain)", state=state)
        found.append(
            {
                "name": row["name"],
                "state": state,
                "colour": LIGHT.statuses[status] if status else LIGHT.no_data,
            }
        )
    return found


def _area(area: str, mark: str = "") -> dict[str, str]:
    return {"name": tr(FOCUS_AREAS[area]) + mark, "colour": FOCUS_AREA_COLOURS[area]}


def _series(about: Dossier) -> dict[str, str]:
    """The series of the UN city, which is drawn from two figures on."""
    title, _ = uncityview.series_heading(about.city)
    series = about.un_series
    if len(series) < FEWEST_DRAWN:
        note = uncityview.series_source(about.city, series)
        return {"title": title, "drawing": "", "note": note}
    return {
        "title": title,
        "drawing": series_svg(series, LIGHT),
        "note": tr("People; dots: figures of the UN (WUP 2025); dashed: projection."),
    }


def _projects(about: Dossier) -> list[dict[str, Any]]:
    """Projects by focus area, each with its state and the reports that list it."""
    found = []
    for area in FOCUS_AREAS:
        rows = records(about.projects[about.projects["focus_area"] == area])
        if rows:
            listed = [
                {
                    "name": row["name"],
                    "state": tr(PROJECT_STATUSES[row["status"]]),
                    "colour": LIGHT.statuses[row["status"]],
                    "reports": _years(int(row["first_report"]), int(row["last_report"])),
                }
                for row in rows
            ]
            found.append({**_area(area), "projects": listed})
    return found


def _progress(about: Dossier) -> list[dict[str, str]]:
    """What the latest report that describes projects of the city tells of their progress."""
    told = about.details.dropna(subset=["progress"])
    newest = told[told["report_year"] == told["report_year"].max()]
    names = dict(zip(about.projects["project_id"], about.projects["name"], strict=True))
    return [
        {
            "name": names[row["project_id"]],
            "progress": row["progress"],
            "source": cityview.reference(row),
        }
        for row in records(newest.head(DESCRIBED))
    ]


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _sources(layers: Catalogue, about: Dossier) -> dict[str, str]:
    """Sources with their vintages, and the version of the data: never the clock."""
    info = layers.info("cities")
    population, area = (
        cityview.publisher(about.city[column])
        for column in ("population_source", "land_area_source")
    )
    # The sources of population and area are named above.
    named = [part for part in info["attribution"].split("; ") if not part.startswith("As named")]
    years = about.report_years
    return {
        "figures": " ".join(
            (
                cityview.population_year_source(about.city, population),
                cityview.land_area_source(about.city, area),
                cityview.match_note(about.city, wup.NEWEST),
            )
        ),
        "attribution": tr(
            "{sources}; boundaries: Natural Earth, for orientation, they imply no position on any "
            "territory.",
            sources="; ".join(named),
        ),
        "vintage": " ".join(
            (
                tr("Dates of the data: {dates}.", dates=info["vintage"]),
                tr(
                    "Plan and reports: {plans}; {reports}.",
                    plans=plans.plans_source(),
                    reports=plans.reports_source(years),
                ),
                pages_note(),
            )
        ),
        # What follows the hyphen tells of the code.
        "version": tr("Data version {version}", version=layers.version.partition("-")[0]),
    }
