"""Get a file over HTTP: resumed, retried, bounded, kept in the user's cache."""

from __future__ import annotations

import datetime as dt
import random
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import urllib3
import urllib3.exceptions

from geo.errors import FetchError
from geo.refresh import cache
from geo.refresh.cache import Fetched, Note

HOSTS = frozenset(
    {"api.worldbank.org", "population.un.org", "download.geonames.org", "naciscdn.org"}
)
"""The only hosts that are asked, always by https, unless a base URL takes their place."""

_AGAIN = {408, 429, 500, 502, 503, 504}
"""Answers that another try may better."""

_REDIRECTS = 5
_CHUNK = 1 << 16
_LATER = "What was read is kept; run the command again later."


@dataclass(frozen=True)
class Patience:
    """How long and how often is waited for one file; seconds.

    Attributes
    ----------
    tries
        Requests, the first one counted.
    connect, read
        For a connection, and between two pieces of a body.
    whole
        For all tries together.
    first_pause, longest_pause
        The pause doubles from try to try, with up to half of it taken off at random, so that many
        who were turned away do not come back at once. A server that asks for more than the
        longest pause is not waited for.
    """

    tries: int = 6
    connect: float = 10
    read: float = 60
    whole: float = 3_600
    first_pause: float = 1
    longest_pause: float = 120


class _TryAgainError(Exception):
    """A try failed in a way that another may better; ``pause`` is what the server asks for."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass
class Downloader:
    """Gets files into a cache.

    Attributes
    ----------
    directory
        Where whole files and begun ones are kept.
    base_url
        Scheme, host and leading path that take the place of every address's own scheme and host,
        such as a mirror's; the only way to a host that is not in :data:`HOSTS`.
    patience, sleep, clock, chance
        How failures are met; the functions are replaced in tests.
    """

    directory: Path = field(default_factory=cache.directory)
    base_url: str = ""
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random

    def __post_init__(self) -> None:
        self._pools: dict[str, urllib3.PoolManager] = {}
        parts = urlsplit(self.base_url)
        if self.base_url and (
            parts.scheme not in {"http", "https"} or not parts.hostname or parts.query
        ):
            raise FetchError(
                f"The base URL {self.base_url!r} is not an address of http or https, such as "
                "https://mirror.example/data."
            )

    def get(self, url: str, name: str, largest: int) -> Fetched:
        """The file at ``url``, from the cache where the server says that it has not changed.

        Parameters
        ----------
        url
            Address at its publisher.
        name
            Name in the cache, with a folder for the source: ``"geonames/cities500.zip"``.
        largest
            Bytes above which the file is refused, whatever the server announces.

        Raises
        ------
        FetchError
            If the file cannot be had; what was read of it stays for the next time.
        """
        address, path = self._address(url), self.directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return self._tried(address, path, largest)
        except OSError as error:
            raise FetchError(
                f"{path} cannot be written: {error.strerror or error}. XDG_CACHE_HOME names "
                "another directory for the cache."
            ) from None

    def forget(self, source: str) -> None:
        """Drop a source's files, so that one that proved wrong is not used again."""
        folder = self.directory / source
        for path in folder.iterdir() if folder.is_dir() else ():
            path.unlink(missing_ok=True)

    def _address(self, url: str) -> str:
        if not self.base_url:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base_url.rstrip('/')}{parts.path}{query}"

    def _tried(self, address: str, path: Path, largest: int) -> Fetched:
        ends = self.clock() + self.patience.whole
        for number in range(1, self.patience.tries + 1):
            try:
                return self._try(address, path, largest, ends)
            except _TryAgainError as error:
                if number == self.patience.tries:
                    raise FetchError(
                        f"{address} could not be had in {number} tries: {error}. {_LATER}"
                    ) from None
                pause = max(error.pause, self._pause(number))
                if error.pause > self.patience.longest_pause or self.clock() + pause > ends:
                    raise FetchError(
                        f"{address} cannot be had now: {error}, and the next try is due in "
                        f"{pause:,.0f} s. {_LATER}"
                    ) from None
            self.sleep(pause)
        raise AssertionError("every try returns or raises")

    def _pause(self, number: int) -> float:
        patience = self.patience
        pause = min(patience.longest_pause, patience.first_pause * 2 ** (number - 1))
        return float(pause * (1 - self.chance() / 2))

    def _try(self, address: str, path: Path, largest: int, ends: float) -> Fetched:
        part, note, begun = cache.part_of(path), cache.note_of(path), None
        headers = {"Accept-Encoding": "identity", "User-Agent": f"{cache.NAME} refresh"}
        if cache.size(part):
            begun = cache.note_of(part)
        if begun and begun.validator and begun.url == address:
            headers |= {"Range": f"bytes={cache.size(part)}-", "If-Range": begun.validator}
        elif note.url == address and path.is_file() and cache.sha256_of(path) == note.sha256:
            headers |= {"If-None-Match": note.etag} if note.etag else {}
            headers |= {"If-Modified-Since": note.last_modified} if note.last_modified else {}
        try:
            response = self._open(address, headers)
            try:
                if response.status == 304 and "Range" not in headers:
                    return cache.fetched(path, note)
                _require_content(response, address, part, largest)
                self._store(response, address, part, largest, ends)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise _TryAgainError(_reason(error)) from None
        return cache.settle(path)

    def _open(self, address: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """The answer to a request, after redirects that stay with the hosts that may be asked."""
        for _ in range(_REDIRECTS + 1):
            self._require_known(address)
            response = self._pool(address).request(
                "GET",
                address,
                headers=dict(headers),
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(connect=self.patience.connect, read=self.patience.read),
            )
            target = response.get_redirect_location()
            if not target:
                return response
            response.close()
            address = urljoin(address, target)
        raise FetchError(f"{address} redirects more than {_REDIRECTS} times.")

    def _require_known(self, address: str) -> None:
        parts = urlsplit(address)
        if self.base_url:
            base = urlsplit(self.base_url)
            known = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
            allowed = f"{base.scheme}://{base.netloc}"
        else:
            known = parts.scheme == "https" and parts.netloc in HOSTS
            allowed = ", ".join(f"https://{host}" for host in sorted(HOSTS))
        if not known:
            raise FetchError(f"{address[:200]} is not asked: only {allowed} may be.")

    def _pool(self, address: str) -> urllib3.PoolManager:
        """Connections of a scheme, through the proxy that the environment names for it."""
        parts = urlsplit(address)
        proxy = urllib.request.getproxies().get(parts.scheme, "")
        if urllib.request.proxy_bypass(parts.hostname or ""):
            proxy = ""
        if proxy not in self._pools:
            self._pools[proxy] = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
        return self._pools[proxy]

    def _store(
        self,
        response: urllib3.BaseHTTPResponse,
        address: str,
        part: Path,
        largest: int,
        ends: float,
    ) -> None:
        """Write the body to ``part``, after what is there when it is the rest of it.

        A body that comes compressed although it was not asked for is unpacked piece by piece, so
        that the bound holds for what is written.
        """
        headers = response.headers
        goes_on, encoded = response.status == 206, _encoded(headers)
        note = Note(address, headers.get("ETag", ""), headers.get("Last-Modified", ""))
        if not goes_on:
            # The place in an unpacked body is not the one in the packed body: no going on there.
            cache.write_note(part, Note() if encoded else note)
        with part.open("ab" if goes_on else "wb") as file:
            for chunk in response.stream(_CHUNK, decode_content=True):
                if file.tell() + len(chunk) > largest:
                    cache.drop(part)
                    raise FetchError(
                        f"{address} sends more than the {largest:,} bytes that are allowed."
                    )
                file.write(chunk)
                if self.clock() > ends:
                    raise FetchError(
                        f"{address} was not read within {self.patience.whole:,.0f} s. {_LATER}"
                    )
        announced = None if encoded else _length(headers)
        if announced is not None and cache.size(part) < announced:
            raise _TryAgainError("the body ended before its length")
        if encoded:
            cache.write_note(part, note)


def _require_content(
    response: urllib3.BaseHTTPResponse, address: str, part: Path, largest: int
) -> None:
    """Raise unless the answer holds the file, or the rest of it."""
    status, headers = response.status, response.headers
    if status in _AGAIN:
        raise _TryAgainError(f"it answered {status}", _asked_pause(headers))
    goes_on = headers.get("Content-Range", "").startswith(f"bytes {cache.size(part)}-")
    if status == 416 or (status == 206 and (not goes_on or _encoded(headers))):
        cache.drop(part)
        raise _TryAgainError("it could not go on where it had stopped")
    if status not in {200, 206}:
        raise FetchError(f"{address} answered {status}; the address may have changed.")
    announced = _length(headers)
    if announced is not None and announced > largest:
        raise FetchError(f"{address} announces {announced:,} bytes; {largest:,} are allowed.")


def _encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "identity") != "identity"


def _length(headers: Mapping[str, str]) -> int | None:
    """Bytes of the whole file as the server announces them."""
    said = headers.get("Content-Range", "").rpartition("/")[2] or headers.get("Content-Length", "")
    return int(said) if said.isdigit() else None


def _asked_pause(headers: Mapping[str, str]) -> float:
    """Seconds that ``Retry-After`` asks for, given as such or as a date; 0 without one."""
    said = headers.get("Retry-After", "").strip()
    if said.isdigit():
        return float(said)
    day = cache.date_of(said)
    return (day - dt.datetime.now(dt.UTC)).total_seconds() if day else 0


def _reason(error: urllib3.exceptions.HTTPError) -> str:
    """What went wrong on the way, without the library's own words for its objects."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "no connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it did not answer in time"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the connection broke off"
    if isinstance(error, urllib3.exceptions.DecodeError):
        return "the body is not compressed as it says"
    return f"no connection ({type(error).__name__})"
