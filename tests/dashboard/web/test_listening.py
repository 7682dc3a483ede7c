"""The port that the server listens on: said rightly, or refused in one sentence before all else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from dashboard.web.listening import bind_sockets, browser_url
from geo.errors import SettingError

ROOT = Path(__file__).resolve().parents[3]


def started(*options: str) -> subprocess.Popen[str]:
    """A server of its own; its environment has no settings."""
    names = (name for name in os.environ if not name.startswith("DASHBOARD_"))
    return subprocess.Popen(
        [sys.executable, "-m", "dashboard", *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: os.environ[name] for name in names},
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_port_that_is_taken_is_said_before_anything_else(host):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        server = started("--host", host, "--port", port)
        out, error = server.communicate(timeout=120)
    assert (server.returncode, out) == (1, "")
    assert error.startswith(f"Port {port} of {host} is taken by another program;")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--host", "nowhere.invalid"), 1, "There is no host 'nowhere.invalid'"),
        (("--host", "192.0.2.1"), 1, "This machine cannot listen on 192.0.2.1: "),
        (("--port", "70000"), 2, "'70000' is not a port from 0 to 65535"),
        (("--port", "9" * 5_000), 2, "is not a port from 0 to 65535"),
    ],
)
def test_address_that_cannot_be_is_one_sentence(options, code, message):
    server = started(*options)
    out, error = server.communicate(timeout=120)
    assert (server.returncode, out) == (code, "")
    assert message in error
    assert "Traceback" not in error


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_address_of_ipv6_is_served_and_printed_with_brackets():
    server = started("--host", "::1", "--port", "0")
    try:
        assert server.stdout is not None
        address = server.stdout.readline().removeprefix("Dashboard on ").strip()
        assert address.startswith("http://[::1]:")
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:
                    assert answer.read() == b"ok"
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        else:
            pytest.fail("no answer")
    finally:
        server.terminate()
        server.communicate(timeout=60)


def test_every_address_of_a_name_is_bound_and_let_go_of_when_one_is_taken():
    first = bind_sockets("localhost", 0)
    port = first[0].getsockname()[1]
    first[0].listen()
    with pytest.raises(SettingError, match=f"^Port {port} of localhost is taken"):
        bind_sockets("localhost", port)
    for one in first:
        one.close()


@pytest.mark.parametrize(
    ("host", "message"),
    [
        ("127.0.0.1", "http://localhost:8501"),
        ("::", "http://localhost:8501"),
        ("2001:db8::1", "http://[2001:db8::1]:8501"),
        ("cities.example.org", "http://cities.example.org:8501"),
    ],
)
def test_address_to_open(host, message):
    assert browser_url(host, 8501) == message
