"""Wrong answers that look right: achievements that search finds for a written need in place of its own.

Found once, before the training, by words (BM25) and by the base encoder's own vectors.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.index.base import QueryText
from matcher.index.lexical import Lexical
from matcher.index.tokens import KnownWords, cut_words
from matcher.train.encoder_data import Lessons, Texts
from matcher.train.encoder_recipe import EncoderRecipe

__all__ = ["with_wrong"]

Encode = Callable[[Sequence[str]], Vectors]
"""Texts to unit vectors, float32 (n, width)."""

_BLOCK = 256


def with_wrong(learned: Lessons, recipe: EncoderRecipe, encode: Encode) -> Lessons:
    """Give each written need its wrong answers, those of all retrievers in turn, each title once.

    Taken from ranks `mined_first` to `mined_last` of each retriever; an achievement of the right one's title, or with
    its first window, is none.

    Args:
        learned: the achievements of its written needs are the corpus that is searched.
        recipe: `mined_by` names the retrievers.
        encode: the base encoder; not called unless `mined_by` says so.
    """
    corpus = list(dict.fromkeys(item.achievement for item in learned.written))
    questions = [item.short[0] for item in learned.written]
    if not questions:
        return learned
    ranked = []
    if "lexical" in recipe.mined_by:
        ranked.append(_by_words(corpus, questions, recipe.mined_last))
    if "model" in recipe.mined_by:
        ranked.append(_by_vectors(corpus, questions, recipe.mined_last, encode))
    written = []
    for at, item in enumerate(learned.written):
        lists = [found[at][recipe.mined_first - 1 :] for found in ranked]
        in_turn = (found[place] for place in range(recipe.mined_last) for found in lists if place < len(found))
        wrong: dict[str, Texts] = {}
        for row in in_turn:
            if not _same(corpus[row], item.achievement):
                wrong.setdefault(corpus[row].title, corpus[row])
        written.append(replace(item, wrong=tuple(wrong.values())))
    return replace(learned, written=tuple(written))


def _same(one: Texts, other: Texts) -> bool:
    return one.title == other.title or bool(one.windows and other.windows and one.bare(0) == other.bare(0))


def _by_words(corpus: Sequence[Texts], questions: Sequence[str], k: int) -> list[list[int]]:
    bodies = ((texts.title, "\n".join(map(texts.bare, range(len(texts.windows))))) for texts in corpus)
    table = cut_words(bodies, np.zeros((len(corpus), 16), dtype=np.uint8), KnownWords())
    hits = Lexical.build(table).search([QueryText(text) for text in questions], k)
    return [hit.positions.tolist() for hit in hits]


def _by_vectors(corpus: Sequence[Texts], questions: Sequence[str], k: int, encode: Encode) -> list[list[int]]:
    """By the cosine of titles, ties by position."""
    titles, asked = encode([texts.title for texts in corpus]), encode(questions)
    found: list[list[int]] = []
    for start in range(0, len(asked), _BLOCK):
        order: npt.NDArray[np.int64] = np.argsort(-(asked[start : start + _BLOCK] @ titles.T), axis=1, kind="stable")
        found += order[:, :k].tolist()
    return found
