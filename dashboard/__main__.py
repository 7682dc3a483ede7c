"""``python -m dashboard``: serve the dashboard."""

from __future__ import annotations

import argparse
import os
from functools import partial
from pathlib import Path

import uvicorn

from dashboard.data import feed
from dashboard.serving.clients import believed
from dashboard.serving.connections import Connections, HttpProtocol, WebSocketProtocol
from dashboard.settings import current, table
from geo.errors import GeoError

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Serve on the address given, http://localhost:8501 unless told."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Serve the dashboard.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (8501)")
    parser.add_argument("--settings", action="store_true", help="print the settings and end")
    options = parser.parse_args()
    try:
        settings = current()
        if options.settings:
            print(table(settings))
            return
        feed()
    except GeoError as error:
        raise SystemExit(str(error)) from None
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the working directory
    print(f"Dashboard on http://localhost:{options.port}", flush=True)
    connections = Connections(settings)
    uvicorn.run(
        "dashboard.server:app",
        host=options.host,
        port=options.port,
        http=partial(HttpProtocol, connections),  # type: ignore[arg-type]
        ws=partial(WebSocketProtocol, connections),  # type: ignore[arg-type]
        log_config=None,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=believed(settings.proxies),
        ws_max_size=settings.max_message_mb * 1_048_576,
        server_header=False,
    )


if __name__ == "__main__":
    main()
