"""Two runs compared: which pairs came, went, rose or fell, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from matcher.batch.base import Run, RunPair
from matcher.batch.reasons import Cause, Causes, Why, same_grade
from matcher.records import Achievement, Need

__all__ = ["Cause", "Change", "Kind", "Why", "compare"]


class Kind(StrEnum):
    """What happened to a pair."""

    CAME = "新增"
    WENT = "消失"
    ROSE = "上升"
    FELL = "下降"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One pair that differs. `before` or `after` is None where that run lists the pair in neither direction.

    need, achievement: the newer record there is.
    """

    kind: Kind
    need: Need
    achievement: Achievement
    before: RunPair | None
    after: RunPair | None
    why: tuple[Why, ...]

    @property
    def level(self) -> int:
        """The best level the pair has or had."""
        return max(pair.level for pair in (self.before, self.after) if pair is not None)

    @property
    def shift(self) -> float:
        """How far its probability of level ≥ 3 moved; a pair that is not listed counts as 0."""
        before, after = (0.0 if pair is None else pair.fit for pair in (self.before, self.after))
        return after - before


def compare(before: Run, after: Run) -> tuple[Change, ...]:
    """All pairs that differ, the most important first: by how far they moved, then by level, then by id.

    A pair rose or fell by its own grade where that changed, else by its rank in the need's list, else by its rank in
    the achievement's.
    """
    causes = Causes(before, after)
    changes = _changes(_listed(before), _listed(after), before, after, causes)
    return tuple(sorted(changes, key=lambda each: (-abs(each.shift), -each.level, each.need.id, each.achievement.id)))


_Key = tuple[str, str]


def _listed(run: Run) -> dict[_Key, RunPair]:
    """The pairs that are in a list; one that a condition keeps out is not there."""
    return {(pair.need_id, pair.achievement_id): pair for pair in run.pairs if pair.need_rank or pair.achievement_rank}


def _changes(
    old: Mapping[_Key, RunPair], new: Mapping[_Key, RunPair], before: Run, after: Run, causes: Causes
) -> Iterator[Change]:
    for key in sorted(old.keys() | new.keys()):
        first, second = old.get(key), new.get(key)
        kind = _kind(first, second)
        if kind is None:
            continue
        need_id, achievement_id = key
        yield Change(
            kind=kind,
            need=after.needs.get(need_id) or before.needs[need_id],
            achievement=after.achievements.get(achievement_id) or before.achievements[achievement_id],
            before=first,
            after=second,
            why=causes.of(need_id, achievement_id, first, second),
        )


def _kind(before: RunPair | None, after: RunPair | None) -> Kind | None:
    if before is None:
        return Kind.CAME
    if after is None:
        return Kind.WENT
    moves = (
        0.0 if same_grade(before, after) else after.score - before.score,
        _gain(before.need_rank, after.need_rank),
        _gain(before.achievement_rank, after.achievement_rank),
    )
    first = next((move for move in moves if move), 0.0)
    return None if not first else Kind.ROSE if first > 0 else Kind.FELL


def _gain(before: int | None, after: int | None) -> float:
    """Positive where a pair moved up; one that is not in the list stands below all that are."""
    below = float("inf")
    first, second = (below if rank is None else float(rank) for rank in (before, after))
    return 0.0 if first == second else first - second
