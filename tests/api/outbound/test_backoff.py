"""Times of further attempts."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from api.outbound import DELAYS_S, next_attempt

AT = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


def delay_s(event_id: str, failed: int, retry_after_s: int | None = None) -> float:
    due = next_attempt(event_id, failed=failed, at=AT, retry_after_s=retry_after_s)
    assert due is not None
    return (due - AT).total_seconds()


def test_delays_and_giving_up() -> None:
    assert DELAYS_S == (10, 60, 300, 1800, 2 * 3600, 6 * 3600, 24 * 3600)
    for failed, base in enumerate(DELAYS_S, start=1):
        delays = [delay_s(f"event-{number}", failed) for number in range(200)]
        assert min(delays) >= base
        assert max(delays) < base * 1.2
        # Spread over the whole fifth: 200 draws leave neither tenth of it empty.
        assert min(delays) < base * 1.02
        assert max(delays) > base * 1.18
    assert next_attempt("event-1", failed=8, at=AT) is None


def test_the_share_comes_from_the_id() -> None:
    # The first four bytes of the digest as a share of 2^32, of which a fifth is added.
    share = int(hashlib.sha256(b"event-1:1").hexdigest()[:8], 16) / 2**32
    assert delay_s("event-1", 1) == pytest.approx(10 + 2 * share, abs=1e-6)
    assert delay_s("event-1", 1) == delay_s("event-1", 1) != delay_s("event-2", 1)


def test_the_receiver_may_ask_for_more() -> None:
    assert delay_s("e", 1, 120) == 120
    assert delay_s("e", 1, 5) == delay_s("e", 1)
    assert delay_s("e", 1, 10**9) == 86400
    assert next_attempt("e", failed=8, at=AT, retry_after_s=60) is None


def test_nothing_has_failed() -> None:
    with pytest.raises(ValueError, match="failed"):
        next_attempt("e", failed=0, at=AT + timedelta(0))
