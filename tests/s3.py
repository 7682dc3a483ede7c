"""An object store on loopback: moto's server, and a gate before it that can be shut."""

from __future__ import annotations

import itertools
import select
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyarrow import fs

from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR, encode
from geo.layers.manifest import CURRENT, OBJECTS, Entry, Manifest
from geo.layers.store import Store
from geo.schema import LAYERS

MOTO = Path(__file__).resolve().parents[1] / ".venv" / "s3" / "bin" / "moto_server"

_BUCKET = "layers-of-tests"

_numbers = itertools.count()


@contextmanager
def running_moto(log: Path) -> Iterator[int]:
    """moto's server, which has an environment of its own; yields its port."""
    if not MOTO.exists():
        pytest.fail("moto_server is missing; scripts/setup test installs it.")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = int(listener.getsockname()[1])
    with log.open("w") as output:
        process = subprocess.Popen(
            [MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=output, stderr=output
        )
        try:
            _wait_for(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/moto-api/"):
            return
        time.sleep(0.05)
    pytest.fail(f"the object store did not start:\n{log.read_text()}")


class Gate:
    """A port that passes everything on to another, until it is shut or made silent."""

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.silent = False
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.port = 0
        self.reopen()

    def __enter__(self) -> Gate:
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()

    def reopen(self) -> None:
        """Answer again, at the same port."""
        self.shut()
        self.silent = False
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def shut(self) -> None:
        """Refuse connections and end those there are, as when the server is stopped."""
        if self._listener:
            # A thread that waits in accept() keeps the port open until it is woken.
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
        self._listener = None
        self._end()

    def silence(self) -> None:
        """Take connections and never answer."""
        self.silent = True
        self._end()

    def _end(self) -> None:
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open = []

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                self._open.append(client)
                if not self.silent:
                    threading.Thread(target=self._pass_on, args=[client], daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with (
            suppress(OSError, ValueError),
            socket.create_connection(("127.0.0.1", self.behind)) as server,
        ):
            ways = {client: server, server: client}
            while True:
                for ready in select.select(list(ways), [], [])[0]:
                    content = ready.recv(65_536)
                    if not content:
                        client.close()
                        return
                    ways[ready].sendall(content)


@dataclass(frozen=True)
class Bucket:
    """An empty part of a bucket, and the gate before it."""

    address: str
    gate: Gate
    environment: Mapping[str, str]

    @classmethod
    def made(cls, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Bucket:
        environment = {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{gate.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        fs.S3FileSystem(
            endpoint_override=environment["AWS_ENDPOINT_URL"], allow_bucket_creation=True
        ).create_dir(_BUCKET)
        return cls(f"s3://{_BUCKET}/{next(_numbers)}", gate, environment)

    def at(self, prefix: str) -> Bucket:
        """Another part of the bucket, which several tests may share."""
        return replace(self, address=f"s3://{_BUCKET}/{prefix}")

    def store(self) -> Store:
        """The bucket as a store that loses patience soon."""
        return Store(self.address, connect_seconds=1, request_seconds=1)


Files = dict[str, bytes]


def committed() -> Files:
    """The committed layer files by name."""
    return {name: (LAYERS_DIR / f"{name}.parquet").read_bytes() for name in LAYERS}


def renamed(files: Mapping[str, bytes], name: str) -> Files:
    """The same set with another name for Dili."""
    layers = Catalogue(files)
    cities = layers.geo("cities").copy()
    cities.loc[cities["city_id"] == "dili", "name"] = name
    return {**files, "cities": encode(cities, LAYERS["cities"], layers.info("cities"))}


def lay(
    store: Store, files: Mapping[str, bytes], at: datetime | None = None, manifest: bool = True
) -> Manifest:
    """Put a set into a store as it is, without the checks of a publication.

    Objects that are there stay, but for that of the cities, which tests spoil.
    """
    there = {it.path for it in store.objects(OBJECTS)}
    entries = {name: Entry.from_bytes(content) for name, content in files.items()}
    made = Manifest(
        Catalogue(files).version, at or datetime(2026, 1, 20, 9, 5, tzinfo=UTC), entries
    )
    for name, entry in entries.items():
        if name == "cities" or entry.path(name) not in there:
            store.write(entry.path(name), files[name])
    if manifest:
        store.write(made.history_path, made.encode())
        store.write(CURRENT, made.encode())
    return made
