"""When a failed delivery is tried again."""

import hashlib
from datetime import datetime, timedelta

__all__ = ["DELAYS_S", "next_attempt"]

# After the first failure 10 s, then 1 min, 5 min, 30 min, 2 h, 6 h and 24 h: eight attempts in about 33 hours.
DELAYS_S = (10, 60, 300, 1800, 7200, 21600, 86400)
_SPREAD = 0.2
_LONGEST_S = 86400


def next_attempt(event_id: str, *, failed: int, at: datetime, retry_after_s: int | None = None) -> datetime | None:
    """The time of the next attempt, or None to give up.

    Up to 20 % are added so that the events of one outage do not all come back at once. The share is taken from the
    event's id, not from chance: asked again, the answer is the same.

    Args:
        event_id: the event's id.
        failed: attempts that have failed so far; at least 1.
        at: when the last one failed.
        retry_after_s: seconds the receiver asked to wait; waited for, up to a day, if longer than ours.

    Raises:
        ValueError: `failed` is below 1.
    """
    if failed < 1:
        raise ValueError(f"failed must be at least 1, not {failed}")
    if failed > len(DELAYS_S):
        return None
    digest = hashlib.sha256(f"{event_id}:{failed}".encode()).digest()
    share = int.from_bytes(digest[:4]) / 2**32
    delay_s = DELAYS_S[failed - 1] * (1 + _SPREAD * share)
    return at + timedelta(seconds=max(delay_s, min(retry_after_s or 0, _LONGEST_S)))
