"""The plot of a run: bars side by side, and lines where a number grows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import altair as alt
import pandas as pd

from dashboard.charts.style import FONT
from dashboard.markup.theme import LIGHT
from tests.benchmarks.table import Shown

WIDTH, BAR = 330, 22
"""Width of a panel and height of a bar, in pixels."""


def save(shown: Sequence[Shown], path: Path) -> None:
    """Draw a panel for each title, in the order in which they were measured."""
    order = list(dict.fromkeys(one.panel for one in shown))
    ordered = sorted(shown, key=lambda one: order.index(one.panel))
    panels = [
        _panel(title, list(values)) for title, values in groupby(ordered, key=lambda one: one.panel)
    ]
    alt.concat(*panels, columns=2, spacing=36).resolve_scale(
        x="independent", y="independent", color="independent"
    ).configure(font=FONT, background="white", padding=16).configure_view(stroke=None).save(path)


def _panel(title: str, values: list[Shown]) -> alt.Chart | alt.LayerChart:
    frame = pd.DataFrame(values)
    is_line = all(isinstance(one.name, int | float) for one in values)
    drawn = _lines(frame) if is_line else _bars(frame)
    return drawn.properties(title=alt.Title(title, anchor="start", fontSize=13), width=WIDTH)


def _bars(frame: pd.DataFrame) -> alt.LayerChart:
    name = alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=260, ticks=False))
    value = alt.X("value:Q", title=None, axis=None)
    is_first = alt.datum.name == frame["name"].iloc[0]
    bars = (
        alt.Chart(frame, height=alt.Step(BAR))
        .mark_bar()
        .encode(y=name, x=value, color=alt.condition(is_first, alt.value(LIGHT.accent), _OTHERS))
    )
    said = frame.assign(said=frame["value"].map(lambda value: f"{value:,.3g}"))
    labels = alt.Chart(said).mark_text(align="left", dx=4).encode(y=name, x=value, text="said:N")
    layered: alt.LayerChart = bars + labels
    return layered


_OTHERS = alt.value("#9aa7b3")


def _lines(frame: pd.DataFrame) -> alt.Chart:
    scale = alt.Scale(type="log" if frame["name"].max() > 50 else "linear", nice=False)
    value = alt.Scale(type="log" if frame["name"].max() > 50 else "linear")
    axis = alt.Axis(format="~s", grid=False, values=sorted(set(frame["name"])))
    drawn: alt.Chart = (
        alt.Chart(frame, height=170)
        .mark_line(point=True)
        .encode(
            x=alt.X("name:Q", title=None, scale=scale, axis=axis),
            y=alt.Y("value:Q", title=None, scale=value, axis=alt.Axis(format="~g", tickCount=5)),
            color=alt.Color("series:N", title=None, sort=None),
        )
    )
    return drawn
