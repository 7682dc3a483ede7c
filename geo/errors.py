"""The few errors that ``geo`` raises on purpose; each carries one sentence for the reader."""


def shown(value: str) -> str:
    """A value as messages quote it, cut when it is long.

    >>> shown("ATL")
    "'ATL'"
    """
    return repr(value if len(value) <= 60 else value[:60] + "…")


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
