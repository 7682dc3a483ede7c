"""State of a page in a user's session, synchronised with the URL and the widgets.

The state of a page is one value. Widgets are initialised from it and update it on every run; the
page writes it to the URL at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import streamlit as st

from dashboard.pages.url_state import Codec
from dashboard.ui import language
from geo.parameters import Query

State = TypeVar("State")


@dataclass
class _Memory(Generic[State]):
    """Session memory of a page.

    Attributes
    ----------
    state
        Current state of the page.
    written
        Query of the URL as the page last wrote or read it; any other comes from the user.
    read_as, problems
        State parsed from the URL, and its invalid parameters.
    generation
        How often the widgets got new values from outside. It is part of their keys: browsers
        reliably accept a new value only for a new widget.
    initial
        Initial value of each widget.
    """

    state: State
    written: Query
    read_as: State
    problems: tuple[str, ...]
    generation: int = 0
    initial: dict[str, Any] = field(default_factory=dict)


class PageSession(Generic[State]):
    """The state of one page in the user's session.

    Parameters
    ----------
    page
        Name of the page, part of the keys of its widgets.
    codec
        Converts the URL's query to a state, and back.
    start
        Returns the first state of a URL without parameters; ``None`` for the default.

    Examples
    --------
    >>> session = PageSession("compare", codec)  # doctest: +SKIP
    >>> state = session.current()  # doctest: +SKIP
    >>> key, value = session.widget("cities", state)  # doctest: +SKIP
    >>> session.save(tuple(st.multiselect("Cities", names, value, key=key)))  # doctest: +SKIP
    """

    def __init__(
        self,
        page: str,
        codec: Codec[State],
        start: Callable[[], State | None] = lambda: None,
    ) -> None:
        self.page = page
        self.codec = codec
        self._start = start

    @property
    def _memory(self) -> _Memory[State]:
        memory: _Memory[State] = st.session_state[self.page]
        return memory

    def current(self) -> State:
        """The page's state before its widgets are drawn.

        A URL that the page did not write itself (a pasted link, a link from another page) replaces
        the state, as does one that the user went back to; otherwise the session's state is kept, so
        that a user who opens the page from the menu finds it as it was left.
        """
        query = language.without_language(language.page_query())
        visited = self.page in st.session_state
        kept = [self._memory.written, {}] if visited else []
        if language.is_returned():
            kept = kept[:1]
        if query not in kept:
            state, problems = self.codec.from_query(query)
            state = (None if query else self._start()) or state
            generation = self._memory.generation + 1 if visited else 0
            st.session_state[self.page] = _Memory(state, query, state, problems, generation)
        return self._memory.state

    def save(self, state: State) -> None:
        """Store the state and write it to the URL.

        A URL with invalid parameters stays as it is until the state changes.
        """
        memory = self._memory
        memory.state = state
        if self.problems(state):
            return
        query = self.codec.to_query(state)
        memory.written = query
        params = {**query, **language.language_params()}
        if language.page_query() != params:
            st.query_params.from_dict(params)

    def problems(self, state: State) -> tuple[str, ...]:
        """Invalid parameters of the URL, until the state differs from the one parsed from it."""
        return self._memory.problems if self._memory.read_as == state else ()

    def change(self, state: State, redraw: bool = True) -> None:
        """Replace the state from a callback.

        Parameters
        ----------
        redraw
            Whether to recreate the widgets with the new values.
        """
        self._memory.state = state
        self._memory.generation += redraw

    def widget(self, name: str, value: Any) -> tuple[str, Any]:
        """Key of a widget, and its initial value.

        Parameters
        ----------
        name
            Name of the widget on the page.
        value
            Value of the current state. It is used when the widget is created, or created again
            after another page or mode was shown; in between the widget keeps its own value.
        """
        memory, key = self._memory, self._key(name)
        if key not in st.session_state:
            memory.initial[key] = value
        return key, memory.initial[key]

    def set_widget(self, name: str, value: Any) -> None:
        """Set the value of a widget from a callback, before it is drawn again."""
        if self._key(name) in st.session_state:
            st.session_state[self._key(name)] = value

    def _key(self, name: str) -> str:
        generation = self._memory.generation
        return f"{self.page}_{name}" + (f"_{generation}" if generation else "")


def remembered_state(page: str) -> Any:
    """The state of a page in this session; ``None`` if it was not visited."""
    memory: _Memory[Any] | None = st.session_state.get(page)
    return memory.state if memory else None
