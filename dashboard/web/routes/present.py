"""The script that presents a page on a projector."""

from __future__ import annotations

from dashboard.present import script
from dashboard.web.http import script_route

ROUTES = [script_route(script.SCRIPT)]
