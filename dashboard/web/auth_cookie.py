"""Who a reader is: the cookie that Streamlit's ``st.login`` signs, read and checked.

Streamlit checks the signature and gives it 31 days. Here it counts for the hours of the
settings, for the addresses that may read, and until its owner signs out.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import URLSafeTimedSerializer
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from dashboard.settings import EVERYBODY, Settings

_MOST_SIGNED_OUT = 10_000


@dataclass(frozen=True)
class Reader:
    """Somebody whom the provider signed in.

    Attributes
    ----------
    address
        E-mail address as the provider gives it; empty without one.
    may_read
        Whether the settings let this address in.
    expires
        When to sign in anew, in seconds since 1970.
    mark
        Stands for this sign-in; tells nothing of the reader.
    """

    address: str
    may_read: bool
    expires: float
    mark: str


def origin_of(settings: Settings) -> str:
    """Scheme and host that readers come by."""
    parts = urlsplit(settings.oidc_redirect)
    return f"{parts.scheme}://{parts.netloc}"


def streamlit_secrets(settings: Settings) -> dict[str, Any] | None:
    """The section ``auth`` of Streamlit's secrets, which ``st.App`` takes without a file."""
    if settings.signin == "off":
        return None
    return {
        "auth": {
            "redirect_uri": settings.oidc_redirect,
            "cookie_secret": settings.cookie_secret,
            "client_id": settings.oidc_client_id,
            "client_secret": settings.oidc_client_secret,
            "server_metadata_url": settings.oidc_discovery,
        }
    }


def may_read(claims: Mapping[str, Any], settings: Settings) -> bool:
    """Whether what a provider says of a reader lets them in.

    An address counts when the provider says that it was verified; one that is said not to be
    never does.
    """
    if EVERYBODY in settings.allowed:
        return True
    address = claims.get("email")
    verified = claims.get("email_verified", settings.trust_email)
    if not isinstance(address, str) or verified is not True:
        return False
    name, _, domain = address.lower().rpartition("@")
    if not name or "@" in name:
        return False
    return domain in settings.allowed or f"{name}@{domain}" in settings.allowed


class Readers:
    """Reads the cookies of requests.

    Parameters
    ----------
    settings
        With sign-in.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lifetime = settings.session_hours * 3_600
        self._serializer = URLSafeTimedSerializer(settings.cookie_secret, salt=USER_COOKIE_NAME)
        self._signed_out: dict[str, float] = {}

    def reader(self, cookies: Mapping[str, str]) -> Reader | None:
        """Who sends these cookies; ``None`` without a cookie that is whole and counts still."""

        def single(name: str) -> bytes | None:
            return decode_signed_value(
                self.settings.cookie_secret,
                name,
                cookies.get(name, "").encode("latin-1", "replace"),
                self._lifetime / 86_400,
            )

        try:
            content = get_cookie_with_chunks(single, USER_COOKIE_NAME) or b"null"
            claims = json.loads(content)
            signed = cookies.get(USER_COOKIE_NAME, "")
            _, when = self._serializer.loads(signed, return_timestamp=True)
        except Exception:  # whatever a reader made of a cookie, it is none
            return None
        if not isinstance(claims, dict) or claims.get("is_logged_in") is not True:
            return None
        if claims.get("origin") != origin_of(self.settings):
            return None
        address = claims.get("email")
        reader = Reader(
            address if isinstance(address, str) else "",
            may_read(claims, self.settings),
            when.timestamp() + self._lifetime,
            sha256(signed.encode() + content).hexdigest(),
        )
        return reader if self.counts(reader) else None

    def counts(self, reader: Reader) -> bool:
        """Whether a reader who was signed in still is."""
        return reader.expires > time.time() and reader.mark not in self._signed_out

    def sign_out(self, reader: Reader) -> None:
        """Let nobody in with this sign-in any more, on this process, whoever holds the cookie."""
        now = time.time()
        if len(self._signed_out) >= _MOST_SIGNED_OUT:
            self._signed_out = {m: until for m, until in self._signed_out.items() if until > now}
        self._signed_out[reader.mark] = reader.expires
