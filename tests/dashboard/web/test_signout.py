"""Sign-out: however a cookie is spelt or put together, it lets nobody in again."""

from __future__ import annotations

from unittest.mock import patch
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.web.auth_cookie import SessionCookies
from tests.dashboard.app_fixtures import SIGNED_IN, chunks, cookie, sent
from tests.dashboard.asgi import ask
from tests.dashboard.web.test_auth_gate import gate

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
IGNORED = "!$%&'*~^@ \t=+/"
"""What lenient Base64 leaves out, or reads as digits of its other alphabet."""

COOKIE = cookie()
SPENT = gate()
ask(SPENT, "/auth/logout", **sent(COOKIE))


def last_bits(value: str, bits: int) -> str:
    """The same signature but for the bits of its last digit that no byte is made of."""
    at = DIGITS.index(value[-1])
    return value[:-1] + DIGITS[at - at % 4 + bits]


def inserted(value: str, sign: str, at: int) -> str:
    start = value.rindex(".") + 1
    place = start + at % (len(value) - start + 1)
    return value[:place] + sign + value[place:]


def escaped(value: str, lower: bool) -> str:
    text = quote(value, safe="").replace("A", "%41")
    return text.lower() if lower else text


RESPELT = st.one_of(
    st.integers(1, 9).map(lambda n: COOKIE + "=" * n),
    st.integers(0, 3).map(lambda bits: last_bits(COOKIE, bits)),
    st.builds(inserted, st.just(COOKIE), st.text(IGNORED, max_size=3), st.integers(0, 60)),
    st.booleans().map(lambda lower: escaped(COOKIE, lower)),
    st.sampled_from([f'"{COOKIE}"', f'"{COOKIE}', f" {COOKIE} ", f"'{COOKIE}'"]),
    st.just(COOKIE.translate(str.maketrans("-_", "+/"))),
    st.just('"' + "".join(f"\\{ord(sign):03o}" for sign in COOKIE) + '"'),
    st.text(IGNORED, max_size=3).map(lambda end: COOKIE + end),
)


@given(RESPELT)
@example(COOKIE)
@example(COOKIE + "=")
def test_no_spelling_of_a_cookie_works_after_sign_out(value):
    assert ask(SPENT, "/download/cities.csv", **sent(value)).status == 401


@pytest.mark.parametrize(
    "value", [COOKIE + "=", inserted(COOKIE, "!", 3), last_bits(COOKIE, 1), last_bits(COOKIE, 2)]
)
def test_a_cookie_counts_only_as_it_was_signed(value):
    app = gate()
    right = value == COOKIE
    assert ask(app, "/download/cities.csv", **sent(value)).status == (200 if right else 401)
    assert ask(app, "/download/cities.csv", **sent(COOKIE)).status == 200


def test_signing_in_anew_after_sign_out_counts():
    app, first = gate(), cookie(age=60)
    ask(app, "/auth/logout", **sent(first))
    assert ask(app, "/explore", **sent(first)).status == 401
    assert ask(app, "/explore", **sent(cookie())).status == 200


def test_parts_of_a_signed_out_cookie_do_not_work_among_those_of_another():
    session_cookies, now = SessionCookies(SIGNED_IN), 0.0
    with patch("time.time", lambda: now):
        now = 2_000_000_000.0
        old, new = chunks(int(now) - 60), chunks(int(now) - 1)
        user = session_cookies.user(old)
        assert user is not None
        session_cookies.sign_out(user)
        assert session_cookies.user(old) is None
        for name in old:
            assert session_cookies.user({**new, name: old[name]}) is None
            assert session_cookies.user({**old, name: new[name]}) is None
        assert session_cookies.user(new) is not None


def test_a_part_that_is_spelt_otherwise_is_none():
    cookies = chunks(2_000_000_000)
    with patch("time.time", lambda: 2_000_000_001.0):
        assert SessionCookies(SIGNED_IN).user(cookies) is not None
        for name, value in cookies.items():
            assert SessionCookies(SIGNED_IN).user({**cookies, name: value + "="}) is None
