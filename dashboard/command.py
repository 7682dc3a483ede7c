"""The command line of the server, ``python -m dashboard``."""

from __future__ import annotations

import argparse
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

import uvicorn

from dashboard.data.basemap import basemap
from dashboard.data.current import layer_reloader
from dashboard.quota.clients import forwarded_allow_ips
from dashboard.settings import current_settings, settings_table
from dashboard.web.listening import bind_error_message, bind_sockets, browser_url
from dashboard.web.middleware.connections import ConnectionCounter, HttpProtocol, WebSocketProtocol
from geo.errors import GeoError, quoted
from geo.parameters import whole_number

ROOT = Path(__file__).resolve().parent.parent


def _port(text: str) -> int:
    port = whole_number(text, 65_535)
    if port is None:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is not a port from 0 to 65535")
    return port


def main() -> None:
    """Serve on the given host and port, by default http://localhost:8501."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Serve the dashboard.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=_port, default=8501, help="port to listen on (8501)")
    parser.add_argument("--settings", action="store_true", help="print the settings and end")
    options = parser.parse_args()
    try:
        settings = current_settings()
        if options.settings:
            print(settings_table(settings))
            return
        layer_reloader()
        basemap()
        sockets = bind_sockets(options.host, options.port)
    except GeoError as error:
        raise SystemExit(str(error)) from None
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
    port = sockets[0].getsockname()[1]
    print(f"Dashboard on {browser_url(options.host, port)}", flush=True)
    connections = ConnectionCounter(settings)
    config = uvicorn.Config(
        "dashboard.server:app",
        http=partial(HttpProtocol, connections),  # type: ignore[arg-type]
        ws=partial(WebSocketProtocol, connections),  # type: ignore[arg-type]
        log_config=None,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=forwarded_allow_ips(settings.proxies),
        ws_max_size=settings.max_message_mb * 1_048_576,
        server_header=False,
    )
    config.load_app()
    server = uvicorn.Server(config)
    try:
        with suppress(KeyboardInterrupt):  # the server has ended by then
            server.run(sockets)
    except OSError as error:  # another process listened on the port first
        raise SystemExit(bind_error_message(error, options.host, port)) from None
    if not server.started:
        raise SystemExit(1)
