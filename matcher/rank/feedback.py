"""Verdicts on leads → weighted pairs to learn from, with what the way of showing did to them taken out.

Only what was shown counts. A verdict at rank r was the likelier to be given the higher it stood; with the propensity
r^−η it is weighted by r^η (inverse propensity: Joachims, Swaminathan & Schnabel 2017, WSDM, “Unbiased learning-to-rank
with biased feedback”), cut at `POSITION_MOST` because few far rows must not outvote the rest. A row left empty above
the last one decided was read and passed over (“skip above”: Joachims 2002, KDD; the cascade of Craswell et al. 2008,
WSDM): a weak sign against it. Below the last one decided nobody knows whether it was read, so it says nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from matcher.errors import EvaluationError
from matcher.rank.labels import Aspect, Label, LabelRules
from matcher.rank.verdicts import RejectedRow, Verdict, read_verdicts

__all__ = [
    "POSITION_ETA",
    "POSITION_MOST",
    "Feedback",
    "LabelledPair",
    "Range",
    "Said",
    "Sayings",
    "heard",
    "joint",
    "learn",
    "position_weight",
    "read_feedback",
]

POSITION_ETA = 0.5
"""How steeply attention falls with rank: 1 for clicks on search pages; a list that is worked through is flatter."""
POSITION_MOST = 3.0
"""No verdict counts more than this many times one at rank 1."""

Range: TypeAlias = tuple[int, int, float]
"""The lowest and the highest level, in 1..4, and how certain that is, in (0, 1]."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A pair whose content lies between two levels; `weight` > 0, 1 for a deliberate grade at rank 1."""

    need_id: str
    achievement_id: str
    low: int
    high: int
    weight: float
    place: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of one candidate of a need, or of one need that an achievement was proposed for.

    low, high: between which levels its content lies, in 1..4. weight: how certain that is, in [0, 1], 1 for a
    deliberate grade; where it was shown does not matter. refused: whether it is not to be proposed again. words: as
    they stand in the file.
    """

    partner_id: str
    low: int
    high: int
    weight: float = 1.0
    refused: bool = False
    words: str = ""

    @property
    def teaches(self) -> bool:
        """Whether anything about the content follows from it."""
        return self.weight > 0 and (self.low, self.high) != (1, 4)

    @property
    def range(self) -> Range:
        """Between which levels, and how certain."""
        return self.low, self.high, self.weight


@dataclass(frozen=True, slots=True)
class Sayings:
    """What was said, need by need; of several about one candidate what they agree on, or each with its share.

    rows: how many rows stand behind it. conflicts: one Chinese sentence for each pair that people do not agree about.
    rejected: rows that could not be used. partly: one Chinese sentence for each row of which the verdict alone counts.
    """

    by_need: Mapping[str, tuple[Said, ...]]
    rows: int
    conflicts: tuple[str, ...]
    rejected: tuple[RejectedRow, ...]
    partly: tuple[str, ...] = ()

    def by_achievement(self) -> dict[str, tuple[Said, ...]]:
        """The same, achievement by achievement."""
        found: dict[str, list[Said]] = defaultdict(list)
        for need, said in self.by_need.items():
            for each in said:
                found[each.partner_id].append(replace(each, partner_id=need))
        return {achievement: tuple(said) for achievement, said in found.items()}


@dataclass(frozen=True, slots=True)
class Feedback:
    """What can be learned, sorted by need and achievement, and what became of the other rows.

    decided: rows with a verdict that could be read. passed_over: pairs that count only as passed over. silent: decided
    rows that tell nothing of the content, by what they are about. conflicts: one Chinese sentence for each pair whose
    verdicts disagree. rejected: rows that could not be used.
    """

    pairs: tuple[LabelledPair, ...]
    decided: int
    passed_over: int
    silent: Mapping[Aspect, int]
    conflicts: tuple[str, ...]
    rejected: tuple[RejectedRow, ...]

    def by_need(self) -> dict[str, list[LabelledPair]]:
        """The pairs of each need."""
        found: dict[str, list[LabelledPair]] = defaultdict(list)
        for pair in self.pairs:
            found[pair.need_id].append(pair)
        return dict(found)

    def within(self, need_ids: Collection[str], achievement_ids: Collection[str]) -> "Feedback":
        """The pairs whose records are known; the others become rejected rows.

        Raises:
            EvaluationError: no pair is left.
        """
        lost = [
            RejectedRow(pair.place, f"没有编号为“{i}”的{side}")
            for pair in self.pairs
            for side, i, known in (("需求", pair.need_id, need_ids), ("成果", pair.achievement_id, achievement_ids))
            if i not in known
        ]
        kept = tuple(p for p in self.pairs if p.need_id in need_ids and p.achievement_id in achievement_ids)
        rejected = (*self.rejected, *lost)
        if not kept:
            told = "；".join(f"{row.place}：{row.reason}" for row in rejected[:_SHOWN])
            raise EvaluationError(
                f"反馈里没有一对可以学习{f'（{told}）' if told else ''}；请确认已填写反馈，且需求、成果文件与反馈配套。"
            )
        return replace(self, pairs=kept, rejected=rejected)


def position_weight(rank: int | None, *, eta: float = POSITION_ETA, most: float = POSITION_MOST) -> float:
    """min(rank^η, most), 1 where no rank is known; rank ≥ 1, η ≥ 0, most ≥ 1."""
    return 1.0 if rank is None else float(min(rank**eta, most))


def read_feedback(paths: Iterable[Path], rules: LabelRules, *, max_bytes: int) -> Feedback:
    """Read verdicts of all files together.

    Raises:
        FileFormatError: a file cannot be read as a table.
        ColumnError: a file has no sheet with ids and verdicts.
    """
    rows: list[Verdict] = []
    rejected: list[RejectedRow] = []
    for path in paths:
        found, bad = read_verdicts(path, max_bytes=max_bytes)
        rows.extend(found)
        rejected.extend(bad)
    learned = learn(rows, rules)
    return replace(learned, rejected=(*rejected, *learned.rejected))


def learn(rows: Sequence[Verdict], rules: LabelRules) -> Feedback:
    """Weigh the verdicts and settle those on one pair.

    Of one pair the verdicts of the latest day that tell anything count (rows without a day are older than any other);
    several of that day share its weight, so two people who disagree pull half each way.
    """
    rejected: list[RejectedRow] = []
    told: dict[tuple[str, str], list[tuple[Verdict, Label]]] = defaultdict(list)
    silent: Counter[Aspect] = Counter()
    decided: list[Verdict] = []
    for row in rows:
        if not row.decided or not row.seen:
            continue
        try:
            label = rules.label(row.verdict, row.reason)
        except KeyError as error:
            rejected.append(_unknown_word(row, error))
            continue
        decided.append(row)
        if label.teaches:
            told[row.need_id, row.achievement_id].append((row, label))
        else:
            silent[label.aspect] += 1
    pairs = [pair for found in told.values() for pair in _settled(found)]
    passed = list(_passed_over(rows, decided, set(told), rules.ignored))
    conflicts = [text for pair, found in sorted(told.items()) if (text := _conflict(pair, found))]
    return Feedback(
        pairs=tuple(sorted([*pairs, *passed], key=lambda pair: (pair.need_id, pair.achievement_id, pair.place))),
        decided=len(decided),
        passed_over=len(passed),
        silent=dict(sorted(silent.items())),
        conflicts=tuple(conflicts),
        rejected=tuple(rejected),
    )


def heard(rows: Sequence[Verdict], rules: LabelRules) -> Sayings:
    """What rows say of the candidates themselves; rows that nobody decided or saw say nothing.

    A verdict whose reason nobody knows counts without it.

    Of one pair the rows of the latest day count, and what they agree on holds, as certain as the surest of them. Where
    they cannot all be true, each counts by its share. It is refused where every one of them refuses it.
    """
    rejected: list[RejectedRow] = []
    told: dict[tuple[str, str], list[tuple[Verdict, Label]]] = defaultdict(list)
    partly: list[str] = []
    for row in rows:
        if row.decided and row.seen:
            try:
                understood, label = _understood(row, rules)
            except KeyError as error:
                rejected.append(_unknown_word(row, error))
                continue
            told[row.need_id, row.achievement_id].append((understood, label))
            if understood != row:
                partly.append(
                    f"{row.place}：不认识原因“{row.reason}”，只按“{row.verdict}”处理；要用上原因，请从下拉列表中选择，"
                    "或在标签规则里补上这个词。"
                )
    found: dict[str, list[Said]] = defaultdict(list)
    conflicts = []
    count = 0
    for (need, achievement), every in sorted(told.items()):
        latest = max(_day_number(row) for row, _ in every)
        kept = [(row, label) for row, label in every if _day_number(row) == latest]
        sayings = _agreed(achievement, kept, rules)
        if sayings:
            found[need].extend(sayings)
            count += len(kept)
        if len(sayings) > 1:
            conflicts.append(_conflict((need, achievement), [each for each in kept if each[1].teaches]))
    by_need = {need: tuple(said) for need, said in found.items()}
    return Sayings(by_need, count, tuple(conflicts), tuple(rejected), tuple(partly))


def _understood(row: Verdict, rules: LabelRules) -> tuple[Verdict, Label]:
    """A row with its label, and without its reason where nobody knows that.

    Raises:
        KeyError: the verdict, or a reason that stands alone, is unknown.
    """
    try:
        return row, rules.label(row.verdict, row.reason)
    except KeyError:
        if not row.verdict or not row.reason:
            raise
    return replace(row, reason=""), rules.label(row.verdict, "")


def _agreed(achievement: str, kept: Sequence[tuple[Verdict, Label]], rules: LabelRules) -> list[Said]:
    """One saying, several where they exclude each other, none where nothing follows."""
    words = "；".join(dict.fromkeys(_words(row) for row, _ in kept))
    refused = all(rules.refuses(row.verdict, row.reason) for row, _ in kept)
    labels = [label for _, label in kept if label.teaches]
    if not labels:
        return [Said(achievement, 1, 4, 0.0, refused, words)] if refused else []
    ranges = joint([(label.low, label.high, min(1.0, label.weight)) for label in labels])
    return [Said(achievement, *each, refused, words) for each in ranges]


def joint(ranges: Sequence[Range]) -> list[Range]:
    """What several (low, high, weight) say of one content: where all can be true, that, as sure as the surest of them.

    Else each with its share.
    """
    low, high = max(low for low, _, _ in ranges), min(high for _, high, _ in ranges)
    if low <= high:
        return [(low, high, max(weight for _, _, weight in ranges))]
    return [(low, high, weight / len(ranges)) for low, high, weight in ranges]


def _words(row: Verdict) -> str:
    return f"{row.verdict}（{row.reason}）" if row.verdict and row.reason else row.verdict or row.reason


def _unknown_word(row: Verdict, error: KeyError) -> RejectedRow:
    return RejectedRow(row.place, f"不认识“{error.args[0]}”；请从下拉列表中选择，或在标签规则里补上这个词")


def _settled(found: Sequence[tuple[Verdict, Label]]) -> Iterator[LabelledPair]:
    latest = max(_day_number(row) for row, _ in found)
    kept = [(row, label) for row, label in found if _day_number(row) == latest]
    for row, label in kept:
        weight = label.weight * position_weight(row.rank) / len(kept)
        yield LabelledPair(row.need_id, row.achievement_id, label.low, label.high, weight, row.place)


def _day_number(row: Verdict) -> int:
    return row.day.toordinal() if row.day else 0


def _passed_over(
    rows: Sequence[Verdict], decided: Sequence[Verdict], told: Collection[tuple[str, str]], label: Label
) -> Iterator[LabelledPair]:
    """Empty rows above the last one decided in their list, each pair once; not where somebody decided elsewhere."""
    last: dict[tuple[str, str, str], int] = {}
    for row in decided:
        if row.rank is not None:
            last[row.shown_in] = max(row.rank, last.get(row.shown_in, 0))
    settled = {(row.need_id, row.achievement_id) for row in decided} | set(told)
    for row in rows:
        pair = row.need_id, row.achievement_id
        shown_above = row.rank is not None and row.rank < last.get(row.shown_in, 0)
        if label.teaches and shown_above and row.seen and not row.decided and pair not in settled:
            settled.add(pair)
            yield LabelledPair(*pair, label.low, label.high, label.weight, row.place)


def _conflict(pair: tuple[str, str], found: Sequence[tuple[Verdict, Label]]) -> str:
    """What to tell of a pair whose verdicts cannot all be true; "" where they can."""
    if max(label.low for _, label in found) <= min(label.high for _, label in found):
        return ""
    said = "，".join(f"{row.place}“{'、'.join(filter(None, (row.verdict, row.reason)))}”" for row, _ in found)
    return f"需求 {pair[0]} 与成果 {pair[1]} 的结论不一致：{said}；以日期最近的为准，同日的各占一份。"
