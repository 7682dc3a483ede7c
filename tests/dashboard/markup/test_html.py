"""HTML is made in one place, which escapes every text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from markupsafe import Markup
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.markup import html
from dashboard.markup.html import cell, fill, items, join, row, small, table, tag, web_link
from tests.dashboard.cells import cells
from tests.dashboard.conftest import page_html

ROOT = Path(dashboard.__file__).parent
TAG = re.compile(r"</?[a-z][a-z0-9]*[\s/>]|<[a-z]+$")
HOSTILE = '<script>alert("x")</script>&\''
ESCAPED = "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;&amp;&#39;"


def test_texts_and_attributes_are_escaped_and_html_is_not():
    assert tag("p", HOSTILE, tag("b", "a"), title=HOSTILE) == (
        f'<p title="{ESCAPED}">{ESCAPED}<b>a</b></p>'
    )


def test_what_is_missing_is_left_out_of_content_and_attributes():
    assert tag("p", None, False, "", 0, class_=None, hidden=False, open=True) == "<p open>0</p>"


def test_content_may_be_nested_and_lazy():
    words = (tag("i", word) for word in "ab")
    assert tag("p", ["x", [words, ("<",)]]) == "<p>x<i>a</i><i>b</i>&lt;</p>"


def test_elements_without_content_are_written_as_html_and_svg_want_them():
    assert tag("br") == "<br>"
    assert tag("circle", r=1.5) == '<circle r="1.5"/>'
    assert tag("i", class_="dot") == '<i class="dot"></i>'


@pytest.mark.parametrize("value", [float("nan"), object()])
def test_what_is_neither_text_nor_a_number_to_show_is_refused(value):
    with pytest.raises(TypeError):
        tag("p", value)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (join(["<", tag("b"), ("x", 1)], separator=tag("br")), "&lt;<br><b></b><br>x1"),
        (join(["a", "b"], separator="<"), "a&lt;b"),
        (fill("M&E <{link}>", link=("<", tag("i"))), "M&amp;E &lt;&lt;<i></i>&gt;"),
        (items("ul", ["<", tag("b")], id="x"), '<ul id="x"><li>&lt;</li><li><b></b></li></ul>'),
        (items("ul", []), None),
        (small("<"), "<small>&lt;</small>"),
        (small(float("nan")), None),
        (html.style_sheet("p{}</style>"), "<style>p{}\\3c /style></style>"),
    ],
)  # fmt: skip
def test_parts_of_pages(made, expected):
    assert made == expected
    assert made is None or isinstance(made, Markup)


def test_links_open_apart_and_only_web_addresses_become_links():
    assert web_link("https://x.org/?a=1&b", "a & b") == (
        '<a href="https://x.org/?a=1&amp;b" target="_blank" rel="noopener noreferrer">a &amp; b</a>'
    )
    assert web_link("javascript:alert(1)", "<b>") == "&lt;b&gt;"
    assert web_link(None, "none") == "none"
    assert html.host_link("https://www.x.org/a").endswith(">x.org</a>")
    assert html.host_link("javascript:alert(1)") == html.host_link(float("nan")) == "no data"


def test_first_cell_of_a_row_is_its_heading_unless_it_is_a_cell():
    assert row(["a", "b"]) == '<tr><th scope="row">a</th><td>b</td></tr>'
    assert row([cell("a", class_="x")], class_="y") == '<tr class="y"><td class="x">a</td></tr>'


def test_table_has_a_name_to_scroll_to_and_its_headings_beside_cells_in_cards():
    made = table(HOSTILE, ("City", "<"), [("Dili", "<b>"), row(["Hanoi", 1])], html.CARDS)
    assert cells(made) == [["City", "<"], ["Dili", "<b>"], ["Hanoi", "1"]]
    assert f'aria-label="{ESCAPED}"' in made
    assert '<td data-label="&lt;"><div>&lt;b&gt;</div></td>' in made
    assert table("", (), [("a", "b")]).startswith('<table class="facts"><tbody><tr>')


def test_plain_text_that_reaches_a_page_as_html_is_escaped():
    def page() -> None:
        from markupsafe import Markup

        from dashboard.ui.html import render_html

        render_html("<i>text</i>", Markup("<b>html</b>"), None)
        render_html(None)

    assert page_html(AppTest.from_function(page).run()) == "&lt;i&gt;text&lt;/i&gt;<b>html</b>"


def _handmade(path: Path) -> list[str]:
    """Where a module writes or escapes HTML by hand, or draws it past ``render_html``."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    literal = {
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup" and node.args
    }
    literal |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    lines = []
    for node in ast.walk(tree):
        wrong = False
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            wrong = bool(TAG.search(node.value)) and node not in literal
        elif isinstance(node, ast.ImportFrom):
            wrong = any(name.name in ("escape", "quoteattr") for name in node.names)
        elif isinstance(node, ast.Attribute):
            wrong = ast.unparse(node) in ("st.html", "html.escape", "markupsafe.escape")
        elif isinstance(node, ast.keyword):
            wrong = node.arg == "unsafe_allow_html"
        if wrong:
            lines.append(f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}")
    return lines


def test_no_module_writes_escapes_or_draws_html_by_hand():
    made_here = {ROOT / "markup" / "html.py", ROOT / "ui" / "html.py"}
    modules = set(ROOT.rglob("*.py")) - made_here
    assert [line for path in sorted(modules) for line in _handmade(path)] == []


@pytest.mark.parametrize(
    "code",
    [
        "from html import escape",
        "x = f'<p class=\"x\">{text}'",
        "x = '</p>'",
        "st.html(text)",
        "st.markdown(text, unsafe_allow_html=True)",
        "x = html.escape(text)",
    ],
)
def test_html_by_hand_would_be_noticed(code, tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "module.py").write_text(code)
    assert _handmade(tmp_path / "module.py") == ["module.py:1"]
