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

from geo.errors import GeoError, LayerError, StoreError
from geo.i18n import tr
from geo.layers import snapshot
from geo.layers.catalogue import Catalogue
from geo.layers.snapshot import Snapshot
from geo.layers.store import Store
from geo.layers.validate import set_problems

log = logging.getLogger("dashboard")

_OVERDUE_POLLS = 3
"""The store counts as unreachable if no poll finishes in the time of this many."""


@dataclass(frozen=True)
class ServedLayers:
    """One set of served layers.

    Attributes
    ----------
    source
        The layers in English as in their files.
    snapshot
        Their files, and when they were published.
    translated
        The same layers in other languages by code, filled on demand.
    """

    source: Catalogue
    snapshot: Snapshot
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
    """Keeps the newest valid layers of a store.

    Parameters
    ----------
    store
        Where the layers are.
    seconds
        Approximate time between two polls.
    open_catalogue
        Creates a catalogue from layer files.
    clock
        Monotonic clock in seconds.
    """

    def __init__(
        self,
        store: Store,
        seconds: float,
        open_catalogue: Callable[[Mapping[str, bytes]], Catalogue],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self._clock = clock
        self.seconds = seconds
        self._open_catalogue = open_catalogue
        self._served: ServedLayers | None = None
        self._stale: Staleness | None = None
        self._up_to_date_since = datetime.now(UTC)
        self._up_to_date_clock = clock()
        self._polling = threading.Lock()
        self._polled, self._stopped = threading.Event(), threading.Event()
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
        if self._stale or self._thread is None:
            return self._stale
        # The system time may be changed; this clock is monotonic.
        if self._clock() - self._up_to_date_clock < _OVERDUE_POLLS * self.seconds + 60:
            return None
        return Staleness(
            "The store of the layers has not answered in time.",
            self._up_to_date_since,
            unreachable=True,
        )

    def get_or_raise(self) -> ServedLayers:
        """The layers to serve now.

        Raises
        ------
        LayerError
            If no valid layers have been loaded yet; the message is for users.
        """
        served = self.served
        if served is not None:
            return served
        if self._stale and not self._stale.unreachable:
            raise LayerError(
                tr(
                    "The layers cannot be shown: those that are published are not sound. The log "
                    "of the server says what is wrong."
                )
            )
        raise LayerError(
            tr(
                "The layers cannot be shown yet, because their store has not answered. The server "
                "keeps asking; please try again in a minute."
            )
        )

    def poll(self) -> None:
        """Switch to the store's set of layers if it is new and valid; never raises."""
        with self._polling:
            try:
                self._reload()
            except GeoError as error:
                self._keep_current(error)
            except Exception as error:
                # A bug must not end the thread, or layers would never be reloaded again.
                log.exception("the layers could not be looked for")
                self._keep_current(LayerError(f"The layers could not be looked for ({error!r})."))
            else:
                if self._stale:
                    log.info("the layers of %s are up to date again", self.store.address)
                self._stale, self._up_to_date_since = None, datetime.now(UTC)
                self._up_to_date_clock = self._clock()
            self._polled.set()

    def _reload(self) -> None:
        current = self._served
        snapshot_taken = snapshot.take_snapshot(self.store, current.snapshot if current else None)
        if snapshot_taken is None:
            return
        layers = self._open_catalogue(snapshot_taken.files)
        if current:
            layers.share(current.source)
        for problem in self._problems(snapshot_taken, layers):
            raise LayerError(problem)
        if snapshot_taken.fault:
            log.warning("layers of %s: %s", self.store.address, snapshot_taken.fault)
        self._served = ServedLayers(layers, snapshot_taken)
        log.info("layers of %s: version %s", self.store.address, layers.version)

    def _problems(self, snapshot_taken: Snapshot, layers: Catalogue) -> list[str]:
        """Problems that prevent a set from being served.

        From a plain directory that was never valid, every readable layer is served: a damaged one
        affects only the parts that show it.
        """
        current = self._served
        if snapshot_taken.published is None and (
            current is None or any(set_problems(current.source))
        ):
            return []
        return [snapshot_taken.fault] if snapshot_taken.fault else list(set_problems(layers))

    def _keep_current(self, error: GeoError) -> None:
        """Keep the current layers, and log the reason if it is new."""
        unreachable, reason = isinstance(error, StoreError), str(error)
        before = self._stale
        if before and before.reason == reason:
            return
        since = self._up_to_date_since if unreachable else datetime.now(UTC)
        if before and before.unreachable == unreachable:
            since = before.since
        self._stale = Staleness(reason, since, unreachable)
        log.warning(
            "layers of %s: %s %s%s",
            self.store.address,
            reason,
            f"Version {self._served.source.version} stays." if self._served else "None are served.",
            f" ({error.__cause__})" if error.__cause__ else "",
        )

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
            pause = min(self.seconds, 2.0 ** (failures - 1)) if failures else self.seconds
            self._stopped.wait(pause * random.uniform(0.8, 1.2))
