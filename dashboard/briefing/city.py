"""The briefing of a member city: what it is and does, what it promised, whom it can learn from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from dashboard.briefing import series
from dashboard.briefing.document import (
    Badges,
    Block,
    Cell,
    Columns,
    Document,
    Figures,
    Local,
    Note,
    Picture,
    Points,
    Section,
    Slide,
    Table,
    Text,
)
from dashboard.briefing.pictures import locator_map
from dashboard.briefing.promised import promises_section, promises_slides
from dashboard.briefing.sources import boundaries_and_dates, plans_and_reports, publishers
from dashboard.data import un_revision
from dashboard.maps.city_map import alt_text as map_alt_text
from dashboard.markup import numbers
from dashboard.markup.tables import records
from dashboard.markup.theme import FOCUS_AREA_COLOURS, LIGHT
from dashboard.pages.city import like_projects, projections, un_figures
from dashboard.pages.city import tables as city_tables
from dashboard.pages.city import text as city_text
from dashboard.pages.compare import peers as compare_peers
from dashboard.pages.plans import text as plans_text
from geo.analysis.city_profile import CityProfile, city_profile
from geo.analysis.layer_rows import names
from geo.analysis.peers import completed_alike, peers
from geo.analysis.projections import projections as projections_of
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import EXACT, FOCUS_AREAS, PLAN_LINKS, PROJECT_STATUSES

MAX_TARGETS = 5
"""Maximum number of targets of the plan."""

MAX_PEERS = 3
"""Number of peers."""

MAX_WANTED = 4
"""Maximum number of projects of the city with like projects elsewhere."""

MAX_DESCRIBED = 3
"""Maximum number of projects whose progress is described."""

MAX_PROMISES = 6
"""Maximum number of dated promises."""

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


def document(layers: Catalogue, city_id: str) -> Document:
    """The briefing of a city.

    Raises
    ------
    QueryError
        If there is no such city.
    """
    profile = city_profile(layers, city_id)
    located = locator_map(layers, city_id, map_alt_text(layers, profile.city))
    return Document(
        kind=tr("City briefing"),
        name=str(profile.city["name"]),
        local=_local(profile.city),
        answer=city_text.headline(profile),
        blocks=[
            Columns(
                (1, 1.9),
                [
                    [located, Note(_map_note(profile))],
                    [Figures(city_text.key_figures(profile)), *_un_city(profile.city)],
                ],
            ),
            Columns((1, 1), [_plan(profile), [*_population(profile), *_priorities(profile)]]),
            *_projects(profile),
            *promises_section(layers, profile.promises, MAX_PROMISES),
            *_progress(profile),
            *_peers(layers, profile),
            *_like_projects(layers, profile),
            *_projections(layers, profile),
        ],
        sources=_sources(layers, profile),
        slides=partial(_slides, layers, profile, located),
        page=f"city?city={city_id}",
    )


def _local(city: Mapping[str, Any]) -> Local | None:
    name = str(city["name_local"])
    if name == city["name"] or not is_renderable(name):
        return None
    return Local(name, str(city["local_language"]))


def _un_city(city: Mapping[str, Any]) -> list[Block]:
    """How UN city and member city relate and differ; empty if they are almost the same."""
    is_same = city["un_city_relation"] == "same" and not un_figures.difference(city)
    return [] if is_same else [Note(un_figures.summary(city))]


def _map_note(profile: CityProfile) -> str:
    if profile.area["fit"] == EXACT:
        return tr(
            "80 km across. Red: area of the city. Grey dots: places with a population in GeoNames."
        )
    return tr(
        "80 km across. Dashed: inexact boundary of the city. Grey dots: places with a "
        "population in GeoNames."
    )


def _plan(profile: CityProfile) -> list[Block]:
    """Vision, focus areas and targets of the plan."""
    vision = "" if numbers.is_missing(profile.plan["vision"]) else str(profile.plan["vision"])
    targets = [str(target) for target in profile.targets["target"]]
    remaining = len(targets) - MAX_TARGETS
    assigned = profile.assigned_areas
    source = city_text.reference(profile.plan)
    source = tr("{source}; our summary.", source=source) if vision else f"{source}."
    if assigned:
        source = f"{source} * {tr('our classification')}."
    areas = [_badge(area, "*" if area in assigned else "") for area in profile.focus_areas]
    blocks: list[Block] = []
    if not profile.has_plan:
        blocks.append(Text(tr(city_tables.NO_PLAN)))
    if vision:
        blocks.append(Text(vision))
    if areas:
        blocks.append(Badges(areas))
    if targets:
        blocks.append(Points(targets[:MAX_TARGETS]))
    if remaining > 0:
        blocks.append(Text(ntr("and {n} more target", "and {n} more targets", remaining)))
    return [Section(tr("The 2018 plan"), [*blocks, Note(source)])]


def _badge(area: str, mark: str = "") -> Cell:
    return Cell(tr(FOCUS_AREAS[area]) + mark, badge=FOCUS_AREA_COLOURS[area])


def _status(status: str) -> Cell:
    return Cell(tr(PROJECT_STATUSES[status]), dot=LIGHT.statuses[status])


def _population(profile: CityProfile) -> list[Block]:
    title, _ = un_figures.series_heading(profile.city)
    return [Section(title, _series(profile))]


def _series(profile: CityProfile) -> list[Block]:
    """The series of the UN city, drawn if it has at least two values."""
    rows = profile.un_series
    if not series.is_drawable(rows):
        note = un_figures.series_source(profile.city, rows)
        return [Text(numbers.no_data()), Note(note)]
    drawing = Picture(
        str(series.svg(rows, LIGHT)), series.WIDTH, series.HEIGHT, series.summary(rows)
    )
    note = tr("People. Dots: UN figures (WUP 2025). Dashed: projection.")
    return [drawing, Note(note)]


def _priorities(profile: CityProfile) -> list[Block]:
    """The priority projects of 2018 and the status of the reported projects linked to them."""
    states = dict(zip(profile.projects["project_id"], profile.projects["status"], strict=True))
    rows = []
    for row in records(profile.priorities):
        status = states.get(row["project_id"])
        state = tr(PROJECT_STATUSES[status]) if status else tr(PLAN_LINKS["none"])
        if status and row["link"] == "part":
            state = f"{tr(PLAN_LINKS['part'])}: {state}"
        if row["link_certainty"] == "uncertain":
            state = tr("{state} (uncertain)", state=state)
        colour = LIGHT.statuses[status] if status else LIGHT.no_data
        rows.append((row["name"], Cell(state, dot=colour)))
    if not rows:
        return []
    heads = (tr("Project"), tr("Status"))
    title = tr("Priority projects of 2018: status today")
    return [Section(title, [Table(heads, rows, (1.4, 1))])]


def _projects(profile: CityProfile) -> list[Block]:
    """Projects by focus area, each with its status and the reports that list it."""
    title = tr("Projects listed in any report, by focus area")
    if profile.projects.empty:
        return [Section(title, [Text(tr("No report lists any projects for this city."))])]
    note = tr(
        "Status as of the {year} report, whose list does not distinguish ongoing projects from "
        "those in planning. In brackets: the first and last reports that list the project.",
        year=profile.report_years[-1],
    )
    return [Section(title, [_projects_table(profile), Note(note)])]


def _projects_table(profile: CityProfile) -> Table:
    rows = [
        (
            Cell(row["name"], f"({_years(int(row['first_report']), int(row['last_report']))})"),
            _badge(row["focus_area"]),
            _status(row["status"]),
        )
        for row in records(profile.projects)
    ]
    return Table((tr("Project"), tr("Focus area"), tr("Status")), rows, (1, 0, 0))


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _progress(profile: CityProfile) -> list[Block]:
    """Progress of projects according to the latest report that describes any of the city."""
    with_progress = profile.details.dropna(subset=["progress"])
    newest = with_progress[with_progress["report_year"] == with_progress["report_year"].max()]
    titles = dict(zip(profile.projects["project_id"], profile.projects["name"], strict=True))
    described: list[Block] = [
        Text(f"{row['progress']} ({city_text.reference(row)}).", titles[row["project_id"]])
        for row in records(newest.head(MAX_DESCRIBED))
    ]
    return [Section(tr("Progress as last reported"), described)] if described else []


def _peers(layers: Catalogue, profile: CityProfile) -> list[Block]:
    """The nearest peers, with what they completed of what the city wants."""
    city_id = str(profile.city["city_id"])
    done = completed_alike(layers, city_id)
    found: list[Block] = []
    for peer in peers(layers, city_id, limit=MAX_PEERS):
        alike = f"{compare_peers.alike(peer)}."
        if completed := compare_peers.completed_text(done.get(peer.city_id), layers):
            label = tr("Completed there; started or requested in {city}", city=profile.city["name"])
            alike = f"{alike} {label}: {completed}."
        found.append(Text(alike, names(layers, "cities")[peer.city_id]))
    note = Note(compare_peers.note(profile.report_years[-1]))
    return [Section(tr("Most similar member cities"), [*found, note])] if found else []


def _like_projects(layers: Catalogue, profile: CityProfile) -> list[Block]:
    rows = like_projects.briefing_rows(profile, layers, MAX_WANTED)
    found = [Text(row["found"], row["name"]) for row in rows]
    note = Note(like_projects.note())
    return [Section(tr("Similar projects in other cities"), [*found, note])] if found else []


def _projections(layers: Catalogue, profile: CityProfile) -> list[Block]:
    city, found = profile.city, projections_of(layers, str(profile.city["city_id"]))
    lines = [*projections.brief(city, found), projections.sentence(city, found)]
    blocks: list[Block] = [*map(Text, lines), Note(projections.note())]
    return [Section(tr("How sure are the projections?"), blocks)]


def _slides(layers: Catalogue, profile: CityProfile, located: Picture) -> list[Slide]:
    """The same in a few slides; those without content are left out."""
    city, sources = profile.city, _sources(layers, profile)
    first = Slide(
        city_text.headline(profile),
        [[located], [Figures(city_text.key_figures(profile))]],
        sources,
        (1, 1.5),
    )
    slides = [first]
    if len(profile.projects):
        title = tr(
            "The reports list {projects} of {city}: {statuses}",
            city=city["name"],
            projects=ntr("{n} project", "{n} projects", len(profile.projects)),
            statuses=plans_text.status_summary(profile.projects["status"]),
        )
        slides.append(Slide(title, [[_projects_table(profile)]], sources))
    if series.is_drawable(profile.un_series):
        slides.append(Slide(series.summary(profile.un_series), [_series(profile)], sources))
    slides += promises_slides(layers, str(city["name"]), profile.promises, sources)
    near = peers(layers, str(city["city_id"]), limit=MAX_PEERS)
    if near:
        title = tr(
            "{peers} are most like {city}",
            peers=numbers.format_list([names(layers, "cities")[peer.city_id] for peer in near]),
            city=city["name"],
        )
        rows = [(names(layers, "cities")[peer.city_id], compare_peers.alike(peer)) for peer in near]
        table = Table((tr("City"), tr("What they share")), rows, (1, 4))
        slides.append(Slide(title, [[table]], [compare_peers.note(profile.report_years[-1])]))
    return slides


def _sources(layers: Catalogue, profile: CityProfile) -> Sequence[str]:
    """Sources with their dates."""
    city = profile.city
    boundary = tr("area: {source}", source=profile.area["source"])
    return [
        city_text.population_year_source(city, city_text.publisher(city["population_source"])),
        city_text.land_area_source(city, city_text.publisher(city["land_area_source"])),
        city_text.match_note(city, un_revision.NEWEST),
        publishers(layers, boundary),
        *boundaries_and_dates(layers),
        plans_and_reports(layers),
    ]
