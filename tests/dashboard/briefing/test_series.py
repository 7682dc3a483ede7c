"""The drawing of a population by year, and the sentence on it."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from dashboard.briefing.series import is_drawable, summary, svg
from dashboard.markup.theme import LIGHT
from geo.analysis.city_profile import city_profile


def test_series_draws_the_projection_dashed_from_the_last_measured_year(layers):
    years = layers["city_years"]
    drawing = ET.fromstring(svg(years[years["city_id"] == "hanoi"], LIGHT))
    solid, dashed = drawing.iter("{http://www.w3.org/2000/svg}polyline")
    assert len(solid.attrib["points"].split()) == 2018 - 1950 + 1
    assert dashed.attrib["stroke-dasharray"]
    assert solid.attrib["points"].split()[-1] == dashed.attrib["points"].split()[0]
    drawn = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert "2035 (projection)" in drawn


def test_series_of_measured_years_only_has_no_dashed_part(layers):
    years = layers["city_years"]
    own = years[(years["city_id"] == "hanoi") & ~years["is_projection"]]
    assert "stroke-dasharray" not in svg(own, LIGHT)


def test_few_figures_are_dots_and_the_projection_a_hollow_one(layers):
    drawing = ET.fromstring(svg(city_profile(layers, "hanoi").un_series, LIGHT))
    dots = list(drawing.iter("{http://www.w3.org/2000/svg}circle"))
    assert [dot.attrib["fill"] for dot in dots] == [LIGHT.accent] * 3 + [LIGHT.ground]
    drawn = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"1975", "2025", "2050 (projection)", "5.07 million", "4.79 million"} == set(drawn)


def test_series_that_begins_with_its_last_estimate_stays_in_the_drawing(layers):
    drawing = ET.fromstring(svg(city_profile(layers, "phuket").un_series, LIGHT))
    texts = list(drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert min(float(text.attrib["x"]) for text in texts) >= 0
    assert [text.text for text in texts].count("2025") == 1


def test_sentence_names_first_and_last_estimate_and_projection(layers):
    assert summary(city_profile(layers, "hanoi").un_series) == (
        "The UN city went from 1.49 million people in 1975 to 5.07 million in 2025; the UN "
        "projects 4.79 million for 2050"
    )
    assert summary(city_profile(layers, "phuket").un_series) == (
        "561,000 people lived in the UN city in 2025; the UN projects 522,000 for 2050"
    )


def test_series_without_values_is_not_drawn(layers):
    assert not is_drawable(city_profile(layers, "cauayan-city").un_series)
    assert is_drawable(city_profile(layers, "phuket").un_series)
