"""HTML tables of dated promises."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard.markup import numbers
from dashboard.markup.html import CARDS, Child, cell, page_link, row, small, table
from dashboard.markup.tables import city_link, project_link, records, uncertain_mark
from dashboard.pages.city.text import reference
from dashboard.pages.plans import promise_text
from dashboard.pages.plans.state import GROUPS
from geo.analysis import promises
from geo.analysis.layer_rows import names
from geo.cache import memoized
from geo.i18n import mark, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PROMISE_KINDS


def by_group(rows: pd.DataFrame, group: str, layers: Catalogue) -> Markup:
    """Promises by country, city or focus area: how many fell due, and what is known of these.

    Parameters
    ----------
    rows
        See :data:`geo.schema.promises.PROMISES`.
    group
        One of :data:`dashboard.pages.plans.state.GROUPS`.
    """
    column, heading = GROUPS[group][0], _HEADINGS[group]
    labels = _labels(group, layers)
    states = ("done", *promises.OVERDUE_STATES)
    named = [tr(promise_text.SHORT_STATES[state]) for state in states]
    headings = (tr(heading), tr("Dated"), tr("Fell due"), *named)
    shown = ("promises", "due", *states)
    body = [
        row(
            [
                labels.get(one[column]) or tr("none stated"),
                *(cell(one[name], class_="number") for name in shown),
            ]
        )
        for one in records(promises.by_group(rows, column))
    ]
    return table(tr("Dated promises"), headings, body, "promise-counts")


_HEADINGS = {"country": mark("Country"), "city": mark("City"), "focus": mark("Focus area")}


def _labels(group: str, layers: Catalogue) -> dict[str, Child]:
    """What stands for each group, linked where it has a page."""
    if group == "focus":
        return dict(terms(FOCUS_AREAS))
    if group == "city":
        return {key: city_link(key, name) for key, name in names(layers, "cities").items()}
    countries = names(layers, "countries")
    return {key: page_link("country", name, country=key) for key, name in countries.items()}


@memoized
def listed(layers: Catalogue, column: str, key: str) -> Markup:
    """The promises of a city or country, by year, with what is known of each.

    Parameters
    ----------
    column, key
        ``city_id`` or ``iso3``, and its value.
    """
    every = layers["promises"]
    rows = every[every[column] == key].sort_values(["due_year", "promise_id"])
    projects = {one["project_id"]: one for one in records(layers["projects"])}
    cities = names(layers, "cities") if column == "iso3" else {}
    headings = (
        tr("Promise"),
        *((tr("City"),) if cities else ()),
        *(tr("What is known"), tr("Latest update"), tr("Project"), tr("Source")),
    )
    body = [
        [
            (one["what"], small(tr(PROMISE_KINDS[one["kind"]]))),
            *((city_link(one["city_id"], cities[one["city_id"]]),) if cities else ()),
            promise_text.state_sentence(one),
            promise_text.latest_word(one, projects) or tr("none"),
            _project(one, projects),
            _sources(one),
        ]
        for one in records(rows)
    ]
    return table(tr("Dated promises"), headings, body, CARDS)


def _project(promise: Mapping[str, Any], projects: Mapping[str, Mapping[str, Any]]) -> Child:
    """The project that a promise belongs to, marked where that is our judgement."""
    if numbers.is_missing(promise["project_id"]):
        return tr("not linked to one")
    return project_link(projects[promise["project_id"]]), uncertain_mark(promise)


def _sources(promise: Mapping[str, Any]) -> Child:
    """Pages of the promise and of the latest word."""
    return reference(promise), small(promise_text.word_source(promise))
