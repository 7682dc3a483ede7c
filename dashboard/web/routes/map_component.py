"""``/maps/component/{name}``: the script that draws maps; its name changes with its content."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Route

from dashboard.maps.component import SCRIPT
from dashboard.web.http import IMMUTABLE, CachedContent, cached, guarded
from geo.errors import NotFoundError


@cached
def _script(request: Request) -> CachedContent:
    if request.path_params["name"] != SCRIPT.name:
        raise NotFoundError(f"There is no such script; there is {SCRIPT.name}.")
    headers = {"Cache-Control": IMMUTABLE}
    return CachedContent("text/javascript", ("map",), SCRIPT.read_bytes, headers, SCRIPT.stem)


ROUTES = [Route("/maps/component/{name}", guarded(_script), methods=["GET"])]
