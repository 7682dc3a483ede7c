"""``/maps/component/{name}``: the script that draws maps."""

from __future__ import annotations

from dashboard.maps.component import SCRIPT, SCRIPT_URL
from dashboard.markup.page_script import PageScript
from dashboard.web.http import script_route

ROUTES = [script_route(PageScript("/maps/component/{name}", SCRIPT, SCRIPT_URL))]
