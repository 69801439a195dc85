"""How often somebody may ask, and how often try to sign in, counted by the `limits` library.

Counters live in the memory of the process unless a storage is named; several workers count together only with a shared
one. A shared storage that does not answer is replaced by the memory of the process until it does: limits get looser for
that time, and nobody is shut out.
"""

import hashlib
import logging
import math
import re
import threading
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from limits import RateLimitItemPerSecond
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from api.access.address import address_group
from api.access.errors import ThrottledError
from matcher.errors import ConfigError

__all__ = ["Allowance", "Counters", "OnceOnly", "Rate", "RateLimiter", "SignInRules", "SignInThrottle", "parse_rate"]

_PERIODS_S = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_RATE = re.compile(r"\s*(\d{1,9})\s*/\s*(second|minute|hour|day)\s*", re.ASCII)
_WARN_EVERY_S = 60.0
# A storage that is stuck may cost one request this much, and then none until it is asked again.
_ANSWER_S = 0.5
_AGAIN_S = 5.0

_log = logging.getLogger(__name__)
_Answer = TypeVar("_Answer")


class Counters:
    """Where everything here is counted; one for the process."""

    def __init__(self, storage_uri: str = "memory://") -> None:
        """`memory://`, `redis://host:6379/0`, `memcached://host:11211`, or what else `limits` knows.

        Raises:
            ConfigError: the address of the storage cannot be used, or its client library is not installed.
        """
        # The address may hold a password: only its kind is named.
        scheme = storage_uri.partition(":")[0]
        try:
            storage = storage_from_string(storage_uri, wrap_exceptions=True, **_timeouts(scheme))
        except (ConfigurationError, ValueError, OSError) as error:
            raise ConfigError(
                f"限流计数存放处（{scheme}）不可用；请检查地址写法，并确认已安装对应的客户端库，"
                "如 pip install 'limits[redis]'。"
            ) from error
        if not isinstance(storage, Storage):
            raise ConfigError(f"限流计数存放处（{scheme}）不可用；请去掉地址开头的 async+。")
        self._shared = storage
        self._own = MemoryStorage()
        self._lock = threading.Lock()
        self._warned_at = -math.inf
        self._own_until = -math.inf

    def ask(self, question: Callable[[Storage], _Answer]) -> _Answer:
        """What `question` finds in the storage, or in the memory of this process while the storage does not answer."""
        if isinstance(self._shared, MemoryStorage) or time.monotonic() < self._own_until:
            return self._ask_own(question)
        try:
            return question(self._shared)
        # The client of memcached lets some errors of its connection through as they are.
        except (StorageError, OSError):
            self._own_until = time.monotonic() + _AGAIN_S
            if time.monotonic() - self._warned_at > _WARN_EVERY_S:
                self._warned_at = time.monotonic()
                _log.warning("The storage of the rate limits does not answer; this process counts by itself.")
            return self._ask_own(question)

    def _ask_own(self, question: Callable[[Storage], _Answer]) -> _Answer:
        # Between two of its steps the memory of `limits` may lose a count to another thread.
        with self._lock:
            return question(self._own)


@dataclass(frozen=True)
class Rate:
    """At most `amount` requests in any `per_s` seconds."""

    amount: int
    per_s: int


def parse_rate(text: str) -> Rate:
    """`600/minute` (second, minute, hour, day).

    Raises:
        ConfigError: anything else, or zero.
    """
    found = _RATE.fullmatch(text)
    if found is None or int(found.group(1)) == 0:
        raise ConfigError(f"限流 {text!r} 的写法不可用；请写成 600/minute（可用 second、minute、hour、day）。")
    return Rate(int(found.group(1)), _PERIODS_S[found.group(2)])


@dataclass(frozen=True)
class Allowance:
    """Whether a request may go on, and what is left: `reset_s` is when one more is free, in whole seconds."""

    allowed: bool
    limit: int
    per_s: int
    remaining: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """`RateLimit-…` (draft-ietf-httpapi-ratelimit-headers-06), and `Retry-After` (RFC 9110) when refused."""
        headers = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Policy": f"{self.limit};w={self.per_s}",
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_s),
        }
        return headers if self.allowed else {**headers, "Retry-After": str(self.reset_s)}


class RateLimiter:
    """One rate for everybody of a kind: accounts, keys, addresses.

    The window slides: the last period counts by the part of it that still lies within `per_s`, as if its requests had
    come evenly. That needs two counters for each `who`, whatever the rate.
    """

    def __init__(self, counters: Counters, rate: Rate, name: str) -> None:
        """`name` keeps the counters of two limiters apart."""
        self._counters = counters
        self._rate = rate
        self._name = name
        self._item = RateLimitItemPerSecond(rate.amount, rate.per_s, namespace="ttm")

    def hit(self, who: str) -> Allowance:
        """Count one request of `who` (the id of an account or a key, or an `address_group`), unless there are too many.

        A refused request is not counted: who waits as told gets through.
        """
        name = _digest(self._name, who)

        def count(storage: Storage) -> tuple[bool, int, float]:
            limiter = SlidingWindowCounterRateLimiter(storage)
            allowed = limiter.hit(self._item, name)
            stats = limiter.get_window_stats(self._item, name)
            return allowed, stats.remaining, stats.reset_time

        return self._allowance(count)

    def look(self, who: str) -> Allowance:
        """What `hit` would say of `who` now, without counting."""
        name = _digest(self._name, who)

        def read(storage: Storage) -> tuple[bool, int, float]:
            limiter = SlidingWindowCounterRateLimiter(storage)
            stats = limiter.get_window_stats(self._item, name)
            return limiter.test(self._item, name), stats.remaining, stats.reset_time

        return self._allowance(read)

    def _allowance(self, question: Callable[[Storage], tuple[bool, int, float]]) -> Allowance:
        allowed, remaining, reset_at = self._counters.ask(question)
        wait_s = max(0 if allowed else 1, math.ceil(reset_at - time.time()))
        return Allowance(allowed, self._rate.amount, self._rate.per_s, remaining if allowed else 0, wait_s)


@dataclass(frozen=True)
class SignInRules:
    """When tries to sign in have to wait; times in seconds.

    The wait after failure n is `first_wait_s` · 2^(n - free), at most `longest_wait_s`. Failures of a login are
    forgotten after `remembered_s` or a success: with these figures a stranger has 10 tries in the first quarter of an
    hour and four an hour from then on, about 105 in the first day.
    """

    login_free: int = 5
    address_free: int = 20
    first_wait_s: int = 15
    longest_wait_s: int = 900
    remembered_s: int = 86_400
    address_remembered_s: int = 900
    known_s: int = 30 * 86_400

    def wait_s(self, failures: int, free: int) -> int:
        """The wait after this many failures; 0 before `free`."""
        if failures < free:
            return 0
        # 2^20 is past any wait that makes sense, and keeps the power small.
        return int(min(self.longest_wait_s, self.first_wait_s * 2 ** min(failures - free, 20)))


class SignInThrottle:
    """Slows down guessing passwords, by login and by address, without letting a stranger shut anybody out.

    Strangers' tries at a login are counted together, from wherever they come. An address from which that login was
    signed in before has a counter of its own for it and does not wait for strangers.
    """

    def __init__(self, counters: Counters, rules: SignInRules | None = None) -> None:
        """`rules` are `SignInRules()` unless given."""
        self._counters = counters
        self._rules = rules or SignInRules()

    def begin(self, login: str, address: str, *, known: bool = False) -> None:
        """Before a password is looked at: count the try, which stands as a failure until `succeeded`.

        Counting first means that a thousand tries at the same moment are a thousand. `known` is for addresses the
        database knows this login to have been signed in from.

        Raises:
            ThrottledError: the login, or the address, has to wait.
        """
        rules, who = self._rules, self._who(login, address, known=known)
        waits = [self._left_s("wait", who)]
        if who[0] == "login":
            waits.append(self._left_s("wait", ("address", address_group(address))))
        if max(waits) > 0:
            raise _throttled(max(waits))
        failures = self._add("failures", who, rules.remembered_s)
        wait_s = rules.wait_s(failures, rules.login_free)
        # Of several tries that all found no wait, the first to start the next one goes on.
        if wait_s and self._add("wait", who, wait_s) > 1:
            raise _throttled(max(1, self._left_s("wait", who)))

    def failed(self, login: str, address: str) -> None:
        """The password was wrong or there is no such login: it counts for the address too."""
        del login
        rules, who = self._rules, ("address", address_group(address))
        wait_s = rules.wait_s(self._add("failures", who, rules.address_remembered_s), rules.address_free)
        if wait_s:
            self._add("wait", who, wait_s)

    def succeeded(self, login: str, address: str, *, known: bool = False) -> None:
        """The password was right: forget the failures it was counted among, and know the address from now on.

        Failures of the address stay, or one account of one's own would pay for guessing at all the others; so do those
        of strangers at this login when it is signed in from an address that was known.
        """
        for kind in ("failures", "wait"):
            self._clear(kind, self._who(login, address, known=known))
        pair = ("pair", _login(login), address_group(address))
        self._clear("known", pair)
        self._add("known", pair, self._rules.known_s)

    def _who(self, login: str, address: str, *, known: bool) -> tuple[str, ...]:
        pair = ("pair", _login(login), address_group(address))
        key = _digest("known", *pair)
        return pair if known or self._counters.ask(lambda storage: storage.get(key)) else ("login", _login(login))

    def _add(self, kind: str, who: tuple[str, ...], life_s: int) -> int:
        key = _digest(kind, *who)
        return self._counters.ask(lambda storage: storage.incr(key, life_s))

    def _clear(self, kind: str, who: tuple[str, ...]) -> None:
        key = _digest(kind, *who)
        self._counters.ask(lambda storage: storage.clear(key))

    def _left_s(self, kind: str, who: tuple[str, ...]) -> int:
        key = _digest(kind, *who)
        ends_at = self._counters.ask(lambda storage: storage.get_expiry(key) if storage.get(key) else 0.0)
        return max(0, math.ceil(ends_at - time.time()))


class OnceOnly:
    """Things that may be used one time, such as the state of a sign-in at the identity provider."""

    def __init__(self, counters: Counters) -> None:
        """See `Counters`: once for all workers only with a shared storage."""
        self._counters = counters

    def first_use(self, name: str, life_s: int) -> bool:
        """Whether `name` is used for the first time in `life_s` seconds; of two at the same moment, one is."""
        key = _digest("once", name)
        return self._counters.ask(lambda storage: storage.incr(key, life_s)) == 1


def _timeouts(scheme: str) -> dict[str, float]:
    """What the client of this storage calls its limits: a request does not wait longer to be counted."""
    if scheme.startswith(("redis", "valkey")):
        return {"socket_timeout": _ANSWER_S, "socket_connect_timeout": _ANSWER_S}
    return {"timeout": _ANSWER_S, "connect_timeout": _ANSWER_S} if scheme == "memcached" else {}


def _throttled(wait_s: int) -> ThrottledError:
    return ThrottledError(
        f"登录尝试过多，请在 {wait_s} 秒后再试；忘记密码请联系管理员重置。",
        f"Too many tries to sign in; try again in {wait_s} seconds.",
        retry_after_s=wait_s,
    )


def _login(login: str) -> str:
    return unicodedata.normalize("NFKC", login).strip().casefold()


def _digest(*parts: str) -> str:
    """A key of fixed length: any characters may stand in a login, and a storage need not know who tries."""
    text = b"\x00".join(part.replace("\x00", "").encode("utf-8", "surrogatepass") for part in parts)
    return f"ttm-{hashlib.sha256(text).hexdigest()}"
