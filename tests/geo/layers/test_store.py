"""Sets of layers in a store: published whole, pruned, read back as of one moment."""

from __future__ import annotations

import json
import os
import re
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pyarrow import fs

from geo.cli import main
from geo.errors import LayerError, StoreError
from geo.layers import files
from geo.layers import publish as publishing
from geo.layers.atomic_write import write_all
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.publish import GRACE, list_objects, prune, publish, write
from geo.layers.store import CURRENT, REPORT, Entry, Manifest, open_store, read, take_snapshot
from geo.schema import LAYERS, schema_digest
from tests.layer_sets import PUBLISHED, Files, committed, put_set, renamed


@pytest.fixture(scope="module")
def old() -> Files:
    return committed()


@pytest.fixture(scope="module")
def new(old: Files) -> Files:
    return renamed(old, "Dili by another name")


@pytest.fixture
def store(tmp_path: Path) -> fs.SubTreeFileSystem:
    return open_store(tmp_path / "published")


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without validation, which takes seconds."""
    monkeypatch.setattr(publishing, "layer_problems", lambda layers: [])


def built(directory: Path, files: Files) -> Path:
    """A directory with a set of layers, written like a build."""
    rows = [
        {"layer": name, "sha256": Entry.from_bytes(content).sha256}
        for name, content in files.items()
    ]
    contents = {directory / f"{name}.parquet": content for name, content in files.items()}
    write_all({**contents, directory / REPORT: json.dumps({"layers": rows}).encode()})
    return directory


# Publishing


@pytest.mark.usefixtures("unchecked")
def test_next_set_writes_what_changed_and_replaces_the_manifest(store, tmp_path, old, new):
    first = publish(LAYERS_DIR, store, PUBLISHED)
    assert (first.written, first.changed) == (list(LAYERS), True)
    assert (take_snapshot(store).files, take_snapshot(store).published) == (old, PUBLISHED)
    later = publish(built(tmp_path / "new", new), store, PUBLISHED + timedelta(hours=1))
    assert later.written == ["cities"]
    assert take_snapshot(store).files == new
    [_, newest] = list_objects(store, "manifests")
    assert read(store, newest) == read(store, CURRENT) == later.manifest.encode()


def test_files_are_checked_again_unless_this_code_checked_them(tmp_path, old, new, monkeypatch):
    directory = built(tmp_path / "layers", old)
    assert take_snapshot(open_store(LAYERS_DIR)).checked
    assert not take_snapshot(open_store(directory)).checked  # its report does not tell
    report = json.loads((directory / REPORT).read_bytes())
    report["declarations"] = schema_digest()
    (directory / REPORT).write_text(json.dumps(report))
    assert take_snapshot(open_store(directory)).checked
    (directory / "cities.parquet").write_bytes(old["countries"])  # not of the build
    assert not take_snapshot(open_store(directory)).checked

    checks: list[str] = []
    monkeypatch.setattr(files, "check", lambda frame, layer: checks.append(layer.name))
    assert len(Catalogue(new)["cities"]) == len(Catalogue(new, checked=True)["cities"])
    assert checks == ["cities"]


@pytest.mark.usefixtures("unchecked")
def test_published_set_tells_under_which_declarations_it_was_checked(store, monkeypatch):
    first = publish(LAYERS_DIR, store, PUBLISHED)
    assert take_snapshot(store).checked
    older = first.manifest.model_copy(update={"declarations": "of older code"})
    write(store, CURRENT, older.encode())
    assert not take_snapshot(store).checked
    assert publish(LAYERS_DIR, store, PUBLISHED + timedelta(hours=1)).changed
    assert take_snapshot(store).checked


@pytest.mark.usefixtures("unchecked")
def test_set_that_is_published_already_is_repaired_only(store, old):
    first = publish(LAYERS_DIR, store, PUBLISHED)
    again = publish(LAYERS_DIR, store, PUBLISHED + timedelta(hours=1))
    assert (again.written, again.changed, again.manifest) == ([], False, first.manifest)
    write(store, first.manifest.layers["places"].path("places"), b"PAR1")
    store.delete_file(first.manifest.layers["cities"].path("cities"))
    repaired = publish(LAYERS_DIR, store, PUBLISHED + timedelta(hours=1))
    assert set(repaired.written) == {"places", "cities"}
    assert (take_snapshot(store).files, take_snapshot(store).published) == (old, PUBLISHED)
    write(store, CURRENT, b"{")
    publish(LAYERS_DIR, store, PUBLISHED)
    assert take_snapshot(store).files == old


@pytest.mark.usefixtures("unchecked")
def test_servers_have_the_old_set_whatever_write_fails(tmp_path, monkeypatch, old, new):
    put_set(tmp_path / "published", old)
    store, source = open_store(tmp_path / "published"), built(tmp_path / "new", new)
    for limit in range(4):
        paths: list[str] = []

        def failing(*arguments, limit=limit, paths=paths):
            if len(paths) == limit:
                raise OSError("gone")
            paths.append(arguments[1])
            write(*arguments)

        monkeypatch.setattr(publishing, "write", failing)
        if limit < 3:
            with pytest.raises(StoreError, match="does not answer"):
                publish(source, store, PUBLISHED + timedelta(hours=1))
            assert take_snapshot(store).files == old
    publish(source, store, PUBLISHED + timedelta(hours=1))
    assert paths[-1] == CURRENT
    assert take_snapshot(store).files == new


def test_unsound_layers_are_not_published(store, tmp_path, old):
    source = built(tmp_path / "built", {**old, "cities": b"PAR1"})
    with pytest.raises(LayerError, match=r"^Nothing was published. cities.parquet is damaged"):
        publish(source, store)
    with pytest.raises(LayerError, match=r"^Nothing was published. countries.parquet is missing"):
        publish(tmp_path / "nowhere", store)
    (source / "cities.parquet").write_bytes(old["cities"])
    with pytest.raises(LayerError, match=r"cities.parquet is not of the build that build_report"):
        publish(source, store)
    with pytest.raises(LayerError, match="holds layers that were built there"):
        publish(LAYERS_DIR, open_store(source))
    assert not (tmp_path / "published").exists()


# Pruning


def put_small_set(store: fs.SubTreeFileSystem, day: int, content: bytes) -> str:
    """A published manifest with one object; returns its path in the history."""
    entries = {"cities": Entry.from_bytes(content)}
    published = PUBLISHED + timedelta(days=day)
    manifest = Manifest(version=f"v{day}", published=published, layers=entries)
    path = f"manifests/{published:%Y%m%dT%H%M%SZ}-v{day}.json"
    write(store, entries["cities"].path("cities"), content)
    write(store, path, manifest.encode())
    write(store, CURRENT, manifest.encode())
    return path


def stored(store: fs.SubTreeFileSystem) -> set[str]:
    return {*list_objects(store, "manifests"), *list_objects(store, "objects")}


def test_pruning_deletes_what_no_kept_manifest_names(store):
    sets = [put_small_set(store, day, content) for day, content in enumerate((b"a", b"b", b"a"))]
    write(store, "objects/unknown", b"of a publication that failed")
    write(store, "notes.txt", b"not ours")
    before, later = stored(store), datetime.now(UTC) + GRACE + timedelta(minutes=1)
    assert prune(store, keep=1) == []  # everything is young
    dropped = prune(store, keep=1, now=later)
    expected = {*sets[:2], Entry.from_bytes(b"b").path("cities"), "objects/unknown"}
    assert (set(dropped), stored(store)) == (expected, before - expected)
    assert read(store, "notes.txt") == b"not ours"
    assert prune(store, keep=1, now=later) == []


def test_pruning_keeps_the_current_set_and_deletes_nothing_when_a_manifest_is_damaged(store):
    later = datetime.now(UTC) + 2 * GRACE
    with pytest.raises(LayerError, match=r"has no layers\.json"):
        prune(store, keep=1)
    first, second = put_small_set(store, 0, b"a"), put_small_set(store, 1, b"b")
    write(store, CURRENT, read(store, first))  # someone went back to it
    assert prune(store, keep=1, now=later) == [first]
    assert read(store, Entry.from_bytes(b"a").path("cities")) == b"a"
    write(store, second, b"{")
    write(store, "objects/unknown", b"")
    with pytest.raises(LayerError, match="damaged"):
        prune(store, keep=1, now=later)
    assert read(store, "objects/unknown") == b""


# The command


@pytest.mark.usefixtures("unchecked")
def test_command_says_what_it_did(tmp_path, capsys):
    arguments = ["publish", str(LAYERS_DIR), str(tmp_path / "published"), "--prune", "3"]
    for done in ("published", "already published"):
        assert main(arguments) == 0
        version = json.loads((tmp_path / "published" / CURRENT).read_bytes())["version"]
        number = len(LAYERS) if done == "published" else 0
        output = capsys.readouterr().out
        assert f"{arguments[2]}: version {version} {done}, {number} layers written" in output
        assert "0 old objects deleted" in output


def test_command_refuses_a_wrong_store_and_number(capsys):
    for address in ("gs://bucket/a", "http://127.0.0.1/a", "s3://", "s3://key:secret@bucket/a"):
        assert main(["publish", str(LAYERS_DIR), address]) == 1
        assert f"'{address}' is neither a directory nor of the form" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["publish", str(LAYERS_DIR), "x", "--prune", "0"])
    assert "'0' is not a number of 1 or more" in capsys.readouterr().err


# Reading a published set


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda content: content[:-1], "not that of its hash"),
        (lambda content: content[:-1] + bytes([content[-1] ^ 1]), "not that of its hash"),
        (None, "missing"),
    ],
    ids=["truncated", "other content", "missing"],
)
def test_published_set_that_is_not_whole_is_refused(
    spoil: Callable[[bytes], bytes] | None, fault: str, tmp_path: Path, old: Files
) -> None:
    path = tmp_path / put_set(tmp_path, old).layers["cities"].path("cities")
    path.write_bytes(spoil(old["cities"])) if spoil else path.unlink()
    with pytest.raises(LayerError, match=f"^The object of layer cities is {fault}; publish the"):
        take_snapshot(open_store(tmp_path))


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"format": 2}', b'{"format": 1, "layers": {"cities": 3}}'],
)
def test_damaged_manifest_is_refused(content, tmp_path):
    (tmp_path / CURRENT).write_bytes(content)
    with pytest.raises(LayerError, match=r"^layers\.json is damaged or of another version"):
        take_snapshot(open_store(tmp_path))


def test_set_lacks_no_layer_and_those_of_a_later_version_are_left_out(tmp_path, old):
    manifest = put_set(tmp_path, old)
    entries = {**manifest.layers, "rivers": Entry.from_bytes(b"")}
    (tmp_path / CURRENT).write_bytes(manifest.model_copy(update={"layers": entries}).encode())
    assert take_snapshot(open_store(tmp_path)).files == old
    put_set(tmp_path, {name: content for name, content in old.items() if name != "places"})
    with pytest.raises(LayerError, match=r"^layers\.json names no layer places;"):
        take_snapshot(open_store(tmp_path))


def test_manifest_has_the_format_of_sets_that_are_published_already():
    text = (
        b'{\n "format": 1,\n "version": "0123456789ab",\n "published": "2026-01-20T09:05:00Z",\n'
        b' "layers": {\n  "cities": {\n   "sha256": "aa",\n   "size": 3\n  }\n }\n}\n'
    )
    manifest = Manifest.decode(text)
    assert manifest.published == PUBLISHED
    assert manifest.encode() == text


# Reading a plain directory


def test_plain_directory_is_read_with_what_it_lacks(layer_copy, old):
    (layer_copy / "cities.parquet").unlink()
    snapshot = take_snapshot(open_store(layer_copy))
    assert snapshot.files == {name: old[name] for name in old if name != "cities"}
    assert (snapshot.published, snapshot.fault) == (None, "")


def test_files_of_two_builds_are_told(layer_copy, new):
    path = layer_copy / "cities.parquet"
    times = path.stat()
    write_all({path: new["cities"]})
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    fault = take_snapshot(open_store(layer_copy)).fault
    assert fault.startswith("cities.parquet is not of the build that build_report.json")
    built(layer_copy, new)
    assert take_snapshot(open_store(layer_copy)).fault == ""


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"layers": [{"layer": "cities"}]}'])
def test_directory_without_a_report_of_hashes_is_taken_as_it_is(content, layer_copy, old):
    (layer_copy / REPORT).unlink() if content is None else (layer_copy / REPORT).write_bytes(
        content
    )
    snapshot = take_snapshot(open_store(layer_copy))
    assert (snapshot.files, snapshot.fault) == (old, "")


def test_directory_that_is_built_anew_all_the_time_is_never_read_mixed(tmp_path, old, new):
    both = [{**old, "places": b"1" * 50_000, "context": b"1"}, {**new, "places": b"2"}]
    built(tmp_path, both[0])
    enough = threading.Event()

    def build() -> None:
        turn = 0
        while not enough.is_set():
            turn += 1
            built(tmp_path, both[turn % 2])

    writer = threading.Thread(target=build)
    writer.start()
    snapshots = [take_snapshot(open_store(tmp_path)) for _ in range(100)]
    enough.set()
    writer.join()
    whole = [it for it in (*snapshots, take_snapshot(open_store(tmp_path))) if not it.fault]
    assert whole
    assert all(it.files in both for it in whole)


# An object store


class Bucket(BaseHTTPRequestHandler):
    """Objects of S3 by path: written and read, no lists."""

    objects: dict[str, bytes]
    refused = False
    protocol_version = "HTTP/1.1"  # answers "Expect: 100-continue"

    def do_PUT(self) -> None:
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(200)

    def do_GET(self) -> None:
        content = self.objects.get(self.path)
        if part := re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", "")):
            content = content and content[int(part[1]) : int(part[2]) + 1]
        self._answer(403 if self.refused else 404 if content is None else 200, content or b"")

    do_HEAD = do_GET  # noqa: N815

    def _answer(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.mark.usefixtures("unchecked")
def test_set_in_an_object_store_is_published_and_read(monkeypatch, old):
    handler = type("OneBucket", (Bucket,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name, value in {
        "ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "REGION": "ap-southeast-1",
        "ACCESS_KEY_ID": "testing",
        "SECRET_ACCESS_KEY": "testing",
        "EC2_METADATA_DISABLED": "true",
        "REQUEST_CHECKSUM_CALCULATION": "when_required",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    store = open_store("s3://bucket/prefix/", timeout=1.0)
    with pytest.raises(StoreError, match=r"holds none: there is no layers\.json"):
        take_snapshot(store)
    publish(LAYERS_DIR, store, PUBLISHED)
    assert take_snapshot(store).files == old
    assert "/bucket/prefix/layers.json" in handler.objects
    handler.refused = True
    with pytest.raises(StoreError, match=r"refuses \(ACCESS_DENIED\); check bucket"):
        take_snapshot(store)
    server.shutdown()
    server.server_close()
    silent = r"does not answer \(NETWORK_CONNECTION\)\.$"
    with pytest.raises(StoreError, match=silent):
        take_snapshot(store)
    with socket.create_server(server.server_address), pytest.raises(StoreError, match=silent):
        take_snapshot(store)
