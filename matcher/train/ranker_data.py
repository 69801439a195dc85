"""What a level model learns from: labelled pairs over one file of achievements, and what is told of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np

from matcher.embed.cross import CrossEncoder
from matcher.engine import Matcher
from matcher.evaluate import Answers, Evaluation, Judgements, Mode, measure
from matcher.evaluate import Graded as GradedPair
from matcher.rank.feedback import LabelledPair
from matcher.rank.labels import NEAR, SOLVED, LabelRules
from matcher.rank.levels import Probs, expected_levels, levels_of
from matcher.rank.ranker import Graded
from matcher.records import Achievement, Need, Side
from matcher.train.crossval import Labels
from matcher.train.data import GradedNeed, TrainingSet
from matcher.train.reranker import score_groups
from matcher.train.reranker_data import graded_groups
from matcher.train.stacking import with_cross

__all__ = ["LabelledNeeds", "PairSet", "joined", "labelled_sets"]

Row: TypeAlias = tuple[str, int, int, float]
"""Achievement id, lowest level, highest level, weight."""
Family: TypeAlias = tuple[str, str]
"""Whether a need is somebody's or was written, and the id of the need or of what it was written for."""


@dataclass(slots=True)
class LabelledNeeds:
    """Labels of some needs over one file of achievements.

    name: what the set is called. corpus: the file. rows: by need id. items: need id → what it was written for, of
    those that count as one need. families: by need id; no fold parts one, whichever sets its needs are in. A need that
    is not named stands alone. told: one clause a source.
    """

    name: str
    corpus: Path
    achievements: Sequence[Achievement]
    needs: Mapping[str, Need]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    families: dict[str, Family] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def add_grades(self, levels: Mapping[str, Mapping[str, int]], what: str) -> None:
        """Levels that people gave, by need and achievement; each counts in full."""
        for need, graded in levels.items():
            self.rows.setdefault(need, []).extend((i, level, level, 1.0) for i, level in graded.items())
        self.told.append(f"{what}：{len(levels)} 条需求 {sum(map(len, levels.values()))} 对")

    def add_feedback(self, pairs: Sequence[LabelledPair]) -> None:
        """What users said of pairs."""
        for pair in pairs:
            self.rows.setdefault(pair.need_id, []).append((pair.achievement_id, pair.low, pair.high, pair.weight))
        self.told.append(f"反馈：{len({pair.need_id for pair in pairs})} 条需求 {len(pairs)} 对")

    def answered(self, answers: Mapping[str, Graded], matcher: Matcher) -> "PairSet":
        """The pairs with their features.

        Args:
            answers: by need, how its achievements were graded, in the order of `rows`.
            matcher: the engine over these achievements.
        """
        rows = [row for found in self.rows.values() for row in found]
        heads = [("written", self.items[need]) if need in self.items else ("need", need) for need in self.rows]
        number = {head: at for at, head in enumerate(dict.fromkeys(heads))}
        labels = Labels(
            x=np.concatenate([answers[need].features for need in self.rows]),
            low=np.array([low for _, low, _, _ in rows], dtype=np.int64),
            high=np.array([high for _, _, high, _ in rows], dtype=np.int64),
            groups=np.repeat([number[head] for head in heads], [len(found) for found in self.rows.values()]),
            weights=np.array([weight for *_, weight in rows], dtype=np.float64),
            importance=np.ones(len(rows)),
        )
        keys = tuple((need, i) for need, found in self.rows.items() for i, *_ in found)
        return PairSet(self.name, self.corpus, labels, keys, "；".join(self.told), matcher, self.needs, self.families)


@dataclass(frozen=True, slots=True)
class PairSet:
    """Labelled pairs with their features, what is told of them, and the engine that saw them."""

    name: str
    corpus: Path
    labels: Labels
    keys: tuple[tuple[str, str], ...]
    told: str
    matcher: Matcher
    needs: Mapping[str, Need]
    families: Mapping[str, Family] = field(default_factory=dict)

    def read(self, scores: Mapping[tuple[str, str], float]) -> "PairSet":
        """The pairs that a re-ranker has scored, with its score as one more feature."""
        kept = tuple(key for key in self.keys if key in scores)
        return replace(self, labels=with_cross(self.labels, self.keys, scores), keys=kept)

    def logits(self, reader: CrossEncoder) -> dict[tuple[str, str], float]:
        """What a re-ranker says of each pair, reading the same texts as in use."""
        pairs: dict[str, dict[str, float]] = {}
        for (need, i), level in zip(self.keys, self.labels.low, strict=True):
            pairs.setdefault(need, {})[i] = float(level)
        graded = [GradedNeed(self.needs[need], found, dict.fromkeys(found, 1)) for need, found in pairs.items()]
        read = score_groups(reader, graded_groups(self.matcher.side(Side.ACHIEVEMENT), graded))
        return {
            (each.need_id, i): float(score) for each in read for i, score in zip(each.ids, each.scores, strict=True)
        }

    def measured(self, probs: Probs) -> Evaluation | None:
        """Every figure of `matcher evaluate`; None unless all levels are exact. `probs`: float64 (n, 4)."""
        if not (self.labels.low == self.labels.high).all():
            return None
        levels: dict[str, dict[str, int]] = {}
        graded: dict[str, list[GradedPair]] = {}
        rows = zip(self.keys, self.labels.low, expected_levels(probs), levels_of(probs), probs, strict=True)
        for (need, i), level, score, predicted, chances in rows:
            levels.setdefault(need, {})[i] = int(level)
            p1, p2, p3, p4 = map(float, chances)
            graded.setdefault(need, []).append(GradedPair(i, float(score), int(predicted), (p1, p2, p3, p4)))
        answers = Answers(
            model=f"{self.name}：未见过的需求",
            mode=Mode.PAIRS,
            need_ids=tuple(graded),
            judged=list(graded.values()),
            ranked=[sorted(pairs, key=lambda pair: (-pair.score, pair.achievement_id)) for pairs in graded.values()],
        )
        return measure(answers, Judgements(Path(self.name), levels, dict.fromkeys(self.keys, 0)))


def joined(sets: Sequence[PairSet]) -> Labels:
    """All pairs, the corpora counting alike, and what no fold may part."""
    labels = Labels.joined([each.labels for each in sets]).of_corpora([each.corpus for each in sets for _ in each.keys])
    if not any(each.families for each in sets):
        return labels
    heads = [each.families.get(need, (str(at), need)) for at, each in enumerate(sets) for need, _ in each.keys]
    number = {head: at for at, head in enumerate(dict.fromkeys(heads))}
    return replace(labels, families=np.array([number[head] for head in heads], dtype=np.int64))


def labelled_sets(parts: Sequence[TrainingSet], rules: LabelRules) -> Iterator[LabelledNeeds]:
    """The labels of a list of training data: grades of people by themselves, then what else was said of a corpus.

    All ways in which a need was written are one family, and so is all that was said of a need. A pair that was graded
    has no label for being written.
    """
    folders = Counter(part.source.absolute().parent.name for part in parts if part.achievements)
    for part in parts:
        name, needs = part.source.absolute().parent.name, {need.id: need for need in part.needs}
        if folders[name] > 1:
            name = f"{name}/{part.source.name}"
        graded = LabelledNeeds(name, part.source, part.achievements, needs)
        other = LabelledNeeds(f"{name}（反馈与编写）", part.source, part.achievements, needs)
        known = {(item.need.id, i) for item in part.graded for i in item.levels}
        if part.graded:
            levels: dict[str, dict[str, int]] = {}
            for item in part.graded:
                levels.setdefault(item.need.id, {}).update(item.levels)
            graded.add_grades(levels, graded.name)
        if part.feedback:
            other.add_feedback([pair for item in part.feedback for pair in item.said])
        _add_written(other, part, rules, known)
        families = _families(part)
        for each in (graded, other):
            each.families = {need: families[need] for need in each.rows}
        yield from (each for each in (graded, other) if each.rows)


def _add_written(labelled: LabelledNeeds, part: TrainingSet, rules: LabelRules, known: set[tuple[str, str]]) -> None:
    count = 0
    for item in part.written:
        missed = {f"{item.achievement_id}:near"}
        for need in item.asked:
            label = rules.written.get(NEAR if need.id in missed else SOLVED)
            if label is None or not label.teaches or (need.id, item.achievement_id) in known:
                continue
            labelled.rows.setdefault(need.id, []).append((item.achievement_id, label.low, label.high, label.weight))
            labelled.items[need.id] = item.achievement_id
            count += 1
    if count:
        labelled.told.append(f"编写的需求：{len(labelled.items)} 条 {count} 对")


def _families(part: TrainingSet) -> dict[str, Family]:
    found: dict[str, Family] = {item.need.id: ("need", item.need.id) for item in (*part.graded, *part.feedback)}
    found |= {item.need.id: ("written", item.written_for) for item in part.graded if item.written_for}
    return found | {need.id: ("written", item.achievement_id) for item in part.written for need in item.asked}
