"""Widgets that pages share: they show the state, set it, and it is written to the URL."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def page() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from dashboard.pages import url_state
    from dashboard.ui import widgets
    from dashboard.ui.page_session import PageSession

    names = {"a": "Anna", "b": "Ben"}

    @dataclass(frozen=True)
    class State:
        it: str = url_state.subject("it", str)
        text: str = url_state.choice("q", ("", "x"), "")
        kind: str = url_state.choice("kind", names, "a")
        open: str = url_state.choice("open", names, "")
        at: str = url_state.choice("at", names, "a")
        several: tuple[str, ...] = url_state.code_list("several")

    session = PageSession("page", url_state.QueryCodec(State, {"it": names, "several": names}))
    state = session.current()
    widgets.reset(st.container(), session, bool(state.several), several=())
    state = widgets.subject(session, state, "it", "it", "It", names, "choose")
    state = widgets.segmented(session, state, "kind", "Kind", names)
    state = widgets.select(session, state, "open", "Open", names, "none")
    state = widgets.select(session, state, "at", "At", names)
    state = widgets.multiselect(session, state, "several", "Several", names)
    state = widgets.search(session, state)
    session.save(state)
    st.text(state.it or "none")


def opened(**query: str) -> AppTest:
    app = AppTest.from_function(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


@pytest.mark.parametrize(("query", "shown"), [({}, "a"), ({"it": "b"}, "b"), ({"it": "x"}, "none")])
def test_subject_is_that_of_the_url_or_none(query, shown):
    app = opened(**query)
    assert app.text[0].value == shown
    assert app.selectbox[0].placeholder == "choose"


def test_subject_that_is_chosen_is_kept_and_written_to_the_url():
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


def test_every_widget_sets_its_field_and_shows_that_of_the_url():
    app = opened(it="a")
    app.button_group[0].set_value("b").run()
    app.selectbox(key="page_open").set_value("a").run()
    app.selectbox(key="page_at").set_value("b").run()
    app.multiselect[0].set_value(["b", "a"]).run()
    app.text_input[0].set_value(" x ").run()
    query = {"q": "x", "kind": "b", "open": "a", "at": "b", "several": "b,a"}
    assert dict(app.query_params) == {"it": "a", **query}
    again = opened(**query)
    assert not again.exception
    assert again.button_group[0].value == "b"
    assert [box.value for box in again.selectbox] == ["a", "a", "b"]
    assert again.multiselect[0].value == ["b", "a"]
    assert again.text_input[0].value == "x"


def test_box_that_may_be_empty_gives_no_value():
    app = opened(it="a")
    for value in ("b", None):
        app.selectbox(key="page_open").set_value(value).run()
    assert dict(app.query_params) == {"it": "a"}


def test_reset_empties_the_filters_and_their_widgets():
    app = opened(several="b", kind="b")
    app.button(key="page_reset").click().run()
    assert app.multiselect[0].value == []
    assert dict(app.query_params) == {"it": "a", "kind": "b"}
    assert app.button(key="page_reset").disabled
