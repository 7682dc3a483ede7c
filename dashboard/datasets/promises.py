"""Tables of dated promises, and the data of their chart."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dashboard.datasets.declared import (
    CITY_AND_COUNTRY_FIELDS,
    Dataset,
    DatasetRequest,
    Field,
    count_field,
    layer_fields,
    page_link,
)
from dashboard.markup.tables import records
from dashboard.pages.plans.promise_text import state_sentence
from dashboard.pages.plans.state import FILTERS, GROUPS, plans_codec
from dashboard.pages.url_state import strict_state
from geo.analysis import promises
from geo.i18n import mark
from geo.parameters import one_of
from geo.vocabulary import FOCUS_AREAS, PROMISE_KINDS, PROMISE_STATES

_STATE_NAME = Field("state_name", "promises", "what the reports tell of it, in words")


def _promises(request: DatasetRequest) -> pd.DataFrame:
    rows = request.for_selected_cities("promises")
    names = {name: request.query[name] for name in ("promise", "due") if name in request.query}
    years = request.source["promises"]["due_year"].unique().astype(str)
    state = strict_state(plans_codec((), (), years), names)
    rows = promises.narrowed(rows, state.promise_states, state.due_years)
    return rows.assign(
        kind_name=rows["kind"].map(PROMISE_KINDS),
        focus_area_name=rows["focus_area"].map(FOCUS_AREAS),
        state_name=rows["state"].map(PROMISE_STATES),
        known=[state_sentence(row) for row in records(rows)],
    ).sort_values(["due_year", "city", "promise_id"])


def by_year(request: DatasetRequest) -> pd.DataFrame:
    """Number of promises by year and state."""
    rows = promises.by_year(request.for_selected_cities("promises"))
    return rows.assign(state_name=rows["state"].map(PROMISE_STATES))


def by_state(request: DatasetRequest) -> pd.DataFrame:
    """Number of promises by state."""
    rows = promises.by_state(request.for_selected_cities("promises"))
    return rows.assign(state_name=rows["state"].map(PROMISE_STATES))


def _by_group(request: DatasetRequest) -> pd.DataFrame:
    column = GROUPS[one_of("by", request.query, GROUPS, "country")][0]
    rows = request.with_names(promises.by_group(request.for_selected_cities("promises"), column))
    names = {"iso3": "country", "city_id": "city"}
    name = rows[column].map(FOCUS_AREAS) if column == "focus_area" else rows[names[column]]
    return rows.assign(group=rows[column], group_name=name)


_NUMBER = count_field("promises", "promises", "number of dated promises", "promises")

PROMISE_CHART_DATA: Mapping[str, Dataset] = {
    "promises-by-year": Dataset(
        (*layer_fields("promises", "due_year", "state"), _STATE_NAME, _NUMBER),
        by_year,
        page_link("plans", *FILTERS),
    ),
    "promises-by-state": Dataset(
        (*layer_fields("promises", "state"), _STATE_NAME, _NUMBER),
        by_state,
        page_link("plans", *FILTERS),
    ),
}
"""Data of the charts of dated promises, by the name of the chart."""

PROMISE_TABLES: Mapping[str, Dataset] = {
    "promises": Dataset(
        (
            *CITY_AND_COUNTRY_FIELDS,
            *layer_fields("promises", "promise_id", "kind"),
            Field("kind_name", "promises", "kind in words"),
            *layer_fields("promises", "what", "figure", "unit"),
            *layer_fields("promises", "promised_year", "due", "due_year", "due_precision"),
            *layer_fields("promises", "state"),
            _STATE_NAME,
            Field("known", "promises", "the same as a sentence"),
            *layer_fields("promises", "state_since", "done_on", "done_timing", "as_of"),
            *layer_fields("promises", "restated_due", "focus_area"),
            Field("focus_area_name", "promises", "name of the focus area"),
            *layer_fields("promises", "project_id", "scope", "link_certainty", "link_reason"),
            *layer_fields("promises", "document", "page", "page_to"),
            *layer_fields("promises", "word", "word_report", "word_document", "word_page"),
        ),
        _promises,
        page_link("plans", *FILTERS, "promise", "due"),
        mark("Dated promises"),
        mark(
            "Promises in plans and reports that name a year, with what the reports say about each."
        ),
        (*FILTERS, "promise", "due"),
    ),
    "promises-by-group": Dataset(
        (
            Field("group", "promises", "country, city or focus area"),
            Field("group_name", "promises", "its name"),
            count_field("promises", "promises", "dated promises", "promises"),
            count_field("due", "promises", "of these, those that fell due", "promises"),
            *(
                count_field(state, "promises", f"of these: {name.lower()}", "promises")
                for state, name in PROMISE_STATES.items()
            ),
        ),
        _by_group,
        page_link("plans", *FILTERS, "by"),
        mark("Dated promises by country, city or focus area"),
        mark(
            "How many promises are dated, how many fell due, and what the reports say about them."
        ),
        (*FILTERS, "by"),
    ),
}
"""Tables of the page Action plans by name."""
