"""A page's state in a reader's session: from the URL, to the URL, into widgets.

The state of a page is one value. Widgets get theirs from it when they are drawn for the first
time and give it back on every run; the page writes the state to the URL at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from dashboard.ui import language
from geo.parameters import Query

State = TypeVar("State")

Read = Callable[[Query], tuple[State, tuple[str, ...]]]
"""From the URL's query to a state and a sentence for each part that is not understood."""


@dataclass
class _Memory(Generic[State]):
    """What a session remembers of a page.

    Attributes
    ----------
    state
        What the page shows.
    written
        Query of the URL as the page last wrote or read it; another one comes from the reader.
    read_as, problems
        State as a URL was read, and what of that URL was not understood.
    drawn
        How often the widgets were given new values from outside. It is part of their keys:
        a browser takes a new value reliably with a new widget only.
    initial
        Value that each widget was drawn with.
    """

    state: State
    written: Query
    read_as: State
    problems: tuple[str, ...]
    drawn: int = 0
    initial: dict[str, Any] = field(default_factory=dict)


class PageSession(Generic[State]):
    """The state of one page in the reader's session.

    Parameters
    ----------
    page
        Name of the page, part of the keys of its widgets.
    read, write
        From the URL's query to a state, and back. ``write`` leaves out what is as usual.

    Examples
    --------
    >>> session = PageSession("compare", read, write)  # doctest: +SKIP
    >>> state = session.current()  # doctest: +SKIP
    >>> key, value = session.widget("cities", state)  # doctest: +SKIP
    >>> session.keep(tuple(st.multiselect("Cities", names, value, key=key)))  # doctest: +SKIP
    """

    def __init__(self, page: str, read: Read[State], write: Callable[[State], Query]) -> None:
        self.page = page
        self._read = read
        self._write = write

    @property
    def _memory(self) -> _Memory[State]:
        memory: _Memory[State] = st.session_state[self.page]
        return memory

    def current(self) -> State:
        """The page's state before its widgets are drawn.

        A URL that the page did not write itself (a pasted link, a link from another page)
        decides; otherwise the session's state stays, so that coming back to the page finds it as
        it was left.
        """
        query = language.without(language.address())
        known = self.page in st.session_state
        if not known or query not in ({}, self._memory.written):
            state, problems = self._read(query)
            drawn = self._memory.drawn + 1 if known else 0
            st.session_state[self.page] = _Memory(state, query, state, problems, drawn)
        return self._memory.state

    def keep(self, state: State) -> None:
        """Remember the state and write it to the URL.

        A URL with a fault stays as the reader wrote it until something is changed.
        """
        memory = self._memory
        memory.state = state
        if self.problems(state):
            return
        query = dict(self._write(state))
        memory.written = query
        said = {**query, **language.asked()}
        if language.address() != said:
            st.query_params.from_dict(said)

    def problems(self, state: State) -> tuple[str, ...]:
        """What the URL asks that is not known, until the state is another than it was read as."""
        return self._memory.problems if self._memory.read_as == state else ()

    def change(self, state: State, redraw: bool = True) -> None:
        """Replace the state from a callback.

        Parameters
        ----------
        redraw
            Whether the widgets are drawn anew with its values.
        """
        self._memory.state = state
        self._memory.drawn += redraw

    def widget(self, name: str, value: Any) -> tuple[str, Any]:
        """Key of a widget, and the value to draw it with.

        Parameters
        ----------
        name
            The widget's own name on the page.
        value
            What the state says now. It counts when the widget is drawn for the first time, or
            again after another page or mode was shown; in between the widget keeps its own.
        """
        memory, key = self._memory, self._key(name)
        if key not in st.session_state:
            memory.initial[key] = value
        return key, memory.initial[key]

    def turn(self, name: str, value: Any) -> None:
        """Give a widget another value from a callback, before it is drawn again."""
        if self._key(name) in st.session_state:
            st.session_state[self._key(name)] = value

    def _key(self, name: str) -> str:
        drawn = self._memory.drawn
        return f"{self.page}_{name}" + (f"_{drawn}" if drawn else "")


def held(page: str) -> Any:
    """The state of a page in this session, ``None`` if it was not visited."""
    memory: _Memory[Any] | None = st.session_state.get(page)
    return memory.state if memory else None
