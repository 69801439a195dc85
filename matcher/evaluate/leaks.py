"""Near-duplicate texts on both sides of a split, and how much they lift the figures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.evaluate.base import Evaluation, Interval
from matcher.evaluate.bootstrap import DRAWS, SEED, draw_needs, percentiles
from matcher.evaluate.judgements import Judgements
from matcher.evaluate.metrics import Floats, Measure
from matcher.evaluate.near import THRESHOLD, NearPair, groups, near_pairs
from matcher.evaluate.splits import Split
from matcher.records import Achievement, Need

__all__ = ["Effect", "Leaks", "effects", "find_leaks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaks:
    """What a model that is tested may have seen.

    `needs`, `achievements`: near-duplicate pairs judged on different sides. `shared`: achievements judged on both sides
    under one id. `leaking`: tested needs with a near-duplicate on the other side. `tested`, `tested_pairs`: tested
    needs and their judged pairs; `known_pairs`: those of the pairs whose need and achievement both have a
    near-duplicate (or the same id), judged together on the other side, so that the answer itself was seen.
    """

    split: Split
    tested: int
    tested_pairs: int
    needs: tuple[NearPair, ...]
    achievements: tuple[NearPair, ...]
    shared: tuple[str, ...]
    leaking: tuple[str, ...]
    known_pairs: int


def find_leaks(
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    judgements: Judgements,
    split: Split,
    *,
    threshold: float = THRESHOLD,
) -> Leaks:
    """Compare the texts of each part with those of all other parts.

    Args:
        needs: at least the judged ones, by id.
        achievements: likewise.
        judgements: the graded pairs.
        split: parts of the judged needs; needs it does not name are left out.
        threshold: of near-duplicates (`near_pairs`), in (0, 1].
    """
    parts, tested = split.parts, set(split.tested)
    judged_in: dict[str, set[str]] = {}
    for need_id in parts:
        for i in judgements.levels[need_id]:
            judged_in.setdefault(i, set()).add(parts[need_id])
    near_needs = near_pairs([needs[i] for i in parts], threshold=threshold)
    near_achievements = near_pairs([achievements[i] for i in judged_in], threshold=threshold)
    across = tuple(
        pair
        for pair in near_needs
        if parts[pair.first] != parts[pair.second] and not tested.isdisjoint((pair.first, pair.second))
    )
    return Leaks(
        split=split,
        tested=len(tested),
        tested_pairs=sum(len(judgements.levels[i]) for i in tested),
        needs=across,
        achievements=tuple(
            pair for pair in near_achievements if len(judged_in[pair.first] | judged_in[pair.second]) > 1
        ),
        shared=tuple(sorted(i for i, where in judged_in.items() if len(where) > 1)),
        leaking=tuple(sorted(tested & {i for pair in across for i in (pair.first, pair.second)})),
        known_pairs=_known_pairs(judgements, split, groups(parts, near_needs), groups(judged_in, near_achievements)),
    )


def _known_pairs(
    judgements: Judgements, split: Split, need_group: Mapping[str, str], achievement_group: Mapping[str, str]
) -> int:
    seen: dict[tuple[str, str], set[str]] = {}
    for need_id, part in split.parts.items():
        for i in judgements.levels[need_id]:
            seen.setdefault((need_group[need_id], achievement_group[i]), set()).add(part)
    return sum(
        len(seen[need_group[need_id], achievement_group[i]]) > 1
        for need_id in split.tested
        for i in judgements.levels[need_id]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One figure over the tested needs, `every` with and `clean` without the leaking ones.

    `difference` = clean − every; `low`, `high`: its 95 % interval over the same draws of needs.
    """

    metric: str
    every: Interval
    clean: Interval
    difference: float
    low: float
    high: float


def effects(evaluation: Evaluation, leaks: Leaks, *, draws: int = DRAWS, seed: int = SEED) -> tuple[Effect, ...]:
    """Each figure with and without the leaking needs.

    It tells something about leaking only if the system was trained on this split; for another it tells whether the
    leaking needs are easier by themselves.
    """
    tested = _mask(evaluation.need_ids, leaks.split.tested)
    clean = tested * (1.0 - _mask(evaluation.need_ids, leaks.leaking))
    weights = draw_needs(len(evaluation.need_ids), draws, seed)
    return tuple(_effect(name, measure, tested, clean, weights) for name, measure in evaluation.measures.items())


def _mask(need_ids: Sequence[str], chosen: Iterable[str]) -> Floats:
    wanted = set(chosen)
    return np.array([float(i in wanted) for i in need_ids])


def _effect(name: str, measure: Measure, tested: Floats, clean: Floats, weights: Floats) -> Effect:
    every_value, clean_value = (float(measure.values(mask[None, :])[0]) for mask in (tested, clean))
    every, left = measure.values(weights * tested), measure.values(weights * clean)
    low, high = percentiles(left - every)
    return Effect(
        metric=name,
        every=Interval(every_value, *percentiles(every)),
        clean=Interval(clean_value, *percentiles(left)),
        difference=clean_value - every_value,
        low=low,
        high=high,
    )
