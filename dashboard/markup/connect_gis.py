"""How to open the live service (OGC API) in GIS programs."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode, urlsplit

from dashboard import i18n
from geo.i18n import tr


def service_url(page: str | None) -> str:
    """The URL of the live service, from that of a page of the dashboard.

    >>> service_url("https://example.org/asean/data?lang=id")
    'https://example.org/asean/ogc'
    """
    parts = urlsplit(page or "http://localhost:8501/data")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/ogc"


def qgis_steps(service: str) -> str:
    """How to open the live service in QGIS, as HTML; names of QGIS menus are not translated."""
    instructions = (
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
    items = "".join(f"<li>{step}</li>" for step in instructions)
    pages = f"{service}?{urlencode({'f': 'html', **i18n.language_params()})}"
    browser_link = f'<a href="{escape(pages)}">{escape(tr("Look at it in the browser"))}</a>'
    return (
        f'<div class="connect"><p><b>{escape(tr("Address"))}</b> <code>{escape(service)}</code> '
        f"{browser_link}</p><ol>{items}</ol></div>"
    )


def _step(message: str, **menus: str) -> str:
    bold_menus = {name: f"<b>{escape(menu)}</b>" for name, menu in menus.items()}
    return escape(message).format(**bold_menus)


def python_example(service: str) -> str:
    """Code that reads a layer from the live service."""
    return f"""import pyogrio

places = pyogrio.read_dataframe("OAPIF:{service}", layer="places", where="population >= 100000")
"""
