"""What a client may take of the processor: an account of its seconds, and turns.

An answer costs what it took: a picture of half a second a hundred times what a tile of 5 ms
costs. The cost is known afterwards, so that a client may come into debt, and waits then. Answers
and runs of pages that wait take turns by client, so that a hundred requests of one delay another's
by two of them at the most.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, partial
from hashlib import blake2b
from math import ceil
from threading import Lock
from typing import Any, Generic, TypeVar

from anyio import to_thread

from dashboard.quota.clients import NOBODY, Clients
from dashboard.settings import Settings
from geo.errors import GeoError
from geo.i18n import tr

TURNS = 4
"""Answers and runs that compute at once. They share one interpreter, so that more of them make
each slower and none sooner."""

TURNS_OF_ONE = 2
"""Of these, those of one client."""

MOST_WAITING = 200
"""Answers and runs of one client that wait for a turn."""

BURST_SECONDS = 60
"""A client that was quiet for so long may use all that it then has at once."""

_MOST_CLIENTS = 10_000

Done = TypeVar("Done")


_GIVEN: Future[None] = Future()
_GIVEN.set_result(None)


class BusyError(GeoError):
    """A client asks for more than its share."""

    def __init__(self, wait: int) -> None:
        super().__init__(tr("Too many requests; please try again in {wait} s.", wait=wait))
        self.wait = wait


class Accounts:
    """Seconds of the processor that each client has left, in memory, under a hash that no other
    process makes.

    Parameters
    ----------
    percent
        Of one core, that come back to a client; 0 is without limit.
    clock
        Seconds that only grow.
    """

    def __init__(self, percent: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = percent / 100
        self.size = self.per_second * BURST_SECONDS
        self.clock = clock
        self._salt = os.urandom(16)
        self._left: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def key(self, client: str) -> bytes:
        """What a client's account stands under."""
        return blake2b(client.encode(), key=self._salt, digest_size=12).digest()

    def wait(self, key: bytes) -> int:
        """Whole seconds until a client is out of debt; 0 when it is in none."""
        left, before = self._left.get(key, (self.size, 0.0))
        if left > 0:
            return 0
        left += (self.clock() - before) * self.per_second
        return 0 if left > 0 else max(1, ceil(-left / self.per_second))

    def charge(self, key: bytes, seconds: float) -> None:
        """Take what was used."""
        now = self.clock()
        with self._lock:
            left, before = self._left.pop(key, (self.size, now))
            left = min(self.size, left + (now - before) * self.per_second)
            self._left[key] = (left - seconds, now)
            if len(self._left) > _MOST_CLIENTS:
                self._left.popitem(last=False)


class Turns:
    """Gives places to compute to clients in turn.

    Parameters
    ----------
    most, most_of_one
        Places in all, and those of one client.
    """

    def __init__(self, most: int = TURNS, most_of_one: int = TURNS_OF_ONE) -> None:
        self._free = most
        self._most_of_one = most_of_one
        self._taken: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Future[None]]] = OrderedDict()
        self._lock = Lock()

    def ask(self, client: str, begun: bool = False) -> Future[None]:
        """A turn, which is given when its future is done.

        Parameters
        ----------
        begun
            Whether it goes on with something, which is not refused.

        Raises
        ------
        BusyError
            If so many of the client wait that another would only be kept in memory.
        """
        turn: Future[None] = Future()
        with self._lock:
            if self._free and not self._waiting and self._may(client):
                self._take(client)
                return _GIVEN
            queue = self._waiting.setdefault(client, deque())
            if not begun and client != NOBODY and len(queue) >= MOST_WAITING:
                raise BusyError(1)
            queue.append(turn)
        self._give()
        return turn

    def give_back(self, client: str) -> None:
        """End a turn."""
        with self._lock:
            self._free += 1
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
        self._give()

    def _may(self, client: str) -> bool:
        return client == NOBODY or self._taken[client] < self._most_of_one

    def _take(self, client: str) -> None:
        self._free -= 1
        self._taken[client] += 1

    def _give(self) -> None:
        while True:
            with self._lock:
                turn = self._next() if self._free else None
                if turn is None:
                    return
            turn.set_result(None)

    def _next(self) -> Future[None] | None:
        """Who is next, out of the queue; a client goes to the end of the line with its turn."""
        for client, queue in list(self._waiting.items()):
            if not self._may(client):
                continue
            while queue:
                turn = queue.popleft()
                if turn.set_running_or_notify_cancel():
                    self._take(client)
                    self._waiting.move_to_end(client)
                    if not queue:
                        del self._waiting[client]
                    return turn
            del self._waiting[client]
        return None


class Shares:
    """Accounts and turns of all clients of a process.

    Parameters
    ----------
    settings
        Share of a client, and proxies.
    clock
        Seconds that only grow.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients = Clients(settings.proxies)
        self.accounts = Accounts(settings.share, clock) if settings.share else None
        self.turns = Turns()

    def of(self, client: str) -> Share:
        """The share of a client that :class:`Clients` named."""
        accounts = self.accounts if client != NOBODY else None
        return Share(self.turns, client, accounts, accounts.key(client) if accounts else b"")


@cache
def shares_of(settings: Settings) -> Shares:
    """The shares of the server with these settings: one for its routes and its pages."""
    return Shares(settings)


@dataclass(frozen=True)
class Share:
    """What one client has."""

    turns: Turns
    client: str
    accounts: Accounts | None
    key: bytes

    def wait(self) -> int:
        """Whole seconds until more may be asked for."""
        return self.accounts.wait(self.key) if self.accounts else 0

    def charge(self, seconds: float) -> None:
        """Take what was used."""
        if self.accounts:
            self.accounts.charge(self.key, seconds)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Charge the time of this thread, and what :func:`elsewhere` tells of others."""
        token, started = _share.set(self), time.thread_time()
        try:
            yield
        finally:
            self.charge(time.thread_time() - started)
            _share.reset(token)

    async def work(self, do: Callable[[], Done], begun: bool) -> Done:
        """Do something in a thread when the client's turn has come.

        Raises
        ------
        BusyError
            If the client is in debt by then, unless the answer is ``begun``.
        """
        turn = self.turns.ask(self.client)
        if not turn.done():
            try:
                await asyncio.wrap_future(turn)
            except asyncio.CancelledError:
                if not turn.cancel():  # given in the same moment
                    self.turns.give_back(self.client)
                raise
        try:
            if not begun and (wait := self.wait()):
                raise BusyError(wait)
            return await to_thread.run_sync(self._do, do)
        finally:
            self.turns.give_back(self.client)

    def _do(self, do: Callable[[], Done]) -> Done:
        with self.timed():
            return do()

    def metered(self, awaited: Awaitable[Done]) -> Metered[Done]:
        """Something to wait for whose own steps on the event loop are charged."""
        return Metered(awaited, self.charge)


_share: ContextVar[Share | None] = ContextVar("share", default=None)


@contextmanager
def taking(share: Share) -> Iterator[None]:
    """Let everything in this context be of a client."""
    token = _share.set(share)
    try:
        yield
    finally:
        _share.reset(token)


@contextmanager
def turn_given_back() -> Iterator[None]:
    """Give the turn to others while this thread only waits, and go on when it comes again.

    Without this two clients with two slow files each would hold all four turns for 20 s.
    """
    share = _share.get()
    if share is None:
        yield
        return
    share.turns.give_back(share.client)
    try:
        yield
    finally:
        share.turns.ask(share.client, begun=True).result()


@contextmanager
def elsewhere() -> Iterator[None]:
    """Charge the whole time of what computes in threads that are not ours, or in a process."""
    share, started, own = _share.get(), time.perf_counter(), time.thread_time()
    try:
        yield
    finally:
        if share:
            spent = time.thread_time() - own
            share.charge(max(0.0, time.perf_counter() - started - spent))


async def answered(do: Callable[[], Done], begun: bool = False) -> Done:
    """What a function gives, computed in a thread when it is the client's turn.

    Parameters
    ----------
    begun
        Whether the answer is on its way, so that it is finished whatever the client owes.
    """
    share = _share.get()
    return await (share.work(do, begun) if share else to_thread.run_sync(do))


async def pieces(body: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces of an answer, each made when it is the client's turn."""
    while (piece := await answered(partial(next, body, None), begun=True)) is not None:
        yield piece


class Metered(Generic[Done]):
    """Waits for something and tells the time that each of its steps took this thread."""

    def __init__(self, awaited: Awaitable[Done], charge: Callable[[float], None]) -> None:
        self._awaited = awaited
        self._charge = charge

    def __await__(self) -> Generator[Any, Any, Done]:
        steps = self._awaited.__await__()
        step: Callable[[], Any] = partial(steps.send, None)
        while True:
            started = time.thread_time()
            try:
                waits_for = step()
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                self._charge(time.thread_time() - started)
            try:
                step = partial(steps.send, (yield waits_for))
            except BaseException as fault:
                step = partial(steps.throw, fault)
