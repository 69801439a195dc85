"""Compare each target of a need with what achievements state of the same quantity, remembering records read before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from matcher.index.eyes import Eyes
from matcher.rank.checks.base import Comparison, Likeness, Similarity, Stated, Why
from matcher.rank.checks.closeness import Closeness
from matcher.rank.checks.identity import Ground, likeness, worth_asking
from matcher.rank.checks.measure import Measure, same_scale
from matcher.rank.checks.names import shortened
from matcher.rank.checks.reading import read_statements
from matcher.rank.checks.titles import Subject, alike, read_subject
from matcher.rank.checks.verdict import compare
from matcher.rank.checks.wording import margin_of, question, reason
from matcher.records import Achievement, CheckState, IndicatorCheck, Need, Record, Side, Tier

__all__ = ["Checker", "check_indicators"]

# The same condition within this much of itself: 25 ℃ beside 25.3 ℃.
_SAME_CONDITION = 0.02


@dataclass(frozen=True, slots=True)
class _Read:
    record: Record
    statements: tuple[Stated, ...]
    subject: Subject


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A property that may answer a target, and how the two compare on one scale."""

    stated: Stated
    likeness: Likeness
    comparison: Comparison
    measures: tuple[Measure, Measure]


class Checker:
    """Checks pairs; reads each record once, so that a batch of many needs against one corpus stays fast."""

    def __init__(
        self, *, tier: Tier = Tier.PUBLIC, similarity: Similarity | None = None, remembered: int = 20_000
    ) -> None:
        """Make a checker.

        Args:
            tier: of readers of whom nothing else is said; nothing above it is quoted or used.
            similarity: tells how close names are in meaning where words do not decide; None: words alone.
            remembered: how many records' statements to keep.
        """
        self._eyes = Eyes(tier=tier)
        self._closeness = Closeness(similarity)
        self._remembered = remembered
        self._seen: dict[tuple[Side, str, Tier], _Read] = {}

    def insists(self, need: Need, *, eyes: Eyes | None = None) -> bool:
        """Whether a need has a target that it calls indispensable; `eyes` as in `check_pairs`."""
        return any(target.must for target in self._read(need, eyes or self._eyes).statements)

    def check(self, need: Need, achievement: Achievement, *, eyes: Eyes | None = None) -> tuple[IndicatorCheck, ...]:
        """One check a target of the need, in reading order; empty where the need states none."""
        return self.check_all(need, [achievement], eyes=eyes)[0]

    def check_all(
        self, need: Need, achievements: Iterable[Achievement], *, eyes: Eyes | None = None
    ) -> list[tuple[IndicatorCheck, ...]]:
        """The checks of one need against each achievement; names are compared in meaning in one call for all."""
        eyes = eyes or self._eyes
        mine = self._read(need, eyes)
        if not mine.statements:
            return [() for _ in achievements]
        theirs = [self._read(achievement, eyes) for achievement in achievements]
        self._closeness.learn(
            (target.name.text, stated.name.text)
            for other in theirs
            for target in mine.statements
            for stated in other.statements
            if worth_asking(target.name, stated.name)
        )
        return [self._pair(mine, other) for other in theirs]

    def check_pairs(
        self, pairs: Sequence[tuple[Need, Achievement]], *, eyes: Eyes | None = None
    ) -> list[tuple[IndicatorCheck, ...]]:
        """The checks of each pair in order; fastest where one need has many achievements.

        Args:
            pairs: any number of pairs.
            eyes: the reader's; None: those of the checker's tier.
        """
        if pairs and all(need is pairs[0][0] for need, _ in pairs):
            return self.check_all(pairs[0][0], [achievement for _, achievement in pairs], eyes=eyes)
        return [self.check(need, achievement, eyes=eyes) for need, achievement in pairs]

    def _read(self, record: Record, eyes: Eyes) -> _Read:
        tier = eyes.of(record)
        # What one tier reads must never be told to another.
        key = (record.side, record.id, tier)
        known = self._seen.get(key)
        # Free texts all go by one id, and a record may have changed.
        if known is not None and (known.record is record or known.record == record):
            return known
        if len(self._seen) >= self._remembered:
            self._seen.clear()
        read = _Read(record, read_statements(record, tier), read_subject(record, tier))
        self._seen[key] = read
        return read

    def _pair(self, mine: _Read, other: _Read) -> tuple[IndicatorCheck, ...]:
        about = bool(other.statements) and alike(mine.subject, other.subject)
        ground = Ground(mine.subject, other.subject, about=about)
        return tuple(self._target(target, other.statements, ground) for target in mine.statements)

    def _target(self, target: Stated, properties: Sequence[Stated], ground: Ground) -> IndicatorCheck:
        alike_heads = [stated for stated in properties if target.name.quantity == stated.name.quantity]
        shares = [stated for stated in alike_heads if stated.measure.percent]
        if target.measure.percent and len(shares) == 1 and ground.need.title & ground.achievement.title:
            ground = replace(ground, alone=True)
        candidates = [self._candidate(target, stated, ground) for stated in alike_heads]
        chosen = _chosen([candidate for candidate in candidates if candidate is not None])
        if chosen is not None and chosen.likeness > Likeness.POSSIBLE:
            target = replace(target, name=shortened(target.name, ground.achievement.heading))
        return _check(target, chosen)

    def _candidate(self, target: Stated, stated: Stated, ground: Ground) -> _Candidate | None:
        if worth_asking(target.name, stated.name):
            ground = replace(ground, close=self._closeness.close(target.name.text, stated.name.text))
        found = likeness(target.name, stated.name, ground)
        if found is Likeness.OTHER:
            return None
        measures = same_scale(target.measure, stated.measure, target.name)
        if measures is None:
            unit = Comparison(CheckState.UNKNOWN, Why.UNIT)
            plain = found > Likeness.POSSIBLE
            return _Candidate(stated, found, unit, (target.measure, stated.measure)) if plain else None
        return _Candidate(stated, found, _weighed(target, stated, measures, found), measures)


def _weighed(target: Stated, stated: Stated, measures: tuple[Measure, Measure], found: Likeness) -> Comparison:
    """The verdict on the values, held back where it is not sure that the quantity and its conditions are the same."""
    comparison = compare(*measures, target.name)
    if comparison.state is CheckState.UNKNOWN and comparison.why in {Why.CHANGE_ONLY, Why.VALUE_ONLY}:
        return comparison
    unsure = found is Likeness.POSSIBLE or (found is Likeness.LIKELY and comparison.state is CheckState.UNMET)
    if unsure:
        return Comparison(CheckState.UNKNOWN, Why.NAME)
    if comparison.state is CheckState.MET and not _holds_under(stated, target):
        return Comparison(CheckState.UNKNOWN, Why.CONDITION)
    # A harder test than was asked for may be why the figure is missed.
    if comparison.state is CheckState.UNMET and not (_holds_under(stated, target) and _holds_under(target, stated)):
        return Comparison(CheckState.UNKNOWN, Why.CONDITION)
    return comparison


def _holds_under(statement: Stated, other: Stated) -> bool:
    """Whether a statement was made under every condition that the other names."""
    if other.name.under and other.name.under != statement.name.under:
        return False
    return all(
        any(
            asked.dimension == given.dimension and _near(asked.low, given.low) and _near(asked.high, given.high)
            for given in statement.conditions
        )
        for asked in other.conditions
    )


def _near(asked: float | None, given: float | None) -> bool:
    if asked is None or given is None:
        return asked is given
    return abs(asked - given) <= _SAME_CONDITION * max(abs(asked), abs(given))


def _chosen(found: Sequence[_Candidate]) -> _Candidate | None:
    """What answers the target: the surest names first; two answers that contradict each other are none."""
    if not found:
        return None
    surest = max(candidate.likeness for candidate in found)
    sure = [candidate for candidate in found if candidate.likeness is surest]
    met, unmet, unknown = (
        [candidate for candidate in sure if candidate.comparison.state is state]
        for state in (CheckState.MET, CheckState.UNMET, CheckState.UNKNOWN)
    )
    if met and unmet:
        first = unmet[0]
        return _Candidate(first.stated, surest, Comparison(CheckState.UNKNOWN, Why.CONFLICT), first.measures)
    if met:
        return max(met, key=_margin)
    # A value that leaves it open may be the one that holds.
    return unknown[0] if unknown else max(unmet, key=_margin)


def _margin(candidate: _Candidate) -> float:
    return candidate.comparison.margin if candidate.comparison.margin is not None else 0.0


def _check(target: Stated, chosen: _Candidate | None) -> IndicatorCheck:
    stated = chosen.stated if chosen else None
    comparison = chosen.comparison if chosen else Comparison(CheckState.UNKNOWN, Why.SILENT)
    measures = chosen.measures if chosen else (target.measure, target.measure)
    return IndicatorCheck(
        parameter=target.name.text,
        state=comparison.state,
        must=target.must,
        need=target.evidence,
        achievement=stated.evidence if stated else None,
        margin=margin_of(comparison, measures[0]),
        unit=measures[0].unit,
        reason=reason(target, stated, comparison, measures),
        question=question(target, stated, comparison),
    )


def check_indicators(
    need: Need, achievement: Achievement, *, tier: Tier = Tier.PUBLIC, similarity: Similarity | None = None
) -> tuple[IndicatorCheck, ...]:
    """Whether an achievement meets each target of a need: met, unmet, or not stated.

    For many pairs keep a `Checker`, which reads each record once.

    Args:
        need: the need.
        achievement: the achievement.
        tier: the reader's tier; nothing above it is quoted or used.
        similarity: tells how close names are in meaning where words do not decide; None: words alone.
    """
    return Checker(tier=tier, similarity=similarity).check(need, achievement)
