"""Urban share of a year in both UN revisions.

Both follow national definitions of urban; they differ because of newer censuses, newer boundaries
and different interpolation.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.charts.style import name_axis, themed
from dashboard.charts.vega import Spec, inline, layered, marks, nominal, quantitative
from dashboard.markup import numbers
from dashboard.markup.theme import Palette
from dashboard.pages.urbanisation.text import urban_shares
from geo.cache import memoized
from geo.i18n import decimal, percent, tr
from geo.layers.catalogue import Catalogue
from geo.vocabulary import NEWEST_REVISION, REVISION_NAMES

OLDER_REVISION = next(revision for revision in REVISION_NAMES if revision != NEWEST_REVISION)

BREAKS = (-10.0, -5.0, -1.0, 1.0, 5.0, 10.0)
"""Class breaks of a difference in percentage points, symmetric around zero."""


def common_year(layers: Catalogue) -> int:
    """Latest year that both revisions cover."""
    years = [set(urban_shares(layers, revision)["year"]) for revision in REVISION_NAMES]
    return int(max(set.intersection(*years)))


@memoized
def differences(layers: Catalogue) -> pd.DataFrame:
    """Urban share in both revisions in their latest common year, largest increase first.

    Returns
    -------
    pandas.DataFrame
        ``country``, ``year``, ``older`` and ``newer`` in % of total population, ``points`` as newer
        minus older in percentage points, rounded to one decimal like the shares.
    """
    year = common_year(layers)
    older, newer = (
        urban_shares(layers, revision, year).set_index("country")["share"]
        for revision in (OLDER_REVISION, NEWEST_REVISION)
    )
    both = pd.DataFrame({"older": older, "newer": newer}).dropna()
    both["points"] = (both["newer"] - both["older"]).round(1)
    return both.assign(year=year).sort_values("points", ascending=False).reset_index()


def headline(layers: Catalogue) -> str:
    """Sentence on the country with the largest difference."""
    rows = differences(layers)
    widest = rows.iloc[int(rows["points"].abs().to_numpy().argmax())]
    return tr(
        "{year}: urban share in the UN's 2025 revision minus that in its 2018 revision, in "
        "percentage points; both follow national definitions. Largest difference: {country}, "
        "{older} before, {newer} now.",
        year=int(widest["year"]),
        country=widest["country"],
        older=numbers.percent(widest["older"], 1),
        newer=numbers.percent(widest["newer"], 1),
    )


def chart(layers: Catalogue, colours: Palette) -> Spec:
    """Diverging bars of the difference, with both shares in the country labels."""
    data = differences(layers)
    classes = np.searchsorted(BREAKS, data["points"], side="right")
    data = data.assign(
        colour=[colours.difference[at] for at in classes],
        label=data["country"] + data.apply(_both_shares, axis=1),
    )
    low, high = float(data["points"].min()), float(data["points"].max())
    x = quantitative(
        "points", title=None, axis=None, scale={"domain": [1.4 * low - 1, 1.2 * high + 1]}
    )
    y = nominal("label", sort=list(data["label"]), title=None, axis=name_axis(colours, 230))
    at, text = {"x": x, "y": y}, quantitative("points", format="+.1f")
    bars = marks(
        "bar",
        {"height": 13, "strokeWidth": 0.7, "stroke": colours.outline},
        color=nominal("colour", scale=None),
        **at,
    )
    zero = marks(
        "rule",
        {"strokeWidth": 1, "color": colours.muted, "aria": False},
        x={"datum": 0, "title": None, "axis": None},
    )
    above = marks("text", {"align": "left", "dx": 5}, text=text, **at)
    below = marks("text", {"align": "right", "dx": -5}, text=text, **at)
    drawn = layered(
        bars,
        zero,
        {"transform": [{"filter": "datum.points >= 0"}], **above},
        {"transform": [{"filter": "datum.points < 0"}], **below},
        data=inline(data, ["country", "older", "newer", "points", "label", "colour"]),
    )
    return themed(drawn, colours, height=22 * len(data))


def _both_shares(row: pd.Series) -> str:
    return f"  {decimal(row['older'], 1)} → {percent(decimal(row['newer'], 1))}"
