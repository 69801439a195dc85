"""Why two records belong together: the words and the sentence on each side, and what is not known.

Every statement is a verbatim stretch of a record or a stated value; nothing is made up.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from matcher.corpus.written import as_written
from matcher.rank.gates import GATES
from matcher.records import Achievement, Evidence, Gate, GateState, Need, PriceKind, Record, Scheme, Side, Tier
from matcher.text.fields import text_fields
from matcher.text.segment import Token, tokens
from matcher.text.sentences import sentences

__all__ = ["Explainer", "Explanation"]

_WORDS_SHOWN = 6
_SENTENCE_MAX = 160
_DENIAL_MAX = 40
# “不做整机，也不供轴承”: what a party says it does not do is no common ground.
_DENIAL = re.compile(r"不(?:做|承接|承担|适用|适合|提供|供应|涉及|包括|对外)")
_NUMERALS = frozenset("0123456789.%一二三四五六七八九十百千万亿两几多余年月日")


@dataclass(frozen=True, slots=True)
class _Sentence:
    field: str
    start: int
    end: int
    text: str
    tier: Tier
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is shown for one pair. `unknowns` are Chinese phrases, most important first."""

    reason: str
    evidence: tuple[Evidence, ...]
    shared_words: tuple[str, ...]
    unknowns: tuple[str, ...]


def _shorten(text: str, found: tuple[Token, ...]) -> tuple[int, int]:
    """A stretch of at most `_SENTENCE_MAX` characters that starts shortly before the first matched word."""
    if len(text) <= _SENTENCE_MAX:
        return 0, len(text)
    first = min((token.start for token in found), default=0)
    start = max(0, min(first - 20, len(text) - _SENTENCE_MAX))
    return start, start + _SENTENCE_MAX


class Explainer:
    """Explains pairs of one corpus; keeps the cut sentences of records it has seen, so that batches stay fast."""

    def __init__(self, weight: Callable[[str], float], *, tier: Tier = Tier.PUBLIC, remembered: int = 20_000) -> None:
        """Make an explainer.

        Args:
            weight: how much a word tells, ≥ 0 (inverse document frequency of the corpus).
            tier: the reader's tier; nothing above it is quoted or used.
            remembered: how many records' sentences to keep.
        """
        self._weight = weight
        self._tier = tier
        self._remembered = remembered
        self._seen: dict[tuple[str, str], tuple[Record, tuple[_Sentence, ...]]] = {}

    def explain(
        self, need: Need, achievement: Achievement, gates: tuple[Gate, ...], *, query_side: Side
    ) -> Explanation:
        """Explain one pair.

        Args:
            need: the need.
            achievement: the achievement.
            gates: hard conditions as checked for this pair.
            query_side: who asks; what is unknown is what the other side leaves open.
        """
        sides = (self._sentences(need), self._sentences(achievement))
        vocabularies = [
            {token.text for sentence in side if not _DENIAL.search(sentence.text) for token in sentence.tokens}
            for side in sides
        ]
        titles = {
            token.text for side in sides for sentence in side if sentence.field == "title" for token in sentence.tokens
        }
        common = filter(_tells, vocabularies[0] & vocabularies[1])
        # A word of a title is what the record is about; a rarer one may be a detail.
        shared = sorted(common, key=lambda word: (word not in titles, -self._weight(word), word))
        evidence = tuple(
            self._strongest(record, side, frozenset(shared))
            for record, side in zip((need, achievement), sides, strict=True)
            if side
        )
        shown = _without_parts(shared)[:_WORDS_SHOWN]
        return Explanation(
            reason=_reason(need, achievement, shown, gates),
            evidence=evidence,
            shared_words=tuple(shown),
            unknowns=(*_denials(sides[1]), *_unknowns(need, achievement, gates, query_side)),
        )

    def _sentences(self, record: Record) -> tuple[_Sentence, ...]:
        key = (record.side, record.id)
        known = self._seen.get(key)
        # Free texts all go by one id, and a record may have changed.
        if known is not None and known[0] == record:
            return known[1]
        if len(self._seen) >= self._remembered:
            self._seen.clear()
        found = tuple(
            _Sentence(item.name, span.start, span.end, span.text, item.tier, tokens(span.text))
            for item in text_fields(record)
            if item.tier <= self._tier
            for span in sentences(item.text)
        )
        self._seen[key] = (record, found)
        return found

    def _strongest(self, record: Record, side: tuple[_Sentence, ...], shared: frozenset[str]) -> Evidence:
        """The sentence whose shared words weigh most, the earlier on a tie; the title when nothing is shared."""

        def carried(sentence: _Sentence) -> float:
            return sum(self._weight(word) for word in {token.text for token in sentence.tokens} & shared)

        body = [item for item in side if item.field != "title" and not _DENIAL.search(item.text)] or [side[0]]
        best = max(body, key=carried)
        if carried(best) <= 0.0:
            best = side[0]
        found = tuple(token for token in best.tokens if token.text in shared)
        start, end = _shorten(best.text, found)
        inside = [token for token in found if token.start >= start and token.end <= end]
        marked = dict.fromkeys(best.text[token.start : token.end] for token in inside)
        return Evidence(
            side=record.side,
            field=best.field,
            start=best.start + start,
            end=best.start + end,
            text=best.text[start:end],
            words=tuple(marked),
            tier=best.tier,
        )


def _denials(side: tuple[_Sentence, ...]) -> Iterator[str]:
    """What an achievement says it does not do, in its own words."""
    for sentence in side:
        if _DENIAL.search(sentence.text):
            yield f"成果写明“{sentence.text[:_DENIAL_MAX].rstrip('。；')}”"
            return


def _tells(word: str) -> bool:
    """Whether a word in common means anything to a reader: not a bare number, not a single character."""
    return len(word) > 1 and not set(word) <= _NUMERALS


def _without_parts(words: Iterable[str]) -> list[str]:
    """Drop words that are part of one already kept (机器 beside 机器人)."""
    kept: list[str] = []
    for word in words:
        if not any(word in other for other in kept):
            kept.append(word)
    return kept


def _same_labels(need: Need, achievement: Achievement) -> list[str]:
    theirs = {(label.scheme, label.code) for label in achievement.labels}
    return [
        label.name
        for label in need.labels
        if label.scheme in (Scheme.HIGHTECH, Scheme.INDUSTRY) and (label.scheme, label.code) in theirs
    ]


def _reason(need: Need, achievement: Achievement, shown: list[str], gates: tuple[Gate, ...]) -> str:
    parts = []
    if shown:
        parts.append("共同要点：" + "、".join(shown))
    else:
        parts.append("没有共同的关键词，只是整体意思接近")
    same = _same_labels(need, achievement)
    if same:
        parts.append("同属" + "、".join(dict.fromkeys(same)))
    labels = {info.name: info.label for info in GATES}
    passed = [labels[gate.name] for gate in gates if gate.state is GateState.PASS]
    if passed:
        parts.append("、".join(passed) + "符合")
    parts.extend("注意：" + gate.reason for gate in gates if gate.state is GateState.FAIL)
    return "；".join(parts)


def _unknowns(need: Need, achievement: Achievement, gates: tuple[Gate, ...], query_side: Side) -> tuple[str, ...]:
    """What a caller has to ask the other side, hard conditions first."""
    found = [gate.reason for gate in gates if gate.state is GateState.UNKNOWN]
    named = {gate.name for gate in gates}
    gaps = _gaps_of_achievement(achievement, named) if query_side is Side.NEED else _gaps_of_need(need, named)
    if need.indicators_text and not achievement.indicators_text:
        found.insert(0, "需求列有技术指标，成果未单列指标，须逐项核实")
    return (*found, *gaps)


def _gap(record: Record, field: str, side: str, label: str) -> str:
    """A field left open, or written in words that were not understood: those are quoted."""
    said = as_written(record, field)
    return f"{side}{label}写作“{said}”，须问清" if said else f"{side}未写{label}"


def _gaps_of_achievement(achievement: Achievement, named: set[str]) -> Iterator[str]:
    if not achievement.summary:
        yield "成果只有名称，没有简介"
    if achievement.trl is None and "trl" not in named:
        yield _gap(achievement, "trl", "成果", "成熟度")
    if not achievement.transfer_modes and "modes" not in named:
        yield _gap(achievement, "modes", "成果", "合作方式")
    if "budget" not in named and achievement.price is None:
        yield _gap(achievement, "price", "成果", "价格")
    elif "budget" not in named and achievement.price is not None and achievement.price.kind is PriceKind.NEGOTIABLE:
        yield "价格面议"
    if not achievement.contact:
        yield "成果未写联系人"


def _gaps_of_need(need: Need, named: set[str]) -> Iterator[str]:
    if not need.problem:
        yield "需求只有名称，没有内容"
    if not need.indicators_text:
        yield "需求未单列技术指标"
    if not need.modes and "modes" not in named:
        yield _gap(need, "modes", "需求", "合作方式")
    if need.budget_high_cny is None and "budget" not in named:
        yield _gap(need, "budget", "需求", "预算")
    if not need.contact:
        yield "需求未写联系人"
