"""Fact check of urbanisation claims in ASCN documents: table and chart."""

from __future__ import annotations

import altair as alt
import pandas as pd
from markupsafe import Markup

from dashboard.charts.base import Chart, themed
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


def base_year_chart(layers: Catalogue, colours: Palette, columns: int, width: int) -> Chart:
    """Small multiples: gain by base year, one panel per claim, with the claimed gain as a rule.

    Parameters
    ----------
    columns, width
        Panels per row and panel width in pixels elsewhere on the page. A claim's panel takes the
        width of two or three of them, up to :data:`PANEL_WIDTH`.
    """
    across = 1 if columns <= 2 else 2
    width = min(columns * width // across, PANEL_WIDTH)
    data = gains_of_claims(layers)
    data["millions"] = data["gain"] / 1e6
    data["claimed"] = data["claimed_value"] / 1e6
    data["name"] = data["series"].map(terms(CLAIM_SERIES))
    names = list(terms(CLAIM_SERIES).values())
    data["panel"] = [
        tr(
            "{number} million more by {year}",
            number=decimal(claimed),
            year=year,
        )
        for claimed, year in zip(data["claimed"], data["claimed_year"], strict=True)
    ]
    x = alt.X(
        "base_year:Q", title=tr("counted from"), axis=alt.Axis(format="d", grid=False, tickCount=5)
    )
    y = alt.Y("millions:Q", title=tr("Million people"), scale=alt.Scale(zero=True))
    tooltip = [
        alt.Tooltip("name:N", title=tr("Series")),
        alt.Tooltip("base_year:Q", title=tr("Counted from"), format="d"),
        alt.Tooltip("millions:Q", title=tr("Million people"), format=".1f"),
    ]
    colour = alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=names, range=list(colours.lines[: len(names)])),
        legend=alt.Legend(orient="top"),
    )
    base = alt.Chart(data)
    lines = base.mark_line(point=True, strokeDash=[4, 3]).encode(
        x=x, y=y, color=colour, tooltip=tooltip
    )
    claimed = base.mark_rule(strokeWidth=1.5, color=colours.text).encode(y="mean(claimed):Q")
    faceted = (
        (lines + claimed)
        .properties(width=width, height=150)
        .facet(
            facet=alt.Facet("panel:N", sort=list(dict.fromkeys(data["panel"])), title=None),
            columns=across,
            spacing=24,
        )
        .resolve_axis(x="independent")
    )
    return themed(faceted, colours)


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
