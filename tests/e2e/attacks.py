"""What one client may try to take a server from everybody else, without a browser."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import random
import select
import socket
import time
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.benchmarks.session import Session

HOST = "127.0.0.1"
SECONDS = 4
"""How long an attack sends something new."""

CITIES = ("jakarta", "manila", "phuket", "da-nang", "bangkok", "singapore", "dili", "yangon")

Asked = tuple[str, str, Mapping[str, str], bytes]
"""Method, path and query, headers, body."""


def get(
    port: int,
    source: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes = b"",
) -> http.client.HTTPResponse:
    """An answer, read to its end; the path is sent as it is written."""
    connection = http.client.HTTPConnection(HOST, port, timeout=30, source_address=(source, 0))
    connection._validate_path = lambda url: None  # type: ignore[attr-defined]
    with contextlib.closing(connection):
        connection.request(method, path, body or None, dict(headers or {}))
        answer = connection.getresponse()
        answer.read()
        return answer


def _statuses(port: int, source: str, asked: Iterable[Asked], at_once: int) -> Counter[str]:
    until = time.monotonic() + SECONDS

    def status(one: Asked) -> str:
        method, path, headers, body = one
        if time.monotonic() > until:
            return "late"
        try:
            return str(get(port, source, path, headers, method, body).status)
        except (OSError, http.client.HTTPException):
            return "closed"

    with ThreadPoolExecutor(at_once) as pool:
        return Counter(pool.map(status, asked))


def ranges(port: int, source: str) -> Counter[str]:
    """A thousand exports, each for one byte of it."""
    one_byte = {"Range": "bytes=0-0"}
    asked: list[Asked] = [
        ("GET", f"/download/cities.csv?q={number}", one_byte, b"") for number in range(1_000)
    ]
    return _statuses(port, source, asked, 32)


def pictures(port: int, source: str) -> Counter[str]:
    """Pictures, maps, labels and briefings that nobody asked for before, a hundred at once."""
    pairs = list(itertools.combinations(CITIES, 2))
    asked: list[Asked] = [
        *(("GET", f"/charts/population.png?city={a},{b}", {}, b"") for a, b in pairs),
        *(("GET", f"/maps/pages/explore.svg?q={n}&width={n + 300}", {}, b"") for n in range(20)),
        *(("GET", f"/labels/4/12/{n}.geojson?q={n}", {}, b"") for n in range(16)),
        *(("GET", f"/briefing/{city}.pdf", {}, b"") for city in CITIES),
        *(("GET", "/readyz", {}, b"") for _ in range(30)),
    ]
    random.Random(1).shuffle(asked)
    return _statuses(port, source, asked, 100)


def numbers(port: int, source: str) -> Counter[str]:
    """Numbers that Python does not read, and others that nothing has."""
    huge = "9" * 5_000
    paths = [
        *(f"/maps/pages/explore.svg?{name}={huge}" for name in ("width", "height")),
        *(f"/labels/{tile}.geojson" for tile in (f"{huge}/1/1", f"3/{huge}/1", "3/99/1", "99/1/1")),
        f"/ogc/collections/cities/items?limit={huge}",
        f"/download/cities.csv?bbox={huge},1,2,3",
        "/labels/3/6/3.geojson?q=nothing-is-called-so",
    ]
    return _statuses(port, source, [("GET", path, {}, b"") for path in paths], 4)


def names(port: int, source: str) -> Counter[str]:
    """Requests that claim to be of others, of a client that owes."""
    for _ in range(5):
        if pictures(port, source)["429"]:
            break
    chance = random.Random(2)
    claims = [f"198.51.100.{chance.randrange(256)}:{chance.randrange(65_536)}" for _ in range(50)]
    claims += ["", "x", "[", "::ffff:1.2.3.4", "1.2.3.4, 5.6.7.8", "9" * 5_000, "127.0.0.1"]
    asked: list[Asked] = [
        ("GET", f"/download/cities.csv?q=of{number}", {"X-Forwarded-For": claim}, b"")
        for number, claim in enumerate(claims)
    ]
    return _statuses(port, source, asked, 16)


def _session(port: int, source: str) -> Session | None:
    try:
        return Session(f"http://{HOST}:{port}", "explore", source)
    except (OSError, InvalidHandshake, ConnectionClosed, EOFError):
        return None


def sockets(port: int, source: str) -> Counter[str]:
    """Three hundred websockets, and as many connections that never ask."""
    with ThreadPoolExecutor(16) as pool:
        opened = list(pool.map(_session, [port] * 300, [source] * 300))
    told = Counter("open" if session else "refused" for session in opened)
    silent = []
    for _ in range(300):
        with contextlib.suppress(OSError):
            silent.append(socket.create_connection((HOST, port), 5, (source, 0)))
    time.sleep(2)
    for one in silent:
        one.close()
    for session in filter(None, opened):
        session.socket.close()
    return told


def _frame(first: int, content: bytes) -> bytes:
    """A frame as a client writes it, masked with nothing; ``first`` is its first byte."""
    size = len(content)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([first]) + length + bytes(4) + content


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -12)
    return (packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def _flood(port: int, source: str, frames: bytes) -> str:
    """Send the same again and again, with no work of one's own; the code that ends it."""
    session = _session(port, source)
    if session is None:
        return "refused"
    until = time.monotonic() + SECONDS / 2
    rest, raw = frames, session.socket.socket
    while time.monotonic() < until and not session.socket.protocol.close_rcvd:
        with contextlib.suppress(OSError):
            select.select([], [raw], [], 0.05)
            rest = rest[raw.send(rest, socket.MSG_DONTWAIT) :] or frames
        with contextlib.suppress(TimeoutError, ConnectionClosed):
            while True:  # what is not taken holds up the frame that closes
                session.socket.recv(timeout=0)
    closed = session.socket.protocol.close_rcvd
    session.socket.close_socket()
    return str(closed.code) if closed else "open"


def messages(port: int, source: str) -> Counter[str]:
    """As much as goes through on twenty websockets: reruns, packed nothings, pings, parts."""
    rerun = BackMsg()
    rerun.rerun_script.page_name = "explore"
    small = _frame(0x82, rerun.SerializeToString()) * 1_000
    floods = (
        small,
        _frame(0xC2, _packed(bytes(3 << 20))) * 20,
        _frame(0x89, b"") * 1_000,
        _frame(0x02, b"") + _frame(0x00, b"") * 1_000,
    )
    lone = Counter({f"lone {_flood(port, source, small)}": 1})
    with ThreadPoolExecutor(20) as pool:
        told = [pool.submit(_flood, port, source, floods[n % 4]) for n in range(20)]
        return lone + Counter(one.result() for one in told)


def uploads(port: int, source: str) -> Counter[str]:
    """Sixteen files of the largest size into one session, which would be 400 MB."""
    session = _session(port, source)
    if session is None:
        return Counter(refused=1)
    with session.socket:
        frame = b""
        message = BackMsg()
        message.rerun_script.page_name = "places"
        session.socket.send(message.SerializeToString())
        while True:
            frame = session.socket.recv(timeout=20)  # type: ignore[assignment]
            told = ForwardMsg.FromString(frame)
            if told.WhichOneof("type") == "new_session":
                break
        token = (
            get(port, source, "/_stcore/health")
            .headers["Set-Cookie"]
            .split("=", 1)[1]
            .split(";")[0]
        )
        headers = {
            "Cookie": f"_streamlit_xsrf={token}",
            "X-Xsrftoken": token,
            "Content-Type": "multipart/form-data; boundary=B",
        }
        head = b'--B\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\n'
        body = head + bytes(25 << 20) + b"\r\n--B--\r\n"
        place = f"/_stcore/upload_file/{told.new_session.initialize.session_id}"
        asked: list[Asked] = [("PUT", f"{place}/{n}", headers, body) for n in range(16)]
        return _statuses(port, source, asked, 10)
