"""Which segments are written together as one, so that there are few and each record is written again seldom."""

from collections.abc import Sequence
from itertools import accumulate

__all__ = ["MOST_DELTAS", "MOST_MERGED", "due"]

MOST_DELTAS = 6
"""Segments on top of the base that are left as they are."""
MOST_MERGED = 4096
"""Records and removals written again at once, about two seconds; larger segments wait for a compaction."""


def due(sizes: Sequence[int], fixed: int = 0) -> int | None:
    """Place of the first of the segments to be merged, all later ones with it; None: none.

    A base that half of is on top of is merged with everything: a small index soon has the word statistics of all of it.
    Otherwise the last ones go together, and with them each older one that is not larger than all after it.

    Args:
        sizes: of the segments, oldest first.
        fixed: how many of the first must stay.
    """
    if len(sizes) < 2:
        return None
    if not fixed and sum(sizes) <= MOST_MERGED and 2 * sum(sizes[1:]) >= sizes[0]:
        return 0
    if len(sizes) - 1 <= MOST_DELTAS:
        return None
    # totals[i]: records in the last i + 1 segments.
    totals = list(accumulate(reversed(sizes)))
    at = len(sizes) - 2
    while at > max(1, fixed) and sizes[at - 1] <= totals[len(sizes) - 1 - at]:
        at -= 1
    mergeable = at >= max(1, fixed) and totals[len(sizes) - 1 - at] <= MOST_MERGED
    return at if mergeable else None
