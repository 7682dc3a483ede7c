"""Where names stand: none covers another or a symbol."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.maps.label_placement import SIZE, Box, place_country_names, place_labels
from dashboard.maps.view import web_mercator_pixels

LETTER = 0.56 * SIZE
"""Width that the module takes for a letter; what is checked is the placing."""

spot = st.tuples(st.floats(0, 400), st.floats(0, 300), st.floats(0, 18))
named_spots = st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=14), spot), max_size=14)


def place(named: list[tuple[str, tuple[float, float, float]]], window: Box | None = None):
    points = np.array([[x, y] for _, (x, y, _) in named], dtype=float).reshape(-1, 2)
    radii = np.array([radius for _, (_, _, radius) in named], dtype=float)
    names = pd.Series([name for name, _ in named], dtype=object)
    return points, radii, place_labels(names, points, radii, window)


def drawn_box(point: np.ndarray, label: pd.Series) -> Box:
    """What the browser covers with a label: letters of SIZE from anchor, baseline and offset."""
    right, down = label["label_offset"]
    width = len(label["label"]) * LETTER
    left = point[0] + right - {"start": 0, "middle": width / 2, "end": width}[label["label_anchor"]]
    baseline = {"top": 0, "center": SIZE / 2, "bottom": SIZE}[label["label_baseline"]]
    top = point[1] + down - baseline
    return left, top, left + width, top + SIZE


def boxes(points: np.ndarray, labels: pd.DataFrame) -> dict[int, Box]:
    return {
        row: drawn_box(points[row], label)
        for row, (_, label) in enumerate(labels.iterrows())
        if label["label"]
    }


def overlap(one: Box, other: Box) -> bool:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across > 1e-6 and down > 1e-6


@given(named_spots)
def test_no_label_covers_another(named):
    points, _, labels = place(named)
    drawn = list(boxes(points, labels).values())
    assert not any(overlap(one, other) for at, one in enumerate(drawn) for other in drawn[at + 1 :])


@given(named_spots)
def test_no_label_covers_a_symbol_its_own_included(named):
    points, radii, labels = place(named)
    symbols = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(points, radii, strict=True)]
    for box in boxes(points, labels).values():
        assert not any(overlap(box, symbol) for symbol in symbols)


@given(named_spots)
def test_labels_stay_within_the_window(named):
    window = (40.0, 30.0, 360.0, 270.0)
    points, _, labels = place(named, window)
    for left, top, right, bottom in boxes(points, labels).values():
        assert window[0] <= left + 1e-6
        assert window[1] <= top + 1e-6
        assert right <= window[2] + 1e-6
        assert bottom <= window[3] + 1e-6


@given(named_spots)
def test_every_symbol_keeps_its_row_and_only_its_own_name(named):
    _, _, labels = place(named)
    assert len(labels) == len(named)
    for row, (name, _) in enumerate(named):
        assert labels["label"].iloc[row] in ("", name)


@given(named_spots)
def test_a_less_important_name_never_changes_the_place_of_the_names_before_it(named):
    # Symbols keep labels away whatever their importance, so the last one loses only its name.
    if not named:
        return
    _, _, whole = place(named)
    _, _, unnamed = place([*named[:-1], ("", named[-1][1])])
    assert whole.iloc[:-1].to_dict("records") == unnamed.iloc[:-1].to_dict("records")


def test_the_first_of_two_names_that_cannot_both_stand_is_kept():
    # In a window one line high and one name wide there is room for one label.
    window = (0.0, 0.0, 10 * LETTER + 6, SIZE + 2.0)
    for names in (["Jakarta", "Bandung"], ["Bandung", "Jakarta"]):
        rows = [(name, (1.0, (SIZE + 2) / 2, 0.0)) for name in names]
        _, _, labels = place(rows, window)
        assert labels["label"].tolist() == [names[0], ""]


def test_a_lone_label_stands_to_the_right_of_its_symbol_level_with_it():
    _, _, labels = place([("Dili", (100.0, 100.0, 5.0))])
    assert labels.iloc[0].to_dict() == {
        "label": "Dili",
        "label_anchor": "start",
        "label_baseline": "center",
        "label_offset": [9.0, 0.0],
        "label_box": (109.0, 93.0, pytest.approx(135.88), 107.0),
    }


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        ([], ("start", "center")),
        ([(125.0, 100.0)], ("end", "center")),
        ([(125.0, 100.0), (75.0, 100.0)], ("middle", "bottom")),
        ([(125.0, 100.0), (75.0, 100.0), (100.0, 84.0)], ("middle", "top")),
    ],
    ids=["right", "left", "above", "below"],
)
def test_a_label_takes_the_first_free_side_in_order(blocked, expected):
    rows = [("Dili", (100.0, 100.0, 5.0)), *(("", (x, y, 3.0)) for x, y in blocked)]
    _, _, labels = place(rows)
    first = labels.iloc[0]
    assert (first["label_anchor"], first["label_baseline"]) == expected


def test_labels_keep_the_index_of_their_names():
    names = pd.Series(["Dili", "Hanoi"], index=["dili", "hanoi"])
    labels = place_labels(names, np.array([[0.0, 0.0], [300.0, 300.0]]), np.array([4.0, 4.0]))
    assert labels.index.tolist() == ["dili", "hanoi"]


@pytest.mark.parametrize(
    ("longitude", "latitude", "zoom", "expected"),
    [
        (0, 0, 0, (256, 256)),
        (-180, 0, 0, (0, 256)),
        (180, 0, 1, (1024, 512)),
        (0, 85.051129, 0, (256, 0)),
        (0, -85.051129, 0, (256, 512)),
    ],
)
def test_pixels_are_web_mercator_of_512_pixel_tiles(longitude, latitude, zoom, expected):
    assert web_mercator_pixels([longitude], [latitude], zoom)[0] == pytest.approx(
        expected, abs=1e-4
    )


def test_country_names_stand_near_their_middle_clear_of_all_else():
    names = pd.Series(["Malaysia", "Myanmar"])
    points = np.array([[100.0, 100.0], [400.0, 100.0]])
    free = place_country_names(names, points, [])
    assert free["label"].tolist() == ["MALAYSIA", "MYANMAR"]
    assert free["label_offset"].tolist() == [[0, 0], [0, 0]]
    beside = place_country_names(names, points, [(90.0, 90.0, 110.0, 110.0)])
    _, down = beside["label_offset"].iloc[0]
    assert abs(down) >= 18
    assert beside["label_offset"].iloc[1] == [0, 0]


def test_country_name_without_room_is_left_out():
    wall = [(0.0, 0.0, 800.0, 800.0)]
    placed = place_country_names(pd.Series(["Lao PDR"]), np.array([[400.0, 400.0]]), wall)
    assert placed["label"].tolist() == [""]
