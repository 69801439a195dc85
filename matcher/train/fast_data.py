"""What a shallow encoder reads while it imitates another: the texts an index or a query would hold, and their batches.

Everything drawn at random is drawn here, before the training begins.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from matcher.errors import ConfigError
from matcher.text.normalize import normalize
from matcher.train.data import TrainingSet, WrittenNeed
from matcher.train.encoder_data import Texts
from matcher.train.fast_recipe import FastRecipe

__all__ = ["FastTexts", "draw_batches", "fast_texts", "packed"]

# All pairs of them are compared.
_HELD_MOST = 2000
# With fewer there are no two pairs whose similarities could go together.
_HELD_LEAST = 3


@dataclass(frozen=True, slots=True)
class FastTexts:
    """Distinct texts, none of them in both: those that are learned from, and those held out to measure by."""

    learned: tuple[str, ...]
    held: tuple[str, ...]


def fast_texts(data: Sequence[TrainingSet], recipe: FastRecipe, seed: int) -> FastTexts:
    """Titles and windows of all records, as an index cuts them, and the texts of written needs.

    Records are held out whole, at most so many that 2,000 texts are; written needs never are.

    Raises:
        ConfigError: there is nothing to learn from, or too little is held out to measure by.
    """
    records = list(dict.fromkeys(texts for part in data for texts in _records(part, recipe.window_chars)))
    order = list(range(len(records)))
    random.Random(seed).shuffle(order)  # noqa: S311
    count = round(recipe.held_share * len(records))
    aside = frozenset(order[:count])
    learned = _distinct(
        [
            *(text for at, texts in enumerate(records) if at not in aside for text in (texts.title, *texts.windows)),
            *(text for part in data for item in part.written for text in _written(item)),
        ]
    )
    known = frozenset(learned)
    held = _distinct(text for at in order[:count] for text in (records[at].title, *records[at].windows))
    kept = tuple(text for text in held if text not in known)[:_HELD_MOST]
    if not learned:
        raise ConfigError("训练数据清单中的记录没有一段可读的文字，学不到什么；请检查清单所列的文件。")
    if recipe.held_share and len(kept) < _HELD_LEAST:
        raise ConfigError(
            f"留出来检验的文字只有 {len(kept)} 段，至少要 {_HELD_LEAST} 段；"
            "请补充数据，或在配方中调大 held_share，或设为 0 不检验。"
        )
    return FastTexts(learned, kept)


def _records(part: TrainingSet, window_chars: int) -> Iterator[Texts]:
    for group in (part.achievements, part.bodies, [item.need for item in (*part.graded, *part.feedback)]):
        yield from Texts.of(group, window_chars)


def _written(item: WrittenNeed) -> Iterator[str]:
    for text in (*item.needs, *item.near):
        yield normalize(text.title)
        yield normalize(text.body)


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def draw_batches(lengths: Sequence[int], recipe: FastRecipe, seed: int) -> list[list[int]]:
    """Numbers of the texts of every step: in each pass every text once, texts of about one length together.

    lengths: pieces of each text.
    """
    rng = random.Random(seed)  # noqa: S311
    steps = []
    for _ in range(recipe.passes):
        order = list(range(len(lengths)))
        rng.shuffle(order)
        batches = []
        for start in range(0, len(order), recipe.together):
            alike = sorted(order[start : start + recipe.together], key=lambda at: lengths[at])
            batches += list(packed(alike, lengths, recipe.tokens))
        rng.shuffle(batches)
        steps += batches
    return steps


def packed(order: Iterable[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Texts in this order, as many at once as padded to the longest have at most `most` pieces; at least one."""
    batch: list[int] = []
    longest = 0
    for at in order:
        longest = max(longest, lengths[at])
        if batch and longest * (len(batch) + 1) > most:
            yield batch
            batch, longest = [], lengths[at]
        batch.append(at)
    if batch:
        yield batch
