"""Why records belong together: sentences chosen, lines put together, everything read with one reader's eyes."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.embed.base import Encoder
from matcher.errors import RecordError
from matcher.explain.base import Explanation, Pairing
from matcher.explain.candidates import Weight
from matcher.explain.common import Common, common, unshared_object
from matcher.explain.conditions import against, denials
from matcher.explain.doubt import doubt
from matcher.explain.generic import empty_words
from matcher.explain.lines import Told, lines
from matcher.explain.questions import questions
from matcher.explain.reading import Reader, Reading, Statement
from matcher.explain.reason import reason, withheld
from matcher.explain.strongest import Strongest
from matcher.explain.unknowns import unknowns
from matcher.index.eyes import Eyes
from matcher.records import Achievement, CheckState, Evidence, Gate, IndicatorCheck, Need, Record, Side, Tier

__all__ = ["Explainer"]

_WORDS_SHOWN = 6
_DECISIVE = 5


@dataclass(frozen=True, slots=True)
class _Pair:
    """One pair as read, before any sentence is chosen."""

    need: Need
    achievement: Achievement
    gates: tuple[Gate, ...]
    checks: tuple[IndicatorCheck, ...]
    query_side: Side
    readings: tuple[Reading, Reading]
    common: Common


class Explainer:
    """Explains pairs of one corpus; keeps records it has read, for each tier apart, so that batches stay fast.

    Not for several threads at once.
    """

    def __init__(
        self,
        weight: Weight,
        *,
        encoder: Encoder | None = None,
        tier: Tier = Tier.PUBLIC,
        remembered: int = 5_000,
    ) -> None:
        """Make an explainer.

        Args:
            weight: how much a word tells, ≥ 0 (inverse document frequency of the corpus).
            encoder: what compares sentences, best one that remembers (`RememberingEncoder`); None: words alone.
            tier: of readers of whom nothing else is said; nothing above it is quoted or used.
            remembered: how many records to keep as read.
        """
        self._weight = weight
        self._eyes = Eyes(tier=tier)
        self._reader = Reader(remembered)
        self._strongest = Strongest(weight, encoder)

    def explain(
        self,
        need: Need,
        achievement: Achievement,
        gates: tuple[Gate, ...],
        *,
        query_side: Side,
        checks: Sequence[IndicatorCheck] = (),
        today: dt.date | None = None,
    ) -> Explanation:
        """Explain one pair; see `explain_many`."""
        query, partner = (need, achievement) if query_side is Side.NEED else (achievement, need)
        return self.explain_many(query, [Pairing(partner=partner, gates=gates, checks=checks)], today=today)[0]

    def explain_many(
        self,
        query: Record,
        pairings: Sequence[Pairing],
        *,
        by_meaning: bool = True,
        today: dt.date | None = None,
        eyes: Eyes | None = None,
    ) -> tuple[Explanation, ...]:
        """Explain a query's partners in order; their sentences are encoded in one batch.

        Args:
            query: a need, or an achievement; what is unknown is what the other side leaves open.
            pairings: partners on the other side, with hard conditions and indicators as checked for each pair.
            by_meaning: False chooses sentences by words alone, where a reader will not look closely.
            today: the day on which records count as old; None is the day of the call.
            eyes: the reader's; None: those of the explainer's tier.

        Raises:
            RecordError: query and partner are not a need and an achievement.
            ModelError: the encoder's files are missing or damaged.
        """
        read = [self._pair(query, item, eyes or self._eyes) for item in pairings]
        pairs = [pair for pair in read if pair is not None]
        chosen = self._chosen(pairs, by_meaning=by_meaning)
        told = (
            self._explanation(pair, *both, today or dt.date.today()) for pair, both in zip(pairs, chosen, strict=True)
        )
        return tuple(
            withheld(item.gates) if pair is None else next(told) for item, pair in zip(pairings, read, strict=True)
        )

    def _pair(self, query: Record, item: Pairing, eyes: Eyes) -> _Pair | None:
        """None where one of the records is closed to the reader as a whole."""
        need, achievement = _sides(query, item.partner)
        if not (eyes.sees(need) and eyes.sees(achievement)):
            return None
        tiers = eyes.of(need), eyes.of(achievement)
        readings = self._reader.read(need, tiers[0]), self._reader.read(achievement, tiers[1])
        checks = tuple(check for check in item.checks if _is_open(check, *tiers))
        return _Pair(
            need,
            achievement,
            item.gates,
            checks,
            query.side,
            readings,
            common(*readings, self._weight, query_side=query.side),
        )

    def _chosen(self, pairs: Sequence[_Pair], *, by_meaning: bool) -> list[tuple[Statement | None, Statement | None]]:
        """The strongest statement of need and achievement, for pairs of one query."""
        if not pairs:
            return []
        mine, theirs = (0, 1) if pairs[0].query_side is Side.NEED else (1, 0)
        chosen = self._strongest.choose_all(
            pairs[0].readings[mine],
            [(pair.readings[theirs], pair.common.words) for pair in pairs],
            by_meaning=by_meaning,
        )
        return [(both[mine], both[theirs]) for both in chosen]

    def _explanation(self, pair: _Pair, left: Statement | None, right: Statement | None, today: dt.date) -> Explanation:
        need, achievement, gates, checks = pair.need, pair.achievement, pair.gates, pair.checks
        words, named = pair.common.words, pair.common.named
        quotes = (*_evidence(Side.NEED, left, words), *_evidence(Side.ACHIEVEMENT, right, words))
        denied = denials(*pair.readings)
        elsewhere = unshared_object(*pair.readings, self._weight)
        partner: Record = achievement if pair.query_side is Side.NEED else need
        asked = questions(
            need,
            achievement,
            gates,
            checks,
            query_side=pair.query_side,
            elsewhere=elsewhere,
            doubt=doubt(partner, gates, today),
            related=bool(named) or any(check.state is CheckState.MET for check in checks),
        )
        told = Told(
            named=named,
            evidence=quotes,
            checks=checks,
            gates=gates,
            against=against(need, achievement, gates, denied, query_side=pair.query_side),
            questions=asked,
        )
        shown = tuple(item.text for item in named[:_WORDS_SHOWN])
        open_points = unknowns(need, achievement, gates, checks, query_side=pair.query_side)
        return Explanation(
            reason=reason(need, achievement, shown, gates, checks),
            evidence=quotes,
            shared_words=shown,
            unknowns=(*denied.touching, *denied.others, *open_points),
            checks=checks,
            lines=lines(told),
            questions=asked,
        )


def _evidence(side: Side, statement: Statement | None, shared: Sequence[str]) -> tuple[Evidence, ...]:
    """A statement as evidence; decisive are the first few of its `shared` words, as it spells them."""
    if statement is None:
        return ()
    spelled = {token.text: statement.text[token.start : token.end] for token in statement.tokens}
    words = [spelled[word] for word in shared if word in spelled and word not in empty_words()][:_DECISIVE]
    return (
        Evidence(
            side=side,
            field=statement.field,
            start=statement.start,
            end=statement.end,
            text=statement.text,
            words=tuple(dict.fromkeys(words)),
            tier=statement.tier,
        ),
    )


def _is_open(check: IndicatorCheck, need: Tier, achievement: Tier) -> bool:
    """Whether a check rests on nothing above what may be read of either record."""
    return _tier(check.need) <= need and (check.achievement is None or _tier(check.achievement) <= achievement)


def _tier(item: Evidence) -> Tier:
    return Tier.SECRET if item.field == "confidential_detail" else item.tier


def _sides(query: Record, partner: Record) -> tuple[Need, Achievement]:
    if isinstance(query, Need) and isinstance(partner, Achievement):
        return query, partner
    if isinstance(query, Achievement) and isinstance(partner, Need):
        return partner, query
    raise RecordError(f"记录“{query.id}”与“{partner.id}”不是一条需求和一条成果，无法说明；请检查传入的记录。")
