"""Error analysis: every judged pair the system got wrong, put down to the first stage that could have mended it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from matcher.evaluate.answers import DEPTH, Answers
from matcher.evaluate.base import Graded, Mode
from matcher.evaluate.conflicts import Conflict
from matcher.evaluate.judgements import Judgements
from matcher.records import Achievement, Need, Record
from matcher.text.fields import title_and_body
from matcher.text.segment import words

__all__ = ["TOP", "Failure", "Failures", "Stage", "sort_failures"]

TOP = 10
"""How far down a list people look."""


class Stage(StrEnum):
    """Where a failure is to be mended; a failure belongs to the first that applies, in this order."""

    DUPLICATE = "duplicate"
    DATA = "data"
    NOT_RETRIEVED = "not_retrieved"
    RANKED_LOW = "ranked_low"
    GRADED_WRONG = "graded_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One judged pair that went wrong: `label` is what people said, `level` and `fit` what the system says.

    `rank` is the place in the whole pipeline's list, `part_ranks` those in its parts (None: not in the list); in corpus
    mode copies of one posting share a place. `why` is a Chinese sentence.
    """

    stage: Stage
    why: str
    need: Need
    achievement: Achievement
    label: int
    level: int
    fit: float
    rank: int | None
    part_ranks: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Failures:
    """All failures, by stage, the widest gaps first; `pairs` and `partners` (level ≥ 3) were judged."""

    rows: tuple[Failure, ...]
    pairs: int
    partners: int

    def counts(self) -> dict[Stage, int]:
        """How many failures each stage has, every stage named."""
        found = Counter(row.stage for row in self.rows)
        return {stage: found[stage] for stage in Stage}


def sort_failures(
    answers: Answers,
    judgements: Judgements,
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    *,
    parts: Mapping[str, Answers] | None = None,
    clusters: Mapping[str, str] | None = None,
    conflicts: Sequence[Conflict] = (),
) -> Failures:
    """Find what went wrong with judged pairs.

    A pair fails if its level is ≥ 3 and it is not among the first ten while something of level ≤ 2 (or not judged) is;
    or if its level is off by two or more, or `fit` ≥ 0.5 contradicts whether it was judged ≥ 3.

    Args:
        answers: of the whole pipeline.
        judgements: the graded pairs.
        needs: all of the list, by id; what most of them lack is no fault of one.
        achievements: likewise.
        parts: answers of its parts by name, for the ranks in each.
        clusters: achievement id → id of its cluster of re-posts.
        conflicts: grades of one content that differ; those that disagree about level 3, or by two, excuse the system.
    """
    clusters = clusters or {}
    shared = clusters if answers.mode is Mode.CORPUS else {}
    listed = {name: _ranks(found, shared) for name, found in (parts or {}).items()}
    context = _Context(
        _ranks(answers, shared),
        clusters,
        _Faults(needs, achievements),
        _disagreements(conflicts),
    )
    rows: list[Failure] = []
    for need_id, answer in zip(answers.need_ids, answers.judged, strict=True):
        labels = judgements.levels[need_id]
        for graded in answer:
            pair = need_id, graded.achievement_id
            found = context.stage(needs[need_id], achievements[pair[1]], labels, graded)
            if found:
                rows.append(
                    Failure(
                        stage=found[0],
                        why=found[1],
                        need=needs[need_id],
                        achievement=achievements[pair[1]],
                        label=labels[pair[1]],
                        level=graded.level,
                        fit=graded.fit,
                        rank=context.ranks[need_id].get(pair[1]),
                        part_ranks={name: ranks[need_id].get(pair[1]) for name, ranks in listed.items()},
                    )
                )
    order = list(Stage)
    rows.sort(
        key=lambda row: (
            order.index(row.stage),
            -abs(row.label - row.level),
            -row.label,
            row.need.id,
            row.achievement.id,
        )
    )
    partners = sum(level >= 3 for found in judgements.levels.values() for level in found.values())
    return Failures(tuple(rows), judgements.pairs, partners)


def _ranks(answers: Answers, clusters: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Need id → achievement id → place, 1 for the best; a copy below another does not push anything down."""
    found: dict[str, dict[str, int]] = {}
    for need_id, ranked in zip(answers.need_ids, answers.ranked, strict=True):
        seen: set[str] = set()
        places = found.setdefault(need_id, {})
        for graded in ranked:
            seen.add(clusters.get(graded.achievement_id, graded.achievement_id))
            places[graded.achievement_id] = len(seen)
    return found


def _disagreements(conflicts: Sequence[Conflict]) -> dict[tuple[str, str], Conflict]:
    found: dict[tuple[str, str], Conflict] = {}
    for conflict in conflicts:
        if conflict.gap >= 2 or (conflict.level >= 3) != (conflict.other_level >= 3):
            found.setdefault(conflict.one, conflict)
            found.setdefault(conflict.other, conflict)
    return found


class _Faults:
    """What is wrong with a record as a text: a title that says nothing, no body where its list has bodies."""

    def __init__(self, *lists: Mapping[str, Record]) -> None:
        self._silent_is_usual = {}
        for records in lists:
            silent = sum(not title_and_body(record)[1] for record in records.values())
            for record in records.values():
                self._silent_is_usual[record.side] = 2 * silent > len(records)

    def of(self, record: Record, name: str) -> list[str]:
        title, body = title_and_body(record)
        found = []
        if not body and not self._silent_is_usual[record.side]:
            found.append(f"{name}没有正文")
        if len(set(words(title))) <= 1:
            found.append(f"{name}名称只有一个词")
        return found


class _Context:
    """What deciding about one pair needs to know of all."""

    def __init__(
        self,
        ranks: Mapping[str, Mapping[str, int]],
        clusters: Mapping[str, str],
        faults: _Faults,
        disagreements: Mapping[tuple[str, str], Conflict],
    ) -> None:
        self.ranks = ranks
        self._clusters = clusters
        self._faults = faults
        self._disagreements = disagreements

    def stage(
        self, need: Need, achievement: Achievement, labels: Mapping[str, int], graded: Graded
    ) -> tuple[Stage, str] | None:
        """The stage and why; None where the pair went well."""
        label = labels[achievement.id]
        missed = self._missed(need.id, achievement.id, labels) if label >= 3 else None
        wrong = _graded_wrong(label, graded)
        if not (missed or wrong):
            return None
        copy = self._copy_shown(need.id, achievement.id) if missed else None
        if copy:
            return Stage.DUPLICATE, f"前 {TOP} 名里已有它的重复发布 {copy}"
        faults = [*self._faults.of(need, "需求"), *self._faults.of(achievement, "成果")]
        conflict = self._disagreements.get((need.id, achievement.id))
        if conflict:
            mine = conflict.one == (need.id, achievement.id)
            other, level = (conflict.other, conflict.other_level) if mine else (conflict.one, conflict.level)
            faults.append(f"内容相同的 {other[0]} × {other[1]} 评为 {level} 级")
        if faults:
            return Stage.DATA, "；".join(faults)
        return missed or wrong

    def _missed(self, need_id: str, achievement_id: str, labels: Mapping[str, int]) -> tuple[Stage, str] | None:
        ranks = self.ranks[need_id]
        rank = ranks.get(achievement_id)
        if rank is None:
            return Stage.NOT_RETRIEVED, f"检索的前 {DEPTH} 名里没有它"
        best: dict[str, int] = {}
        for i, level in labels.items():
            best[self._cluster(i)] = max(level, best.get(self._cluster(i), level))
        shown = {self._cluster(i) for i, place in ranks.items() if place <= TOP}
        above = [cluster for cluster in shown if best.get(cluster, 1) <= 2]
        if rank <= TOP or not above:
            return None
        unjudged = sum(cluster not in best for cluster in above)
        said = f"，其中 {unjudged} 项未标注" if unjudged else ""
        return Stage.RANKED_LOW, f"排在第 {rank}，前 {TOP} 名里有 {len(above)} 项不高于 2 级{said}"

    def _cluster(self, achievement_id: str) -> str:
        return self._clusters.get(achievement_id, achievement_id)

    def _copy_shown(self, need_id: str, achievement_id: str) -> str | None:
        """The best copy among the first ten of an achievement that is not there itself."""
        shown = sorted((place, i) for i, place in self.ranks[need_id].items() if place <= TOP)
        cluster = self._cluster(achievement_id)
        return next((i for _, i in shown if i != achievement_id and self._cluster(i) == cluster), None)


def _graded_wrong(label: int, graded: Graded) -> tuple[Stage, str] | None:
    if abs(graded.level - label) >= 2:
        return Stage.GRADED_WRONG, f"评为 {label} 级，系统给 {graded.level} 级"
    if (graded.fit >= 0.5) != (label >= 3):
        return Stage.GRADED_WRONG, f"评为 {label} 级，系统说达到 3 级的把握为 {graded.fit:.0%}"
    return None
