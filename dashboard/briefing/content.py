"""Content of a city briefing, as plain values for the template."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from babel import Locale

from dashboard.briefing.series import FONT
from dashboard.briefing.series import svg as series_svg
from dashboard.data import un_revision
from dashboard.maps.city_map import alt_text as map_alt_text
from dashboard.maps.city_map import svg as map_svg
from dashboard.markup import numbers
from dashboard.markup.citations import pages_note
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from dashboard.pages.city import like_projects, projections, un_figures
from dashboard.pages.city import tables as city_tables
from dashboard.pages.city import text as city_text
from dashboard.pages.compare import peers as compare_peers
from dashboard.pages.plans import promise_text
from dashboard.pages.plans import text as plans_text
from geo.analysis.city_profile import CityProfile, city_profile
from geo.analysis.layer_rows import names
from geo.analysis.peers import completed_alike, peers
from geo.analysis.projections import projections as projections_of
from geo.i18n import language, ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import EXACT, FOCUS_AREAS, PLAN_LINKS, PROJECT_STATUSES

MAX_TARGETS = 5
"""Maximum number of targets of the plan on the page."""

MAX_PEERS = 3
"""Number of peers."""

MAX_WANTED = 8
"""Maximum number of projects of the city with like projects elsewhere."""

MAX_DESCRIBED = 3
"""Maximum number of projects whose progress is described."""

MIN_SERIES_LENGTH = 2
"""Minimum number of values of a series to draw a line."""


SCRIPTS = ("LATIN", "THAI", "LAO", "KHMER", "MYANMAR")
"""Scripts covered by the fonts, as prefixes of Unicode character names."""


def is_renderable(text: str) -> bool:
    """Whether the fonts of the briefing cover all letters of a text.

    >>> is_renderable("Thành phố Hồ Chí Minh"), is_renderable("ขอนแก่น"), is_renderable("東京")
    (True, True, False)
    """
    return all(
        unicodedata.name(letter, "").startswith(SCRIPTS)
        for letter in text
        if unicodedata.category(letter)[0] in "LM"
    )


def content(layers: Catalogue, city_id: str) -> dict[str, Any]:
    """All texts, colours and images of the briefing of a city.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    profile = city_profile(layers, city_id)
    city = profile.city
    local = str(city["name_local"])
    return {
        "lang": Locale.parse(language().code).language,
        "name": city["name"],
        "local": local if is_renderable(local) and local != city["name"] else "",
        "local_lang": city["local_language"],
        "headline": city_text.headline(profile),
        "said": _headings(layers, profile),
        "colours": {name: getattr(LIGHT, name) for name in ("accent", "muted", "rule", "text")},
        "map": str(map_svg(layers, city_id, LIGHT)).replace('"sans-serif"', f'"{FONT}"'),
        "figures": [
            {
                "value": figure.value,
                "label": figure.label,
                "source": figure.source,
                "place": figure.place,
            }
            for figure in city_text.key_figures(profile)
        ],
        "un_city": _un_city(profile.city),
        "plan": _plan(profile),
        "series": _series(profile),
        "priorities": _priorities(profile),
        "areas": _projects(profile),
        "progress": _progress(profile),
        "none": "" if len(profile.projects) else tr("No report lists a project of this city."),
        "projects_note": tr(
            "Status as of the {year} report, whose list does not tell ongoing from in planning; in "
            "brackets the first and the last report that list the project.",
            year=profile.report_years[-1],
        ),
        "learning": _learning(layers, profile),
        "sources": _sources(layers, profile),
    }


def _un_city(city: Mapping[str, Any]) -> str:
    """How UN city and member city relate and differ; empty if they are almost the same."""
    is_same = city["un_city_relation"] == "same" and not un_figures.difference(city)
    return "" if is_same else un_figures.summary(city)


def _headings(layers: Catalogue, profile: CityProfile) -> dict[str, str]:
    """Titles and labels of the page, by their name in the template."""
    city = profile.city["name"]
    return {
        "title": tr("Briefing: {city}", city=city),
        "author": tr("ASEAN Smart Cities dashboard"),
        "network": tr("ASEAN Smart Cities Network"),
        "briefing": tr("City briefing"),
        "map": map_alt_text(layers, profile.city),
        "map_note": _map_note(profile),
        "plan": tr("The plan of 2018"),
        "series": tr("Population by year"),
        "priorities": tr("Priority projects of 2018, today"),
        "areas": tr("Projects listed in any report, by focus area"),
        "progress": tr("Progress as last reported"),
        "learning": tr("Whom {city} can learn from", city=city),
        "peers": tr("Nearest peers"),
        "completed": tr("Completed there; begun or asked for in {city}", city=city),
        "alike": tr("Who has done this, or plans to"),
        "projections": tr("How sure are the projections?"),
        "no_data": numbers.no_data(),
    }


def _map_note(profile: CityProfile) -> str:
    if profile.area["fit"] == EXACT:
        return tr(
            "80 km across; red: area of the city; grey dots: places with a population in GeoNames."
        )
    return tr(
        "80 km across; dashed: inexact boundary of the city; grey dots: places with a population "
        "in GeoNames."
    )


def _plan(profile: CityProfile) -> dict[str, Any]:
    vision = "" if numbers.is_missing(profile.plan["vision"]) else str(profile.plan["vision"])
    known = {row["promise_id"]: row for row in records(profile.promises)}
    aims = [_target(row, known) for row in records(profile.targets)]
    remaining = len(aims) - MAX_TARGETS
    # The number of promises would repeat what stands beside the targets if these are all.
    dated = sum(bool(aim["year"]) for aim in aims[:MAX_TARGETS])
    assigned = profile.assigned_areas
    source = city_text.reference(profile.plan)
    source = tr("{source}; in our own words.", source=source) if vision else f"{source}."
    return {
        "vision": vision,
        "none": "" if profile.has_plan else tr(city_tables.NO_PLAN),
        "areas": [_area(area, "*" if area in assigned else "") for area in profile.focus_areas],
        "targets": aims[:MAX_TARGETS],
        "more": ntr("and {n} more target", "and {n} more targets", remaining)
        if remaining > 0
        else "",
        "promises": f"{promise_text.headline(profile.promises)} " if len(known) > dated else "",
        "source": f"{source} * {tr('our classification')}." if assigned else source,
    }


def _target(row: dict[str, Any], promises: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """A target, whose text contains its value, with its year and what is known of it if dated."""
    promise = promises.get(f"{row['city_id']}--target-{row['target_no']}")
    if promise is None:
        return {"target": row["target"], "year": "", "known": ""}
    return {
        "target": row["target"],
        "year": promise_text.due_text(promise["due"]),
        "known": tr(promise_text.SHORT_STATES[promise["state"]]),
    }


def _priorities(profile: CityProfile) -> list[dict[str, str]]:
    """The priority projects of 2018 and the status of the reported projects linked to them."""
    states = dict(zip(profile.projects["project_id"], profile.projects["status"], strict=True))
    priorities = []
    for row in records(profile.priorities):
        status = states.get(row["project_id"])
        state = tr(PROJECT_STATUSES[status]) if status else tr(PLAN_LINKS["none"])
        if status and row["link"] == "part":
            state = f"{tr(PLAN_LINKS['part'])}: {state}"
        if row["link_certainty"] == "uncertain":
            state = tr("{state} (uncertain)", state=state)
        priorities.append(
            {
                "name": row["name"],
                "state": state,
                "colour": LIGHT.statuses[status] if status else LIGHT.no_data,
            }
        )
    return priorities


def _area(area: str, mark: str = "") -> dict[str, str]:
    return {"name": tr(FOCUS_AREAS[area]) + mark, "colour": FOCUS_AREA_COLOURS[area]}


def _series(profile: CityProfile) -> dict[str, str]:
    """The series of the UN city, drawn if it has at least two values."""
    title, _ = un_figures.series_heading(profile.city)
    series = profile.un_series
    if len(series) < MIN_SERIES_LENGTH:
        note = un_figures.series_source(profile.city, series)
        return {"title": title, "drawing": "", "note": note}
    return {
        "title": title,
        "drawing": series_svg(series, LIGHT),
        "note": tr("People; dots: figures of the UN (WUP 2025); dashed: projection."),
    }


def _projects(profile: CityProfile) -> list[dict[str, Any]]:
    """Projects by focus area, each with its status and the reports that list it."""
    areas = []
    for area in FOCUS_AREAS:
        rows = records(profile.projects[profile.projects["focus_area"] == area])
        if rows:
            projects = [
                {
                    "name": row["name"],
                    "state": tr(PROJECT_STATUSES[row["status"]]),
                    "colour": LIGHT.statuses[row["status"]],
                    "reports": _years(int(row["first_report"]), int(row["last_report"])),
                }
                for row in rows
            ]
            areas.append({**_area(area), "projects": projects})
    return areas


def _progress(profile: CityProfile) -> list[dict[str, str]]:
    """Progress of projects according to the latest report that describes any of the city."""
    with_progress = profile.details.dropna(subset=["progress"])
    newest = with_progress[with_progress["report_year"] == with_progress["report_year"].max()]
    names = dict(zip(profile.projects["project_id"], profile.projects["name"], strict=True))
    return [
        {
            "name": names[row["project_id"]],
            "progress": row["progress"],
            "source": city_text.reference(row),
        }
        for row in records(newest.head(MAX_DESCRIBED))
    ]


def _learning(layers: Catalogue, profile: CityProfile) -> dict[str, Any]:
    """The second page: peers, who has done what the city plans, asks for or runs, projections."""
    city, city_id = profile.city, str(profile.city["city_id"])
    done = completed_alike(layers, city_id)
    found = projections_of(layers, city_id)
    return {
        "peers": [
            {
                "name": names(layers, "cities")[peer.city_id],
                "alike": compare_peers.alike(peer),
                "completed": compare_peers.completed_text(done.get(peer.city_id), layers),
            }
            for peer in peers(layers, city_id, limit=MAX_PEERS)
        ],
        "peers_note": compare_peers.note(profile.report_years[-1]),
        "alike": like_projects.briefing_rows(profile, layers, MAX_WANTED),
        "alike_note": like_projects.note(),
        "projections": [*projections.brief(city, found), projections.sentence(city, found)],
        "projections_note": projections.note(),
    }


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _sources(layers: Catalogue, profile: CityProfile) -> dict[str, str]:
    """Sources with their dates, and the version of the data; no current time, so that the PDF is
    reproducible."""
    info = layers.info("cities")
    population, area = (
        city_text.publisher(profile.city[column])
        for column in ("population_source", "land_area_source")
    )
    # The sources of population and area are listed separately.
    named_sources = [
        part for part in info["attribution"].split("; ") if not part.startswith("As named")
    ]
    boundary = tr("area: {source}", source=profile.area["source"])
    years = profile.report_years
    return {
        "figures": " ".join(
            (
                city_text.population_year_source(profile.city, population),
                city_text.land_area_source(profile.city, area),
                city_text.match_note(profile.city, un_revision.NEWEST),
            )
        ),
        "attribution": tr(
            "{sources}; boundaries: Natural Earth, for orientation, they imply no position on any "
            "territory.",
            sources="; ".join([*named_sources, boundary]),
        ),
        "vintage": " ".join(
            (
                tr("Dates of the data: {dates}.", dates=info["vintage"]),
                tr(
                    "Plan and reports: {plans}; {reports}.",
                    plans=plans_text.plans_source(),
                    reports=plans_text.reports_source(years),
                ),
                pages_note(),
            )
        ),
        # The part after the hyphen is the version of the code.
        "version": tr("Data version {version}", version=layers.version.partition("-")[0]),
    }
