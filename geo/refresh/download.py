"""HTTP downloads with resume, retries, size limits and a cache."""

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
from geo.refresh.cache import CacheEntry, Fetched

HOSTS = frozenset(
    {"api.worldbank.org", "population.un.org", "download.geonames.org", "naciscdn.org"}
)
"""The only hosts to connect to, always by https, unless a base URL replaces them."""

_RETRY_STATUSES = {408, 429, 500, 502, 503, 504}
"""Status codes that are worth a retry."""

_REDIRECTS = 5
_CHUNK = 1 << 16
_LATER = "What was read is kept; run the command again later."


@dataclass(frozen=True)
class RetryPolicy:
    """Retries and timeouts (seconds) of one download.

    Attributes
    ----------
    tries
        Maximum number of requests.
    connect, read
        Timeouts for the connection, and between two chunks of a body.
    whole
        Timeout for all tries together.
    first_pause, longest_pause
        Exponential backoff: the pause doubles with each retry, minus a random part of up to half,
        so that rejected clients do not return simultaneously. If a server asks for more than the
        longest pause, the download fails.
    """

    tries: int = 6
    connect: float = 10
    read: float = 60
    whole: float = 3_600
    first_pause: float = 1
    longest_pause: float = 120


class RetryableError(Exception):
    """A failure that is worth a retry; ``pause`` is the delay requested by the server."""

    def __init__(self, reason: str, pause: float = 0) -> None:
        super().__init__(reason)
        self.pause = pause


@dataclass
class Downloader:
    """Downloads files into a cache.

    Attributes
    ----------
    directory
        Directory of complete and partial files.
    base_url
        Scheme, host and leading path that replace the scheme and host of every URL, such as those
        of a mirror; the only way to a host that is not in :data:`HOSTS`.
    retry_policy, sleep, clock, jitter
        Handling of failures; the functions are replaced in tests.
    """

    directory: Path = field(default_factory=cache.directory)
    base_url: str = ""
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

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

    def get(self, url: str, name: str, max_bytes: int) -> Fetched:
        """Download ``url``, or take it from the cache if the server reports no change.

        Parameters
        ----------
        url
            URL at its publisher.
        name
            Name in the cache, with a folder for the source: ``"geonames/cities500.zip"``.
        max_bytes
            Maximum size of the file, whatever the server announces.

        Raises
        ------
        FetchError
            If the download fails; the part that was read is kept for the next time.
        """
        request_url, path = self._request_url(url), self.directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return self._get_with_retries(request_url, path, max_bytes)
        except OSError as error:
            raise FetchError(
                f"{path} cannot be written: {error.strerror or error}. XDG_CACHE_HOME names "
                "another directory for the cache."
            ) from None

    def forget(self, source: str) -> None:
        """Remove the cached files of a source, so that invalid ones are not used again."""
        folder = self.directory / source
        for path in folder.iterdir() if folder.is_dir() else ():
            path.unlink(missing_ok=True)

    def _request_url(self, url: str) -> str:
        if not self.base_url:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base_url.rstrip('/')}{parts.path}{query}"

    def _get_with_retries(self, url: str, path: Path, max_bytes: int) -> Fetched:
        deadline = self.clock() + self.retry_policy.whole
        for number in range(1, self.retry_policy.tries + 1):
            try:
                return self._get_once(url, path, max_bytes, deadline)
            except RetryableError as error:
                if number == self.retry_policy.tries:
                    raise FetchError(
                        f"{url} could not be had in {number} tries: {error}. {_LATER}"
                    ) from None
                pause = max(error.pause, self._pause(number))
                if error.pause > self.retry_policy.longest_pause or self.clock() + pause > deadline:
                    raise FetchError(
                        f"{url} cannot be had now: {error}, and the next try is due in "
                        f"{pause:,.0f} s. {_LATER}"
                    ) from None
            self.sleep(pause)
        raise AssertionError("every try returns or raises")

    def _pause(self, number: int) -> float:
        policy = self.retry_policy
        pause = min(policy.longest_pause, policy.first_pause * 2 ** (number - 1))
        return float(pause * (1 - self.jitter() / 2))

    def _get_once(self, url: str, path: Path, max_bytes: int, deadline: float) -> Fetched:
        part, entry, partial = cache.partial_path(path), cache.read_entry(path), None
        headers = {"Accept-Encoding": "identity", "User-Agent": f"{cache.NAME} refresh"}
        if cache.size(part):
            partial = cache.read_entry(part)
        if partial and partial.validator and partial.url == url:
            headers |= {"Range": f"bytes={cache.size(part)}-", "If-Range": partial.validator}
        elif entry.url == url and path.is_file() and cache.file_sha256(path) == entry.sha256:
            headers |= {"If-None-Match": entry.etag} if entry.etag else {}
            headers |= {"If-Modified-Since": entry.last_modified} if entry.last_modified else {}
        try:
            response = self._open(url, headers)
            try:
                if response.status == 304 and "Range" not in headers:
                    return cache.describe_file(path, entry)
                _check_response(response, url, part, max_bytes)
                self._store(response, url, part, max_bytes, deadline)
            finally:
                response.close()
        except urllib3.exceptions.HTTPError as error:
            raise RetryableError(_reason(error)) from None
        return cache.complete_download(path)

    def _open(self, url: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        """Send a request and follow redirects within the allowed hosts."""
        for _ in range(_REDIRECTS + 1):
            self._check_host(url)
            response = self._pool(url).request(
                "GET",
                url,
                headers=dict(headers),
                preload_content=False,
                redirect=False,
                retries=False,
                timeout=urllib3.Timeout(
                    connect=self.retry_policy.connect, read=self.retry_policy.read
                ),
            )
            target = response.get_redirect_location()
            if not target:
                return response
            response.close()
            url = urljoin(url, target)
        raise FetchError(f"{url} redirects more than {_REDIRECTS} times.")

    def _check_host(self, url: str) -> None:
        parts = urlsplit(url)
        if self.base_url:
            base = urlsplit(self.base_url)
            known = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
            allowed = f"{base.scheme}://{base.netloc}"
        else:
            known = parts.scheme == "https" and parts.netloc in HOSTS
            allowed = ", ".join(f"https://{host}" for host in sorted(HOSTS))
        if not known:
            raise FetchError(f"{url[:200]} is not asked: only {allowed} may be.")

    def _pool(self, url: str) -> urllib3.PoolManager:
        """Connection pool for a URL, through the proxy of the environment."""
        parts = urlsplit(url)
        proxy = urllib.request.getproxies().get(parts.scheme, "")
        if urllib.request.proxy_bypass(parts.hostname or ""):
            proxy = ""
        if proxy not in self._pools:
            self._pools[proxy] = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
        return self._pools[proxy]

    def _store(
        self,
        response: urllib3.BaseHTTPResponse,
        url: str,
        part: Path,
        max_bytes: int,
        deadline: float,
    ) -> None:
        """Write the body to ``part``, appending if the download is resumed.

        A body that is compressed although this was not requested is decoded chunk by chunk, so
        that the limit applies to the bytes written.
        """
        headers = response.headers
        resumed, encoded = response.status == 206, _encoded(headers)
        entry = CacheEntry(url, headers.get("ETag", ""), headers.get("Last-Modified", ""))
        if not resumed:
            # Offsets in the decoded body differ from the encoded one, so it cannot be resumed.
            cache.write_entry(part, CacheEntry() if encoded else entry)
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.stream(_CHUNK, decode_content=True):
                if file.tell() + len(chunk) > max_bytes:
                    cache.remove(part)
                    raise FetchError(
                        f"{url} sends more than the {max_bytes:,} bytes that are allowed."
                    )
                file.write(chunk)
                if self.clock() > deadline:
                    raise FetchError(
                        f"{url} was not read within {self.retry_policy.whole:,.0f} s. {_LATER}"
                    )
        announced = None if encoded else _length(headers)
        if announced is not None and cache.size(part) < announced:
            raise RetryableError("the body ended before its length")
        if encoded:
            cache.write_entry(part, entry)


def _check_response(
    response: urllib3.BaseHTTPResponse, url: str, part: Path, max_bytes: int
) -> None:
    """Raise unless the response holds the file, or the rest of it."""
    status, headers = response.status, response.headers
    if status in _RETRY_STATUSES:
        raise RetryableError(f"it answered {status}", retry_after_seconds(headers))
    resumable = headers.get("Content-Range", "").startswith(f"bytes {cache.size(part)}-")
    if status == 416 or (status == 206 and (not resumable or _encoded(headers))):
        cache.remove(part)
        raise RetryableError("it could not go on where it had stopped")
    if status not in {200, 206}:
        raise FetchError(f"{url} answered {status}; the address may have changed.")
    announced = _length(headers)
    if announced is not None and announced > max_bytes:
        raise FetchError(f"{url} announces {announced:,} bytes; {max_bytes:,} are allowed.")


def _encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "identity") != "identity"


def _length(headers: Mapping[str, str]) -> int | None:
    """Size of the whole file announced by the server."""
    text = headers.get("Content-Range", "").rpartition("/")[2] or headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def retry_after_seconds(headers: Mapping[str, str]) -> float:
    """Delay in seconds from ``Retry-After``, given in seconds or as a date; 0 without one."""
    text = headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    day = cache.parse_http_date(text)
    return (day - dt.datetime.now(dt.UTC)).total_seconds() if day else 0


def _reason(error: urllib3.exceptions.HTTPError) -> str:
    """Readable reason of a transport error."""
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return "no connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "it did not answer in time"
    if isinstance(error, urllib3.exceptions.ProtocolError):
        return "the connection broke off"
    if isinstance(error, urllib3.exceptions.DecodeError):
        return "the body is not compressed as it says"
    return f"no connection ({type(error).__name__})"
