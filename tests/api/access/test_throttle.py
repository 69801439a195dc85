import logging
import math
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar, NoReturn

import pytest
from limits.storage import SlidingWindowCounterSupport, Storage

from api.access.errors import ThrottledError
from api.access.throttle import Counters, OnceOnly, Rate, RateLimiter, SignInRules, SignInThrottle, parse_rate
from matcher.errors import ConfigError

HOME, OFFICE, ABROAD = "203.0.113.9", "203.0.113.77", "198.51.100.1"


class Clock:
    """The time of day as the counters see it, moved by hand."""

    def __init__(self) -> None:
        # Half a second after the beginning of an hour, and so of any window of a minute.
        self.now = 1_800_000_000.5

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def throttle(clock: Clock) -> SignInThrottle:
    return SignInThrottle(Counters())


def fail(throttle: SignInThrottle, login: str, address: str, times: int = 1, *, known: bool = False) -> None:
    for _ in range(times):
        throttle.begin(login, address, known=known)
        throttle.failed(login, address)


def wait_of(throttle: SignInThrottle, login: str, address: str) -> int:
    with pytest.raises(ThrottledError) as raised:
        throttle.begin(login, address)
    assert raised.value.status == 429
    assert f"{raised.value.retry_after_s} 秒" in str(raised.value)
    return raised.value.retry_after_s


class TestRates:
    @pytest.mark.usefixtures("clock")
    def test_as_many_as_allowed_then_none(self):
        limiter = RateLimiter(Counters(), Rate(3, 60), "key")
        assert [limiter.hit("a").remaining for _ in range(3)] == [2, 1, 0]
        refused = limiter.hit("a")
        assert not refused.allowed
        assert refused.headers() == {
            "RateLimit-Limit": "3",
            "RateLimit-Policy": "3;w=60",
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": "60",
            "Retry-After": "60",
        }
        assert "Retry-After" not in limiter.hit("b").headers()

    def test_the_window_slides(self, clock: Clock):
        limiter = RateLimiter(Counters(), Rate(4, 60), "key")
        clock.now += 50
        assert [limiter.hit("a").allowed for _ in range(5)] == [True, True, True, True, False]
        # 14.5 s into the next minute 45.5/60 of the four count, three and a bit: one is free, and no more.
        clock.now += 24
        assert [limiter.hit("a").allowed for _ in range(2)] == [True, False]
        # A whole minute without any, and all are free.
        clock.now += 120
        assert [limiter.hit("a").allowed for _ in range(5)] == [True, True, True, True, False]

    @pytest.mark.parametrize("rate", [Rate(1, 1), Rate(3, 60), Rate(7, 10), Rate(600, 60)])
    def test_who_waits_as_told_gets_through(self, clock: Clock, rate: Rate):
        limiter = RateLimiter(Counters(), rate, "key")
        for _ in range(3 * rate.amount):
            allowance = limiter.hit("a")
            if not allowance.allowed:
                assert 1 <= allowance.reset_s <= rate.per_s
                clock.now += allowance.reset_s + 0.001
                assert limiter.hit("a").allowed

    @pytest.mark.usefixtures("clock")
    def test_limiters_do_not_share(self):
        counters = Counters()
        one, two = RateLimiter(counters, Rate(1, 60), "key"), RateLimiter(counters, Rate(1, 60), "address")
        assert one.hit("a").allowed
        assert two.hit("a").allowed
        assert not one.hit("a").allowed

    def test_many_at_once_get_no_more(self):
        limiter = RateLimiter(Counters(), Rate(50, 3600), "key")
        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(lambda _: limiter.hit("a").allowed, range(400))) == 50

    @pytest.mark.usefixtures("clock")
    def test_any_text_may_be_counted(self):
        limiter = RateLimiter(Counters(), Rate(1, 60), "key")
        for who in ("", "张 三\n", "\ud800", "x" * 10_000):
            assert limiter.hit(who).allowed

    @pytest.mark.parametrize(
        ("text", "rate"), [("600/minute", Rate(600, 60)), (" 5 / second ", Rate(5, 1)), ("9/day", Rate(9, 86_400))]
    )
    def test_rates_are_read(self, text: str, rate: Rate):
        assert parse_rate(text) == rate

    @pytest.mark.parametrize("text", ["", "0/minute", "-1/minute", "10", "10/week", "1.5/second", "９/minute"])
    def test_other_rates_are_refused(self, text: str):
        with pytest.raises(ConfigError, match="600/minute"):
            parse_rate(text)


class TestSignIn:
    def test_five_tries_then_waits_that_double_up_to_a_quarter_of_an_hour(self, clock: Clock, throttle: SignInThrottle):
        fail(throttle, "zhang", ABROAD, 4)
        waits = []
        for _ in range(9):
            fail(throttle, "zhang", ABROAD)
            waits.append(wait_of(throttle, "zhang", ABROAD))
            clock.now += waits[-1] + 0.001
        assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]

    def test_tries_in_a_day_from_everywhere(self, clock: Clock, throttle: SignInThrottle):
        start, tries, address = clock.now, 0, 0
        while clock.now - start < 86_400:
            address += 1
            try:
                throttle.begin("zhang", f"2001:db8:{address % 65_536:x}::1")
            except ThrottledError as error:
                clock.now += error.retry_after_s + 0.001
            else:
                tries += 1
        # Eleven until the first wait of 900 s begins (5 free, then after 15, 30, 60, 120, 240, 480 s: 945 s in all),
        # then one each 900 s: 11 + 85,455 / 900 = 105.95.
        assert tries == 11 + math.floor((86_400 - 945) / 900)

    def test_trying_while_waiting_makes_nothing_longer(self, clock: Clock, throttle: SignInThrottle):
        fail(throttle, "zhang", ABROAD, 5)
        for _ in range(100):
            wait_of(throttle, "zhang", ABROAD)
        clock.now += 15.001
        throttle.begin("zhang", ABROAD)

    def test_success_clears_the_login(self, throttle: SignInThrottle):
        fail(throttle, "zhang", HOME, 4)
        throttle.begin("zhang", HOME)
        throttle.succeeded("zhang", HOME)
        fail(throttle, "zhang", ABROAD, 4)
        throttle.begin("zhang", ABROAD)

    def test_one_login_is_one_however_it_is_written(self, throttle: SignInThrottle):
        for login in ("Zhang", " zhang", "ZHANG", "ｚｈａｎｇ", "zhang"):
            fail(throttle, login, ABROAD)
        assert wait_of(throttle, "zhang ", HOME) == 15
        throttle.begin("zhang2", HOME)

    def test_a_login_that_does_not_exist_waits_the_same(self, throttle: SignInThrottle):
        fail(throttle, "nobody-of-that-name", ABROAD, 5)
        assert wait_of(throttle, "nobody-of-that-name", ABROAD) == 15

    def test_strangers_do_not_shut_out_whom_the_address_knows(self, clock: Clock, throttle: SignInThrottle):
        throttle.begin("zhang", HOME)
        throttle.succeeded("zhang", HOME)
        for _ in range(10):
            fail(throttle, "zhang", ABROAD, 1)
            clock.now += 500
        fail(throttle, "zhang", ABROAD, 1)
        assert wait_of(throttle, "zhang", OFFICE) == 900
        throttle.begin("zhang", HOME)
        throttle.succeeded("zhang", HOME)
        # And signing in at home gives the stranger no new tries.
        assert wait_of(throttle, "zhang", ABROAD) == 900

    def test_known_by_the_database(self, throttle: SignInThrottle):
        fail(throttle, "zhang", ABROAD, 5)
        throttle.begin("zhang", OFFICE, known=True)
        wait_of(throttle, "zhang", OFFICE)

    def test_a_known_address_has_its_own_five(self, throttle: SignInThrottle):
        throttle.begin("zhang", HOME)
        throttle.succeeded("zhang", HOME)
        fail(throttle, "zhang", HOME, 5)
        assert wait_of(throttle, "zhang", HOME) == 15

    def test_whom_the_address_knows_does_not_wait_for_others_there(self, throttle: SignInThrottle):
        throttle.begin("zhang", OFFICE)
        throttle.succeeded("zhang", OFFICE)
        for number in range(20):
            fail(throttle, f"user{number}", OFFICE)
        assert wait_of(throttle, "user-new", OFFICE) == 15
        throttle.begin("zhang", OFFICE)

    def test_every_sign_in_renews_the_thirty_days(self, clock: Clock, throttle: SignInThrottle):
        for _ in range(2):
            throttle.begin("zhang", HOME)
            throttle.succeeded("zhang", HOME)
            clock.now += 20 * 86_400
        fail(throttle, "zhang", ABROAD, 5)
        throttle.begin("zhang", HOME)

    def test_an_address_is_forgotten_after_thirty_days(self, clock: Clock, throttle: SignInThrottle):
        throttle.begin("zhang", HOME)
        throttle.succeeded("zhang", HOME)
        clock.now += 30 * 86_400 + 1
        fail(throttle, "zhang", ABROAD, 5)
        assert wait_of(throttle, "zhang", HOME) == 15

    def test_an_address_waits_after_twenty_failures_at_any_logins(self, clock: Clock, throttle: SignInThrottle):
        for number in range(20):
            fail(throttle, f"user{number}", ABROAD)
        assert wait_of(throttle, "user-new", ABROAD) == 15
        throttle.begin("user-new", OFFICE)
        clock.now += 15.001
        fail(throttle, "user-new", ABROAD)
        assert wait_of(throttle, "user-newer", ABROAD) == 30

    def test_success_does_not_clear_the_address(self, throttle: SignInThrottle):
        for number in range(19):
            fail(throttle, f"user{number}", ABROAD)
        throttle.begin("own", ABROAD)
        throttle.succeeded("own", ABROAD)
        fail(throttle, "user19", ABROAD)
        assert wait_of(throttle, "user20", ABROAD) == 15

    def test_an_ipv6_network_is_one_address(self, throttle: SignInThrottle):
        for number in range(20):
            fail(throttle, f"user{number}", f"2001:db8:1:2::{number + 1:x}")
        assert wait_of(throttle, "user-new", "2001:db8:1:2:ffff::1") == 15

    def test_a_whole_office_may_sign_in_at_nine(self, throttle: SignInThrottle):
        for number in range(200):
            throttle.begin(f"user{number}", OFFICE)
            throttle.succeeded(f"user{number}", OFFICE)

    def test_failures_are_forgotten_after_a_day(self, clock: Clock, throttle: SignInThrottle):
        fail(throttle, "zhang", ABROAD, 4)
        clock.now += 86_401
        fail(throttle, "zhang", ABROAD, 4)
        throttle.begin("zhang", ABROAD)

    def test_a_thousand_at_the_same_moment_are_five(self):
        throttle, passed, lock = SignInThrottle(Counters()), [], threading.Lock()

        def attempt(number: int) -> None:
            try:
                throttle.begin("zhang", f"198.51.{number // 256}.{number % 256}")
            except ThrottledError:
                return
            with lock:
                passed.append(number)

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(attempt, range(1000)))
        assert len(passed) == 5

    @pytest.mark.usefixtures("clock")
    def test_other_rules(self):
        rules = SignInRules(login_free=2, first_wait_s=10, longest_wait_s=35)
        assert [rules.wait_s(failures, 2) for failures in (0, 1, 2, 3, 4, 5, 10_000)] == [0, 0, 10, 20, 35, 35, 35]
        throttle = SignInThrottle(Counters(), rules)
        fail(throttle, "zhang", ABROAD, 2)
        assert wait_of(throttle, "zhang", ABROAD) == 10


class TestOnce:
    def test_once_and_again_when_forgotten(self, clock: Clock):
        once = OnceOnly(Counters())
        assert [once.first_use("state", 600) for _ in range(3)] == [True, False, False]
        assert once.first_use("other", 600)
        clock.now += 601
        assert once.first_use("state", 600)

    def test_of_many_at_once_one(self):
        once = OnceOnly(Counters())
        with ThreadPoolExecutor(16) as pool:
            assert sum(pool.map(lambda _: once.first_use("state", 600), range(200))) == 1


class Gone(Storage, SlidingWindowCounterSupport):
    """A storage over a connection that nobody takes any more."""

    STORAGE_SCHEME: ClassVar[list[str]] = ["ttm-test-gone"]
    base_exceptions = ValueError
    asked = 0

    def _connect(self, *args: object, **kwargs: object) -> NoReturn:
        del args, kwargs
        Gone.asked += 1
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            address = closed.getsockname()
        with socket.create_connection(address):
            pytest.fail("somebody listens")

    incr = get = get_expiry = check = reset = clear = _connect
    acquire_sliding_window_entry = get_sliding_window = clear_sliding_window = _connect


class TestStorage:
    @pytest.mark.parametrize(
        "uri", ["", "memory", "nosuch://host", "async+memory://", "postgresql://user:pa55@host/db"]
    )
    def test_a_storage_that_cannot_be(self, uri: str):
        with pytest.raises(ConfigError, match="限流计数存放处") as raised:
            Counters(uri)
        assert "pa55" not in str(raised.value)

    def test_a_storage_that_does_not_answer_shuts_nobody_out(self, caplog: pytest.LogCaptureFixture):
        counters = Counters("ttm-test-gone://")
        limiter, once = RateLimiter(counters, Rate(2, 60), "key"), OnceOnly(counters)
        with caplog.at_level(logging.WARNING):
            assert [limiter.hit("a").allowed for _ in range(3)] == [True, True, False]
            assert [once.first_use("state", 60) for _ in range(2)] == [True, False]
        assert Gone.asked == 1
        assert len(caplog.records) == 1
