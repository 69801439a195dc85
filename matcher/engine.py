"""The door to the engine: a few verbs in the user's words. It wires the steps and computes nothing itself."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matcher.config import Settings, load_settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.embed.base import Encoder
from matcher.embed.remember import RememberingEncoder
from matcher.errors import ConfigError, IndexMismatchError, IndexNotFoundError, RecordError
from matcher.explain import Explainer
from matcher.index.base import Allowed, QueryText
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.index.store import IndexStore
from matcher.rank.features import FEATURES
from matcher.rank.gates import check_gates, failed
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models, load_models
from matcher.rank.organisations import rank_organisations
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.rerank import CROSS, Reranker
from matcher.rank.select import Candidate, select
from matcher.records import Achievement, Gate, Match, MatchList, Need, OrganisationLead, Record, Side
from matcher.text.fields import title_and_body

__all__ = ["Matcher", "query_text"]

Progress = Callable[[int, int], None]
"""Called with (done, total)."""

# Queries are encoded and searched this many at a time: one matrix product, bounded memory, a moving progress bar.
_QUERY_BLOCK = 64
_PARTNER = {Side.NEED: Side.ACHIEVEMENT, Side.ACHIEVEMENT: Side.NEED}
_NAMES = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the caller of a matching verb asked for."""

    top: int
    conditions: Filter | None
    today: dt.date

    @classmethod
    def of(cls, top: int, conditions: Filter | None, today: dt.date | None) -> "_Wish":
        if top < 1:
            raise ConfigError(f"top 是 {top}；至少要给出 1 个匹配，请改正后重试。")
        return cls(top, conditions, today or dt.date.today())


def query_text(record: Record) -> QueryText:
    """A record seen as a query."""
    return QueryText(*title_and_body(record))


class Matcher:
    """Matches needs and achievements in both directions and explains each match.

    Make one with `build` (in memory) or `open` (a saved index). Not for several threads at once.
    """

    def __init__(
        self,
        sides: Mapping[Side, SideIndex],
        encoder: Encoder,
        settings: Settings,
        *,
        model: LevelModel | None = None,
        reranker: Reranker | None = None,
        version: str = "",
    ) -> None:
        """Wire the parts; `encoder` must be the one the sides were built with."""
        self.settings = settings
        self.encoder_id = encoder.id
        self.version = version
        self.model = model or LevelModel.load()
        self.reranker = reranker
        self._sides = {side: index for side, index in sides.items() if len(index)}
        self._rankers = {side: Ranker(index, self.model, reranker) for side, index in self._sides.items()}
        self._explainers = {side: Explainer(index.lexical.weight) for side, index in self._sides.items()}
        self._hard = frozenset(settings.hard_gates)

    @property
    def bar(self) -> float:
        """The best `fit` of a query below which nothing fits, in [0, 1]."""
        return (self.reranker.model if self.reranker else self.model).none_fits_below

    @classmethod
    def build(
        cls,
        *,
        needs: Iterable[Need] = (),
        achievements: Iterable[Achievement] = (),
        settings: Settings | None = None,
        encoder: Encoder | None = None,
        models: Models | None = None,
        progress: Progress | None = None,
    ) -> "Matcher":
        """Index records in memory, for the models in use, or with another encoder, or for other models altogether.

        Raises:
            RecordError: an id is used twice.
            ModelError: the encoder or another model file is missing or damaged.
            ConfigError: a `MATCHER_…` variable cannot be used.
        """
        settings = settings or load_settings()
        models = models or load_models(settings, encoder=encoder)
        remembering = RememberingEncoder(models.encoder)
        classifier = Classifier.load()
        sides = {
            side: SideIndex.build(
                side,
                prepare(list(records), classifier),
                remembering,
                window_chars=settings.window_chars,
                query_windows=settings.query_windows,
                progress=progress,
            )
            for side, records in ((Side.NEED, needs), (Side.ACHIEVEMENT, achievements))
        }
        return cls(sides, remembering, settings, model=models.levels, reranker=models.reranker)

    @classmethod
    def open(cls, name: str, *, settings: Settings | None = None, encoder: Encoder | None = None) -> "Matcher":
        """Open the live version of a saved index; it keeps serving while a newer one is written.

        Without `encoder` the index is read with the encoder that made it, where the package or the registry has it,
        and with the models that stood beside it; see `encoder_id`.

        Raises:
            IndexNotFoundError: no index of that name.
            IndexDamagedError: files are missing or differ from the manifest.
            IndexMismatchError: the index was made by another encoder, which is not at hand.
            ModelError: the encoder or another model file is missing or damaged.
            ConfigError: a `MATCHER_…` variable cannot be used.
        """
        settings = settings or load_settings()
        store = IndexStore(settings.index_dir)
        while True:
            made_by = store.manifest(name).encoder_id
            models = load_models(settings, encoder=encoder, made_by=made_by)
            remembering = RememberingEncoder(models.encoder)
            try:
                bundle = store.open(name, remembering, query_windows=settings.query_windows)
                break
            except IndexMismatchError:
                # A rebuild with another encoder may have taken over since.
                if store.manifest(name).encoder_id == made_by:
                    raise
        sides = {side: bundle.side(side) for side in Side}
        return cls(sides, remembering, settings, model=models.levels, reranker=models.reranker, version=bundle.version)

    def side(self, side: Side) -> SideIndex:
        """The records of one side.

        Raises:
            IndexNotFoundError: it is empty.
        """
        try:
            return self._sides[side]
        except KeyError as error:
            name = _NAMES[side]
            raise IndexNotFoundError(
                f"索引里没有{name}；请用 matcher index {name}表 --into 索引名 --update 把{name}加入后重试。"
            ) from error

    def has(self, side: Side) -> bool:
        """Whether the index holds records of that side."""
        return side in self._sides

    def match(
        self, need: Need, *, top: int = 10, conditions: Filter | None = None, today: dt.date | None = None
    ) -> MatchList:
        """Achievements for one need; arguments and errors as in `match_many`."""
        return next(self.match_many([need], top=top, conditions=conditions, today=today))

    def leads(
        self, achievement: Achievement, *, top: int = 10, conditions: Filter | None = None, today: dt.date | None = None
    ) -> MatchList:
        """Needs that could buy one achievement; arguments and errors as in `match_many`."""
        return next(self.leads_many([achievement], top=top, conditions=conditions, today=today))

    def search(
        self, text: str, *, top: int = 10, conditions: Filter | None = None, today: dt.date | None = None
    ) -> MatchList:
        """Achievements for a need written in free words; arguments and errors as in `match_many`.

        Raises:
            RecordError: the text is empty.
        """
        if not text.strip():
            raise RecordError("需求不能为空；请写一句话，例如“石墨电极抗氧化涂层”。")
        return self.match(Need(id="query", title=text.strip()), top=top, conditions=conditions, today=today)

    def match_many(
        self,
        needs: Iterable[Need],
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
    ) -> Iterator[MatchList]:
        """Achievements for each need, one list a need, in order.

        Args:
            needs: any number of needs; they need not be in the index.
            top: how many matches at most, at least 1.
            conditions: what an achievement must state to be considered at all.
            today: the day validity is judged on; None is the day of the call.

        Raises:
            ConfigError: top < 1.
            IndexNotFoundError: the index holds no achievements.
            RecordError: something else than a need was given.
            ModelError: the encoder's files are missing or damaged.
        """
        return self._answers(needs, Side.NEED, _Wish.of(top, conditions, today))

    def leads_many(
        self,
        achievements: Iterable[Achievement],
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
    ) -> Iterator[MatchList]:
        """Needs for each achievement; otherwise as `match_many`."""
        return self._answers(achievements, Side.ACHIEVEMENT, _Wish.of(top, conditions, today))

    def partners(self, answer: MatchList) -> dict[str, Record]:
        """The records an answer names on the other side, excluded ones and copies too, by id."""
        side = self.side(_PARTNER[answer.query_side])
        matches = (*answer.matches, *answer.excluded)
        ids = [i for match in matches for i in (_partner_id(match, answer.query_side), *match.duplicates)]
        return {i: side.records[side.position(i)] for i in ids}

    def organisations(self, answer: MatchList) -> tuple[OrganisationLead, ...]:
        """Institutions (or, for an achievement, enterprises) behind the matches of one answer, best chance first."""
        return rank_organisations(answer, self.partners(answer), answer.query_side)

    def grade(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> list[Graded]:
        """Grade given achievements for each need, in the order given (for evaluation and training).

        Raises:
            IndexNotFoundError: the index holds no achievements.
            RecordError: an id is not in the index.
        """
        side = self.side(Side.ACHIEVEMENT)
        texts = [query_text(need) for need, _ in pairs]
        return self._rankers[Side.ACHIEVEMENT].grade(texts, [side.positions_of(ids) for _, ids in pairs])

    def rank(self, needs: Sequence[Need], k: int) -> list[Graded]:
        """The best `k` achievements of the whole corpus for each need by content alone: no hard conditions, every copy.

        Raises:
            IndexNotFoundError: the index holds no achievements.
        """
        self.side(Side.ACHIEVEMENT)
        texts = [query_text(need) for need in needs]
        blocks = (texts[at : at + _QUERY_BLOCK] for at in range(0, len(texts), _QUERY_BLOCK))
        ranker, depth = self._rankers[Side.ACHIEVEMENT], max(k, self.settings.candidates)
        return [graded.first(k) for block in blocks for graded in ranker.rank(block, depth)]

    def _answers(self, queries: Iterable[Record], side: Side, wish: _Wish) -> Iterator[MatchList]:
        partners = self.side(_PARTNER[side])
        allowed = partners.filter_mask(wish.conditions) if wish.conditions else None
        considered = len(partners) if allowed is None else int(allowed.sum())
        waiting = iter(queries)
        while block := list(islice(waiting, _QUERY_BLOCK)):
            texts = [query_text(query) for query in block]
            depth = max(self.settings.candidates, wish.top)
            for query, graded in zip(block, self._rankers[partners.side].rank(texts, depth, allowed), strict=True):
                found = self._candidates(query, graded, partners, wish)
                passing = sum(not failed(candidate.gates, self._hard) for candidate in found)
                if passing < wish.top and len(found) < considered:
                    graded = self._widened(query, graded, partners, wish, allowed)  # noqa: PLW2901
                    found = self._candidates(query, graded, partners, wish)
                yield self._answer(query, graded, found, partners, wish, considered=considered)

    def _candidates(self, query: Record, graded: Graded, partners: SideIndex, wish: _Wish) -> list[Candidate]:
        return [
            Candidate(
                id=partners.ids[at],
                order=order,
                fit=float(fit),
                gates=self._gates(query, partners.records[at], wish),
            )
            for order, (at, fit) in enumerate(zip(graded.positions, graded.fits, strict=True))
        ]

    def _gates(self, query: Record, partner: Record, wish: _Wish) -> tuple[Gate, ...]:
        return check_gates(*_pair(query, partner), today=wish.today, query_side=query.side)

    def _widened(
        self, query: Record, graded: Graded, partners: SideIndex, wish: _Wish, allowed: Allowed | None
    ) -> Graded:
        """The candidates, and the best among all the records that pass the hard conditions.

        A need limited to one county must not come away empty because the first candidates are all from elsewhere.
        """
        passes = np.zeros(len(partners), dtype=np.bool_)
        for at in range(len(partners)) if allowed is None else np.flatnonzero(allowed).tolist():
            passes[at] = not failed(self._gates(query, partners.records[at], wish), self._hard)
        if not passes.any():
            return graded
        ranker, text = self._rankers[partners.side], query_text(query)
        more = ranker.candidates([text], max(self.settings.candidates, wish.top), passes)[0]
        return ranker.order([text], [np.union1d(graded.positions, more)])[0]

    def _answer(
        self,
        query: Record,
        graded: Graded,
        candidates: Sequence[Candidate],
        partners: SideIndex,
        wish: _Wish,
        *,
        considered: int,
    ) -> MatchList:
        chosen = select(
            candidates, top=wish.top, hard=self._hard, canonical=partners.canonical, cluster=partners.cluster
        )
        shown, excluded = (
            tuple(
                self._match(
                    query,
                    partners.records[partners.position(candidate.id)],
                    candidate,
                    graded,
                    rank=rank,
                    copies=chosen.copies[candidate.id],
                )
                for rank, candidate in enumerate(found, 1)
            )
            for found in (chosen.shown, chosen.excluded)
        )
        best = max((candidate.fit for candidate in chosen.shown), default=0.0)
        return MatchList(
            query_id=query.id,
            query_side=query.side,
            matches=shown,
            excluded=excluded,
            none_fits=best < self.bar,
            considered=considered,
        )

    def _match(
        self,
        query: Record,
        partner: Record,
        candidate: Candidate,
        graded: Graded,
        *,
        rank: int,
        copies: tuple[str, ...],
    ) -> Match:
        need, achievement = _pair(query, partner)
        at = candidate.order
        parts = dict(zip(FEATURES, map(float, graded.features[at]), strict=True))
        if not np.isnan(graded.cross[at]):
            parts[CROSS] = float(graded.cross[at])
        told = self._explainers[partner.side].explain(need, achievement, candidate.gates, query_side=query.side)
        p1, p2, p3, p4 = map(float, graded.probs[at])
        return Match(
            need_id=need.id,
            achievement_id=achievement.id,
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
            duplicates=copies,
        )


def _pair(query: Record, partner: Record) -> tuple[Need, Achievement]:
    if isinstance(query, Need) and isinstance(partner, Achievement):
        return query, partner
    if isinstance(query, Achievement) and isinstance(partner, Need):
        return partner, query
    raise RecordError(
        f"记录“{query.id}”（{_NAMES[query.side]}）不能与{_NAMES[partner.side]}匹配；需求用 match，成果用 leads。"
    )


def _partner_id(match: Match, query_side: Side) -> str:
    return match.achievement_id if query_side is Side.NEED else match.need_id
