"""What the maps and charts of a page are sent, and what maps report."""

from __future__ import annotations

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.testing.v1 import AppTest


def components(app: AppTest, name: str = "map") -> list[BidiComponent]:
    """The maps of a page, or its charts (``chart``)."""
    found = [component.proto for component in app.get("bidi_component")]
    return [one for one in found if one.component_name == name]


def chart_addresses(app: AppTest) -> list[str]:
    """Addresses of the specifications of a page's charts."""
    return [json.loads(component.json)["spec"] for component in components(app, "chart")]


def page_maps(app: AppTest) -> list[dict[str, Any]]:
    """Data of each map of a page, ``MapData`` of the component's ``src/types.ts``."""
    return [json.loads(component.json)["map"] for component in components(app)]


def page_map(app: AppTest) -> dict[str, Any]:
    """Data of the only map of a page."""
    [map_data] = page_maps(app)
    return map_data


def map_addresses(app: AppTest) -> list[str]:
    """Addresses of the sources of a page's only map."""
    layers = json.loads(page_map(app)["deck"])["layers"]
    return [layer["data"] for layer in layers if layer["data"]]


def report(app: AppTest, event: str, value: object) -> AppTest:
    """Run the page anew after its only map reported an event, as it does in a browser."""
    [component] = components(app)
    states = app._tree.get_widget_states()
    trigger = states.widgets.add()
    trigger.id = _make_trigger_id(component.id, "events")
    trigger.json_trigger_value = json.dumps([{"event": event, "value": value}])
    return app._run(states)
