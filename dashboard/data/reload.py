"""The layers that this process serves, reloaded when a new set is published.

A thread polls the store, loads and validates a new set next to the one being served, and replaces
it in a single assignment. If anything fails, the last valid layers stay.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from geo.errors import GeoError, LayerError, StoreError
from geo.i18n import tr
from geo.layers import store
from geo.layers.catalogue import Catalogue
from geo.layers.validate import set_problems

log = logging.getLogger("dashboard")


@dataclass(frozen=True)
class ServedLayers:
    """One set of layers: in English as in their files, the files, and the same layers in other
    languages by code, filled on demand."""

    source: Catalogue
    snapshot: store.Snapshot
    translated: dict[str, Catalogue] = field(default_factory=dict)


@dataclass(frozen=True)
class Staleness:
    """Why the served layers may be stale.

    Attributes
    ----------
    reason
        One sentence in English.
    since
        Time of the last successful poll or, for an invalid set, of the poll that first found it.
    unreachable
        Whether the store is unreachable, rather than contains an invalid set.
    """

    reason: str
    since: datetime
    unreachable: bool


class LayerReloader:
    """Keeps the newest valid layers of a store, a directory or ``s3://bucket/prefix``, which it
    polls about every ``seconds``; ``open_catalogue`` creates a catalogue from layer files and from
    whether they are known to fit the schema."""

    def __init__(
        self,
        address: str | Path,
        seconds: float,
        open_catalogue: Callable[[Mapping[str, bytes], bool], Catalogue],
    ) -> None:
        self.address, self.seconds = str(address), seconds
        self._store, self._open_catalogue = store.open_store(address), open_catalogue
        self._served: ServedLayers | None = None
        self._stale: Staleness | None = None
        self._succeeded, self._succeeded_clock = datetime.now(UTC), time.monotonic()
        self._polling, self._polled = threading.Lock(), threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def served(self) -> ServedLayers | None:
        """The layers to serve now; ``None`` until valid ones have been loaded.

        Without a polling thread, the first caller polls.
        """
        if self._served is None and self._thread is None:
            self.poll()
        return self._served

    @property
    def stale(self) -> Staleness | None:
        """Why the layers may be stale; ``None`` if they are up to date."""
        # The system time may be changed; this clock is monotonic.
        overdue = time.monotonic() - self._succeeded_clock > 3 * self.seconds + 60
        if self._stale or self._thread is None or not overdue:
            return self._stale
        return Staleness(
            "The store of the layers has not answered in time.", self._succeeded, unreachable=True
        )

    def get_or_raise(self) -> ServedLayers:
        """The layers to serve now.

        Raises
        ------
        LayerError
            If no valid layers have been loaded yet; the message is for users.
        """
        if served := self.served:
            return served
        if self._stale and not self._stale.unreachable:
            raise LayerError(
                tr(
                    "The layers cannot be shown because the published data did not pass "
                    "validation. See the server log for details."
                )
            )
        raise LayerError(
            tr(
                "The layers cannot be shown yet because the data store has not responded. The "
                "server is still trying; please try again in a minute."
            )
        )

    def poll(self) -> None:
        """Switch to the store's set of layers if it is new and valid; never raises."""
        with self._polling:
            try:
                self._reload()
            except Exception as error:  # a bug must not end the thread
                self._keep_current(error)
            else:
                if self._stale:
                    log.info("the layers of %s are up to date again", self.address)
                self._stale = None
                self._succeeded, self._succeeded_clock = datetime.now(UTC), time.monotonic()
            self._polled.set()

    def _reload(self) -> None:
        current = self._served
        snapshot = store.take_snapshot(self._store, current.snapshot if current else None)
        if current and snapshot == current.snapshot:
            return
        layers = self._open_catalogue(snapshot.files, snapshot.checked)
        if current:
            layers.share(current.source)
        # From a plain directory that was never valid, every readable layer is served: a damaged
        # one affects only the parts that show it.
        if snapshot.manifest or (current and not any(set_problems(current.source))):
            for problem in [snapshot.fault] if snapshot.fault else set_problems(layers):
                raise LayerError(problem)
        if snapshot.fault:
            log.warning("layers of %s: %s", self.address, snapshot.fault)
        self._served = ServedLayers(layers, snapshot)
        log.info("layers of %s: version %s", self.address, layers.version)

    def _keep_current(self, error: Exception) -> None:
        """Keep the current layers, and log the reason if it is new."""
        bug = None if isinstance(error, GeoError) else error
        reason = f"The layers could not be looked for ({bug!r})." if bug else str(error)
        unreachable, before = isinstance(error, StoreError), self._stale
        since = self._succeeded if unreachable else datetime.now(UTC)
        if before and before.unreachable == unreachable:
            since = before.since
        self._stale = Staleness(reason, since, unreachable)
        if before and before.reason == reason:
            return
        version = self._served and self._served.source.version
        consequence = f"Version {version} stays." if version else "None are served."
        cause = f" ({error.__cause__})" if error.__cause__ else ""
        message = "layers of %s: %s %s%s"
        log.warning(message, self.address, reason, consequence, cause, exc_info=bug)

    def start(self, patience: float = 0.0) -> None:
        """Start the polling thread, and wait up to ``patience`` seconds for the first poll."""
        self._thread = threading.Thread(target=self._watch, name="layers", daemon=True)
        self._thread.start()
        self._polled.wait(patience)

    def stop(self) -> None:
        """Stop the thread; while it waits for an unreachable store, it ends with the process."""
        self._stopped.set()

    def _watch(self) -> None:
        failures = 0
        while not self._stopped.is_set():
            self.poll()
            failures = failures + 1 if self._stale else 0
            # Exponential backoff after a failure, with jitter so that replicas do not synchronise.
            # Its limit: 2.0 ** 1024 is an OverflowError, after a night without the store.
            pause = min(self.seconds, 2.0 ** min(failures - 1, 20)) if failures else self.seconds
            self._stopped.wait(pause * random.uniform(0.8, 1.2))
