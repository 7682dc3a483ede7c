"""Options of the test command, and what all tests share."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.build import boundaries
from tests import examples  # noqa: F401  (loads the profile of property tests)

P = ParamSpec("P")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-looks", action="store_true", help="write the reference pictures of pages anew"
    )


def pytest_collection_finish() -> None:
    """Leave modules and tests out of the collector's rounds, which cost a twentieth of all time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session", autouse=True)
def boundaries_made_once() -> Iterator[None]:
    """Simplify equal boundaries and measure their gaps once: that is most of a build, and most
    tests that build change other tables."""
    with pytest.MonkeyPatch.context() as patch:
        for work in (boundaries.coverage_defects, boundaries.levels_of_detail):
            patch.setattr(boundaries, work.__name__, _once(work))
        yield


def _once(
    work: Callable[Concatenate[gpd.GeoDataFrame, P], pd.DataFrame],
) -> Callable[Concatenate[gpd.GeoDataFrame, P], pd.DataFrame]:
    """``work``, done once for frames with the same rows and shapes."""
    known: dict[object, pd.DataFrame] = {}

    def made(frame: gpd.GeoDataFrame, *options: P.args, **named: P.kwargs) -> pd.DataFrame:
        columns = [
            shapely.to_wkb(values.to_numpy()) if values.dtype == "geometry" else values.to_numpy()
            for _, values in frame.items()
        ]
        content = hashlib.sha256(repr([list(values) for values in columns]).encode())
        key = (tuple(frame.columns), options, tuple(named.items()), content.digest())
        if key not in known:
            known[key] = work(frame, *options, **named)
        return known[key].copy()

    return made
