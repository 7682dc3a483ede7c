"""The layers that this process serves, renewed when another set is published.

A thread of its own looks for a newer set now and then, reads and checks it beside the one that is
served, and puts it in its place in one assignment. Whatever fails leaves the last good layers.
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

_OVERDUE_LOOKS = 3
"""After the time of so many looks without one that ended, the store counts as silent."""


@dataclass(frozen=True)
class Served:
    """One set of layers, as served.

    Attributes
    ----------
    source
        The layers as their files have them.
    snapshot
        Their files, and when they were published.
    spoken
        The same layers in other languages by code, filled by who asks for one.
    """

    source: Catalogue
    snapshot: Snapshot
    spoken: dict[str, Catalogue] = field(default_factory=dict)


@dataclass(frozen=True)
class Stale:
    """Why newer layers are not served, if there are any.

    Attributes
    ----------
    reason
        One sentence in English.
    since
        Time of the last look that found all well or, for a set that is not sound, of the first
        that found it.
    silent
        Whether the store does not answer, rather than holds a set that is not sound.
    """

    reason: str
    since: datetime
    silent: bool


class Feed:
    """Keeps the newest good layers of a store.

    Parameters
    ----------
    store
        Where the layers are.
    seconds
        About how long to wait between two looks.
    opened
        Makes a catalogue of layer files.
    clock
        Seconds that only grow.
    """

    def __init__(
        self,
        store: Store,
        seconds: float,
        opened: Callable[[Mapping[str, bytes]], Catalogue],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.store = store
        self._clock = clock
        self.seconds = seconds
        self._opened = opened
        self._served: Served | None = None
        self._stale: Stale | None = None
        self._well = datetime.now(UTC)
        self._well_on_clock = clock()
        self._looking = threading.Lock()
        self._looked, self._stopped = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def served(self) -> Served | None:
        """The layers to serve now; ``None`` as long as there were no good ones.

        Without a thread that looks for them, the first who asks does.
        """
        if self._served is None and self._thread is None:
            self.look()
        return self._served

    @property
    def stale(self) -> Stale | None:
        """Why newer layers may be missing; ``None`` when all is well."""
        if self._stale or self._thread is None:
            return self._stale
        # The time of day may be set anew; this clock only grows.
        if self._clock() - self._well_on_clock < _OVERDUE_LOOKS * self.seconds + 60:
            return None
        return Stale("The store of the layers has not answered in time.", self._well, silent=True)

    def require(self) -> Served:
        """The layers to serve now.

        Raises
        ------
        LayerError
            If there were no good ones yet; the sentence is for readers.
        """
        served = self.served
        if served is not None:
            return served
        if self._stale and not self._stale.silent:
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

    def look(self) -> None:
        """Go over to the store's set of layers if it is another and sound; never raises."""
        with self._looking:
            try:
                self._renew()
            except GeoError as error:
                self._keep(error)
            except Exception as error:
                # A fault of our own must not end the thread, or no set would be read ever again.
                log.exception("the layers could not be looked for")
                self._keep(LayerError(f"The layers could not be looked for ({error!r})."))
            else:
                if self._stale:
                    log.info("the layers of %s are up to date again", self.store.address)
                self._stale, self._well = None, datetime.now(UTC)
                self._well_on_clock = self._clock()
            self._looked.set()

    def _renew(self) -> None:
        before = self._served
        taken = snapshot.take(self.store, before.snapshot if before else None)
        if taken is None:
            return
        layers = self._opened(taken.files)
        if before:
            layers.share(before.source)
        for problem in self._problems(taken, layers):
            raise LayerError(problem)
        if taken.fault:
            log.warning("layers of %s: %s", self.store.address, taken.fault)
        self._served = Served(layers, taken)
        log.info("layers of %s: version %s", self.store.address, layers.version)

    def _problems(self, taken: Snapshot, layers: Catalogue) -> list[str]:
        """What keeps a set from being served.

        Of a plain directory that never was sound each layer that can be read is served: a damaged
        one does no harm where it is not shown.
        """
        before = self._served
        if taken.published is None and (before is None or any(set_problems(before.source))):
            return []
        return [taken.fault] if taken.fault else list(set_problems(layers))

    def _keep(self, error: GeoError) -> None:
        """Stay with what is served, and say why when the reason is new."""
        silent, reason = isinstance(error, StoreError), str(error)
        before = self._stale
        if before and before.reason == reason:
            return
        since = self._well if silent else datetime.now(UTC)
        if before and before.silent == silent:
            since = before.since
        self._stale = Stale(reason, since, silent)
        log.warning(
            "layers of %s: %s %s%s",
            self.store.address,
            reason,
            f"Version {self._served.source.version} stays." if self._served else "None are served.",
            f" ({error.__cause__})" if error.__cause__ else "",
        )

    def start(self, patience: float = 0.0) -> None:
        """Look in a thread of its own from now on; wait for the first look, but not long."""
        self._thread = threading.Thread(target=self._watch, name="layers", daemon=True)
        self._thread.start()
        self._looked.wait(patience)

    def stop(self) -> None:
        """End the thread; one that waits for a silent store ends with the process."""
        self._stopped.set()

    def _watch(self) -> None:
        failed = 0
        while not self._stopped.is_set():
            self.look()
            failed = failed + 1 if self._stale else 0
            # After a fault it asks again soon, then less and less; replicas not all at once.
            pause = min(self.seconds, 2.0 ** (failed - 1)) if failed else self.seconds
            self._stopped.wait(pause * random.uniform(0.8, 1.2))
