"""The table of projects: the same columns on every page, as a frame or as HTML.

Explore and Action plans show a frame, which sorts and scrolls; City and Country show HTML, whose
rows become cards on a phone and which prints whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from dashboard import i18n
from dashboard.markup import numbers
from dashboard.markup.citations import cite
from dashboard.markup.found import where_found
from dashboard.markup.html import CARDS, Cells, Child, items, small, table
from dashboard.markup.tables import area_badge, city_link, project_link, records, state_badge
from dashboard.markup.theme import Palette
from dashboard.pages.city.text import document_name, number
from dashboard.pages.plans.project_history import quantity
from dashboard.pages.plans.promise_text import due_cell, state_label
from geo.analysis.project_table import project_facts
from geo.analysis.search import Passage
from geo.cache import memoized
from geo.i18n import mark, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES

COLUMNS: Mapping[str, str] = {
    "city": mark("City"),
    "project": mark("Project"),
    "history": mark("History"),
    "area": mark("Focus area"),
    "status": mark("Status"),
    "expected": mark("Expected completion"),
    "due": mark("Fell due?"),
    "first_report": mark("First report"),
    "last_report": mark("Last report"),
    "partners": mark("Partners"),
    "amounts": mark("Amount as stated"),
    "figures": mark("Figures"),
    "source": mark("Source"),
}
"""Columns of the table, and their headings."""

Row = Mapping[str, Any]


@memoized
def texts(layers: Catalogue) -> pd.DataFrame:
    """What the table says of each project, in the user's language.

    Returns
    -------
    pandas.DataFrame
        Columns of :data:`geo.schema.core.PROJECTS`; ``city``, its name; ``area`` and
        ``state_name``, in words; ``expected`` and ``due``, when it or a part of it is expected and
        what is known of that; ``partners``, ``amounts`` and ``figures``, lists of texts;
        ``source``, the newest pages.
    """
    facts = project_facts(layers)
    names = layers["cities"].set_index("city_id")["name"]
    rows = records(facts)
    table = facts.assign(
        city=facts["city_id"].map(names),
        area=facts["focus_area"].map(terms(FOCUS_AREAS)),
        state_name=facts["status"].map(terms(PROJECT_STATUSES)),
        source=[cite(document_name(row["pages"][0]["document"]), *row["pages"]) for row in rows],
    )
    lists: Mapping[str, Callable[[Row], Iterable[str]]] = {
        "expected": lambda row: map(_expected, row["promises"]),
        "due": lambda row: map(state_label, row["promises"]),
        "amounts": lambda row: map(_amount, _with_amount(row["partners"])),
        "partners": lambda row: (partner["partner"] for partner in row["partners"]),
        "figures": lambda row: map(_figure, row["figures"]),
    }
    for name, make in lists.items():
        distinct = [list(dict.fromkeys(make(row))) for row in rows]
        table[name] = pd.Series(distinct, index=table.index, dtype=object)
    return table


def _expected(promise: Row) -> str:
    """When a project or a part of it is expected; a later date that a report gives beside it."""
    due = due_cell(str(promise["due"]))
    if not numbers.is_missing(later := promise["restated_due"]):
        due = tr("{due}, now {later}", due=due, later=due_cell(str(later)))
    return tr("{due} (a part)", due=due) if promise["scope"] == "part" else due


def _with_amount(partners: Sequence[Row]) -> list[Row]:
    return [row for row in partners if not numbers.is_missing(row["amount"])]


def _amount(partner: Row) -> str:
    """An amount with its currency, partner and year.

    >>> _amount({"amount": 89e6, "currency": "USD", "partner": "ADB", "year": 2018})
    'USD 89 million (ADB, 2018)'
    """
    currency = "" if numbers.is_missing(partner["currency"]) else f"{partner['currency']} "
    year = tr("undated") if numbers.is_missing(partner["year"]) else str(partner["year"])
    return f"{currency}{number(partner['amount'])} ({partner['partner']}, {year})"


def _figure(figure: Row) -> str:
    """A figure with its unit and report."""
    return tr("{figure} ({year} report)", figure=quantity(figure), year=figure["report_year"])


def of_projects(layers: Catalogue, projects: pd.DataFrame) -> pd.DataFrame:
    """Rows of :func:`texts` of some projects, by city and name."""
    every = texts(layers)
    rows = every[every["project_id"].isin(set(projects["project_id"]))]
    return rows.sort_values(["city", "name"], ignore_index=True)


def frame(
    layers: Catalogue,
    projects: pd.DataFrame,
    query: Mapping[str, str] | None = None,
    found: Mapping[str, Sequence[Passage]] | None = None,
) -> pd.DataFrame:
    """The table for ``st.dataframe``, sorted by city and project.

    Parameters
    ----------
    query
        Query of the Action plans page that links to a project keep.
    found
        Passages of projects that a search found; adds a column that says where they stand.
    """
    rows = of_projects(layers, projects)
    values = {
        "city": rows["city"],
        "project": rows["name"],
        "history": [
            i18n.page_url("plans", **{**(query or {}), "project": project})
            for project in rows["project_id"]
        ],
        "area": rows["area"],
        "status": rows["state_name"],
        "first_report": rows["first_report"],
        "last_report": rows["last_report"],
        **{
            name: rows[name].map("; ".join).where(rows[name].map(bool), None)
            for name in ("expected", "due", "partners", "amounts", "figures")
        },
        "source": rows["source"],
    }
    table = pd.DataFrame({tr(heading): values[name] for name, heading in COLUMNS.items()})
    if found is None:
        return table
    places = [where_found(found.get(project, ())) for project in rows["project_id"]]
    return table.assign(**{tr("Found in"): places})


@memoized
def markup_of(layers: Catalogue, of: tuple[str, str], colours: Palette) -> Markup:
    """The table as HTML for one city or country: cards on a phone, whole in print.

    Parameters
    ----------
    of
        ``city_id`` or ``iso3``, and its value; the rows of a country name their city.
    """
    column, key = of
    projects = layers["projects"]
    rows = of_projects(layers, projects[projects[column] == key])
    with_city = column == "iso3"
    cells: Mapping[str, Callable[[Row], Child]] = {
        "project": project_link,
        **({"city": lambda row: city_link(row["city_id"], row["city"])} if with_city else {}),
        "area": lambda row: area_badge(row["focus_area"]),
        "status": lambda row: (
            state_badge(row["status"], row["state_name"], colours),
            small(_reports(row)),
        ),
        "expected": lambda row: (_lines(row["expected"]), _notes(row["due"])),
        "partners": lambda row: (_lines(row["partners"]), _notes(row["amounts"])),
        "figures": lambda row: _lines(row["figures"]),
        "source": lambda row: row["source"],
    }
    body: list[Cells] = [[make(row) for make in cells.values()] for row in records(rows)]
    headings = [
        tr("Partners, amount as stated") if name == "partners" else tr(COLUMNS[name])
        for name in cells
    ]
    return table(tr("Projects"), headings, body, f"{CARDS} projects", sortable=len(body) > 1)


def _reports(row: Row) -> str:
    """First and last report that list a project."""
    first, last = int(row["first_report"]), int(row["last_report"])
    if first == last:
        return tr("{year} report", year=first)
    return tr("{first} to {last} reports", first=first, last=last)


def _lines(texts: Sequence[str]) -> Child:
    """One text, a list of several, or that none is stated."""
    if not texts:
        return tr("none stated")
    return texts[0] if len(texts) == 1 else items("ul", texts)


def _notes(texts: Sequence[str]) -> Child:
    return small("; ".join(texts)) if texts else None
