"""回避单位: a need's wish to avoid an organisation is kept without anybody learning of it."""

from collections.abc import Iterable

from matcher.rank.gates import blocks
from matcher.records import Need

__all__ = ["avoids"]


def avoids(need: Need, names: Iterable[str]) -> bool:
    """Whether a need wants to avoid one of these organisations; names are compared as in matching."""
    return any(blocks(avoided, name) for name in names if name for avoided in need.blocked_orgs)
