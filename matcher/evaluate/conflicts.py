"""Label noise: the same content graded twice, and what that leaves for any model to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from matcher.evaluate.judgements import Judgements
from matcher.evaluate.near import THRESHOLD, groups, near_pairs, same_text
from matcher.records import Achievement, Need

__all__ = ["Conflict", "LabelNoise", "label_noise"]

_LEVELS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two judged pairs of one content with different levels; each is (need id, achievement id)."""

    one: tuple[str, str]
    other: tuple[str, str]
    level: int
    other_level: int

    @property
    def gap(self) -> int:
        """How many levels lie between them, 1..3."""
        return abs(self.level - self.other_level)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelNoise:
    """How well grades of one content agree.

    A cell holds the judged pairs whose needs are alike and whose achievements are alike. `repeated`: pairs in cells of
    two or more; `cells`: how many such cells; `split_cells`: those with more than one level.
    """

    pairs: int
    repeated: int
    cells: int
    split_cells: int
    conflicts: tuple[Conflict, ...]
    bound_mae: float
    """No answer that gives one content one level can have a lower MAE on these very pairs."""
    repeat_mae: float
    """Mean gap between a grade and the other grades of its cell; NaN where nothing was graded twice."""

    @property
    def bound_contest(self) -> float:
        """The highest contest score 1/(1+MAE) that `bound_mae` leaves."""
        return 1.0 / (1.0 + self.bound_mae)

    @property
    def likely_mae(self) -> tuple[float, float]:
        """Where the best reachable MAE lies if all pairs are as noisy as the repeated ones.

        For two independent grades X, X' of one content with median m: E|X−X'|/2 ≤ E|X−m| ≤ E|X−X'|.
        """
        return self.repeat_mae / 2.0, self.repeat_mae

    @property
    def likely_contest(self) -> tuple[float, float]:
        """The contest scores of `likely_mae`, the lower first."""
        low, high = self.likely_mae
        return 1.0 / (1.0 + high), 1.0 / (1.0 + low)


def label_noise(
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    judgements: Judgements,
    *,
    threshold: float = THRESHOLD,
) -> tuple[LabelNoise, LabelNoise]:
    """Noise among texts that are the same to the letter, and among near-duplicates (`near_pairs`).

    The second holds the first; it has more cells, and some of its gaps are real differences of content.

    Args:
        needs: at least the judged ones, by id.
        achievements: likewise.
        judgements: the graded pairs.
        threshold: of near-duplicates, in (0, 1].
    """
    asked = [needs[i] for i in judgements.levels]
    offered = [achievements[i] for i in dict.fromkeys(i for found in judgements.levels.values() for i in found)]
    near = [groups([each.id for each in side], near_pairs(side, threshold=threshold)) for side in (asked, offered)]
    return (
        _noise(judgements, same_text(asked), same_text(offered)),
        _noise(judgements, near[0], near[1]),
    )


def _noise(judgements: Judgements, needs: Mapping[str, str], achievements: Mapping[str, str]) -> LabelNoise:
    cells: dict[tuple[str, str], list[tuple[tuple[str, str], int]]] = {}
    for need_id, found in judgements.levels.items():
        for achievement_id, level in found.items():
            cell = needs[need_id], achievements[achievement_id]
            cells.setdefault(cell, []).append(((need_id, achievement_id), level))
    several = [sorted(cell) for cell in cells.values() if len(cell) > 1]
    levels = [[level for _, level in cell] for cell in several]
    gaps = [gap for cell in levels for gap in _mean_gaps(cell)]
    conflicts = [
        Conflict(one, other, level, other_level)
        for cell in several
        for (one, level), (other, other_level) in combinations(cell, 2)
        if level != other_level
    ]
    return LabelNoise(
        pairs=judgements.pairs,
        repeated=len(gaps),
        cells=len(several),
        split_cells=sum(len(set(cell)) > 1 for cell in levels),
        conflicts=tuple(sorted(conflicts, key=lambda each: (-each.gap, each.one, each.other))),
        bound_mae=sum(map(_least_error, levels)) / judgements.pairs,
        repeat_mae=sum(gaps) / len(gaps) if gaps else float("nan"),
    )


def _least_error(levels: Sequence[int]) -> int:
    """Σ |level − best single answer|."""
    return min(sum(abs(level - answer) for level in levels) for answer in _LEVELS)


def _mean_gaps(levels: Sequence[int]) -> list[float]:
    """For each grade, its mean distance to the other grades of the cell."""
    return [sum(abs(level - other) for other in levels) / (len(levels) - 1) for level in levels]
