"""Ending what is idle."""

from __future__ import annotations

import threading
import time

from geo.idle import IdleTimer


def test_end_comes_once_after_the_last_of_overlapping_times():
    ended = threading.Event()
    calls: list[float] = []

    def end() -> None:
        calls.append(time.monotonic())
        ended.set()

    timer = IdleTimer(0.05, end)
    with timer.busy():
        with timer.busy():
            pass
        assert not ended.wait(0.2)  # the outer time goes on
        last = time.monotonic()
    assert ended.wait(20)
    assert calls[0] >= last + 0.05
    assert not ended.clear()
    assert not ended.wait(0.2)
    assert len(calls) == 1


def test_use_before_the_end_postpones_it():
    ended = threading.Event()
    timer = IdleTimer(0.3, ended.set)
    for _ in range(4):
        with timer.busy():
            time.sleep(0.1)
        assert not ended.is_set()
    assert ended.wait(20)
