"""Atomicity of a build on a full disk, and of one that is killed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo import cli
from geo.layers import atomic_write, history
from geo.layers.atomic_write import write_all
from geo.layers.catalogue import Catalogue
from geo.layers.files import LAYERS_DIR
from geo.layers.history import HISTORY
from tests.geo.conftest import FILES, interruptible

ROOT = Path(__file__).resolve().parents[3]
LONGEST_FILE = 200_000
"""Bytes: some layers are smaller, some larger."""


def built(name: str) -> bytes:
    return (LAYERS_DIR / name).read_bytes()


def shown(directory: Path) -> dict[str, bytes]:
    """What a reader of the directory sees."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name[0] != "."}


@pytest.fixture
def short_files() -> Iterator[None]:
    """A disk that takes no file of more than LONGEST_FILE bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LONGEST_FILE, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("built", "short_files")
def test_full_disk_leaves_the_old_layers_and_is_told_in_one_sentence(
    old_layers: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path.name: path.read_bytes() for path in old_layers.iterdir()}
    assert cli.main(["build", "--layers", str(old_layers)]) == 1
    message = capsys.readouterr().err
    assert message.count("\n") == 1
    assert "parquet cannot be written: File too large." in message
    assert {path.name: path.read_bytes() for path in old_layers.iterdir()} == before


def test_full_disk_half_way_through_a_file_leaves_no_half_file(
    old_layers: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert cli.main(["build", "--layers", str(old_layers)]) == 1
    assert (
        "countries.parquet cannot be written: No space left on device." in capsys.readouterr().err
    )
    assert sorted(path.name for path in old_layers.iterdir()) == sorted(FILES)
    assert set(shown(old_layers).values()) == {b"old"}


def kill(write: Callable[[], object], act: str, number: int, directory: Path) -> dict[str, bytes]:
    """What a reader sees after a process was killed at the n-th operation on a layer file."""
    if not (child := os.fork()):
        done, before = [], getattr(Path, act)

        def killed(self: Path, *arguments: object) -> object:
            if self.parent == directory:
                done.append(self)
                if len(done) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
            return before(self, *arguments)

        setattr(Path, act, killed)
        try:
            write()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return shown(directory)


@pytest.mark.parametrize(
    ("act", "number", "renewed"),
    [
        ("write_bytes", 1, 0),
        ("write_bytes", len(FILES), 0),
        ("replace", 1, 0),
        ("replace", 5, 4),
        ("replace", len(FILES), len(FILES) - 1),
    ],
)
def test_files_are_old_or_new_whenever_the_writer_is_killed(
    act: str, number: int, renewed: int, old_layers: Path
) -> None:
    contents = {old_layers / name: built(name) for name in FILES}
    found = kill(lambda: write_all(contents), act, number, old_layers)
    assert sorted(found) == sorted(FILES)
    assert all(content in (b"old", built(name)) for name, content in found.items())
    assert sum(content != b"old" for content in found.values()) == renewed


@pytest.mark.usefixtures("built")
def test_build_after_a_killed_one_mends_all(
    old_layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["build", "--layers", str(old_layers)]
    found = kill(lambda: cli.main(command), "replace", 5, old_layers)
    assert sum(content != b"old" for content in found.values()) == 4
    assert len(list(old_layers.iterdir())) > len(FILES)
    hour_later = time.time() + 3_700
    monkeypatch.setattr(atomic_write.time, "time", lambda: hour_later)
    assert cli.main(command) == 0
    [version] = history.decode((old_layers / HISTORY).read_bytes())
    assert version.version == Catalogue(old_layers).version
    (old_layers / HISTORY).unlink()
    assert {path.name: path.read_bytes() for path in old_layers.iterdir()} == {
        name: built(name) for name in FILES
    }


def test_what_another_process_writes_right_now_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cities.parquet"
    others = tmp_path / f".cities.parquet.{os.getpid() + 1}.tmp"
    others.write_bytes(b"half")
    write_all({path: b"new"})
    assert (path.read_bytes(), others.read_bytes()) == (b"new", b"half")


def test_build_that_is_interrupted_while_it_loads_is_one_sentence(old_layers: Path) -> None:
    building = subprocess.Popen(
        [sys.executable, "-m", "geo", "build", "--layers", str(old_layers)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=interruptible,
    )
    libraries = Path(f"/proc/{building.pid}/maps")
    while "numpy" not in libraries.read_text():  # it loads what it needs
        assert building.poll() is None
        time.sleep(0.01)
    building.send_signal(signal.SIGINT)
    _, message = building.communicate(timeout=60)
    assert (building.returncode, message) == (130, "Interrupted; no file was left incomplete.\n")
    assert set(shown(old_layers).values()) == {b"old"}


@pytest.mark.parametrize("line", ["Reading and checking", "Encoded places"])
@pytest.mark.usefixtures("built")
def test_interrupted_build_is_one_sentence_and_leaves_the_old_layers(
    line: str, old_layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []

    def interrupt(text: str, **_: object) -> None:
        lines.append(text)
        if text.startswith(line):
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(cli, "print", interrupt, raising=False)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert cli.main(["build", "--layers", str(old_layers)]) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert lines[-1] == "Interrupted; no file was left incomplete."
    assert set(shown(old_layers).values()) == {b"old"}
    assert sorted(path.name for path in old_layers.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("after", [False, True], ids=["before it is placed", "once it is placed"])
def test_interrupt_while_files_are_placed_puts_all_back(
    at: int, after: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [tmp_path / name for name in "abc"]
    paths[0].write_bytes(b"old")
    place, placed = Path.replace, []

    def interrupted(self: Path, target: Path) -> Path:
        if self.name.endswith(".tmp"):
            placed.append(self)
            if len(placed) == at + 1:
                if after:
                    place(self, target)
                raise KeyboardInterrupt
        return place(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all(dict.fromkeys(paths, b"new"))
    assert shown(tmp_path) == {"a": b"old"}
    assert len(list(tmp_path.iterdir())) == 1
