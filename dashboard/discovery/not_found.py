"""What an address that there is not is answered with: what may have been meant, and the pages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from markupsafe import Markup

from dashboard.markup.html import fill, join, page_link, tag
from dashboard.navigation import PAGES
from geo.analysis.similar import similar, similar_cities, similar_countries
from geo.errors import LayerError
from geo.i18n import mark, tr
from geo.layers.catalogue import Catalogue

TITLE = mark("There is no such page")


def _path(page: str) -> str:
    return "" if page == "overview" else page


def meant(asked: str, layers: Catalogue | None) -> list[Markup]:
    """Links to what was probably meant.

    Parameters
    ----------
    asked
        Path of the address, such as ``jakrta``.
    layers
        Layers in the active language, if there are any.
    """
    name = unquote(asked).strip("/").rpartition("/")[2].replace("-", " ").replace("_", " ")
    return list(_meant(name[:100], layers))


def _meant(name: str, layers: Catalogue | None) -> Iterator[Markup]:
    titles = (
        (page, text) for page, (title, _) in PAGES.items() for text in (page, title, tr(title))
    )
    for page in similar(name, titles):
        yield page_link(_path(page), tr(PAGES[page][0]))
    if layers is None:
        return
    try:
        for city_id, city in similar_cities(name, layers).items():
            yield page_link("city", city, city=city_id)
        for iso3, country in similar_countries(name, layers).items():
            yield page_link("country", country, country=iso3)
    except LayerError:
        return


def content(asked: str, layers: Catalogue | None) -> Markup:
    """What stands below the title: a sentence, what was probably meant, and all pages."""
    links = meant(asked, layers)
    return join(
        [
            tag("p", tr("The address may be mistyped, or the page was never here.")),
            tag("p", fill(tr("Did you mean {links}?"), links=join(links, ", "))) if links else None,
            tag(
                "ul",
                [
                    tag("li", page_link(_path(name), tr(title)), tag("small", tr(question)))
                    for name, (title, question) in PAGES.items()
                ],
                class_="pages",
            ),
        ]
    )
