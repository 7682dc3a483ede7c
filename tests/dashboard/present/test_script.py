"""The script that presents a page is loaded with its words in the page's language."""

from __future__ import annotations

import json
import re
from html import unescape

from dashboard.i18n import languages
from dashboard.present import script
from geo.i18n import use_language
from tests.dashboard.asgi import ask


def test_every_word_that_the_script_uses_is_given_to_it():
    code = script.SCRIPT.path.read_text(encoding="utf-8")
    with use_language(languages()["id"]):
        given = json.loads(unescape(re.search(r'data-words="([^"]*)"', script.script())[1]))
    assert set(re.findall(r"words\.(\w+)", code)) == set(given)
    assert given["before"] == "Bagian sebelumnya"
    assert "{page}" in given["page"]


def test_script_is_served_for_ever(routes):
    response = ask(routes, script.SCRIPT.url)
    assert response.status == 200
    assert "immutable" in response.headers["cache-control"]
