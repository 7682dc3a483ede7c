"""The versions of the layers, and what changed since one of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from geo.errors import LayerError
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY, DataVersion, changes_since, decode, encode, extended
from geo.layers.publish import publish
from geo.layers.store import Manifest, Snapshot, open_store, take_snapshot

DAY = date(2026, 12, 1)
FIRST = {"cities": (38, "a"), "projects": (134, "b")}
SECOND = {"cities": (38, "c"), "projects": (134, "b"), "reports": (4, "d")}
THIRD = {"cities": (40, "e"), "reports": (4, "d")}


@pytest.fixture
def history() -> tuple[DataVersion, ...]:
    versions = extended((), "v1", {}, FIRST, DAY)
    versions = extended(versions, "v2", FIRST, SECOND, DAY)
    return extended(versions, "v3", SECOND, THIRD, DAY)


def test_first_version_has_no_changes_and_later_ones_what_differs(history):
    assert [one.changes for one in history] == [
        {},
        {"cities": (38, 38), "reports": (None, 4)},
        {"cities": (38, 40), "projects": (134, None)},
    ]


def test_changes_since_a_version_are_summed_up(history):
    assert changes_since(history, "v1") == {
        "cities": (38, 40),
        "reports": (None, 4),
        "projects": (134, None),
    }
    assert changes_since(history, "v3") == {}
    assert changes_since(history, "v0") is None


def test_build_of_the_same_layers_is_no_new_version(history):
    assert extended(history, "v3", THIRD, FIRST) == history


def test_version_is_of_the_day_of_its_build():
    assert extended((), "v1", {}, FIRST)[0].date == datetime.now(UTC).date()


def test_history_is_read_as_it_was_written_with_a_line_for_each_version(history):
    content = encode(history)
    assert decode(content) == history
    assert content.count(b"\n") == len(history) + 2
    assert decode(None) == ()


@pytest.mark.parametrize("content", [b"", b"{}", b'[{"version": 1}]', b"[1]"])
def test_damaged_history_is_one_sentence(content):
    with pytest.raises(LayerError, match=r"versions.json is damaged; restore it"):
        decode(content)


def test_newest_version_of_the_committed_history_is_that_of_the_committed_layers():
    history = decode((LAYERS_DIR / HISTORY).read_bytes())
    assert history[-1].version == Catalogue().version
    assert len({one.version for one in history}) == len(history)
    rows = {one["layer"]: one["rows"] for one in _report()["layers"]}
    for name, (_, now) in (changes_since(history, history[0].version) or {}).items():
        assert rows.get(name) == now


def _report() -> dict[str, list[dict[str, object]]]:
    return json.loads((LAYERS_DIR / "build_report.json").read_bytes())


def test_published_set_carries_the_history(tmp_path):
    store = open_store(tmp_path)
    manifest = publish(LAYERS_DIR, store).manifest
    assert manifest.history == decode((LAYERS_DIR / HISTORY).read_bytes())
    assert take_snapshot(store).history == manifest.history


def test_manifest_without_history_is_as_it_was_before_there_were_any():
    manifest = Manifest(version="v1", published=datetime(2026, 1, 1, tzinfo=UTC), layers={})
    assert b"history" not in manifest.encode()
    assert Manifest.decode(manifest.encode()) == manifest


def test_layers_with_a_damaged_history_are_served_without(tmp_path):
    for path in LAYERS_DIR.iterdir():
        content = b"[" if path.name == HISTORY else path.read_bytes()
        (tmp_path / path.name).write_bytes(content)
    snapshot: Snapshot = take_snapshot(open_store(tmp_path))
    assert (snapshot.history, snapshot.fault, snapshot.checked) == ((), "", True)
