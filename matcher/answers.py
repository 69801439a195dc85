"""One direction of matching: a query, the graded candidates of the other side, and the answer a user sees."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matcher.config import Settings
from matcher.errors import ConfigError
from matcher.explain import Explainer, Explanation, Pairing
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.rank.checks import Checker, summary
from matcher.rank.features import FEATURES
from matcher.rank.misses import lowered
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.rerank import CROSS
from matcher.rank.select import Candidate
from matcher.rank.shortlist import Shortlist, Shortlister, pair_of, query_text
from matcher.records import LEVELS, Match, MatchList, Record, Side

__all__ = ["QUERY_BLOCK", "Answerer", "Wish", "query_text"]

QUERY_BLOCK = 64
"""Queries are encoded and searched this many at a time: one matrix product, bounded memory, a moving progress bar."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller of a matching verb asked for."""

    top: int
    conditions: Filter | None
    today: dt.date

    @classmethod
    def of(cls, top: int, conditions: Filter | None, today: dt.date | None) -> "Wish":
        """Raises ConfigError where top < 1; None is today."""
        if top < 1:
            raise ConfigError(f"top 是 {top}；至少要给出 1 个匹配，请改正后重试。")
        return cls(top, conditions, today or dt.date.today())


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
            for query, ranked in zip(block, self._ranker.rank(texts, depth, allowed), strict=True):
                listed = self._shortlister.choose(query, ranked, top=wish.top, today=wish.today, allowed=allowed)
                yield self._answer(query, listed, wish.today, considered=considered)

    def given(self, query: Record, ids: Sequence[str], today: dt.date) -> tuple[Match, ...]:
        """The query with given records, in their order; `rank` is the place in that order.

        Raises:
            RecordError: an id is not in the index, or the query is of the partners' own side.
            ModelError: the encoder's files are missing or damaged.
        """
        graded = self._ranker.grade([query_text(query)], [self._partners.positions_of(ids)])[0]
        pairs = [pair_of(query, self._partners.records[at]) for at in graded.positions]
        graded = lowered(graded, self._checker.check_pairs(pairs))
        found = self._shortlister.candidates(query, graded, today)
        return self._matches(query, found, graded, dict.fromkeys(ids, ()), today)

    def _answer(self, query: Record, listed: Shortlist, today: dt.date, *, considered: int) -> MatchList:
        graded, chosen = listed.graded, listed.chosen
        shown, excluded = (
            self._matches(query, found, graded, chosen.copies, today) for found in (chosen.shown, chosen.excluded)
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
        today: dt.date,
    ) -> tuple[Match, ...]:
        records = [self._partners.records[self._partners.position(candidate.id)] for candidate in found]
        checks = self._checker.check_pairs([pair_of(query, record) for record in records])
        pairings = [
            Pairing(partner=record, gates=candidate.gates, checks=checked)
            for record, candidate, checked in zip(records, found, checks, strict=True)
        ]
        # Nobody looks closely at what is not related at all: its sentences are chosen by words, which costs nothing.
        close = [bool(graded.levels[candidate.order] > LEVELS[0].level) for candidate in found]
        told = self._told(query, pairings, close, today)
        return tuple(
            _match(query, candidate, graded, explanation, rank=rank, copies=copies[candidate.id])
            for rank, (candidate, explanation) in enumerate(zip(found, told, strict=True), 1)
        )

    def _told(
        self, query: Record, pairings: Sequence[Pairing], close: Sequence[bool], today: dt.date
    ) -> list[Explanation]:
        """The explanations in order; sentences of the close ones are chosen by meaning, in one batch."""
        told: dict[int, Explanation] = {}
        for by_meaning in (True, False):
            places = [at for at, near in enumerate(close) if near is by_meaning]
            here = [pairings[at] for at in places]
            part = self._explainer.explain_many(query, here, by_meaning=by_meaning, today=today)
            told |= dict(zip(places, part, strict=True))
        return [told[at] for at in range(len(pairings))]


def _match(
    query: Record,
    candidate: Candidate,
    graded: Graded,
    told: Explanation,
    *,
    rank: int,
    copies: tuple[str, ...],
) -> Match:
    at = candidate.order
    parts = dict(zip(FEATURES, map(float, graded.features[at]), strict=True))
    if not np.isnan(graded.cross[at]):
        parts[CROSS] = float(graded.cross[at])
    counts = summary(told.checks)
    parts |= {
        "indicators_met": float(counts.met),
        "indicators_unmet": float(counts.unmet),
        "indicators_unknown": float(counts.unknown),
    }
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
        reason=told.reason,
        unknowns=told.unknowns,
        checks=told.checks,
        lines=told.lines,
        questions=told.questions,
        duplicates=copies,
    )
