"""Atomicity of a build on a full disk, and of one that is killed."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from geo import cli
from geo.layers import atomic_write
from geo.layers.atomic_write import write_all
from geo.layers.files import LAYERS_DIR
from tests.geo.conftest import FILES, interruptible

ROOT = Path(__file__).resolve().parents[3]
LONGEST_FILE = 200_000
"""Bytes: some layers are smaller, some larger."""

_KILLED_AT = """
import os, signal, sys
from pathlib import Path
from geo import cli
from geo.layers.atomic_write import write_all
from geo.layers.files import LAYERS_DIR
from tests.geo.conftest import FILES

what, act, wanted, layers = sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])
done, before = [], getattr(Path, act)

def killed(self, *arguments):
    if self.parent == layers:
        done.append(self)
        if len(done) == wanted:
            os.kill(os.getpid(), signal.SIGKILL)
    return before(self, *arguments)

setattr(Path, act, killed)
if what == "build":
    cli.main(["build", "--layers", str(layers)])
else:
    write_all({layers / name: (LAYERS_DIR / name).read_bytes() for name in what.split()})
"""


def built(name: str) -> bytes:
    return (LAYERS_DIR / name).read_bytes()


def shown(directory: Path) -> dict[str, bytes]:
    """What a reader of the directory sees."""
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.name[0] != "."}


def test_full_disk_leaves_the_old_layers_and_is_told_in_one_sentence(old_layers: Path) -> None:
    before = {path.name: path.read_bytes() for path in old_layers.iterdir()}
    limit = (LONGEST_FILE, LONGEST_FILE)
    done = subprocess.run(
        [sys.executable, "-m", "geo", "build", "--layers", str(old_layers)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "parquet cannot be written: File too large." in done.stderr
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


def kill(what: str, act: str, number: int, directory: Path) -> dict[str, bytes]:
    """What a reader sees after a process was killed at the n-th operation on a layer file."""
    command = [sys.executable, "-c", _KILLED_AT, what, act, str(number), str(directory)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
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
    found = kill(" ".join(FILES), act, number, old_layers)
    assert sorted(found) == sorted(FILES)
    assert all(content in (b"old", built(name)) for name, content in found.items())
    assert sum(content != b"old" for content in found.values()) == renewed


def test_build_after_a_killed_one_mends_all(
    old_layers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = kill("build", "replace", 5, old_layers)
    assert sum(content != b"old" for content in found.values()) == 4
    assert len(list(old_layers.iterdir())) > len(FILES)
    hour_later = time.time() + 3_700
    monkeypatch.setattr(atomic_write.time, "time", lambda: hour_later)
    assert cli.main(["build", "--layers", str(old_layers)]) == 0
    assert {path.name: path.read_bytes() for path in old_layers.iterdir()} == {
        name: built(name) for name in FILES
    }


def test_what_another_process_writes_right_now_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cities.parquet"
    others = tmp_path / f".cities.parquet.{os.getpid() + 1}.tmp"
    others.write_bytes(b"half")
    write_all({path: b"new"})
    assert (path.read_bytes(), others.read_bytes()) == (b"new", b"half")


def test_build_on_another_day_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    years_ago = time.time() - 4_000 * 86_400
    monkeypatch.setattr(time, "time", lambda: years_ago)
    assert cli.main(["build", "--layers", str(tmp_path)]) == 0
    assert shown(tmp_path) == {name: built(name) for name in FILES}


@pytest.mark.parametrize("lines", [0, 1, 4], ids=["while it loads", "at first", "half way"])
def test_interrupted_build_is_one_sentence_and_leaves_the_old_layers(
    lines: int, old_layers: Path
) -> None:
    before = shown(old_layers)
    building = subprocess.Popen(
        [sys.executable, "-m", "geo", "build", "--layers", str(old_layers)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        preexec_fn=interruptible,
    )
    assert building.stdout is not None
    if lines:
        for _ in range(lines):
            assert building.stdout.readline()
    else:
        libraries = Path(f"/proc/{building.pid}/maps")
        while "numpy" not in libraries.read_text():  # it loads what it needs
            time.sleep(0.01)
    building.send_signal(signal.SIGINT)
    _, message = building.communicate(timeout=60)
    assert (building.returncode, message) == (130, "Interrupted; no file was left incomplete.\n")
    assert shown(old_layers) == before
    assert not [path for path in old_layers.iterdir() if path.name.endswith(".tmp")]


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
