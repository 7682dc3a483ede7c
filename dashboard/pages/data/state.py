"""State of the Data page and its URL query."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.pages import url_state
from geo.schema import DECLARED


@dataclass(frozen=True)
class DataState:
    """State of the Data page: the layer that is open."""

    layer: str = url_state.choice("layer", DECLARED, "cities")


DATA_CODEC = url_state.QueryCodec(DataState)
