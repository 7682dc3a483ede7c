"""The middlewares in their order, and what Streamlit is told of the settings."""

from __future__ import annotations

import streamlit.config
from starlette.middleware import Middleware

from dashboard.quota.shares import shares_of
from dashboard.settings import Settings
from dashboard.web.middleware.auth_gate import Gate
from dashboard.web.middleware.html_shell import Shell
from dashboard.web.middleware.limits import Hosts, Limits
from dashboard.web.middleware.refused import Refused
from dashboard.web.middleware.request_log import Observed
from dashboard.web.middleware.security_headers import SecurityHeaders
from dashboard.web.middleware.static_gzip import Compression
from dashboard.web.request_info import Prefix


def middleware(settings: Settings) -> list[Middleware]:
    """Outermost first: headers are on every answer, each is counted, the dearest comes last."""
    return [
        Middleware(Prefix),
        Middleware(SecurityHeaders, settings),
        Middleware(Observed),
        Middleware(Hosts, settings),
        Middleware(Limits, settings, shares_of(settings)),
        Middleware(Gate, settings),
        Middleware(Compression),
        Middleware(Shell),
        Middleware(Refused),
    ]


def tell_streamlit(settings: Settings) -> None:
    """Give Streamlit's own options what the settings say; to be called once the app is made."""
    options = {
        "server.maxUploadSize": settings.max_upload_mb,
        "server.maxWidgetStateSize": settings.max_message_mb,
        "server.corsAllowedOrigins": list(settings.origins),
    }
    if settings.cookie_secret:
        # Signs what the provider is to send back, too, so that any replica may receive it.
        options["server.cookieSecret"] = settings.cookie_secret
    for name, value in options.items():
        streamlit.config.set_option(name, value)
