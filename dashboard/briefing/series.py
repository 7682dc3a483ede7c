"""Small SVG chart of the population of a UN city or agglomeration by year."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from dashboard.data.un_revision import SPARSE_YEARS
from dashboard.markup import numbers
from dashboard.markup.html import tag
from dashboard.markup.theme import Palette
from geo.i18n import tr

FONT = "Source Sans Pro"
WIDTH, HEIGHT = 360, 132
_LEFT, _RIGHT, _TOP, _BOTTOM = 4, 74, 14, 18
_TEXT_SIZE = 10.5


MIN_LENGTH = 2
"""Minimum number of values of a series to draw a line."""


def is_drawable(series: pd.DataFrame) -> bool:
    """Whether a series has enough values."""
    return len(series) >= MIN_LENGTH


def summary(series: pd.DataFrame) -> str:
    """First, last estimated and last projected population of a series, without a full stop."""
    rows = series.sort_values("year")
    estimates, projected = rows[~rows["is_projection"]], rows[rows["is_projection"]]
    sentences = []
    if len(estimates):
        first, last = estimates.iloc[0], estimates.iloc[-1]
        values = {"year": int(last["year"]), "people": numbers.people(last["population"])}
        if len(estimates) == 1:
            sentences.append(tr("{people} people lived in the UN city in {year}", **values))
        else:
            sentences.append(
                tr(
                    "The UN city went from {before} people in {first} to {people} in {year}",
                    before=numbers.people(first["population"]),
                    first=int(first["year"]),
                    **values,
                )
            )
    if len(projected):
        last = projected.iloc[-1]
        sentences.append(
            tr(
                "the UN projects {people} for {year}",
                people=numbers.people(last["population"]),
                year=int(last["year"]),
            )
        )
    return "; ".join(sentences)


def svg(series: pd.DataFrame, colours: Palette) -> Markup:
    """Solid line for estimates, dashed line for projections, both ends labelled; sparse series have
    dots.

    Parameters
    ----------
    series
        ``year``, ``population`` and ``is_projection`` of at least two years; see
        :func:`geo.analysis.un_cities.member_series`.
    """
    rows = series.sort_values("year")
    years = [int(year) for year in rows["year"]]
    people = [float(value) for value in rows["population"]]
    projected = [bool(value) for value in rows["is_projection"]]
    base_index = projected.index(True) - 1 if True in projected else len(years) - 1
    top = max(people)

    def position(index: int) -> tuple[float, float]:
        across = (years[index] - years[0]) / (years[-1] - years[0])
        return (
            _LEFT + across * (WIDTH - _LEFT - _RIGHT),
            HEIGHT - _BOTTOM - people[index] / top * (HEIGHT - _TOP - _BOTTOM),
        )

    def line(first: int, last: int, dashes: str | None = None) -> Markup:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(position, range(first, last + 1)))
        return tag(
            "polyline",
            points=points,
            fill="none",
            stroke=colours.accent,
            stroke_width=2,
            stroke_dasharray=dashes,
        )

    baseline = HEIGHT - _BOTTOM
    x_turn, y_turn = position(base_index)
    x_end, y_end = position(len(years) - 1)
    parts = [
        tag("path", d=f"M{_LEFT},{baseline}H{x_end:.1f}", stroke=colours.rule, stroke_width=1),
        tag("path", d=f"M{x_turn:.1f},{_TOP}V{baseline}", stroke=colours.rule, stroke_width=1),
        line(0, base_index),
    ]
    if base_index < len(years) - 1:
        parts.append(line(base_index, len(years) - 1, "5 4"))
        parts.append(_text(x_end + 6, y_end + 4, numbers.people(people[-1]), colours.text, "600"))
    dots = range(len(years)) if len(years) <= SPARSE_YEARS else [base_index]
    for index in dots:
        x, y = position(index)
        parts.append(
            tag(
                "circle",
                cx=f"{x:.1f}",
                cy=f"{y:.1f}",
                r=3,
                fill=colours.ground if projected[index] else colours.accent,
                stroke=colours.accent,
                stroke_width=1.5,
            )
        )
    base_label = numbers.people(people[base_index])
    if base_index:
        parts += [
            _text(x_turn - 6, y_turn - 6, base_label, colours.text, "600", "end"),
            _text(x_turn, HEIGHT - 4, str(years[base_index]), colours.muted, anchor="middle"),
        ]
    else:
        parts.append(_text(x_turn + 2, y_turn - 8, base_label, colours.text, "600"))
    projection = tr("{year} (projection)", year=years[-1])
    parts += [
        _text(_LEFT, HEIGHT - 4, str(years[0]), colours.muted),
        _text(x_end, HEIGHT - 4, projection, colours.muted, anchor="middle"),
    ]
    view_box = f"0 0 {WIDTH} {HEIGHT}"
    return tag("svg", parts, xmlns="http://www.w3.org/2000/svg", viewBox=view_box)


def _text(
    x: float, y: float, text: str, colour: str, weight: str = "400", anchor: str = "start"
) -> Markup:
    return tag(
        "text",
        text,
        x=f"{x:.1f}",
        y=f"{y:.1f}",
        font_family=FONT,
        font_size=_TEXT_SIZE,
        font_weight=weight,
        text_anchor=anchor,
        fill=colour,
    )
