"""Downloads: resume, retries, limits, allowed hosts."""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
from pathlib import Path

import pytest

from geo.errors import FetchError
from geo.refresh import cache
from geo.refresh.download import RETRY, Downloader
from tests.geo.refresh.conftest import Time
from tests.geo.refresh.server import Answer, Server, publisher

URL = "https://population.un.org/file.zip"
CONTENT = bytes(range(256)) * 1_000
LARGEST = 1_000_000


def got(downloader: Downloader, largest: int = LARGEST) -> bytes:
    return downloader.get(URL, "un/file.zip", largest).path.read_bytes()


def refusal(downloader: Downloader, largest: int = LARGEST) -> str:
    with pytest.raises(FetchError) as error:
        downloader.get(URL, "un/file.zip", largest)
    assert not (downloader.directory / "un" / "file.zip").exists()
    return str(error.value)


def test_file_is_got_with_its_checksum_and_date(downloader: Downloader, server: Server) -> None:
    server.on("/file.zip", publisher(CONTENT))
    found = downloader.get(URL, "un/file.zip", LARGEST)
    assert found.path.read_bytes() == CONTENT
    assert found.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert (found.bytes, found.modified) == (len(CONTENT), "2026-11-03")
    assert found.url == f"{server.url}/file.zip"


def test_unchanged_file_is_not_sent_again(downloader: Downloader, server: Server) -> None:
    server.on("/file.zip", publisher(CONTENT))
    first = downloader.get(URL, "un/file.zip", LARGEST)
    assert downloader.get(URL, "un/file.zip", LARGEST) == first
    assert server.requests[1][1]["If-None-Match"] == '"one"'


def test_file_in_the_cache_that_was_altered_is_got_anew(
    downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", publisher(CONTENT))
    downloader.get(URL, "un/file.zip", LARGEST).path.write_bytes(b"altered")
    assert got(downloader) == CONTENT
    assert "If-None-Match" not in server.requests[1][1]


def test_body_cut_short_goes_on_where_it_stopped(
    downloader: Downloader, server: Server, time: Time
) -> None:
    server.on("/file.zip", publisher(CONTENT, cut=100_000), publisher(CONTENT))
    assert got(downloader) == CONTENT
    again = server.requests[1][1]
    assert 0 < int(again["Range"].removeprefix("bytes=").removesuffix("-")) <= 100_000
    assert again["If-Range"] == '"one"'
    assert time.pauses == [0]


def test_next_run_goes_on_with_what_the_last_one_kept(
    downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", publisher(CONTENT, cut=100_000), Answer(status=503))
    assert "could not be had in 6 tries: it answered 503" in refusal(downloader)
    server.on("/file.zip", publisher(CONTENT))
    assert got(downloader) == CONTENT
    assert "Range" in server.requests[-1][1]


def test_file_that_changed_meanwhile_is_got_from_its_start(
    downloader: Downloader, server: Server
) -> None:
    newer = CONTENT[::-1]
    server.on("/file.zip", publisher(CONTENT, cut=100_000), publisher(newer, etag='"two"'))
    assert got(downloader) == newer


@pytest.mark.parametrize(
    "odd",
    [
        Answer(status=416),
        Answer(CONTENT[7:], 206, {"Content-Range": f"bytes 7-{len(CONTENT) - 1}/{len(CONTENT)}"}),
    ],
    ids=["range refused", "another range"],
)
def test_rest_that_does_not_fit_is_not_put_together(
    odd: Answer, downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", publisher(CONTENT, cut=100_000), odd, publisher(CONTENT))
    assert got(downloader) == CONTENT
    assert "Range" not in server.requests[-1][1]


def test_file_without_a_validator_is_got_from_its_start(
    downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", Answer(CONTENT, cut=100_000), Answer(CONTENT))
    assert got(downloader) == CONTENT
    assert "Range" not in server.requests[1][1]


def test_pauses_double_with_something_added(
    downloader: Downloader, server: Server, time: Time
) -> None:
    server.on("/file.zip", *[Answer(status=500)] * 4, publisher(CONTENT))
    got(dataclasses.replace(downloader, retry=RETRY))
    first, *others = time.pauses
    assert first == 0
    assert [int(pause) for pause in others] == [2, 4, 8]
    assert sum(others) > 14


def test_server_that_asks_for_a_pause_gets_it(
    downloader: Downloader, server: Server, time: Time
) -> None:
    server.on("/file.zip", Answer(status=429, headers={"Retry-After": "17"}), publisher(CONTENT))
    assert got(downloader) == CONTENT
    assert time.pauses == [17]


@pytest.mark.parametrize("retry_after", ["100000", "Wed, 01 Jan 2098 00:00:00 GMT"])
def test_server_that_asks_for_a_day_is_not_waited_for(
    retry_after: str, downloader: Downloader, server: Server, time: Time
) -> None:
    server.on("/file.zip", Answer(status=429, headers={"Retry-After": retry_after}))
    assert "cannot be had now: it answered 429" in refusal(downloader)
    assert time.pauses == []


def test_silent_server_is_given_up(downloader: Downloader, server: Server) -> None:
    # On a busy machine the server reads a request later than 0.05 s after it was sent.
    impatient = dataclasses.replace(downloader, retry=RETRY.new(total=1), timeout=(10, 0.5))
    server.on("/file.zip", Answer(silent=True))
    assert "could not be had in 2 tries: it did not answer in time" in refusal(impatient)
    assert len(server.requests) == 2


def test_no_server_is_one_sentence(downloader: Downloader) -> None:
    nowhere = dataclasses.replace(downloader, base_url="http://127.0.0.1:9")
    assert "could not be had in 6 tries: no connection" in refusal(nowhere)


def test_all_tries_together_have_an_end(downloader: Downloader, server: Server) -> None:
    hasty = dataclasses.replace(downloader, seconds=5)
    server.on("/file.zip", Answer(status=500))
    assert "the next try is due in" in refusal(hasty)
    assert len(server.requests) == 3


def test_answer_that_no_try_betters_is_not_tried_again(
    downloader: Downloader, server: Server
) -> None:
    assert "answered 404; the address may have changed" in refusal(downloader)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(CONTENT),
        Answer(CONTENT, headers={"Content-Length": ""}),
        Answer(gzip.compress(bytes(50_000_000)), headers={"Content-Encoding": "gzip"}),
    ],
    ids=["announced", "endless", "gzip bomb"],
)
def test_file_larger_than_allowed_is_refused(
    answer: Answer, downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", answer)
    assert "100,000" in refusal(downloader, largest=100_000)
    cached_bytes = sum(path.stat().st_size for path in downloader.directory.rglob("*"))
    assert cached_bytes < 200_000


def test_compressed_body_is_unpacked_and_never_resumed(
    downloader: Downloader, server: Server
) -> None:
    packed = Answer(gzip.compress(CONTENT), headers={"Content-Encoding": "gzip", "ETag": '"z"'})
    server.on("/file.zip", dataclasses.replace(packed, cut=700), packed)
    assert got(downloader) == CONTENT
    assert "Range" not in server.requests[1][1]


def test_redirect_on_the_same_host_is_followed(downloader: Downloader, server: Server) -> None:
    server.on("/file.zip", Answer(status=302, headers={"Location": "/moved.zip"}))
    server.on("/moved.zip", publisher(CONTENT))
    assert got(downloader) == CONTENT


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/file.zip", "file:///etc/passwd", "//127.0.0.1:9/x"]
)
def test_redirect_to_another_host_is_refused(
    target: str, downloader: Downloader, server: Server
) -> None:
    server.on("/file.zip", Answer(status=302, headers={"Location": target}))
    assert f"is not asked: only {server.url} may be" in refusal(downloader)


def test_endless_redirects_are_refused(downloader: Downloader, server: Server) -> None:
    server.on("/file.zip", Answer(status=302, headers={"Location": "/file.zip"}))
    assert "redirects more than 5 times" in refusal(downloader)


@pytest.mark.parametrize(
    "url",
    [
        "http://population.un.org/file.zip",
        "https://population.un.org:8443/file.zip",
        "https://population.un.org@evil.example/file.zip",
        "https://evil.example/file.zip",
        "ftp://population.un.org/file.zip",
    ],
)
def test_only_known_hosts_are_asked_and_only_by_https(url: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="is not asked: only https://api"):
        Downloader(directory=tmp_path).get(url, "un/file.zip", LARGEST)


@pytest.mark.parametrize("base", ["ftp://127.0.0.1", "population.un.org", "http://a/?b=c"])
def test_base_url_is_an_address_of_http(base: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="is not an address of http or https"):
        Downloader(directory=tmp_path, base_url=base)


def test_cache_that_cannot_be_written_is_one_sentence(
    downloader: Downloader, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(FetchError, match=r"cannot be written.*XDG_CACHE_HOME"):
        downloader.get(URL, "un/file.zip", LARGEST)


def test_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache.directory() == tmp_path / "asean-smart-cities"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.directory() == Path.home() / ".cache" / "asean-smart-cities"
