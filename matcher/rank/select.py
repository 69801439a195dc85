"""From graded candidates to the list a user sees: hard conditions, one lead a cluster, the cut."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from matcher.rank.gates import failed
from matcher.records import Gate

__all__ = ["Candidate", "Selection", "select"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record graded for one query. `order` is its place among all candidates, 0 the best."""

    id: str
    order: int
    fit: float
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The shown and the excluded candidates, best first; `copies` are the other ids of each one's cluster."""

    shown: tuple[Candidate, ...]
    excluded: tuple[Candidate, ...]
    copies: Mapping[str, tuple[str, ...]]


def select(
    candidates: Sequence[Candidate],
    *,
    top: int,
    hard: frozenset[str],
    canonical: Callable[[str], str],
    cluster: Callable[[str], tuple[str, ...]],
) -> Selection:
    """Keep one candidate a cluster, set aside what a hard condition excludes, cut at `top`.

    Of a cluster that which passes the conditions stands for it, the canonical record first, then the better ranked;
    it takes the place of the cluster's best ranked member. Excluded are shown only where they would have made the cut.

    Args:
        candidates: best first.
        top: at least 1.
        hard: names of the gates that exclude.
        canonical: id → id of its cluster's canonical record (itself where it stands alone).
        cluster: canonical id → ids of all members.
    """
    groups: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(canonical(candidate.id), []).append(candidate)
    shown: list[Candidate] = []
    excluded: list[Candidate] = []
    copies: dict[str, tuple[str, ...]] = {}
    for head, members in groups.items():
        if len(shown) >= top:
            break
        best = min(members, key=lambda member: (failed(member.gates, hard), member.id != head, member.order))
        (excluded if failed(best.gates, hard) else shown).append(best)
        copies[best.id] = tuple(other for other in cluster(head) if other != best.id)
    return Selection(shown=tuple(shown), excluded=tuple(excluded[:top]), copies=copies)
