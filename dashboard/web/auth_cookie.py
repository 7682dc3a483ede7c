"""Verify the cookie that Streamlit's ``st.login`` signs.

Streamlit checks the signature and accepts the cookie for 31 days. Here it is valid for the session
hours of the settings, for allowed e-mail addresses, and until the user signs out.
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

from dashboard.settings import EVERYBODY, Settings
from dashboard.streamlit_internals import (
    USER_COOKIE_NAME,
    decode_signed_value,
    get_cookie_with_chunks,
)

_MAX_SIGNED_OUT = 10_000


@dataclass(frozen=True)
class SignedInUser:
    """A user whom the provider signed in.

    Attributes
    ----------
    email
        E-mail address as the provider reports it; empty without one.
    is_allowed
        Whether the settings allow this address.
    expires
        When the sign-in expires, in seconds since 1970.
    claims_digest
        Hash of the provider's claims; reveals nothing about the user.
    signed_from, signed_until
        When the oldest and the newest part of the cookie were signed, in seconds since 1970. All
        parts are of the same second, unless they were combined from several sign-ins.
    """

    email: str
    is_allowed: bool
    expires: float
    claims_digest: str
    signed_from: float
    signed_until: float


def redirect_origin(settings: Settings) -> str:
    """Scheme and host of the redirect URI, which users connect to."""
    parts = urlsplit(settings.oidc_redirect)
    return f"{parts.scheme}://{parts.netloc}"


def streamlit_secrets(settings: Settings) -> dict[str, Any] | None:
    """The section ``auth`` of Streamlit's secrets, passed to ``st.App`` without a file."""
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


def is_allowed(claims: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the settings allow a user with these claims.

    The e-mail address must be verified according to the provider; an address that is reported as
    not verified is never accepted.
    """
    if EVERYBODY in settings.allowed:
        return True
    email = claims.get("email")
    verified = claims.get("email_verified", settings.trust_email)
    if not isinstance(email, str) or verified is not True:
        return False
    name, _, domain = email.lower().rpartition("@")
    if not name or "@" in name:
        return False
    return domain in settings.allowed or f"{name}@{domain}" in settings.allowed


class SessionCookies:
    """Verifies the session cookies of requests.

    Parameters
    ----------
    settings
        Settings with sign-in enabled.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lifetime = settings.session_hours * 3_600
        self._signed_out: dict[str, SignedInUser] = {}

    def user(self, cookies: Mapping[str, str]) -> SignedInUser | None:
        """The user of these cookies; ``None`` without a valid, unexpired session cookie."""
        signed: list[float] = []

        def signed_part(name: str) -> bytes | None:
            text = cookies.get(name, "")
            content = decode_signed_value(
                self.settings.cookie_secret, name, text, self._lifetime / 86_400
            )
            signed_at = self._signed_at(name, text)
            if content is None or signed_at is None:
                return None
            signed.append(signed_at)
            return content

        try:
            content = get_cookie_with_chunks(signed_part, USER_COOKIE_NAME) or b"null"
            claims = json.loads(content)
        except Exception:  # a forged cookie may fail in any way
            return None
        if not isinstance(claims, dict) or claims.get("is_logged_in") is not True:
            return None
        if claims.get("origin") != redirect_origin(self.settings):
            return None
        email = claims.get("email")
        user = SignedInUser(
            email if isinstance(email, str) else "",
            is_allowed(claims, self.settings),
            min(signed) + self._lifetime,
            sha256(content).hexdigest(),
            min(signed),
            max(signed),
        )
        return user if self.is_active(user) else None

    def _signed_at(self, name: str, text: str) -> float | None:
        """When a part of a cookie was signed; ``None`` unless it is byte-identical to what was
        signed.

        Base64 decoding is lenient: padding, foreign characters or other trailing bits would give
        the same signature.
        """
        serializer = URLSafeTimedSerializer(self.settings.cookie_secret, salt=name)
        value, _, signature = text.encode().rpartition(b".")
        signer = serializer.make_signer(name)
        if not hmac.compare_digest(signature, signer.get_signature(value)):
            return None
        _, signed_at = serializer.loads(text, return_timestamp=True)
        return float(signed_at.timestamp())

    def is_active(self, user: SignedInUser) -> bool:
        """Whether a user is still signed in."""
        signed_out = self._signed_out.get(user.claims_digest)
        return user.expires > time.time() and (
            signed_out is None or user.signed_from > signed_out.signed_until
        )

    def sign_out(self, user: SignedInUser) -> None:
        """Revoke this sign-in, and earlier ones with the same claims, on this process, whoever
        has a copy of the cookie."""
        now = time.time()
        if len(self._signed_out) >= _MAX_SIGNED_OUT:
            self._signed_out = {m: r for m, r in self._signed_out.items() if r.expires > now}
        self._signed_out[user.claims_digest] = user
