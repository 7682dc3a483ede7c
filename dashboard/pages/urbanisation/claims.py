"""Fact check of urbanisation claims in ASCN documents: table and chart."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from dashboard.charts.style import colour_scale, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.markup import numbers
from dashboard.markup.citations import cite
from dashboard.markup.html import small, table, tag
from dashboard.markup.tables import records
from dashboard.markup.theme import Palette
from geo.analysis.claims import Evidence, check_claims, gains_by_base_year
from geo.cache import memoized
from geo.i18n import decimal, terms, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import CLAIM_SERIES

PANEL_WIDTH = 420
"""Maximum width in pixels of a claim's panel, which has nine base years."""


def gains_of_claims(layers: Catalogue) -> pd.DataFrame:
    """Actual gain for each claimed gain and each base year that its text allows.

    Returns
    -------
    pandas.DataFrame
        ``claim_id``, ``claim``, ``claimed_value`` in people, ``claimed_year``, and the columns of
        :func:`geo.analysis.claims.gains_by_base_year`; in the order of the claims.
    """
    claims, evidence = layers["urbanisation_claims"], Evidence.from_catalogue(layers)
    columns = ["claim_id", "claim", "claimed_value", "claimed_year"]
    parts = [
        gains_by_base_year(claim, evidence).assign(**{name: claim[name] for name in columns})
        for claim in claims[claims["measure"] == "gain"].to_dict("records")
    ]
    gains = pd.concat(parts, ignore_index=True)
    return gains[[*columns, "series", "base_year", "gain", "carried_on"]]


def finding(layers: Catalogue) -> str:
    """The range of actual gains of each claim, beside the claimed one."""
    sentences = []
    for _, rows in gains_of_claims(layers).groupby("claim_id", sort=False):
        first = rows.iloc[0]
        sentences.append(
            tr(
                "Claimed by {year}: {claimed}; counted from these base years: {least} to {most}.",
                year=int(first["claimed_year"]),
                claimed=numbers.people(first["claimed_value"]),
                least=numbers.people(rows["gain"].min()),
                most=numbers.people(rows["gain"].max()),
            )
        )
    return " ".join(sentences)


def base_year_chart(layers: Catalogue, colours: Palette, columns: int, width: int) -> Spec:
    """Small multiples: gain by base year, one panel per claim, with the claimed gain as a rule.

    Parameters
    ----------
    columns, width
        Panels per row and panel width in pixels elsewhere on the page. A claim's panel takes the
        width of two or three of them, up to :data:`PANEL_WIDTH`.
    """
    across = 1 if columns <= 2 else 2
    width = min(columns * width // across, PANEL_WIDTH)
    names = terms(CLAIM_SERIES)
    data = gains_of_claims(layers)
    data["millions"] = data["gain"] / 1e6
    data["claimed"] = data["claimed_value"] / 1e6
    data["name"] = data["series"].map(names)
    data["panel"] = [
        tr("{number} million more by {year}", number=decimal(claimed), year=year)
        for claimed, year in zip(data["claimed"], data["claimed_year"], strict=True)
    ]
    lines = marks(
        "line",
        {"point": True, "strokeDash": [4, 3]},
        x=quantitative(
            "base_year",
            title=tr("base year"),
            axis={"format": "d", "grid": False, "tickCount": 5},
        ),
        y=quantitative("millions", title=tr("Million people"), scale={"zero": True}),
        color=nominal(
            "name",
            title=None,
            scale=colour_scale(dict(zip(names.values(), colours.lines, strict=False))),
            legend={"orient": "top"},
        ),
        tooltip=[
            nominal("name", title=tr("Series")),
            quantitative("base_year", title=tr("Base year"), format="d"),
            quantitative("millions", title=tr("Million people"), format=".1f"),
        ],
    )
    claimed = marks(
        "rule",
        {"strokeWidth": 1.5, "color": colours.text},
        y=quantitative("claimed", aggregate="mean"),
    )
    kept = ["claim_id", "series", "base_year", "panel", "name", "millions", "claimed"]
    faceted = {
        "data": inline(data, kept),
        "facet": nominal("panel", sort=list(dict.fromkeys(data["panel"])), title=None),
        "spec": {"width": width, "height": 150, **layered(lines, claimed)},
        "resolve": {"axis": {"x": "independent"}},
    }
    return themed(faceted, colours, columns=across, spacing=24)


@memoized
def claims_table(layers: Catalogue) -> Markup:
    """HTML table of claims with source, verdict, conclusion and calculation."""
    claims = layers["urbanisation_claims"]
    checked = check_claims(claims, Evidence.from_catalogue(layers))
    titles = layers["documents"].set_index("document_id")["title"]
    rows = [
        (
            (claim["claim"], tag("small", cite(titles[claim["document"]], claim))),
            (tag("strong", tr(finding.verdict)), tag("br"), finding.conclusion),
            (finding.calculation, small(claim["base_note"])),
        )
        for claim, finding in zip(records(claims), checked, strict=True)
    ]
    headings = (tr("Claim"), tr("Verdict"), tr("Calculation"))
    return table(tr("Claims and verdicts"), headings, rows, "stacked")
