"""The check-up itself: read, judge, ask, and suggest with the help of a corpus."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from matcher.diagnose.base import Candidate, Contrast, Diagnosis, NeedClass, Term
from matcher.diagnose.candidates import nearest
from matcher.diagnose.classify import classify
from matcher.diagnose.missing import missing_items
from matcher.diagnose.questions import ask
from matcher.diagnose.reading import Reading, read_need
from matcher.diagnose.terms import Closeness, TermRules, contrasts, good, suggest_terms
from matcher.diagnose.wording import wording
from matcher.engine import Matcher
from matcher.errors import RecordError
from matcher.index.base import QueryText
from matcher.index.side import SideIndex
from matcher.records import Need, Side, Tier

__all__ = ["diagnose", "diagnose_many"]

_BLOCK = 64
# Words are compared with so many of the best candidates.
_COMPARED = 5
_RULES = TermRules()


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The achievements of an index, and the P(level ≥ 3) below which nothing fits."""

    side: SideIndex
    bar: float

    def closeness(self, candidates: Sequence[Candidate]) -> Closeness:
        """How near words are to the best of the candidates: the mean of their cosines."""
        places = np.array([candidate.position for candidate in candidates[:_COMPARED]], dtype=np.int64)

        def measured(words: Sequence[str]) -> list[float]:
            scores = self.side.dense.score([QueryText(word) for word in words], [places] * len(words))
            return [float(found.mean()) for found in scores]

        return measured


def diagnose(need: Need, *, matcher: Matcher | None = None, rules: TermRules = _RULES) -> Diagnosis:
    """The check-up of one need; arguments and errors as in `diagnose_many`."""
    return next(diagnose_many([need], matcher=matcher, rules=rules))


def diagnose_many(
    needs: Iterable[Need], *, matcher: Matcher | None = None, rules: TermRules = _RULES
) -> Iterator[Diagnosis]:
    """Check needs, one answer a need, in order. Only public texts are read; nothing else can come back.

    Args:
        needs: any number of public needs; they need not be in the index.
        matcher: an index with achievements; without one there are no suggested words and no question about ways.
        rules: how words of the corpus are chosen.

    Raises:
        RecordError: a need that is not public.
        IndexNotFoundError: the index holds no achievements.
        ModelError: the encoder's files are missing or damaged.
    """
    waiting = iter(needs)
    while block := list(islice(waiting, _BLOCK)):
        readings = [_read(need) for need in block]
        corpus = None if matcher is None else _Corpus(matcher.side(Side.ACHIEVEMENT), matcher.bar)
        near: list[tuple[Candidate, ...]] = [() for _ in block]
        if matcher is not None:
            near = nearest(matcher, [reading.need for reading in readings], top=rules.top)
        for need, reading, candidates in zip(block, readings, near, strict=True):
            yield _diagnosis(need, reading, candidates, corpus, rules)


def _read(need: Need) -> Reading:
    if need.visibility > Tier.PUBLIC:
        raise RecordError(
            f"需求“{need.id}”不是公开的，体检只读公开内容；请先略去这条需求，或确认后把可见范围改为公开。"
        )
    return read_need(need)


def _diagnosis(
    need: Need, reading: Reading, candidates: Sequence[Candidate], corpus: _Corpus | None, rules: TermRules
) -> Diagnosis:
    need_class, reasons = classify(reading)
    missing = missing_items(need, reading)
    terms: tuple[Term, ...] = ()
    divided: tuple[Contrast, ...] = ()
    # What is near to a need without direction says nothing about it.
    if corpus is not None and need_class is not NeedClass.AIMLESS:
        near = good(candidates, corpus.bar if rules.bar is None else rules.bar, rules)
        weight = corpus.side.lexical.weight
        terms = suggest_terms(reading.text, near, weight, corpus.closeness(near), rules)
        divided = contrasts(reading.text, near, weight)
    return Diagnosis(
        need_id=need.id,
        title=need.title,
        need_class=need_class,
        reasons=reasons,
        aspects=reading.aspects,
        missing=missing,
        questions=ask(reading.need, reading, need_class, missing, divided),
        terms=terms,
        wording=wording(reading, need_class, terms),
    )
