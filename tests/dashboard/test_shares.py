"""What a client may take of the processor, whose turn it is, and who a client is."""

from __future__ import annotations

import asyncio
import time

import pytest

import dashboard.server
from dashboard.chart_catalogue import CHARTS
from dashboard.navigation import PAGES
from dashboard.serving import shares
from dashboard.serving.clients import NOBODY, UNKNOWN, Clients, believed, network_of
from dashboard.serving.shares import Accounts, BusyError, Shares, Turns, answered, pieces, taking
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
        *((bad, UNKNOWN) for bad in (
            "", "unknown", "_hidden", "[", "[]:1", ":", "a:b:c", "999.1.1.1", "1.2.3.4:x:y",
            "\x00", "٣.1.1.1", "9" * 5_000, "<b>",
        )),
    ],
)  # fmt: skip
def test_an_address_counts_by_its_network_whatever_it_is_written_like(address, client):
    assert network_of(address) == client


def test_proxies_that_name_no_client_are_nobody():
    clients = Clients(("127.0.0.1", "::1", "10.0.0.0/8"))
    for proxy in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "10.1.2.3", "::ffff:10.1.2.3"):
        assert clients.named(proxy) == NOBODY, proxy
    for client in ("127.0.0.2", ONE, "2001:db8::1", "x"):
        assert clients.named(client) != NOBODY, client
    assert Clients(("none",)).named("127.0.0.1") == "127.0.0.1"
    assert Clients(("*",)).named(ONE) == ONE
    assert clients.of({"type": "http", "client": None}) == NOBODY


def test_proxies_are_believed_on_a_socket_for_both_kinds_of_address():
    assert believed(("127.0.0.1", "::1", "10.0.0.0/8", "*")) == [
        "127.0.0.1", "::ffff:127.0.0.1", "::1", "10.0.0.0/8", "::ffff:10.0.0.0/104", "*",
    ]  # fmt: skip


def test_an_account_fills_again_by_the_clock():
    now = [0.0]
    accounts = Accounts(50, clock=lambda: now[0])  # 30 s saved up, half a second a second
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
    accounts = Accounts(50)
    for number in range(10_050):
        accounts.charge(accounts.key(f"10.0.{number // 250}.{number % 250}"), 1)
    assert len(accounts._left) == 10_000
    assert not any(b"10.0" in key for key in accounts._left)
    assert Accounts(50).key(ONE) != accounts.key(ONE)


def test_turns_go_by_client():
    turns = Turns(most=1, most_of_one=1)
    waiting = [(client, turns.ask(client)) for client in (ONE, ONE, ONE, ONE, OTHER, OTHER)]
    order = []
    while waiting:
        [given] = [asked for asked in waiting if asked[1].done()]
        waiting.remove(given)
        order.append(given[0])
        turns.give_back(given[0])
    assert order == [ONE, ONE, OTHER, ONE, OTHER, ONE]


def test_one_client_leaves_places_to_others():
    turns = Turns()
    assert [turns.ask(ONE).done() for _ in range(5)] == [True, True, False, False, False]
    assert turns.ask(OTHER).done()
    assert turns.ask(NOBODY).done()
    assert not turns.ask(NOBODY).done()


def test_a_turn_that_nobody_waits_for_is_passed_over():
    turns = Turns(most=1, most_of_one=1)
    first, gone, last = (turns.ask(ONE) for _ in range(3))
    assert first.done()
    gone.cancel()
    turns.give_back(ONE)
    assert last.done()
    turns.give_back(ONE)
    assert turns._free == 1
    assert not turns._waiting
    assert not turns._taken


def test_who_waits_with_too_many_is_refused(monkeypatch):
    monkeypatch.setattr(shares, "MOST_WAITING", 3)
    turns = Turns()
    for _ in range(5):
        turns.ask(ONE)
    with pytest.raises(BusyError, match="try again in 1 s"):
        turns.ask(ONE)
    turns.ask(OTHER)
    for _ in range(10):
        turns.ask(NOBODY)


def used(of: Shares, client: str) -> float:
    assert of.accounts is not None
    left, _ = of.accounts._left.get(of.accounts.key(client), (of.accounts.size, 0.0))
    return of.accounts.size - left


def shares_at_rest() -> Shares:
    return Shares(Settings(), clock=lambda: 0.0)


def test_an_answer_costs_the_time_of_its_thread():
    of = shares_at_rest()

    async def ask() -> None:
        with taking(of.of(ONE)):
            await answered(lambda: busy_for(0.05))
            await answered(lambda: time.sleep(0.3))

    asyncio.run(ask())
    assert 0.05 <= used(of, ONE) < 0.2
    assert used(of, OTHER) == 0


def test_what_computes_elsewhere_costs_its_whole_time():
    of = shares_at_rest()

    def outside() -> None:
        with shares.elsewhere():
            time.sleep(0.2)

    async def ask() -> None:
        with taking(of.of(ONE)):
            await answered(outside)

    asyncio.run(ask())
    assert 0.2 <= used(of, ONE) < 0.5


def test_steps_on_the_event_loop_are_charged_and_faults_pass():
    of = shares_at_rest()
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
        await of.of(ONE).metered(steps())

    with pytest.raises(LookupError, match="told"):
        asyncio.run(ask())
    assert heard == ["late"]
    assert 0.04 <= used(of, ONE) < 0.1


def test_an_answer_that_has_begun_is_finished_whatever_it_costs():
    of = shares_at_rest()

    async def ask() -> list[bytes]:
        with taking(of.of(ONE)):
            of.of(ONE).charge(100)
            with pytest.raises(BusyError):
                await answered(lambda: None)
            return [piece async for piece in pieces(iter([b"a", b"b"]))]

    assert asyncio.run(ask()) == [b"a", b"b"]
    assert of.turns._free == shares.TURNS


def test_a_request_that_is_given_up_gives_its_turn_back():
    of = shares_at_rest()

    async def ask() -> None:
        with taking(of.of(ONE)):
            tasks = [asyncio.ensure_future(answered(lambda: time.sleep(0.1))) for _ in range(6)]
            await asyncio.sleep(0.05)
            for task in tasks[2:]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(ask())
    assert of.turns._free == shares.TURNS
    assert not of.turns._waiting


def test_a_hundred_requests_of_one_client_do_not_delay_anothers():
    of = shares_at_rest()
    ends: list[str] = []

    def work(client: str) -> None:
        busy_for(0.01)
        ends.append(client)

    async def ask(client: str) -> None:
        with taking(of.of(client)):
            await answered(lambda: work(client))

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
        *layers,
        *(f"/download/places.geojson?country=IDN&q={number}" for number in range(40)),
    ]
    charged = []
    charge = Accounts.charge
    monkeypatch.setattr(
        Accounts, "charge", lambda of, key, cost: (charged.append(cost), charge(of, key, cost))
    )
    refused = [path for path in asked if ask(app, path, client=client).status == 429]
    assert refused == []
    assert sum(charged) > 1
