"""The door to the engine: a few verbs in the user's words. It wires the steps and computes nothing itself."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from matcher.answers import QUERY_BLOCK, Answerer, Wish, query_text
from matcher.config import Settings, load_settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.corpus.side import side_label
from matcher.embed.base import Encoder
from matcher.embed.meaning import Meaning
from matcher.embed.remember import RememberingEncoder
from matcher.errors import IndexMismatchError, IndexNotFoundError, RecordError
from matcher.explain import Explainer, Explaining
from matcher.index.eyes import Eyes
from matcher.index.facets import Facet, facets
from matcher.index.filters import Filter
from matcher.index.recall import Recall
from matcher.index.side import SideIndex
from matcher.index.store import IndexStore
from matcher.rank.checks import Checker
from matcher.rank.given import Given, Told
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models, load_models
from matcher.rank.organisations import rank_organisations
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.rerank import Reranker
from matcher.rank.similar import Similar, similar
from matcher.records import Achievement, Match, MatchList, Need, OrganisationLead, Record, Side

__all__ = ["Matcher"]

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


class Matcher:
    """Matches needs and achievements in both directions and explains each match.

    Make one with `build` (in memory) or `open` (a saved index). One call at a time: calls change what is remembered of
    texts encoded and records read. Several threads may share one under one lock, which has to be held, too, while an
    answer of `match_many` or `leads_many` is being taken out; records, conditions and answers are never changed.
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
        offered = self._sides.get(Side.ACHIEVEMENT)
        self._rankers = {
            side: Ranker(index, self.model, reranker, achievements=offered) for side, index in self._sides.items()
        }
        self._recall = Recall(self._sides, encoder)
        checker = Checker(similarity=Meaning(encoder))
        self._answerers = {
            side: Answerer(
                index, self._rankers[side], checker, Explainer(index.lexical.weight, encoder=encoder), settings
            )
            for side, index in self._sides.items()
        }

    @property
    def bar(self) -> float:
        """The best `fit` of a query below which nothing fits, in [0, 1]."""
        return (self.reranker.model if self.reranker else self.model).none_fits_below

    def _answerer(self, query_side: Side) -> Answerer:
        return self._answerers[self.side(query_side.other).side]

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
            name = side_label(side)
            raise IndexNotFoundError(
                f"索引里没有{name}；请用 matcher index {name}表 --into 索引名 --update 把{name}加入后重试。"
            ) from error

    def has(self, side: Side) -> bool:
        """Whether the index holds records of that side."""
        return side in self._sides

    def match(
        self,
        need: Need,
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> MatchList:
        """Achievements for one need; arguments and errors as in `match_many`."""
        return next(
            self.match_many([need], top=top, conditions=conditions, today=today, explaining=explaining, given=given)
        )

    def leads(
        self,
        achievement: Achievement,
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> MatchList:
        """Needs that could buy one achievement; arguments and errors as in `leads_many`."""
        return next(
            self.leads_many(
                [achievement], top=top, conditions=conditions, today=today, explaining=explaining, given=given
            )
        )

    def search(
        self,
        text: str,
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
        explaining: Explaining = Explaining.MEANING,
    ) -> MatchList:
        """Achievements for a need written in free words; arguments and errors as in `match_many`.

        Raises:
            RecordError: the text is empty.
        """
        if not text.strip():
            raise RecordError("需求不能为空；请写一句话，例如“石墨电极抗氧化涂层”。")
        need = Need(id="query", title=text.strip())
        return self.match(need, top=top, conditions=conditions, today=today, explaining=explaining)

    def match_many(
        self,
        needs: Iterable[Need],
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> Iterator[MatchList]:
        """Achievements for each need, one list a need, in order.

        Args:
            needs: any number of needs; they need not be in the index.
            top: how many matches at most, at least 1.
            conditions: what an achievement must state to be considered at all, and whose answer it is
                (`Filter.eyes`): nothing in the answer is derived from a text that reader may not read, except by the
                order and the levels, which go by whole records.
            today: the day validity is judged on; None is the day of the call.
            explaining: how much to explain, and by what means.
            given: need id → what was said of its candidates. It moves the others; what was said of one is what is
                answered for it, as far as that is certain, and what was refused is among the excluded. Needs without
                any are answered as ever.

        Raises:
            ConfigError: top < 1.
            IndexNotFoundError: the index holds no achievements.
            RecordError: something else than a need was given.
            ModelError: the encoder's files are missing or damaged.
        """
        return self._answerer(Side.NEED).answers(
            self._recall.before(needs), Wish.of(top, conditions, today, explaining, given)
        )

    def leads_many(
        self,
        achievements: Iterable[Achievement],
        *,
        top: int = 10,
        conditions: Filter | None = None,
        today: dt.date | None = None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> Iterator[MatchList]:
        """Needs for each achievement; otherwise as `match_many`.

        `given`: achievement id → what was said of needs it was proposed for. It answers for these needs and moves no
        others: each need has a wish of its own.
        """
        return self._answerer(Side.ACHIEVEMENT).answers(
            self._recall.before(achievements), Wish.of(top, conditions, today, explaining, given)
        )

    def explain(
        self,
        query: Record,
        partner_ids: Sequence[str],
        *,
        today: dt.date | None = None,
        eyes: Eyes | None = None,
        explaining: Explaining = Explaining.MEANING,
        given: Told | None = None,
    ) -> tuple[Match, ...]:
        """Grade and explain a need with given achievements, or an achievement with given needs, in the order given.

        Nothing is searched, excluded or put in order; `rank` is the place in `partner_ids`. With `eyes` the answer is
        for that reader, who gets the same error for a record that must not be known as for one that is not there.
        `given` as in `match_many` for a need, as in `leads_many` for an achievement.

        Raises:
            IndexNotFoundError: the index holds no records of the other side.
            RecordError: an id is not in the index.
            ModelError: the encoder's files are missing or damaged.
        """
        wish = Wish.of(1, None if eyes is None else Filter(eyes=eyes), today, explaining, given)
        (query,) = self._recall.before([query])
        return self._answerer(query.side).given(query, partner_ids, wish)

    def similar(self, record: Record, *, top: int = 10, conditions: Filter | None = None) -> tuple[Similar, ...]:
        """Records of a record's own side that are nearest to it in meaning; itself and its copies are left out.

        Args:
            record: need not be in the index.
            top: how many at most, at least 1.
            conditions: what a record must state to be named, and who may see it.

        Raises:
            ConfigError: top < 1.
            IndexNotFoundError: the index holds no records of that side.
            ModelError: the encoder's files are missing or damaged.
        """
        side, wish = self.side(record.side), Wish.of(top, conditions, None)
        (record,) = self._recall.before([record])
        return similar(side, record, top=wish.top, allowed=side.filter_mask(conditions) if conditions else None)

    def facets(
        self, side: Side, *, conditions: Filter | None = None, most: int = 50
    ) -> Mapping[str, tuple[Facet, ...]]:
        """How many records that pass the conditions hold each value of a field, commonest first, `most` ≥ 1 a field.

        The fields are those of `Filter`: plan, hightech, gbt4754, industry, region, modes, status, org, trl.

        Raises:
            IndexNotFoundError: the index holds no records of that side.
        """
        index = self.side(side)
        return facets(index.columns, index.filter_mask(conditions) if conditions else None, most=most)

    def partners(self, answer: MatchList) -> dict[str, Record]:
        """The records an answer names on the other side, excluded ones and copies too, by id."""
        side = self.side(answer.query_side.other)
        matches = (*answer.matches, *answer.excluded)
        ids = [i for match in matches for i in (_partner_id(match, answer.query_side), *match.duplicates)]
        return {i: side.records[side.position(i)] for i in ids}

    def organisations(self, answer: MatchList) -> tuple[OrganisationLead, ...]:
        """Institutions (or, for an achievement, enterprises) behind the matches of one answer, best chance first."""
        return rank_organisations(answer, self.partners(answer), answer.query_side)

    def grade(self, pairs: Sequence[tuple[Need, Sequence[str]]], *, given: Told | None = None) -> list[Graded]:
        """Grade given achievements for each need, in the order given (for evaluation and training).

        `given` as in `match_many`.

        Raises:
            IndexNotFoundError: the index holds no achievements.
            RecordError: an id is not in the index.
        """
        side = self.side(Side.ACHIEVEMENT)
        texts = [query_text(need) for need, _ in pairs]
        known = [Given.of(given.get(need.id, ()), side) for need, _ in pairs] if given else None
        return self._rankers[Side.ACHIEVEMENT].grade(texts, [side.positions_of(ids) for _, ids in pairs], known)

    def rank(self, needs: Sequence[Need], k: int) -> list[Graded]:
        """The best `k` achievements of the whole corpus for each need by content alone: no hard conditions, every copy.

        Raises:
            IndexNotFoundError: the index holds no achievements.
        """
        self.side(Side.ACHIEVEMENT)
        texts = [query_text(need) for need in needs]
        blocks = (texts[at : at + QUERY_BLOCK] for at in range(0, len(texts), QUERY_BLOCK))
        ranker, depth = self._rankers[Side.ACHIEVEMENT], max(k, self.settings.candidates)
        return [graded.first(k) for block in blocks for graded in ranker.rank(block, depth)]


def _partner_id(match: Match, query_side: Side) -> str:
    return match.achievement_id if query_side is Side.NEED else match.need_id
