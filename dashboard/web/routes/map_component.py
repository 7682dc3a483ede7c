"""``/maps/component/{name}``: the script that draws maps."""

from __future__ import annotations

from dashboard.maps.component import SCRIPT, SCRIPT_URL
from dashboard.web.http import script_route

ROUTES = [script_route("/maps/component/{name}", SCRIPT_URL, SCRIPT)]
