"""One direction of matching: a query, the graded candidates of the other side, and the answer a user sees."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matcher.config import Settings
from matcher.errors import ConfigError
from matcher.explain import Explainer, Explaining, Explanation, Pairing
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.rank.checks import Checker
from matcher.rank.features import FEATURES, check_features
from matcher.rank.given import RAISED, Given, Told
from matcher.rank.misses import lowered
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.rerank import CROSS
from matcher.rank.select import Candidate
from matcher.rank.shortlist import Shortlist, Shortlister, pair_of, query_text
from matcher.records import LEVELS, Match, MatchList, Record, Side

__all__ = ["QUERY_BLOCK", "Answerer", "Wish", "query_text"]

QUERY_BLOCK = 64
"""Queries are encoded and searched this many at a time: one matrix product, bounded memory, a moving progress bar."""

# A change of the expected level that is worth a word.
_NOTICED = 0.5


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller of a matching verb asked for."""

    top: int
    conditions: Filter | None
    today: dt.date
    explaining: Explaining
    given: Told

    @classmethod
    def of(
        cls,
        top: int,
        conditions: Filter | None,
        today: dt.date | None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> "Wish":
        """Raises ConfigError where top < 1; None is today, and no grades."""
        if top < 1:
            raise ConfigError(f"top 是 {top}；至少要给出 1 个匹配，请改正后重试。")
        return cls(top, conditions, today or dt.date.today(), explaining, given or {})

    @property
    def eyes(self) -> Eyes | None:
        """Whose answer it is; None: the public's."""
        return self.conditions.eyes if self.conditions else None


class Answerer:
    """Answers queries with the records of one side."""

    def __init__(
        self, partners: SideIndex, ranker: Ranker, checker: Checker, explainer: Explainer, settings: Settings
    ) -> None:
        """`ranker` and `explainer` must be those of `partners`."""
        self._partners = partners
        self._ranker = ranker
        self._checker = checker
        self._explainer = explainer
        self._candidates_wanted = settings.candidates
        self._shortlister = Shortlister(partners, ranker, checker, settings)

    def answers(self, queries: Iterable[Record], wish: Wish) -> Iterator[MatchList]:
        """One list a query, in order.

        Raises:
            RecordError: a query is of the partners' own side.
            ModelError: the encoder's files are missing or damaged.
        """
        partners = self._partners
        allowed = partners.filter_mask(wish.conditions) if wish.conditions else None
        considered = len(partners) if allowed is None else int(allowed.sum())
        waiting = iter(queries)
        while block := list(islice(waiting, QUERY_BLOCK)):
            texts = [query_text(query) for query in block]
            depth = max(self._candidates_wanted, wish.top)
            given = [self._given(query, wish) for query in block]
            for query, ranked, known in zip(block, self._ranker.rank(texts, depth, allowed, given), given, strict=True):
                listed = self._shortlister.choose(
                    query, ranked, top=wish.top, today=wish.today, allowed=allowed, eyes=wish.eyes, given=known
                )
                yield self._answer(query, listed, wish, known, considered=considered)

    def given(self, query: Record, ids: Sequence[str], wish: Wish) -> tuple[Match, ...]:
        """The query with given records, in their order; `rank` is the place in that order, `wish.top` is not looked at.

        Raises:
            RecordError: an id is not in the index, or of a record that does not pass the conditions, or the query is of
                the partners' own side.
            ModelError: the encoder's files are missing or damaged.
        """
        positions = self._partners.positions_of(ids)
        if wish.conditions is not None:
            passes = self._partners.filter_mask(wish.conditions)[positions]
            if not passes.all():
                raise self._partners.unknown(ids[int(passes.argmin())])
        known = self._given(query, wish)
        graded = self._ranker.grade([query_text(query)], [positions], [known])[0]
        pairs = [pair_of(query, self._shortlister.record(at)) for at in graded.positions.tolist()]
        graded = lowered(graded, self._checker.check_pairs(pairs, eyes=wish.eyes))
        found = self._shortlister.candidates(query, graded, wish.today, known)
        return self._matches(query, found, graded, dict.fromkeys(ids, ()), wish, known=known)

    def _given(self, query: Record, wish: Wish) -> Given | None:
        """What was said of a query's candidates that the reader may know of."""
        said = wish.given.get(query.id, ())
        if said and wish.eyes is not None:
            seen = self._partners.filter_mask(Filter(eyes=wish.eyes))
            said = [
                each
                for each in said
                if each.partner_id in self._partners and seen[self._partners.position(each.partner_id)]
            ]
        return Given.of(said, self._partners)

    def _answer(
        self, query: Record, listed: Shortlist, wish: Wish, known: Given | None, *, considered: int
    ) -> MatchList:
        graded, chosen = listed.graded, listed.chosen
        shown, excluded = (
            self._matches(query, found, graded, chosen.copies, wish, known=known)
            for found in (chosen.shown, chosen.excluded)
        )
        best = max((candidate.fit for candidate in chosen.shown), default=0.0)
        return MatchList(
            query_id=query.id,
            query_side=query.side,
            matches=shown,
            excluded=excluded,
            none_fits=best < self._ranker.bar,
            considered=considered,
        )

    def _matches(
        self,
        query: Record,
        found: Sequence[Candidate],
        graded: Graded,
        copies: Mapping[str, tuple[str, ...]],
        wish: Wish,
        *,
        known: Given | None,
    ) -> tuple[Match, ...]:
        told = self._told(query, found, graded, wish)
        return tuple(
            _match(
                query,
                candidate,
                graded,
                explanation,
                rank=rank,
                copies=copies[candidate.id],
                remark=_remark(graded, candidate.order, known) if known else "",
            )
            for rank, (candidate, explanation) in enumerate(zip(found, told, strict=True), 1)
        )

    def _told(
        self, query: Record, found: Sequence[Candidate], graded: Graded, wish: Wish
    ) -> Sequence[Explanation | None]:
        """The explanations in order; sentences of the close ones are chosen by meaning, in one batch."""
        if wish.explaining is Explaining.NONE:
            return [None] * len(found)
        records = [self._shortlister.record(int(graded.positions[candidate.order])) for candidate in found]
        checks = self._checker.check_pairs([pair_of(query, record) for record in records], eyes=wish.eyes)
        pairings = [
            Pairing(partner=record, gates=candidate.gates, checks=checked)
            for record, candidate, checked in zip(records, found, checks, strict=True)
        ]
        told: dict[int, Explanation] = {}
        for by_meaning in (True, False):
            places = [at for at, candidate in enumerate(found) if _closely(candidate, graded, wish) is by_meaning]
            here = [pairings[at] for at in places]
            part = self._explainer.explain_many(query, here, by_meaning=by_meaning, today=wish.today, eyes=wish.eyes)
            told |= dict(zip(places, part, strict=True))
        return [told[at] for at in range(len(pairings))]


def _closely(candidate: Candidate, graded: Graded, wish: Wish) -> bool:
    """Whether sentences are chosen by meaning: nobody looks closely at what is not related at all."""
    return wish.explaining is Explaining.MEANING and bool(graded.levels[candidate.order] > LEVELS[0].level)


def _remark(graded: Graded, at: int, given: Given) -> str:
    """What was said of one candidate, or what it did to one nobody spoke of; "" where it hardly changed."""
    row = int(graded.positions[at])
    if row in given.refused:
        # Among the conditions already.
        return ""
    if row in given.words:
        return given.remark(row)
    raised = graded.raised[at]
    return "" if abs(raised) < _NOTICED else f"参考本需求的其他反馈，{'上调' if raised > 0 else '下调'}"


def _match(
    query: Record,
    candidate: Candidate,
    graded: Graded,
    told: Explanation | None,
    *,
    rank: int,
    copies: tuple[str, ...],
    remark: str,
) -> Match:
    at = candidate.order
    parts = dict(zip(FEATURES, map(float, graded.features[at]), strict=True))
    if not np.isnan(graded.cross[at]):
        parts[CROSS] = float(graded.cross[at])
    if not np.isnan(graded.raised[at]):
        parts[RAISED] = float(graded.raised[at])
    if told is not None:
        counts = check_features(told.checks)._asdict()
        parts |= {f"indicators_{name}": float(count) for name, count in counts.items()}
    told = told or Explanation(reason="")
    p1, p2, p3, p4 = map(float, graded.probs[at])
    ids = (query.id, candidate.id) if query.side is Side.NEED else (candidate.id, query.id)
    return Match(
        need_id=ids[0],
        achievement_id=ids[1],
        rank=rank,
        score=float(graded.scores[at]),
        level=int(graded.levels[at]),
        level_probs=(p1, p2, p3, p4),
        fit=candidate.fit,
        parts=parts,
        gates=candidate.gates,
        evidence=told.evidence,
        shared_words=told.shared_words,
        reason="；".join(filter(None, (told.reason, remark))),
        unknowns=told.unknowns,
        checks=told.checks,
        lines=told.lines,
        questions=told.questions,
        duplicates=copies,
    )
