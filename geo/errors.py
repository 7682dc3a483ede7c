"""Exceptions of ``geo``; each message is one sentence for the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from geo.i18n import ntr, tr

MAX_LISTED = 20
"""Most known values that a message lists."""

LEAST_ALIKE = 0.75
"""Least similarity, from 0 to 1, of a value and the one that was probably meant: "jakrta" and
"jakarta" have 0.92; of the member cities, Mandalay and Manila are most alike, with 0.71."""


def quoted(value: str) -> str:
    """Quote a value for a message, truncated if it is long.

    >>> quoted("ATL")
    "'ATL'"
    """
    return repr(value if len(value) <= 60 else value[:60] + "…")


def no_such(message: str, name: str, known: Iterable[str]) -> str:
    """The message for an unknown name.

    Parameters
    ----------
    message
        A sentence with placeholders for the name and the known ones, marked for translation by
        the caller.

    Examples
    --------
    >>> no_such("There is no theme {name}. Available: {known}.", "red", ["light", "dark"])
    "There is no theme 'red'. Available: light, dark."
    """
    return tr(message, name=quoted(name), known=", ".join(known))


def not_known(parameter: str, value: str, known: Iterable[str]) -> str:
    """The message for an unknown value of a parameter.

    >>> not_known("mode", "3d", ["share", "projects"])
    "Parameter mode: '3d' is not recognised. Available: share, projects."
    """
    if len(known := list(known)) > MAX_LISTED:
        return _unlisted(parameter, value, known)
    return tr(
        "Parameter {name}: {value} is not recognised. Available: {known}.",
        name=parameter,
        value=quoted(value),
        known=", ".join(known),
    )


def _unlisted(parameter: str, value: str, known: Sequence[str]) -> str:
    """The same where a list of all would say little: the one most like the value, or examples."""
    if alike := get_close_matches(value.casefold(), known, 1, LEAST_ALIKE):
        return tr(
            "Parameter {name}: {value} is not known; perhaps {known} is meant.",
            name=parameter,
            value=quoted(value),
            known=alike[0],
        )
    return ntr(
        "Parameter {name}: {value} is not known; there is {n}, such as {known}.",
        "Parameter {name}: {value} is not known; there are {n}, such as {known}.",
        len(known),
        name=parameter,
        value=quoted(value),
        known=", ".join(known[:3]),
    )


def no_year(parameter: str, value: str, years: Sequence[int]) -> str:
    """The message for a value of a parameter that is not a valid year.

    >>> no_year("year", "1800", [1950, 1951, 2035])
    "Parameter year: '1800' is not a year from 1950 to 2035."
    """
    return tr(
        "Parameter {name}: {value} is not a year from {first} to {last}.",
        name=parameter,
        value=quoted(value),
        first=years[0],
        last=years[-1],
    )


class GeoError(Exception):
    """Base class of errors whose message can be shown to a user unchanged."""


class SourceError(GeoError):
    """A table in ``data/sources`` is missing or invalid; the message gives location and value."""


class LayerError(GeoError):
    """A layer file is missing, damaged or does not match its schema; the message names file and
    remedy."""


class StoreError(LayerError):
    """A store of layers is unreachable, denies access or is empty; the message gives a remedy."""


class QueryError(GeoError):
    """A requested filter, column, id or format does not exist; the message lists valid ones."""


class NotFoundError(QueryError):
    """The collection or row at a URL does not exist."""


class FetchError(GeoError):
    """A source cannot be downloaded; the message gives URL and reason."""


class SettingError(GeoError):
    """An environment setting is invalid; the message gives name, value and remedy."""


class InputError(GeoError):
    """A user's file cannot be read or joined; the message gives reason and remedy."""


class CrsError(InputError):
    """The CRS of a file is missing or unsupported."""


class NoRowError(InputError):
    """No row of a user's file can be joined."""


class LimitError(InputError):
    """A user's file exceeds a limit; the message names it."""


class BusyError(LimitError):
    """Other users' files are being read; the request can be repeated."""
