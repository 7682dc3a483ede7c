"""``/search.json`` and its description."""

from __future__ import annotations

import jsonschema_rs
import pytest
from starlette.applications import Starlette

from dashboard.search import box
from dashboard.web.routes.search import DESCRIPTION_URL, PARAMETERS, ROUTES
from tests.dashboard.asgi import ask

app = Starlette(routes=ROUTES)


def test_answer_is_grouped_json_that_can_be_cached() -> None:
    answer = ask(app, "/search.json?q=flood&limit=2")
    assert answer.status == 200
    content = answer.json()
    assert content["query"] == "flood"
    [projects] = [group for group in content["groups"] if group["kind"] == "projects"]
    assert projects["total"] == 7
    assert len(projects["results"]) == 2
    assert set(projects["results"][0]) == {"title", "where", "context", "url"}
    again = ask(app, "/search.json?q=flood&limit=2", if_none_match=answer.headers["etag"])
    assert again.status == 304


def test_links_keep_the_language_that_is_asked_for() -> None:
    def first(query: str) -> str:
        return str(
            ask(app, f"/search.json?q=danang{query}").json()["groups"][0]["results"][0]["url"]
        )

    assert first("") == "./city?city=da-nang"
    assert first("&lang=en") == "./city?city=da-nang&lang=en"
    assert first("&lang=id") == "./city?city=da-nang&lang=id"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "Parameter q: enter the words to search for, for example q=flood."),
        ("?q=%20", "Parameter q: enter the words to search for, for example q=flood."),
        ("?q=...", "Parameter q: enter the words to search for, for example q=flood."),
        ("?q=" + "a" * 101, "Parameter q: 101 characters; the limit is 100."),
        ("?q=a&limit=0", "Parameter limit: '0' is not a number from 1 to 100."),
        ("?q=a&limit=x", "Parameter limit: 'x' is not a number from 1 to 100."),
        ("?q=a&colour=red", "There is no parameter 'colour'. Available: q, limit, lang."),
    ],
)
def test_bad_search_is_one_sentence(query: str, sentence: str) -> None:
    answer = ask(app, f"/search.json{query}")
    assert (answer.status, answer.json()["detail"]) == (400, sentence)


def test_search_of_any_characters_is_answered() -> None:
    for text in ("%22", "%27OR+1=1", "%00a", "a%20AND%20b*", "%E0%B8%81", "(flood)"):
        assert ask(app, f"/search.json?q={text}").status in (200, 400)


def test_description_fits_the_parameters_and_an_answer() -> None:
    answer = ask(app, DESCRIPTION_URL)
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json"
    content = answer.json()
    assert content["openapi"].startswith("3.")
    operation = content["paths"]["/search.json"]["get"]
    assert [one["name"] for one in operation["parameters"]] == list(PARAMETERS)
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema_rs.validate(schema, ask(app, "/search.json?q=flood").json())


def test_script_of_the_box_is_served_under_its_digest_only() -> None:
    answer = ask(app, box.SCRIPT.url)
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert ask(app, "/search/box-000000000000.js").status == 404
