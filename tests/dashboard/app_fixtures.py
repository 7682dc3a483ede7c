"""The whole application's route table, and cookies of users, for tests of what guards them."""

from __future__ import annotations

import json
import re
import time
from hashlib import sha256
from typing import Any
from unittest.mock import patch

from itsdangerous import TimestampSigner
from starlette.routing import BaseRoute, Mount
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

import dashboard.server
from dashboard.navigation import PAGES
from dashboard.settings import Settings
from tests.dashboard.asgi import ask

SECRET = "a-secret-for-cookies-of-32-characters-or-more"

VALUES = {
    "name": "cities",
    "layer": "cities",
    "extension": "csv",
    "city_id": "dili",
    "z": "3",
    "x": "6",
    "y": "3",
}
"""A right value of each place in a template; others are filled with ``x``."""


def environment(redirect: str = "http://localhost/oauth2callback") -> dict[str, str]:
    """Variables that ask users to sign in."""
    return {
        "DASHBOARD_SIGNIN": "oidc",
        "DASHBOARD_OIDC_DISCOVERY": "http://localhost:1/.well-known/openid-configuration",
        "DASHBOARD_OIDC_CLIENT_ID": "dashboard",
        "DASHBOARD_OIDC_CLIENT_SECRET": "secret-of-the-client",
        "DASHBOARD_OIDC_REDIRECT": redirect,
        "DASHBOARD_COOKIE_SECRET": SECRET,
        "DASHBOARD_ALLOWED": "asean.example,guest@example.org",
        "DASHBOARD_SESSION_HOURS": "8",
    }


SIGNED_IN = Settings.from_environment(environment())


def cookie(
    email: object = "reader@asean.example",
    age: float = 0,
    secret: str = SECRET,
    origin: str = "http://localhost",
    **claims: Any,
) -> str:
    """The value of the cookie that Streamlit gives a user ``age`` seconds ago."""
    default_claims = {
        "email": email,
        "email_verified": True,
        "is_logged_in": True,
        "origin": origin,
    }
    content = json.dumps({**default_claims, **claims})
    when = int(time.time() - age)
    with patch.object(TimestampSigner, "get_timestamp", return_value=when):
        return create_signed_value(secret, USER_COOKIE_NAME, content).decode()


def sent(value: str) -> dict[str, str]:
    """The header that sends a user's cookie."""
    return {"cookie": f"{USER_COOKIE_NAME}={value}"}


def routes() -> list[BaseRoute]:
    """Every route that the server has, ours and Streamlit's."""
    ask(dashboard.server.app, "/healthz")  # the table is made with the first request
    assert dashboard.server.app._starlette_app is not None
    return list(dashboard.server.app._starlette_app.routes)


def addresses() -> list[str]:
    """An address of every route and page, each place of its template filled."""
    found = {"/", *(f"/{page}" for page in PAGES)}
    for route in routes():
        template = getattr(route, "path", "") + ("/x" if isinstance(route, Mount) else "")
        found.add(re.sub(r"{(\w+)(:\w+)?}", lambda place: VALUES.get(place[1], "x"), template))
    return sorted(found)


def chunks(when: int | None = None) -> dict[str, str]:
    """A large cookie that Streamlit splits, of a sign-in now or at some time."""
    cookies: dict[str, str] = {}

    def sign(name: str, value: str) -> bytes:
        return create_signed_value(SECRET, name, value)

    claims = {"email": "a@asean.example", "email_verified": True, "is_logged_in": True}
    claims |= {
        "origin": "http://localhost",
        "groups": [sha256(bytes([n])).hexdigest() for n in range(250)],
    }
    with patch.object(TimestampSigner, "get_timestamp", return_value=when or int(time.time())):
        set_cookie_with_chunks(
            lambda name, value: cookies.__setitem__(name, sign(name, value).decode()),
            sign,
            USER_COOKIE_NAME,
            claims,
            cookie_attr_size=80,
        )
    assert len(cookies) > 2
    return cookies
