"""Slow lines and broken ones: users keep their view, and nobody waits for another's line."""

from __future__ import annotations

import time
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.benchmarks.session import Session
from tests.e2e.conftest import OpenWindow
from tests.e2e.lines import line
from tests.e2e.test_explore import choose, query_of


def test_broken_line_is_taken_up_again_with_the_view_and_its_filters(
    server: str, window: OpenWindow
) -> None:
    with line(server) as (address, wire):
        tab = window(address=address)
        page = tab.open("explore")
        choose(tab, "Country", "Indonesia")
        for broken in range(1, 4):
            wire.cut()
            deadline = time.monotonic() + 60
            while wire.opened <= broken and time.monotonic() < deadline:
                page.wait_for_timeout(100)
            assert wire.opened == broken + 1
            tab.settle()
            assert tab.headline().startswith("6 of 38 member cities")
            assert query_of(tab) == {"country": "IDN"}
        page.get_by_role("textbox", name="Search cities, projects and plans").fill("water")
        page.keyboard.press("Enter")
        page.wait_for_url("**q=water**")
        tab.settle()
        assert query_of(tab) == {"country": "IDN", "q": "water"}
        assert page.locator('[data-testid="stException"]').count() == 0
        tab.console_errors.clear()  # the browser tells of each connection that was lost


def test_slow_line_shows_the_page_and_what_was_asked_last(server: str, window: OpenWindow) -> None:
    with line(server) as (address, wire):
        wire.delay, wire.rate = 0.4, 60_000
        tab = window(address=address)
        page = tab.open("explore?lang=en")
        search = page.get_by_role("textbox", name="Search cities, projects and plans")
        for words in ("water", "traffic", "waste"):  # faster than the answers come
            search.fill(words)
            page.keyboard.press("Enter")
        page.wait_for_url("**q=waste**")
        tab.settle()
        assert query_of(tab)["q"] == "waste"
        slow = tab.headline()
        page.close()  # or the browser tells that the line has ended
    direct = window()
    direct.open("explore?q=waste&lang=en")
    assert slow == direct.headline()


def test_reader_who_takes_no_answer_holds_up_nobody(server: str) -> None:
    with Session(server, "explore") as deaf, Session(server, "explore") as other:
        other.run()
        for number in range(60):
            message = BackMsg()
            message.rerun_script.query_string = "places=1" if number % 2 else "country=IDN"
            message.rerun_script.page_name = "explore"
            deaf.socket.send(message.SerializeToString())
        assert other.run("country=THA").bytes > 0
        with urllib.request.urlopen(f"{server}/download/cities.csv", timeout=30) as answer:
            assert answer.status == 200
