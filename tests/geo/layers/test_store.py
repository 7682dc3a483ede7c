"""Stores: directories and object stores behave the same, with one-sentence errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import LayerError, StoreError
from geo.layers.store import Store
from tests.s3 import Bucket


@pytest.fixture(params=["directory", "object store"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "directory":
        return Store(tmp_path / "new")
    bucket: Bucket = request.getfixturevalue("bucket")
    return bucket.store()


def test_what_is_written_is_read_listed_and_removed(store: Store) -> None:
    assert store.objects("objects") == []
    for path in ("objects/b", "objects/a", "layers.json"):
        store.write(path, path.encode())
    store.write("objects/a", b"another")
    assert store.read("objects/a") == b"another"
    listed = store.objects("objects")
    assert [it.path for it in listed] == ["objects/a", "objects/b"]
    assert all(it.written.tzinfo for it in listed)
    store.delete("objects/a")
    assert [it.path for it in store.objects("objects")] == ["objects/b"]


def test_what_is_not_there_is_told_from_a_store_that_fails(store: Store) -> None:
    with pytest.raises(FileNotFoundError):
        store.read("layers.json")


@pytest.mark.parametrize(
    "address", ["gs://bucket/a", "http://127.0.0.1/a", "s3://", "s3://key:secret@bucket/a"]
)
def test_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(LayerError, match="neither a directory nor of the form s3://bucket/prefix"):
        Store(address)


def test_store_that_is_gone_or_silent_is_one_sentence(bucket: Bucket) -> None:
    store = bucket.store()
    store.write("layers.json", b"1")
    for fail in (bucket.gate.shut, bucket.gate.silence):
        bucket.gate.reopen()
        assert store.read("layers.json") == b"1"
        fail()
        with pytest.raises(StoreError, match=r"does not answer \(NETWORK_CONNECTION\)\.$"):
            store.read("layers.json")


def test_bucket_that_does_not_exist_is_refused(bucket: Bucket) -> None:
    with pytest.raises(StoreError, match=r"refuses \(NO_SUCH_BUCKET\); check bucket"):
        Store("s3://no-such-bucket/a").write("layers.json", b"")
