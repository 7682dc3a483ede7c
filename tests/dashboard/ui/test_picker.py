"""The control that chooses the one thing that a page is about."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    import streamlit as st

    from dashboard.ui import picker
    from dashboard.ui.page_session import PageSession

    session = PageSession[str](
        "page",
        lambda query: (query.get("it", "a"), ()),
        lambda it: {"it": it} if it else {},
    )
    held = session.current()
    known = held if held in {"a", "b"} else ""
    chosen = picker.pick_one(
        session, "it", "It", {"a": "Anna", "b": "Ben"}, known, "choose", lambda it: it
    )
    session.save(chosen)
    st.text(chosen or "none")


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("query", "shown"), [({}, "a"), ({"it": "b"}, "b"), ({"it": ""}, "none")])
def test_box_shows_what_the_state_says_or_nothing(query, shown):
    app = opened(**query)
    assert app.text[0].value == shown
    assert app.selectbox[0].placeholder == "choose"


def test_choice_is_kept_and_written_to_the_url():
    app = opened(it="")
    app.selectbox[0].set_value("b").run()
    assert app.text[0].value == "b"
    assert dict(app.query_params) == {"it": "b"}


def test_empty_box_makes_place_for_one_that_cannot_be_emptied():
    app = opened(it="")
    assert not app.selectbox[0].proto.HasField("default")
    app.selectbox[0].set_value("b").run()
    assert app.selectbox[0].proto.default == 1
    app.selectbox[0].set_value("a").run()
    assert app.text[0].value == "a"
