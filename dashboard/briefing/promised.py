"""Dated promises in briefings."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboard.briefing.document import Block, Cell, Note, Section, Slide, Table, Text
from dashboard.briefing.pictures import WIDE, drawn_chart
from dashboard.markup.tables import records
from dashboard.markup.theme import LIGHT
from dashboard.pages.city.text import reference
from dashboard.pages.plans import promise_charts, promise_text
from geo.analysis.layer_rows import names
from geo.i18n import ntr, tr
from geo.layers.catalogue import Catalogue


def most_urgent(rows: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Up to ``limit`` promises: what fell due and is open, then what is done, then what is not due;
    by date within each.

    Parameters
    ----------
    rows
        See :data:`geo.schema.promises.PROMISES`.
    """
    open_first = rows["state"].map(lambda state: {"done": 1, "not_due": 2}.get(state, 0))
    order = rows.assign(order=open_first).sort_values(["order", "due_year", "promise_id"])
    return rows.loc[order.index[:limit]].sort_values(["due_year", "promise_id"])


def promises_table(layers: Catalogue, rows: pd.DataFrame) -> Table:
    """Promises with date, what is known of each, and pages; with their cities if these are several.

    Parameters
    ----------
    rows
        See :data:`geo.schema.promises.PROMISES`, in the order of the table.
    """
    hues = promise_charts.promise_colours(LIGHT)
    cities = names(layers, "cities") if rows["city_id"].nunique() > 1 else {}
    body = []
    for row in records(rows):
        state = Cell(tr(promise_text.SHORT_STATES[row["state"]]), dot=hues[row["state"]])
        pages = [reference(row), promise_text.word_source(row)]
        own = (cities[row["city_id"]],) if cities else ()
        body.append(
            (
                promise_text.due_cell(row["due"]),
                *own,
                row["what"],
                state,
                "; ".join(filter(None, pages)),
            )
        )
    heads = (tr("Due"), *((tr("City"),) if cities else ()), tr("Promise"), tr("What is known"))
    widths = (0, *((0.8,) if cities else ()), 2.6, 0.9, 1.6)
    return Table((*heads, tr("Source")), body, widths)


def promises_section(layers: Catalogue, rows: pd.DataFrame, limit: int) -> list[Block]:
    """The dated promises of a city or country; a sentence if there are none."""
    title = tr("Dated promises")
    if rows.empty:
        return [Section(title, [Text(tr("No plan or report sets a due date for a promise."))])]
    blocks: list[Block] = [Text(promise_text.headline(rows))]
    blocks.append(promises_table(layers, most_urgent(rows, limit)))
    if (left := len(rows) - limit) > 0:
        more = ntr(
            "{n} more promise is on the web page named below.",
            "{n} more promises are on the web page named below.",
            left,
        )
        blocks.append(Text(more))
    return [Section(title, [*blocks, Note(promise_text.as_of_note(rows))])]


def promises_slides(
    layers: Catalogue, name: str, rows: pd.DataFrame, sources: Sequence[str]
) -> list[Slide]:
    """A slide with every dated promise of a city or country; none without promises."""
    if rows.empty:
        return []
    title = tr("{name}: {sentence}", name=name, sentence=promise_text.headline(rows))
    return [Slide(title, [[promises_table(layers, rows)]], sources)]


def promises_by_year_slide(layers: Catalogue) -> Slide:
    """A slide with the promises of all cities by the year in which they are due."""
    rows = layers["promises"]
    chart, source = drawn_chart("promises-by-year", layers, {}, WIDE)
    return Slide(promise_text.headline(rows), [[chart]], [source, promise_text.as_of_note(rows)])
