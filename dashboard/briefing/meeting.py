"""The pack of a meeting: what changed since the previous report and what fell due, by country."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import pandas as pd

from dashboard.briefing.by_country import by_country_table
from dashboard.briefing.document import (
    Block,
    Cell,
    Columns,
    Document,
    Figures,
    Note,
    Picture,
    Section,
    Slide,
    Table,
    Text,
)
from dashboard.briefing.network import sources_of_reports
from dashboard.briefing.pictures import drawn_chart, map_of
from dashboard.briefing.promised import promises_by_year_slide, promises_table
from dashboard.maps.preview import Fetch
from dashboard.markup import numbers
from dashboard.markup.figures import Figure
from dashboard.markup.tables import records
from dashboard.markup.theme import LIGHT
from dashboard.pages.city.text import reference
from dashboard.pages.country.text import projects_sentence
from dashboard.pages.network import text as network_text
from dashboard.pages.overview import text as overview_text
from dashboard.pages.plans import promise_text
from geo.analysis import promises
from geo.analysis.layer_rows import names
from geo.analysis.projects import CHANGES, changed_projects, changes
from geo.i18n import decimal, ntr, tr
from geo.layers.catalogue import Catalogue

_COLOURS = {
    "added": LIGHT.statuses["ongoing_or_planning"],
    "newly_completed": LIGHT.statuses["completed"],
    "no_longer_reported": LIGHT.statuses["no_longer_reported"],
}


def document(layers: Catalogue, fetch: Fetch) -> Document:
    """The pack of a meeting.

    Parameters
    ----------
    fetch
        Reads the sources of its map.
    """
    changed, promised = overview_text.since_last_report(layers), layers["promises"]
    located = map_of("plans", layers, {}, fetch)
    chart, chart_source = drawn_chart("promises-by-year", layers, {})
    return Document(
        kind=tr("Meeting pack"),
        name=overview_text.changes_title(layers),
        answer=f"{changed} {promise_text.headline(promised)}",
        blocks=[
            Figures(_figures(layers), 3),
            Columns((1, 1), [[located], [chart, Note(chart_source)]]),
            Note(promise_text.as_of_note(promised)),
            Section(tr("By country"), [by_country_table(layers)]),
            Section(tr("Who leads"), [Text(network_text.headline(layers))]),
            *_countries(layers),
        ],
        sources=sources_of_reports(layers),
        slides=partial(_slides, layers, located),
        page="plans",
    )


def _slides(layers: Catalogue, located: Picture) -> Sequence[Slide]:
    """The same as slides, two for most member states."""
    sources = sources_of_reports(layers)
    changed, by_country = overview_text.since_last_report(layers), by_country_table(layers)
    return [
        Slide(changed, [[located], [Figures(_figures(layers))]], sources),
        Slide(_by_country_sentence(layers), [[by_country]], sources),
        promises_by_year_slide(layers),
        *_country_slides(layers, sources),
    ]


def _due(layers: Catalogue, iso3: str) -> pd.DataFrame:
    """What fell due in a member state, by date."""
    rows = layers["promises"]
    due = rows[(rows["iso3"] == iso3) & (rows["state"] != promises.NOT_DUE)]
    return due.sort_values(["due_year", "city_id", "promise_id"])


def _figures(layers: Catalogue) -> list[Figure]:
    """Numbers of changes, and of promises that fell due."""
    difference = changes(layers["project_reports"])
    counts = promises.count(layers["promises"])
    reports = tr("ASCN M&E Report {year}", year=difference.latest)
    both = tr("ASCN M&E Reports {first}–{last}", first=difference.previous, last=difference.latest)
    dated = tr("Action plans 2018, {reports}", reports=reports)
    silent = sum(counts.states.get(state, 0) for state in ("without_word", "never_reported"))
    values = (
        (difference.added, tr("new projects"), both),
        (difference.newly_completed, tr("more projects completed"), both),
        (difference.no_longer_reported, tr("dropped without being marked complete"), both),
        (counts.due, tr("promises fell due by {year}", year=difference.latest), dated),
        (counts.states.get("done", 0), tr("of them reported as done"), dated),
        (silent, tr("of them: no report says what became of them"), dated),
    )
    return [Figure(decimal(number), label, source) for number, label, source in values]


def _countries(layers: Catalogue) -> Iterator[Block]:
    """A section for each member state."""
    for iso3, name in names(layers, "countries").items():
        changed, due = _changed_table(layers, iso3), _due(layers, iso3)
        blocks: list[Block] = [Text(projects_sentence(layers, iso3))]
        if changed.rows:
            blocks.append(Section(tr("What changed"), [changed], 3))
        if len(due):
            blocks.append(Section(tr("What fell due"), [promises_table(layers, due)], 3))
        if len(blocks) == 1:
            blocks.append(Text(tr("Nothing changed, and no promise fell due.")))
        yield Section(name, blocks)


def _changed_table(layers: Catalogue, iso3: str) -> Table:
    """Projects of a member state that the latest report adds, completes or drops, with pages."""
    changed = changed_projects(layers["project_reports"])
    cities = layers["cities"].set_index("city_id")
    of_country = changed[changed["city_id"].map(cities["iso3"]) == iso3]
    titles = layers["projects"].set_index("project_id")["name"]
    rows = [
        (
            titles[row["project_id"]],
            cities["name"][row["city_id"]],
            Cell(tr(CHANGES[row["change"]]), dot=_COLOURS[row["change"]]),
            reference(row),
        )
        for row in records(of_country)
    ]
    heads = (tr("Project"), tr("City"), tr("Change"), tr("Source"))
    return Table(heads, rows, (2.6, 1, 1.1, 1.6))


def _by_country_sentence(layers: Catalogue) -> str:
    """In which member states most projects are new, and in which most promises fell due."""
    changed = changed_projects(layers["project_reports"])
    iso3 = changed["city_id"].map(layers["cities"].set_index("city_id")["iso3"])
    new = iso3[changed["change"] == "added"].value_counts()
    due = promises.by_group(layers["promises"], "iso3").set_index("iso3")["due"]
    countries = names(layers, "countries")

    def leading(counts: pd.Series) -> str:
        most = counts.index[counts == counts.max()]
        return numbers.format_list([countries[code] for code in most])

    return tr(
        "Most new projects: {added} ({number}); most promises that fell due: {due} ({promises})",
        added=leading(new),
        number=int(new.max()),
        due=leading(due),
        promises=int(due.max()),
    )


def _country_slides(layers: Catalogue, sources: Sequence[str]) -> Iterator[Slide]:
    """Slides of the member states in which something changed or fell due."""
    for iso3, name in names(layers, "countries").items():
        changed, due = _changed_table(layers, iso3), _due(layers, iso3)
        tables, clauses = [], []
        if changed.rows:
            tables.append(changed)
            clauses.append(
                ntr(
                    "the latest report changes {n} project",
                    "the latest report changes {n} projects",
                    len(changed.rows),
                )
            )
        if len(due):
            tables.append(promises_table(layers, due))
            clauses.append(
                ntr(
                    "{n} promise fell due, {done} reported as done",
                    "{n} promises fell due, {done} reported as done",
                    len(due),
                    done=decimal(int((due["state"] == "done").sum())),
                )
            )
        if tables:
            yield Slide(
                tr("{name}: {sentence}", name=name, sentence="; ".join(clauses)), [tables], sources
            )
