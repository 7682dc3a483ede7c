"""What a client may take of the processor, whose turn it is, and who a client is."""

from __future__ import annotations

import asyncio
import time

import pytest

import dashboard.server
from dashboard.charts.registry import CHARTS
from dashboard.maps.registry import MAPS
from dashboard.navigation import PAGES
from dashboard.quota import shares
from dashboard.quota.clients import (
    NO_CLIENT,
    UNKNOWN_CLIENT,
    ClientResolver,
    client_network,
    forwarded_allow_ips,
)
from dashboard.quota.shares import (
    CpuAccounts,
    ShareExceededError,
    Shares,
    TurnQueue,
    run_in_turn,
    stream_in_turn,
    use_share,
)
from dashboard.settings import Settings
from geo.export import FORMATS
from geo.schema import LAYERS
from tests.dashboard.asgi import ask

ONE, OTHER = "203.0.113.9", "203.0.113.10"


def busy_for(seconds: float) -> None:
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("[::ffff:203.0.113.9]:80", "203.0.113.9"),
        ("2001:db8:1:2::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::9", "2001:db8:1:2::"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::1"),
        *((bad, UNKNOWN_CLIENT) for bad in (
            "", "unknown", "_hidden", "[", "[]:1", ":", "a:b:c", "999.1.1.1", "1.2.3.4:x:y",
            "\x00", "٣.1.1.1", "9" * 5_000, "<b>",
        )),
    ],
)  # fmt: skip
def test_an_address_counts_by_its_network_whatever_it_is_written_like(address, client):
    assert client_network(address) == client


def test_proxies_that_name_no_client_are_nobody():
    clients = ClientResolver(("127.0.0.1", "::1", "10.0.0.0/8"))
    for proxy in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"):
        assert clients.from_address(proxy) == NO_CLIENT, proxy
    for client in ("127.0.0.2", ONE, "2001:db8::1", "x"):
        assert clients.from_address(client) != NO_CLIENT, client
    assert ClientResolver(("none",)).from_address("127.0.0.1") == "127.0.0.1"
    assert ClientResolver(("*",)).from_address(ONE) == ONE
    assert clients.from_scope({"type": "http", "client": None}) == NO_CLIENT


def test_proxies_are_believed_on_a_socket_for_both_kinds_of_address():
    assert forwarded_allow_ips(("127.0.0.1", "::1", "10.0.0.0/8", "*")) == [
        "127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.0/8", "::ffff:10.0.0.0/104", "*",
    ]  # fmt: skip


def test_an_account_fills_again_by_the_clock():
    now = [0.0]
    accounts = CpuAccounts(50, clock=lambda: now[0])  # 30 s saved up, half a second a second
    key = accounts.key(ONE)
    accounts.charge(key, 29.9)
    assert accounts.wait(key) == 0
    accounts.charge(key, 2.1)
    assert accounts.wait(key) == 4
    now[0] = 3.0
    assert accounts.wait(key) == 1
    now[0] = 4.5
    assert accounts.wait(key) == 0
    now[0] = 1e6
    accounts.charge(key, 29.9)
    assert accounts.wait(key) == 0


def test_memory_is_bounded_and_holds_no_address():
    accounts = CpuAccounts(50)
    for number in range(10_050):
        accounts.charge(accounts.key(f"10.0.{number // 250}.{number % 250}"), 1)
    assert len(accounts._balances) == 10_000
    assert not any(b"10.0" in key for key in accounts._balances)
    assert CpuAccounts(50).key(ONE) != accounts.key(ONE)


def test_turns_go_by_client():
    turns = TurnQueue(limit=1, limit_per_client=1)
    waiting = [(client, turns.request(client)) for client in (ONE, ONE, ONE, ONE, OTHER, OTHER)]
    order = []
    while waiting:
        [given] = [asked for asked in waiting if asked[1].done()]
        waiting.remove(given)
        order.append(given[0])
        turns.release(given[0])
    assert order == [ONE, ONE, OTHER, ONE, OTHER, ONE]


def test_one_client_leaves_places_to_others():
    turns = TurnQueue()
    assert [turns.request(ONE).done() for _ in range(5)] == [True, True, False, False, False]
    assert turns.request(OTHER).done()
    assert turns.request(NO_CLIENT).done()
    assert not turns.request(NO_CLIENT).done()


def test_who_waits_for_another_process_leaves_the_turn_to_others():
    clients = Shares(Settings())
    clients.turns = TurnQueue(limit=1, limit_per_client=1)
    one = clients.for_client(ONE)
    assert clients.turns.request(ONE).done()
    others = clients.turns.request(OTHER)
    with one.timed():
        with shares.turn_released():
            assert others.done()
            clients.turns.release(OTHER)
        assert not clients.turns.request(OTHER).done()


def test_a_turn_that_nobody_waits_for_is_passed_over():
    turns = TurnQueue(limit=1, limit_per_client=1)
    first, gone, last = (turns.request(ONE) for _ in range(3))
    assert first.done()
    gone.cancel()
    turns.release(ONE)
    assert last.done()
    turns.release(ONE)
    assert turns._free == 1
    assert not turns._waiting
    assert not turns._taken


def test_who_waits_with_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(shares, "MAX_WAITING", 3)
    turns = TurnQueue()
    for _ in range(5):
        turns.request(ONE)
    with pytest.raises(ShareExceededError, match="try again in 1 s"):
        turns.request(ONE)
    turns.request(OTHER)
    for _ in range(10):
        turns.request(NO_CLIENT)


def used(process_shares: Shares, client: str) -> float:
    assert process_shares.accounts is not None
    balance, _ = process_shares.accounts._balances.get(
        process_shares.accounts.key(client), (process_shares.accounts.size, 0.0)
    )
    return process_shares.accounts.size - balance


def shares_at_rest() -> Shares:
    return Shares(Settings(), clock=lambda: 0.0)


def test_an_answer_costs_the_time_of_its_thread():
    process_shares = shares_at_rest()

    async def ask() -> None:
        with use_share(process_shares.for_client(ONE)):
            await run_in_turn(lambda: busy_for(0.05))
            await run_in_turn(lambda: time.sleep(0.3))

    asyncio.run(ask())
    assert 0.05 <= used(process_shares, ONE) < 0.2
    assert used(process_shares, OTHER) == 0


def test_what_computes_elsewhere_costs_its_whole_time():
    process_shares = shares_at_rest()

    def outside() -> None:
        with shares.charge_wall_time():
            time.sleep(0.2)

    async def ask() -> None:
        with use_share(process_shares.for_client(ONE)):
            await run_in_turn(outside)

    asyncio.run(ask())
    assert 0.2 <= used(process_shares, ONE) < 0.5


def test_steps_on_the_event_loop_are_charged_and_faults_pass():
    process_shares = shares_at_rest()
    heard = []

    async def steps() -> str:
        busy_for(0.02)
        await asyncio.sleep(0.1)
        busy_for(0.02)
        try:
            await asyncio.wait_for(asyncio.sleep(10), 0.01)
        except TimeoutError:
            heard.append("late")
        raise LookupError("told")

    async def ask() -> None:
        await process_shares.for_client(ONE).metered(steps())

    with pytest.raises(LookupError, match="told"):
        asyncio.run(ask())
    assert heard == ["late"]
    assert 0.04 <= used(process_shares, ONE) < 0.1


def test_an_answer_that_has_begun_is_finished_whatever_it_costs():
    process_shares = shares_at_rest()

    async def ask() -> list[bytes]:
        with use_share(process_shares.for_client(ONE)):
            process_shares.for_client(ONE).charge(100)
            with pytest.raises(ShareExceededError):
                await run_in_turn(lambda: None)
            return [piece async for piece in stream_in_turn(iter([b"a", b"b"]))]

    assert asyncio.run(ask()) == [b"a", b"b"]
    assert process_shares.turns._free == shares.MAX_TURNS


def test_a_request_that_is_given_up_gives_its_turn_back():
    process_shares = shares_at_rest()

    async def ask() -> None:
        with use_share(process_shares.for_client(ONE)):
            tasks = [asyncio.ensure_future(run_in_turn(lambda: time.sleep(0.1))) for _ in range(6)]
            await asyncio.sleep(0.05)
            for task in tasks[2:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(ask())
    assert process_shares.turns._free == shares.MAX_TURNS
    assert not process_shares.turns._waiting


def test_a_hundred_requests_of_one_client_do_not_delay_anothers():
    process_shares = shares_at_rest()
    ends: list[str] = []

    def work(client: str) -> None:
        busy_for(0.01)
        ends.append(client)

    async def ask(client: str) -> None:
        with use_share(process_shares.for_client(client)):
            await run_in_turn(lambda: work(client))

    async def all_at_once() -> None:
        many = [asyncio.ensure_future(ask(ONE)) for _ in range(100)]
        await asyncio.sleep(0.02)
        await ask(OTHER)
        assert sum(not one.done() for one in many) > 80
        await asyncio.gather(*many)

    asyncio.run(all_at_once())
    assert ends.index(OTHER) < 20


def test_what_a_reader_does_is_never_refused(monkeypatch):
    # Every page's map and tables, each layer in each format once, then forty files by a script.
    app, client = dashboard.server.app, "192.0.2.77"
    layers = [f"/download/{name}.{extension}" for name in LAYERS for extension in FORMATS]
    asked = [
        *(f"/{page}" for page in PAGES),
        *(f"/layers/{name}.geojson" for name in ("countries", "cities", "places")),
        *(f"/charts/{name}.svg" for name in CHARTS),
        *(f"/maps/{name}.{extension}" for name in MAPS for extension in ("png", "svg", "pdf")),
        *layers,
        *(f"/download/places.geojson?country=IDN&q={number}" for number in range(40)),
    ]
    charged = []
    charge = CpuAccounts.charge
    monkeypatch.setattr(
        CpuAccounts,
        "charge",
        lambda process_shares, key, cost: (charged.append(cost), charge(process_shares, key, cost)),
    )
    refused = [path for path in asked if ask(app, path, client=client).status == 429]
    assert refused == []
    assert sum(charged) > 1
