"""The few errors that ``geo`` raises on purpose; each carries one sentence for the reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo.i18n import tr


def quoted(value: str) -> str:
    """A value as messages quote it, cut when it is long.

    >>> quoted("ATL")
    "'ATL'"
    """
    return repr(value if len(value) <= 60 else value[:60] + "…")


def no_such(message: str, name: str, known: Iterable[str]) -> str:
    """What is said of a name that does not exist.

    Parameters
    ----------
    message
        A whole sentence with places for the name and for those that exist, marked for the
        catalogues where it is written.

    Examples
    --------
    >>> no_such("There is no theme {name}; there are {known}.", "red", ["light", "dark"])
    "There is no theme 'red'; there are light, dark."
    """
    return tr(message, name=quoted(name), known=", ".join(known))


def not_known(parameter: str, value: str, known: Iterable[str]) -> str:
    """What is said of a parameter's value that is none of those it may have.

    >>> not_known("mode", "3d", ["share", "projects"])
    "Parameter mode: '3d' is not known; known are share, projects."
    """
    return tr(
        "Parameter {name}: {value} is not known; known are {known}.",
        name=parameter,
        value=quoted(value),
        known=", ".join(known),
    )


def no_year(parameter: str, value: str, years: Sequence[int]) -> str:
    """What is said of a parameter's value that is none of some years.

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
    """Base of every error whose message may be shown to a user as it is."""


class SourceError(GeoError):
    """A table in ``data/sources`` is missing or wrong; the message names the place and value."""


class LayerError(GeoError):
    """A layer file is missing, damaged or not of its schema; the message names file and remedy."""


class StoreError(LayerError):
    """A store of layers does not answer, refuses or holds no set; the message says what to do."""


class QueryError(GeoError):
    """A filter, column, id or format asked for does not exist; the message lists what does."""


class NotFoundError(QueryError):
    """What an address names, a collection or a row, does not exist."""


class FetchError(GeoError):
    """A source cannot be had from its publisher; the message names address and reason."""


class SettingError(GeoError):
    """A setting of the environment is wrong; the message names it, its value and the remedy."""


class InputError(GeoError):
    """A reader's own file cannot be read or joined; the message says why and what would help."""


class CrsError(InputError):
    """It is not known, or not understood, which coordinate reference system a file is in."""


class LimitError(InputError):
    """A reader's file costs more than is allowed; the message names the limit."""


class BusyError(LimitError):
    """Files of others are being read; the same file may be given again."""
