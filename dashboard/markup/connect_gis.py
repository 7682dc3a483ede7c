"""How to open the live service in programs of the reader's own."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

from dashboard import i18n
from geo.i18n import tr


def address(page: str | None) -> str:
    """The address of the live service beside a page of the dashboard.

    >>> address("https://example.org/asean/data?lang=id")
    'https://example.org/asean/ogc'
    """
    at = urlsplit(page or "http://localhost:8501/data")
    return f"{at.scheme}://{at.netloc}{at.path.rpartition('/')[0]}/ogc"


def steps(service: str) -> str:
    """How to open the live service in QGIS, as HTML; QGIS's own words stay as its menus have
    them."""
    said = (
        _step(tr("Open {menu}."), menu="Layer ▸ Add Layer ▸ Add WFS / OGC API - Features Layer"),
        _step(
            tr(
                "Press {new}. Give it a name, paste the address into {url}, choose {version} under "
                "{field}, and press {ok}."
            ),
            new="New",
            url="URL",
            version="OGC API - Features",
            field="Version",
            ok="OK",
        ),
        _step(
            tr("Press {connect}, select layers in the list, and press {add}."),
            connect="Connect",
            add="Add",
        ),
    )
    listed = "".join(f"<li>{step}</li>" for step in said)
    pages = f"{service}?{urlencode({'f': 'html', **i18n.parameters()})}"
    look = f'<a href="{escape(pages)}">{escape(tr("Look at it in the browser"))}</a>'
    return (
        f'<div class="connect"><p><b>{escape(tr("Address"))}</b> <code>{escape(service)}</code> '
        f"{look}</p><ol>{listed}</ol></div>"
    )


def _step(message: str, **menus: str) -> str:
    named = {name: f"<b>{escape(menu)}</b>" for name, menu in menus.items()}
    return escape(message).format(**named)


def example(service: str) -> str:
    """Code that reads a layer from the live service."""
    return f"""import pyogrio

places = pyogrio.read_dataframe("OAPIF:{service}", layer="places", where="population >= 100000")
"""
