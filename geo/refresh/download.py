"""HTTP downloads with resume, retries, size limits and a cache.

:mod:`requests` sends and follows, :class:`urllib3.Retry` counts and waits. What is here is resuming
a body that broke off, asking only for what changed, and limits of size and time; ``pooch`` has none
of these.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.exceptions import InvalidHeader, MaxRetryError

from geo.errors import FetchError
from geo.refresh import cache
from geo.refresh.cache import CacheEntry, Fetched

HOSTS = (
    "api.worldbank.org",
    "download.geonames.org",
    "naciscdn.org",
    "population.un.org",
    "www.soest.hawaii.edu",
)
"""The only hosts to connect to, always by https, unless a base URL replaces them."""

RETRY = urllib3.Retry(
    5,
    status_forcelist={408, 429, 500, 502, 503, 504},
    backoff_factor=1,
    backoff_jitter=1,
    backoff_max=120,
)
"""Six tries, with pauses of about 0, 2, 4, 8 and 16 s or as the server asks.

A server that asks for more than ``backoff_max`` is not waited for."""

_REDIRECTS = 5
_CHUNK = 1 << 16
_LATER = "What was read is kept; run the command again later."


class _SystemCertificates(HTTPAdapter):
    """Trusts the certificates of the system, too, such as that of a company's proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=ssl.create_default_context(), **kwargs)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        context = ssl.create_default_context()
        return super().proxy_manager_for(*args, ssl_context=context, **kwargs)


class _Session(requests.Session):
    """Connects to the given origins only, also after a redirect."""

    def __init__(self, origins: Sequence[str]) -> None:
        super().__init__()
        self.max_redirects = _REDIRECTS
        self.headers["Accept-Encoding"] = "identity"
        self.headers["User-Agent"] = f"{cache.NAME} refresh"
        self.adapters.clear()
        self._origins = origins
        adapter = _SystemCertificates()
        for origin in origins:
            self.mount(f"{origin.lower()}/", adapter)

    def get_adapter(self, url: str) -> BaseAdapter:
        try:
            return super().get_adapter(url)
        except requests.exceptions.InvalidSchema:
            allowed = ", ".join(self._origins)
            raise FetchError(f"{url[:200]} is not asked: only {allowed} may be.") from None


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
    retry
        How often to try, and how long to wait before.
    timeout
        Seconds for the connection, and between two chunks of a body.
    seconds
        Limit for all tries of a file together.
    """

    directory: Path = field(default_factory=cache.directory)
    base_url: str = ""
    retry: urllib3.Retry = RETRY
    timeout: tuple[float, float] = (10, 60)
    seconds: float = 3_600

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if self.base_url and (
            parts.scheme not in {"http", "https"} or not parts.hostname or parts.query
        ):
            raise FetchError(
                f"The base URL {self.base_url!r} is not an address of http or https, such as "
                "https://mirror.example/data."
            )
        base = [f"{parts.scheme}://{parts.netloc}"] if self.base_url else []
        self._session = _Session(base or [f"https://{host}" for host in HOSTS])

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
        if self.base_url:
            path_and_query = urlsplit(url)._replace(scheme="", netloc="").geturl()
            url = f"{self.base_url.rstrip('/')}{path_and_query}"
        path = self.directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            return self._get_with_retries(url, path, max_bytes)
        except requests.TooManyRedirects:
            raise FetchError(f"{url} redirects more than {_REDIRECTS} times.") from None
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

    def _get_with_retries(self, url: str, path: Path, max_bytes: int) -> Fetched:
        deadline, retry = time.monotonic() + self.seconds, self.retry
        while True:
            try:
                return self._get_once(url, path, max_bytes, deadline)
            except requests.TooManyRedirects:
                raise
            except requests.RequestException as error:
                reason = _reason(error)
                requested = _retry_after(retry, error.response)
                try:
                    retry = retry.increment("GET", url, error=error)
                except MaxRetryError:
                    tries = len(retry.history) + 1
                    raise FetchError(
                        f"{url} could not be had in {tries} tries: {reason}. {_LATER}"
                    ) from None
            pause = requested or retry.get_backoff_time()
            if requested > retry.backoff_max or time.monotonic() + pause > deadline:
                raise FetchError(
                    f"{url} cannot be had now: {reason}, and the next try is due in "
                    f"{pause:,.0f} s. {_LATER}"
                )
            time.sleep(pause)

    def _get_once(self, url: str, path: Path, max_bytes: int, deadline: float) -> Fetched:
        part, entry, partial = cache.partial_path(path), cache.read_entry(path), CacheEntry()
        headers = {}
        if cache.size(part):
            partial = cache.read_entry(part)
        if partial.validator and partial.url == url:
            headers = {"Range": f"bytes={cache.size(part)}-", "If-Range": partial.validator}
        elif entry.url == url and path.is_file() and cache.file_sha256(path) == entry.sha256:
            headers |= {"If-None-Match": entry.etag} if entry.etag else {}
            headers |= {"If-Modified-Since": entry.last_modified} if entry.last_modified else {}
        with self._session.get(url, headers=headers, timeout=self.timeout, stream=True) as response:
            if response.status_code == 304 and "Range" not in headers:
                return cache.describe_file(path, entry)
            self._check_response(response, url, part, max_bytes)
            self._store(response, url, part, max_bytes, deadline)
        return cache.complete_download(path)

    def _check_response(
        self, response: requests.Response, url: str, part: Path, max_bytes: int
    ) -> None:
        """Raise unless the response holds the file, or the rest of it."""
        status, headers = response.status_code, response.headers
        if status in self.retry.status_forcelist:
            raise requests.HTTPError(f"it answered {status}", response=response)
        resumable = headers.get("Content-Range", "").startswith(f"bytes {cache.size(part)}-")
        if status == 416 or (status == 206 and (not resumable or _encoded(headers))):
            cache.remove(part)
            raise requests.HTTPError("it could not go on where it had stopped")
        if status not in {200, 206}:
            raise FetchError(f"{url} answered {status}; the address may have changed.")
        announced = _length(headers)
        if announced is not None and announced > max_bytes:
            raise FetchError(f"{url} announces {announced:,} bytes; {max_bytes:,} are allowed.")

    def _store(
        self, response: requests.Response, url: str, part: Path, max_bytes: int, deadline: float
    ) -> None:
        """Write the body to ``part``, appending if the download is resumed.

        A body that is compressed although this was not requested is decoded chunk by chunk, so
        that the limit applies to the bytes written.
        """
        headers = response.headers
        resumed, encoded = response.status_code == 206, _encoded(headers)
        entry = CacheEntry(url, headers.get("ETag", ""), headers.get("Last-Modified", ""))
        if not resumed:
            # Offsets in the decoded body differ from the encoded one, so it cannot be resumed.
            cache.write_entry(part, CacheEntry() if encoded else entry)
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_content(_CHUNK):
                if file.tell() + len(chunk) > max_bytes:
                    cache.remove(part)
                    raise FetchError(
                        f"{url} sends more than the {max_bytes:,} bytes that are allowed."
                    )
                file.write(chunk)
                if time.monotonic() > deadline:
                    raise FetchError(f"{url} was not read within {self.seconds:,.0f} s. {_LATER}")
        announced = None if encoded else _length(headers)
        if announced is not None and cache.size(part) < announced:
            raise requests.HTTPError("the body ended before its length")
        if encoded:
            cache.write_entry(part, entry)


def _encoded(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Encoding", "identity") != "identity"


def _length(headers: Mapping[str, str]) -> int | None:
    """Size of the whole file announced by the server."""
    text = headers.get("Content-Range", "").rpartition("/")[2] or headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def _retry_after(retry: urllib3.Retry, response: requests.Response | None) -> float:
    """Delay in seconds that the server asks for; 0 if for none."""
    try:
        return 0 if response is None else retry.get_retry_after(response.raw) or 0
    except InvalidHeader:
        return 0


def _reason(error: requests.RequestException) -> str:
    """Readable reason of a failure that is worth a retry."""
    if isinstance(error, requests.HTTPError):
        return str(error)
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke off"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "the body is not compressed as it says"
    plain = type(error) is requests.ConnectionError
    return "no connection" if plain else f"no connection ({type(error).__name__})"
