"""Two replicas behind nginx, as ``deploy/nginx.conf`` has them, on ports of this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT, free_port

DEPLOY = ROOT / "deploy"

_MAIN = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
load_module /usr/lib/nginx/modules/ngx_http_brotli_filter_module.so;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {deploy}/nginx-brotli.conf;
    include {folder}/site.conf;
}}
"""


def answers(address: str) -> bool:
    """Whether a GET is answered with success."""
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except OSError:
        return False


def wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + 90
    while not answers(address):
        if time.monotonic() > deadline:
            pytest.fail(f"{address} did not answer")
        time.sleep(0.1)


@dataclass
class Replica:
    """One process of the dashboard that can be started, stopped and killed."""

    log: Path
    port: int = field(default_factory=free_port)
    root: Path = ROOT
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until its layers are read."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dashboard", "--port", str(self.port)],
                cwd=self.root,
                env={**os.environ, **self.environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_until_ready(f"http://127.0.0.1:{self.port}/readyz")

    def end(self, sign: signal.Signals) -> None:
        """Send a signal and wait for the end."""
        assert self.process is not None
        self.process.send_signal(sign)
        self.process.wait(timeout=40)


@dataclass(frozen=True)
class Hosted:
    """The site's address, the proxy's log and its replicas."""

    address: str
    log: Path
    replicas: Sequence[Replica]


@contextmanager
def hosted(folder: Path, count: int = 2) -> Iterator[Hosted]:
    """Replicas, at most two, and nginx before them, all ended at the end."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        pytest.fail("nginx is missing; scripts/setup test installs it.")
    replicas = [Replica(folder / f"{number}.log") for number in range(count)]
    servers = [f"server 127.0.0.1:{replica.port} max_fails=0;" for replica in replicas]
    port = free_port()
    site = (DEPLOY / "nginx.conf").read_text()
    for before, after in {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "server 127.0.0.1:8501 max_fails=0;": servers[0],
        "server 127.0.0.1:8502 max_fails=0;": servers[-1] if count > 1 else "",
        "/var/cache/nginx": str(folder),
    }.items():
        assert before in site, before
        site = site.replace(before, after)
    (folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user, deploy=DEPLOY))
    for replica in replicas:
        replica.start()
    process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf")])
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/healthz")
        yield Hosted(f"http://127.0.0.1:{port}", folder / "error.log", replicas)
    finally:
        process.terminate()
        process.wait(timeout=20)
        for replica in replicas:
            if replica.process and replica.process.poll() is None:
                replica.end(signal.SIGKILL)
