"""The middleware stack, and the settings that are passed on to Streamlit."""

from __future__ import annotations

from starlette.middleware import Middleware

from dashboard.quota.shares import shares_for
from dashboard.settings import Settings
from dashboard.streamlit_internals import set_option
from dashboard.web.middleware.auth_gate import AuthMiddleware
from dashboard.web.middleware.compression import CompressionMiddleware
from dashboard.web.middleware.cors import PublicDataCorsMiddleware
from dashboard.web.middleware.html_shell import HtmlShellMiddleware
from dashboard.web.middleware.limits import RateLimitMiddleware, TrustedHosts
from dashboard.web.middleware.request_log import RequestLogMiddleware
from dashboard.web.middleware.security_headers import SecurityHeadersMiddleware
from dashboard.web.middleware.streamlit_fonts import StreamlitFontsMiddleware
from dashboard.web.middleware.unsupported_requests import UnsupportedRequestMiddleware
from dashboard.web.request_info import PathPrefixMiddleware


def middleware(settings: Settings) -> list[Middleware]:
    """Outermost first: every response gets headers and is counted, the most expensive come last."""
    return [
        Middleware(PathPrefixMiddleware),
        Middleware(SecurityHeadersMiddleware, settings),
        Middleware(RequestLogMiddleware),
        Middleware(PublicDataCorsMiddleware, settings),  # outside of what refuses requests
        Middleware(TrustedHosts, settings),
        Middleware(RateLimitMiddleware, settings, shares_for(settings)),
        Middleware(AuthMiddleware, settings),
        Middleware(CompressionMiddleware),
        Middleware(StreamlitFontsMiddleware),
        Middleware(HtmlShellMiddleware),
        Middleware(UnsupportedRequestMiddleware),
    ]


def configure_streamlit(settings: Settings) -> None:
    """Set Streamlit's options from the settings; call it after the app is created."""
    options = {
        "server.maxUploadSize": settings.max_upload_mb,
        "server.maxWidgetStateSize": settings.max_message_mb,
        "server.corsAllowedOrigins": list(settings.origins),
        "logger.enableRich": False,  # errors of pages are in our own log
    }
    if settings.cookie_secret:
        # Also signs the state that the provider sends back, so that any replica can receive it.
        options["server.cookieSecret"] = settings.cookie_secret
    for name, value in options.items():
        set_option(name, value)
