"""Contrast (WCAG 2.2, 1.4.3 and 1.4.11) of what is drawn against what it is drawn on."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from dashboard.markup.theme import DARK, FOCUS_AREA_COLOURS, LIGHT, palette, rgb
from geo.vocabulary import FOCUS_AREAS, PROJECT_STATUSES
from tests.dashboard.color_vision import SIGHTS, apart, seen

PALETTES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("ground", "sea", "land")
SYMBOLS = ("city", "place", "selected", "outline")

both = pytest.mark.parametrize("theme", PALETTES)
on_each_ground = pytest.mark.parametrize("ground", GROUNDS)


def luminance(colour: str) -> float:
    parts = [part / 255 for part in rgb(colour)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@both
@on_each_ground
@pytest.mark.parametrize("area", FOCUS_AREA_COLOURS)
def test_focus_area_stands_out_from_the_ground(theme, ground, area):
    assert contrast(FOCUS_AREA_COLOURS[area], getattr(PALETTES[theme], ground)) >= 3


@both
@on_each_ground
@pytest.mark.parametrize("symbol", SYMBOLS)
def test_symbol_stands_out_from_the_ground(theme, ground, symbol):
    colours = PALETTES[theme]
    assert contrast(getattr(colours, symbol), getattr(colours, ground)) >= 3


@both
@pytest.mark.parametrize("ground", ["sea", "land"])
@pytest.mark.parametrize("step", range(5))
def test_symbol_of_each_class_of_growth_or_its_outline_stands_out_from_the_map(theme, ground, step):
    colours = PALETTES[theme]
    fill, around = colours.growth[step], getattr(colours, ground)
    assert max(contrast(fill, around), contrast(colours.outline, around)) >= 3


@both
@pytest.mark.parametrize("step", range(5))
def test_city_or_its_ring_stands_out_from_each_class_of_the_urban_share(theme, step):
    colours = PALETTES[theme]
    country = colours.share[step]
    assert max(contrast(colours.city, country), contrast(colours.city_ring, country)) >= 3


@both
@pytest.mark.parametrize("status", PROJECT_STATUSES)
def test_bar_of_each_project_status_stands_out_from_the_page(theme, status):
    assert contrast(PALETTES[theme].statuses[status], PALETTES[theme].ground) >= 3


@both
@pytest.mark.parametrize("colour", ["text", "muted", "accent"])
def test_text_can_be_read_on_the_page(theme, colour):
    colours = PALETTES[theme]
    assert contrast(getattr(colours, colour), colours.ground) >= 4.5


@both
@pytest.mark.parametrize("ground", ["sea", "land", "context", "ground"])
def test_names_can_be_read_on_the_map(theme, ground):
    colours = PALETTES[theme]
    assert contrast(colours.text, getattr(colours, ground)) >= 4.5


@both
@pytest.mark.parametrize("place", range(6))
def test_name_at_the_end_of_a_line_can_be_read_in_the_colour_of_the_line(theme, place):
    assert contrast(PALETTES[theme].lines[place], PALETTES[theme].ground) >= 4.5


@pytest.mark.parametrize("area", FOCUS_AREA_COLOURS)
def test_black_number_can_be_read_in_the_bar_of_its_focus_area(area):
    assert contrast("#000000", FOCUS_AREA_COLOURS[area]) >= 4.5


def test_every_focus_area_has_a_hue_of_its_own():
    assert list(FOCUS_AREA_COLOURS) == list(FOCUS_AREAS)
    assert len(set(FOCUS_AREA_COLOURS.values())) == len(FOCUS_AREAS)


@both
@pytest.mark.parametrize("ramp", ["share", "growth"])
def test_a_ramp_runs_one_way_in_lightness(theme, ramp):
    steps = [luminance(colour) for colour in getattr(PALETTES[theme], ramp)]
    assert steps in (sorted(steps), sorted(steps, reverse=True))


@both
@pytest.mark.parametrize("ramp", ["share", "growth"])
def test_neighbouring_classes_of_a_ramp_can_be_told_apart(theme, ramp):
    steps = getattr(PALETTES[theme], ramp)
    assert all(contrast(one, other) >= 1.2 for one, other in combinations(steps, 2))


@pytest.mark.parametrize(
    ("theme", "name"), [("dark", "dark"), ("light", "light"), (None, "light"), ("", "light")]
)
def test_a_theme_that_is_not_dark_is_light(theme, name):
    assert palette(theme).name == name


def test_rgb_reads_red_green_and_blue_in_order():
    assert rgb("#0b4f8a") == (11, 79, 138)


@both
@pytest.mark.parametrize("sight", SIGHTS)
def test_diverging_ramp_runs_away_from_its_middle_on_both_sides_with_any_sight(theme, sight):
    steps = [seen(colour, sight) for colour in PALETTES[theme].difference]
    middle = len(steps) // 2
    for side in (steps[: middle + 1][::-1], steps[middle:]):
        changes = [later[0] - earlier[0] for earlier, later in pairwise(side)]
        assert all(abs(change) >= 0.06 for change in changes)
        assert len({change > 0 for change in changes}) == 1
    ramp = PALETTES[theme].difference
    for below, above in list(zip(ramp, ramp[::-1], strict=True))[:middle]:
        assert apart(below, above, sight) >= 0.07


@both
def test_ends_of_the_diverging_ramp_stand_out_from_the_ground(theme):
    colours = PALETTES[theme]
    assert contrast(colours.difference[0], colours.ground) >= 3
    assert contrast(colours.difference[-1], colours.ground) >= 3


@both
def test_text_can_be_read_on_the_accent(theme):
    assert contrast(PALETTES[theme].on_accent, PALETTES[theme].accent) >= 4.5


def test_sight_of_the_simulation_confuses_what_it_should():
    # Red and green of one lightness: told apart with normal sight only.
    red, green = "#b85c30", "#6e8420"
    assert apart(red, green, "normal") > 0.12
    assert apart(red, green, "deuteranopia") < 0.05
    assert apart("#000000", "#ffffff", "tritanopia") == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("sight", SIGHTS)
def test_focus_areas_can_be_told_apart_with_any_sight(sight):
    pairs = combinations(FOCUS_AREA_COLOURS.values(), 2)
    assert min(apart(one, other, sight) for one, other in pairs) >= 0.07


@both
@pytest.mark.parametrize("sight", SIGHTS)
def test_lines_of_compared_cities_can_be_told_apart_with_any_sight(theme, sight):
    pairs = combinations(PALETTES[theme].lines, 2)
    assert min(apart(one, other, sight) for one, other in pairs) >= 0.1


@both
@pytest.mark.parametrize("sight", SIGHTS)
def test_project_statuses_can_be_told_apart_with_any_sight(theme, sight):
    pairs = combinations(PALETTES[theme].statuses.values(), 2)
    assert min(apart(one, other, sight) for one, other in pairs) >= 0.05


@both
@pytest.mark.parametrize("ramp", ["share", "growth"])
@pytest.mark.parametrize("sight", SIGHTS)
def test_ramp_runs_one_way_in_lightness_with_any_sight(theme, ramp, sight):
    steps = [seen(colour, sight)[0] for colour in getattr(PALETTES[theme], ramp)]
    changes = [later - earlier for earlier, later in pairwise(steps)]
    assert all(abs(change) >= 0.06 for change in changes)
    assert len({change > 0 for change in changes}) == 1
