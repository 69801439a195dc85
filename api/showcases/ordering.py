"""The order of a list of which its curator may not see every item."""

from collections.abc import Collection, Sequence

__all__ = ["inserted", "reordered"]


def reordered(all_ids: Sequence[str], seen: Collection[str], wanted: Sequence[str]) -> list[str]:
    """Put the seen items into the wanted order; those not seen stay where they are.

    Raises:
        ValueError: `wanted` does not name each seen item once.
    """
    if len(wanted) != len(set(wanted)) or set(wanted) != set(seen):
        raise ValueError("not the seen items, each once")
    following = iter(wanted)
    return [next(following) if item in set(seen) else item for item in all_ids]


def inserted(all_ids: Sequence[str], seen: Collection[str], new: str, place: int | None) -> list[str]:
    """Put a new item before the one that is seen at `place` (from 1); at the end where there is none."""
    shown = [item for item in all_ids if item in set(seen)]
    if place is None or place > len(shown):
        return [*all_ids, new]
    at = all_ids.index(shown[place - 1])
    return [*all_ids[:at], new, *all_ids[at:]]
