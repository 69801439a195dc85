"""Which segments are written together."""

import random

import pytest

from matcher.live.merging import MOST_DELTAS, MOST_MERGED, due


@pytest.mark.parametrize(
    ("sizes", "fixed", "first"),
    [
        ([], 0, None),
        ([5], 0, None),
        ([100, 49], 0, None),
        # Half of the base is on top of it.
        ([100, 30, 20], 0, 0),
        ([100, 30, 20], 1, None),
        ([4000, 2000], 0, None),
        ([100_000, 1, 1, 1, 1, 1, 1], 0, None),
        # 1 ≤ 1 + 1, then 1 ≤ 3 and so on down to the base.
        ([100_000, 1, 1, 1, 1, 1, 1, 1], 0, 1),
        # 9 > 2 + 1 + 1: the older ones stay.
        ([100_000, 90, 40, 20, 9, 2, 1, 1], 0, 5),
        ([100_000, 90, 40, 20, 9, 2, 1, 1], 6, 6),
        # Two at least go together, whatever their sizes.
        ([100_000, 64, 32, 16, 8, 4, 2, 1], 0, 6),
        ([100_000, 4000, 4000, 4000, 4000, 4000, 4000, 4000], 0, None),
        ([100_000, 1, 1, 1, 1, 1, 1, 1], 7, None),
    ],
)
def test_due(sizes: list[int], fixed: int, first: int | None) -> None:
    assert due(sizes, fixed) == first


def test_there_are_never_many_and_none_is_written_often() -> None:
    rng = random.Random(0)
    sizes, written, given = [100_000], 0, 0
    for _ in range(400):
        sizes.append(rng.choice([1, 1, 1, 2, 5, 20]))
        given += sizes[-1]
        if (at := due(sizes)) is not None:
            assert sum(sizes[at:]) <= MOST_MERGED
            written += sum(sizes[at:])
            sizes[at:] = [sum(sizes[at:])]
        assert len(sizes) <= 1 + MOST_DELTAS
    assert sum(sizes) == 100_000 + given
    # Ten doublings lead from two records to 2,000.
    assert written < 10 * given
