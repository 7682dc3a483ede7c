"""Processor share of clients: accounts of processor time, and turns.

A response costs the time that it took: an image of half a second costs a hundred times as much as
a tile of 5 ms. The cost is known only afterwards, so a client may get into debt, and then has to
wait. Waiting responses and page runs take turns by client, so that a hundred requests of one client
delay another by at most two of them.
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

from dashboard.quota.clients import NO_CLIENT, ClientResolver
from dashboard.settings import Settings
from geo.errors import GeoError
from geo.i18n import tr

MAX_TURNS = 4
"""Responses and page runs that are computed concurrently. They share one interpreter, so more of
them would only slow each other down."""

MAX_TURNS_PER_CLIENT = 2
"""Maximum number of these per client."""

MAX_WAITING = 200
"""Maximum number of waiting responses and page runs per client."""

BURST_SECONDS = 60
"""Idle time after which the balance of a client is at its maximum."""

_MAX_CLIENTS = 10_000

Result = TypeVar("Result")


_GRANTED: Future[None] = Future()
_GRANTED.set_result(None)


class ShareExceededError(GeoError):
    """A client exceeds its share."""

    def __init__(self, wait: int) -> None:
        super().__init__(tr("Too many requests; please try again in {wait} s.", wait=wait))
        self.wait = wait


class CpuAccounts:
    """Remaining processor time of each client in seconds, in memory, keyed by a salted hash.

    Parameters
    ----------
    percent
        Share of one core with which accounts are refilled; 0 is unlimited.
    clock
        Monotonic clock in seconds.
    """

    def __init__(self, percent: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second = percent / 100
        self.size = self.per_second * BURST_SECONDS
        self.clock = clock
        self._salt = os.urandom(16)
        self._balances: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def key(self, client: str) -> bytes:
        """Key of a client's account."""
        return blake2b(client.encode(), key=self._salt, digest_size=12).digest()

    def wait(self, key: bytes) -> int:
        """Whole seconds until a client is out of debt; 0 if it has none."""
        balance, updated = self._balances.get(key, (self.size, 0.0))
        if balance > 0:
            return 0
        balance += (self.clock() - updated) * self.per_second
        return 0 if balance > 0 else max(1, ceil(-balance / self.per_second))

    def charge(self, key: bytes, seconds: float) -> None:
        """Charge processor time to an account."""
        now = self.clock()
        with self._lock:
            balance, updated = self._balances.pop(key, (self.size, now))
            balance = min(self.size, balance + (now - updated) * self.per_second)
            self._balances[key] = (balance - seconds, now)
            if len(self._balances) > _MAX_CLIENTS:
                self._balances.popitem(last=False)


class TurnQueue:
    """Grants turns to compute, round-robin by client.

    Parameters
    ----------
    limit, limit_per_client
        Number of concurrent turns, in total and per client.
    """

    def __init__(
        self, limit: int = MAX_TURNS, limit_per_client: int = MAX_TURNS_PER_CLIENT
    ) -> None:
        self._free = limit
        self._limit_per_client = limit_per_client
        self._taken: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[Future[None]]] = OrderedDict()
        self._lock = Lock()

    def request(self, client: str, continuing: bool = False) -> Future[None]:
        """Request a turn, which is granted when the future is done.

        Parameters
        ----------
        continuing
            Whether it continues a response, which is never refused.

        Raises
        ------
        ShareExceededError
            If too many requests of the client are already waiting.
        """
        turn: Future[None] = Future()
        with self._lock:
            if self._free and not self._waiting and self._may_run(client):
                self._occupy(client)
                return _GRANTED
            queue = self._waiting.setdefault(client, deque())
            if not continuing and client != NO_CLIENT and len(queue) >= MAX_WAITING:
                raise ShareExceededError(1)
            queue.append(turn)
        self._dispatch()
        return turn

    def release(self, client: str) -> None:
        """End a turn."""
        with self._lock:
            self._free += 1
            self._taken[client] -= 1
            if not self._taken[client]:
                del self._taken[client]
        self._dispatch()

    def _may_run(self, client: str) -> bool:
        return client == NO_CLIENT or self._taken[client] < self._limit_per_client

    def _occupy(self, client: str) -> None:
        self._free -= 1
        self._taken[client] += 1

    def _dispatch(self) -> None:
        while True:
            with self._lock:
                turn = self._next() if self._free else None
                if turn is None:
                    return
            turn.set_result(None)

    def _next(self) -> Future[None] | None:
        """Dequeue the next turn; its client moves to the end of the queue."""
        for client, queue in list(self._waiting.items()):
            if not self._may_run(client):
                continue
            while queue:
                turn = queue.popleft()
                if turn.set_running_or_notify_cancel():
                    self._occupy(client)
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
        Settings with the share of a client, and the proxies.
    clock
        Monotonic clock in seconds.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.clients = ClientResolver(settings.proxies)
        self.accounts = CpuAccounts(settings.share, clock) if settings.share else None
        self.turns = TurnQueue()

    def for_client(self, client: str) -> Share:
        """The share of a client, as identified by :class:`ClientResolver`."""
        accounts = self.accounts if client != NO_CLIENT else None
        return Share(self.turns, client, accounts, accounts.key(client) if accounts else b"")


@cache
def shares_for(settings: Settings) -> Shares:
    """The shares of the server with these settings, common to routes and pages."""
    return Shares(settings)


@dataclass(frozen=True)
class Share:
    """The share of one client."""

    turns: TurnQueue
    client: str
    accounts: CpuAccounts | None
    key: bytes

    def wait(self) -> int:
        """Whole seconds until the next request is allowed."""
        return self.accounts.wait(self.key) if self.accounts else 0

    def charge(self, seconds: float) -> None:
        """Charge processor time to the client."""
        if self.accounts:
            self.accounts.charge(self.key, seconds)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Charge the time of this thread; see :func:`charge_wall_time` for other threads."""
        token, started = _share.set(self), time.thread_time()
        try:
            yield
        finally:
            self.charge(time.thread_time() - started)
            _share.reset(token)

    async def run(self, do: Callable[[], Result], continuing: bool) -> Result:
        """Run a function in a thread when it is the client's turn.

        Raises
        ------
        ShareExceededError
            If the client is in debt by then, unless ``continuing``.
        """
        turn = self.turns.request(self.client)
        if not turn.done():
            try:
                await asyncio.wrap_future(turn)
            except asyncio.CancelledError:
                if not turn.cancel():  # granted at the same moment
                    self.turns.release(self.client)
                raise
        try:
            if not continuing and (wait := self.wait()):
                raise ShareExceededError(wait)
            return await to_thread.run_sync(self._do, do)
        finally:
            self.turns.release(self.client)

    def _do(self, do: Callable[[], Result]) -> Result:
        with self.timed():
            return do()

    def metered(self, awaited: Awaitable[Result]) -> Metered[Result]:
        """Wrap an awaitable so that its steps on the event loop are charged."""
        return Metered(awaited, self.charge)


_share: ContextVar[Share | None] = ContextVar("share", default=None)


@contextmanager
def use_share(share: Share) -> Iterator[None]:
    """Use the share of a client for everything in this context."""
    token = _share.set(share)
    try:
        yield
    finally:
        _share.reset(token)


@contextmanager
def turn_released() -> Iterator[None]:
    """Release the turn while this thread only waits, and request it again afterwards.

    Without this, two clients with two slow files each would occupy all four turns for 20 s.
    """
    share = _share.get()
    if share is None:
        yield
        return
    share.turns.release(share.client)
    try:
        yield
    finally:
        share.turns.request(share.client, continuing=True).result()


@contextmanager
def charge_wall_time() -> Iterator[None]:
    """Charge wall time, for work in foreign threads or in another process."""
    share, started, cpu_started = _share.get(), time.perf_counter(), time.thread_time()
    try:
        yield
    finally:
        if share:
            cpu_spent = time.thread_time() - cpu_started
            share.charge(max(0.0, time.perf_counter() - started - cpu_spent))


async def run_in_turn(do: Callable[[], Result], continuing: bool = False) -> Result:
    """The result of a function, computed in a thread when it is the client's turn.

    Parameters
    ----------
    continuing
        Whether the response has started, so that it is finished even if the client is in debt.
    """
    share = _share.get()
    return await (share.run(do, continuing) if share else to_thread.run_sync(do))


async def stream_in_turn(body: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks of a response, each generated when it is the client's turn."""
    while (chunk := await run_in_turn(partial(next, body, None), continuing=True)) is not None:
        yield chunk


class Metered(Generic[Result]):
    """Awaitable that reports the thread time of each step of another awaitable."""

    def __init__(self, awaited: Awaitable[Result], charge: Callable[[float], None]) -> None:
        self._awaited = awaited
        self._charge = charge

    def __await__(self) -> Generator[Any, Any, Result]:
        steps = self._awaited.__await__()
        step: Callable[[], Any] = partial(steps.send, None)
        while True:
            started = time.thread_time()
            try:
                pending = step()
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]
            finally:
                self._charge(time.thread_time() - started)
            try:
                step = partial(steps.send, (yield pending))
            except BaseException as error:
                step = partial(steps.throw, error)
