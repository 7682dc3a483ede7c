"""Who a reader is: the cookie that Streamlit's ``st.login`` signs, read and checked.

Streamlit checks the signature and gives it 31 days. Here it counts for the hours of the
settings, for the addresses that may read, and until its owner signs out.
"""

from __future__ import annotations

import hmac
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
        Stands for what the provider said; tells nothing of the reader.
    since, until
        When the oldest and the newest part of the cookie were signed, in seconds since 1970. Parts
        are of one second, unless somebody put them together from several sign-ins.
    """

    address: str
    may_read: bool
    expires: float
    mark: str
    since: float
    until: float


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
        self._signed_out: dict[str, Reader] = {}

    def reader(self, cookies: Mapping[str, str]) -> Reader | None:
        """Who sends these cookies; ``None`` without a cookie that is whole and counts still."""
        signed: list[float] = []

        def single(name: str) -> bytes | None:
            text = cookies.get(name, "")
            content = decode_signed_value(
                self.settings.cookie_secret, name, text, self._lifetime / 86_400
            )
            when = self._signed_at(name, text)
            if content is None or when is None:
                return None
            signed.append(when)
            return content

        try:
            content = get_cookie_with_chunks(single, USER_COOKIE_NAME) or b"null"
            claims = json.loads(content)
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
            min(signed) + self._lifetime,
            sha256(content).hexdigest(),
            min(signed),
            max(signed),
        )
        return reader if self.counts(reader) else None

    def _signed_at(self, name: str, text: str) -> float | None:
        """When a part of a cookie was signed; ``None`` unless it is spelt as it was signed.

        Base64 is read leniently: ``=`` at the end, signs between the letters or other last bits
        would give the same signature.
        """
        serializer = URLSafeTimedSerializer(self.settings.cookie_secret, salt=name)
        value, _, signature = text.encode().rpartition(b".")
        signer = serializer.make_signer(name)
        if not hmac.compare_digest(signature, signer.get_signature(value)):
            return None
        _, when = serializer.loads(text, return_timestamp=True)
        return float(when.timestamp())

    def counts(self, reader: Reader) -> bool:
        """Whether a reader who was signed in still is."""
        gone = self._signed_out.get(reader.mark)
        return reader.expires > time.time() and (gone is None or reader.since > gone.until)

    def sign_out(self, reader: Reader) -> None:
        """Let nobody in with this sign-in any more, on this process, whoever holds the cookie; nor
        with an earlier one of the very same claims."""
        now = time.time()
        if len(self._signed_out) >= _MOST_SIGNED_OUT:
            self._signed_out = {m: r for m, r in self._signed_out.items() if r.expires > now}
        self._signed_out[reader.mark] = reader
