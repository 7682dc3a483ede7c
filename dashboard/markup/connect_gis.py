"""How to open the live service (OGC API) in GIS programs."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from markupsafe import Markup

from dashboard import i18n
from dashboard.markup.html import fill, items, tag
from geo.i18n import tr


def service_url(page: str | None) -> str:
    """The URL of the live service, from that of a page of the dashboard.

    >>> service_url("https://example.org/asean/data?lang=id")
    'https://example.org/asean/ogc'
    """
    parts = urlsplit(page or "http://localhost:8501/data")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rpartition('/')[0]}/ogc"


def qgis_steps(service: str) -> Markup:
    """How to open the live service in QGIS, as HTML; names of QGIS menus are not translated."""
    instructions = (
        _step(tr("Open {menu}."), menu="Layer ▸ Add Layer ▸ Add WFS / OGC API - Features Layer"),
        _step(
            tr(
                "Click {new}. Enter a name, paste the address into {url}, choose {version} "
                "under {field}, and click {ok}."
            ),
            new="New",
            url="URL",
            version="OGC API - Features",
            field="Version",
            ok="OK",
        ),
        _step(
            tr("Click {connect}, select layers in the list, and click {add}."),
            connect="Connect",
            add="Add",
        ),
    )
    pages = f"{service}?{urlencode({'f': 'html', **i18n.language_params()})}"
    browser_link = tag("a", tr("View in the browser"), href=pages)
    address = tag("p", tag("b", tr("Address")), " ", tag("code", service), " ", browser_link)
    return tag("div", address, items("ol", instructions), class_="connect")


def _step(message: str, **menus: str) -> Markup:
    return fill(message, **{name: tag("b", menu) for name, menu in menus.items()})


def python_example(service: str) -> str:
    """Code that reads a layer from the live service."""
    return f"""import pyogrio

places = pyogrio.read_dataframe("OAPIF:{service}", layer="places", where="population >= 100000")
"""
