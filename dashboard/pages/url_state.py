"""States of pages as URL queries: each field of a state declares its parameter.

>>> @dataclass(frozen=True)
... class TableState:
...     table: str = choice("table", ("projects", "targets"), "projects")
...     open: bool = flag("open")
>>> codec = QueryCodec(TableState)
>>> codec.from_query({"table": "targets", "open": "1"})
(TableState(table='targets', open=True), ())
>>> codec.to_query(TableState("targets"))
{'table': 'targets'}
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Generic, Protocol, TypeVar

from geo.analysis.filter import Filter, parse
from geo.errors import QueryError, no_such, no_year, not_known, quoted
from geo.i18n import mark, tr
from geo.parameters import Query, codes

State = TypeVar("State")
Known = Collection[Any]
Report = Callable[[str], None]
"""Takes a sentence about an invalid parameter."""


class Unknown(str):
    """Sentence about a part of a query that is not understood.

    Attributes
    ----------
    parameter
        Its URL parameter.
    value
        The part of its value that is not understood; empty if the parameter is unknown.
    """

    parameter: str
    value: str

    def __new__(cls, sentence: str, parameter: str, value: str = "") -> Unknown:
        """The sentence with what it is about."""
        unknown = super().__new__(cls, sentence)
        unknown.parameter, unknown.value = parameter, value
        return unknown


class Note(str):
    """Sentence about a query that is understood, but not followed in every part."""


Message = Callable[[str, str, Known], str]
"""Parameter, value, known values -> sentence about an unknown value."""


@dataclass(frozen=True)
class Param:
    """How a field of a state is read from a query, and written.

    Attributes
    ----------
    names
        Its URL parameters.
    read
        Returns the value, or ``None`` for the default.
    write
        Returns the query parameters of a value.
    known
        Accepted values, unless the codec names them.
    """

    names: tuple[str, ...]
    read: Callable[[Query, Known, Report], Any]
    write: Callable[[Any], Mapping[str, str]]
    known: Known = ()


class Codec(Protocol[State]):
    """Converts the state of a page from and to the query of its URL."""

    @property
    def parameters(self) -> Sequence[str]:
        """Names of the URL parameters."""

    def from_query(self, query: Query) -> tuple[State, tuple[str, ...]]:
        """The state of a query, and a sentence for each invalid parameter."""

    def to_query(self, state: State) -> dict[str, str]:
        """The query of a state, without defaults."""


class QueryCodec(Generic[State]):
    """A codec of a dataclass whose fields are declared with the functions below.

    Parameters
    ----------
    known
        Field -> accepted values, where they depend on the layers.
    defaults
        Field -> default, where it depends on the layers.
    """

    def __init__(
        self,
        state_type: type[State],
        known: Mapping[str, Known] | None = None,
        defaults: Mapping[str, Any] | None = None,
    ) -> None:
        self._state_type, self._known = state_type, known or {}
        self._params: dict[str, Param] = {}
        self._defaults: dict[str, Any] = {}
        for one in fields(state_type):  # type: ignore[arg-type]
            self._params[one.name] = one.metadata["param"]
            default = one.default_factory() if callable(one.default_factory) else one.default
            self._defaults[one.name] = (defaults or {}).get(one.name, default)
        self.parameters = tuple(name for param in self._params.values() for name in param.names)

    def from_query(self, query: Query) -> tuple[State, tuple[str, ...]]:
        """The state of a query, and a sentence for each invalid parameter."""
        message = mark("There is no parameter {name}. Available: {known}.")
        problems: list[str] = [
            Unknown(no_such(message, name, self.parameters), name)
            for name in query
            if name not in self.parameters
        ]
        values = dict(self._defaults)
        for name, param in self._params.items():
            known = self._known.get(name, param.known)
            said: list[str] = []
            value = param.read(query, known, said.append)
            if value is not None:
                values[name] = value
            problems += (
                one if isinstance(one, Note) else Unknown(one, *_at_fault(one, param, query, known))
                for one in said
            )
        return self._state_type(**values), tuple(problems)

    def to_query(self, state: State) -> dict[str, str]:
        """The query of a state, without defaults; a field that has none is always written."""
        query: dict[str, str] = {}
        for name, param in self._params.items():
            value = getattr(state, name)
            if value != self._defaults[name]:
                query |= param.write(value)
        return query


def _at_fault(sentence: str, param: Param, query: Query, known: Known) -> tuple[str, str]:
    """Parameter and part of its value that a sentence is about."""

    def reported(part: Query) -> list[str]:
        said: list[str] = []
        param.read(part, known, said.append)
        return said

    names = [name for name in param.names if query.get(name)]
    name = next((one for one in names if sentence in reported({one: query[one]})), names[0])
    parts = [part.strip() for part in query[name].split(",")]
    at_fault = [part for part in parts if part and reported({name: part})]
    return name, ", ".join(dict.fromkeys(at_fault)) if len(parts) > 1 and at_fault else query[name]


def strict_state(codec: Codec[State], query: Query) -> State:
    """The state of a query.

    Raises
    ------
    QueryError
        With a sentence for each invalid parameter.
    """
    state, problems = codec.from_query(query)
    if problems:
        raise QueryError(" ".join(problems))
    return state


def _declared(param: Param, **options: Any) -> Any:
    return field(metadata={"param": param}, **options)


def _single(
    name: str, read: Callable[[str, Known, Report], Any], write: Callable[[Any], str] = str
) -> tuple[Any, Any, Any]:
    """Names, read and write functions of one parameter, whose empty value is the default."""

    def read_query(query: Query, known: Known, report: Report) -> Any:
        text = query.get(name, "").strip()
        return read(text, known, report) if text else None

    return (name,), read_query, lambda value: {name: write(value)} if write(value) else {}


def choice(name: str, known: Known, default: str, message: Message = not_known) -> Any:
    """One of several texts."""

    def read(text: str, known: Known, report: Report) -> str | None:
        if text in known:
            return text
        report(message(name, text, known))
        return None

    return _declared(Param(*_single(name, read), known), default=default)


def year(**options: Any) -> Any:
    """One of the years that the codec names, ascending."""

    def read(text: str, known: Known, report: Report) -> int | None:
        years = {str(one): int(one) for one in known}
        if text not in years:
            report(no_year("year", text, list(known)))
        return years.get(text)

    return _declared(Param(*_single("year", read)), **options)


def flag(name: str) -> Any:
    """``1`` or ``0``; not set by default."""

    def read(text: str, known: Known, report: Report) -> bool | None:
        if text not in known:
            report(not_known(name, text, known))
        return text == "1"

    return _declared(
        Param(*_single(name, read, lambda value: str(int(value))), ("0", "1")), default=False
    )


def parsed(
    name: str, parse: Callable[[str], Any], write: Callable[[Any], str], default: Any
) -> Any:
    """What ``parse`` makes of the text; it raises :class:`QueryError` if it is invalid."""

    def read(text: str, known: Known, report: Report) -> Any:
        try:
            return parse(text)
        except QueryError as error:
            report(str(error))
            return None

    return _declared(Param(*_single(name, read, write)), default=default)


def code_list(name: str, limit: int | None = None, beyond: Callable[[int], str] = str) -> Any:
    """Codes separated by commas, which the codec names: all of them known, or none is read.

    Parameters
    ----------
    limit, beyond
        How many are read, and the sentence about a larger number.
    """

    def read(text: str, known: Known, report: Report) -> tuple[str, ...] | None:
        requested = _codes(name, text, known, report)
        if requested and limit and len(requested) > limit:
            report(beyond(len(requested)))
        return requested[:limit] if requested else None

    return _declared(Param(*_single(name, read, ",".join)), default=())


def each_code(
    name: str, known: Known = (), former: Mapping[str, Sequence[str]] | None = None
) -> Any:
    """Codes separated by commas, of which those that are known are read.

    Parameters
    ----------
    former
        Code of older links -> codes that replaced it.
    """

    def read(text: str, known: Known, report: Report) -> tuple[str, ...]:
        parts = (part.strip() for part in text.split(",") if part)
        requested = dict.fromkeys(
            code for part in parts for code in (former or {}).get(part, (part,))
        )
        for code in requested:
            if code not in known:
                report(not_known(name, code, known))
        return tuple(code for code in requested if code in known)

    return _declared(Param(*_single(name, read, ",".join), known), default=())


def pair(name: str, others: str) -> Any:
    """Two different codes of those in the parameter ``others``; empty by default."""

    def read(query: Query, known: Known, report: Report) -> tuple[str, ...] | None:
        text = query.get(name, "")
        there = [code.strip() for code in query.get(others, "").split(",")]
        requested = _codes(name, text, [code for code in there if code in known] or known, report)
        if requested and len(requested) != 2:
            report(
                tr(
                    "Parameter {name}: {value} is not a pair of different ids; give exactly two.",
                    name=name,
                    value=quoted(text),
                )
            )
            return None
        return requested or None

    return _declared(Param((name,), read, lambda value: {name: ",".join(value)}), default=())


def subject(name: str, several: Callable[[int], str]) -> Any:
    """What a page is about: one code, by default the first that the codec names; empty for an
    unknown one.

    Parameters
    ----------
    several
        Sentence about more than one code, of which the first is read.
    """

    def read(query: Query, known: Known, report: Report) -> str:
        text = query.get(name, "").strip()
        if not text:
            return next(iter(known), "")
        requested = _codes(name, text, known, report)
        if requested and len(requested) > 1:
            report(Note(several(len(requested))))
        return requested[0] if requested else ""

    return _declared(Param((name,), read, lambda code: {name: code} if code else {}))


def city_filter(names: Sequence[str]) -> Any:
    """A filter of cities by the parameters ``names``; the codec names the cities."""

    def read(query: Query, known: Known, report: Report) -> Filter:
        parsed = parse({name: query[name] for name in names if name in query}, known)
        for problem in parsed.problems:
            report(problem)
        return parsed.filter

    return _declared(Param(tuple(names), read, Filter.to_query), default_factory=Filter)


def _codes(name: str, text: str, known: Known, report: Report) -> tuple[str, ...] | None:
    try:
        return codes(name, text, list(known))
    except QueryError as error:
        report(str(error))
        return None
