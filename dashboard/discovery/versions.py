"""Versions of the data in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.data.freshness import newest_source
from dashboard.markup import numbers
from geo.i18n import date, decimal, tr
from geo.layers.catalogue import Catalogue
from geo.layers.history import DataVersion, Rows, changes_since
from geo.schema import DECLARED


def data_version(layers: Catalogue) -> str:
    """Version of the data alone, without that of the code.

    >>> len(data_version(Catalogue()))
    12
    """
    return layers.version.partition("-")[0]


def version_date(layers: Catalogue, history: Sequence[DataVersion]) -> str:
    """ISO date of a set of layers: of its build if the history has it, else of its newest source;
    empty if neither is known."""
    version = data_version(layers)
    known = [one.date.isoformat() for one in history if one.version == version]
    return known[-1] if known else newest_source(layers)


def change_text(name: str, rows: Rows) -> str:
    """A changed layer with its rows before and after.

    >>> for rows in ((3, 4), (4, 4)):
    ...     change_text("reports", rows)
    'Monitoring & Evaluation reports (3 → 4 rows)'
    'Monitoring & Evaluation reports (4 rows, other values)'
    """
    title = tr(DECLARED[name].title) if name in DECLARED else name
    before, after = rows
    if before is None and after is None:
        return title
    if before is None:
        return tr("{title} (new, {rows} rows)", title=title, rows=decimal(after or 0))
    if after is None:
        return tr("{title} (no longer there)", title=title)
    if before == after:
        return tr("{title} ({rows} rows, other values)", title=title, rows=decimal(after))
    return tr(
        "{title} ({before} → {after} rows)",
        title=title,
        before=decimal(before),
        after=decimal(after),
    )


def changes_text(changes: Mapping[str, Rows]) -> str:
    """Changed layers as a list."""
    return numbers.format_list([change_text(name, rows) for name, rows in changes.items()])


def changed_note(named: str, layers: Catalogue, history: Sequence[DataVersion]) -> str:
    """What to say of a link that names a data version: that the data have changed since, and what
    changed; empty if it is the version shown.

    Parameters
    ----------
    named
        Version of the link.
    layers, history
        Layers that are shown, and the versions up to them.
    """
    shown, version = data_version(layers), named.partition("-")[0][:40]
    if version == shown:
        return ""
    changes = changes_since(history, version)
    if changes is None:
        return tr(
            "This link names data version {named}, which is not known here; you see {shown}.",
            named=version,
            shown=shown,
        )
    made = next(one.date for one in reversed(history) if one.version == version)
    since = tr(
        "The data have changed since this link was made: it names version {named} of {date}; you "
        "see {shown}.",
        named=version,
        date=date(made.isoformat()),
        shown=shown,
    )
    if not changes:
        return since
    return f"{since} {tr('What changed: {layers}.', layers=changes_text(changes))}"


def newest_first(history: Sequence[DataVersion], most: int) -> list[DataVersion]:
    """The newest versions that changed a layer, newest first."""
    return [one for one in reversed(history) if one.changes][:most]
