"""The control that chooses the one thing that a page is about."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from dashboard.pages import url_state
    from dashboard.ui import picker
    from dashboard.ui.page_session import PageSession

    @dataclass(frozen=True)
    class State:
        it: str = url_state.subject("it", str)

    names = {"a": "Anna", "b": "Ben"}
    session = PageSession("page", url_state.QueryCodec(State, {"it": names}))
    held = session.current().it
    chosen = picker.pick_one(session, "it", "It", names, held, "choose", State)
    session.save(State(chosen))
    st.text(chosen or "none")


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("query", "shown"), [({}, "a"), ({"it": "b"}, "b"), ({"it": "x"}, "none")])
def test_box_shows_what_the_state_says_or_nothing(query, shown):
    app = opened(**query)
    assert app.text[0].value == shown
    assert app.selectbox[0].placeholder == "choose"


def test_choice_is_kept_and_written_to_the_url():
    app = opened(it="x")
    app.selectbox[0].set_value("b").run()
    assert app.text[0].value == "b"
    assert dict(app.query_params) == {"it": "b"}


def test_empty_box_makes_place_for_one_that_cannot_be_emptied():
    app = opened(it="x")
    assert not app.selectbox[0].proto.HasField("default")
    app.selectbox[0].set_value("b").run()
    assert app.selectbox[0].proto.default == 1
    app.selectbox[0].set_value("a").run()
    assert app.text[0].value == "a"
