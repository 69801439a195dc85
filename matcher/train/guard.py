"""What an encoder must not forget: the title of a record finds that record's own body among those of others."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matcher.embed.base import Vectors
from matcher.evaluate.metrics import Floats
from matcher.train.encoder_data import Lessons, Texts

__all__ = ["find_bodies", "set_aside"]

_GUARDED = 400


def set_aside(everything: Lessons, seed: int) -> tuple[Lessons, list[Texts]]:
    """The lessons without the records set aside for the guard, and those: at most 400, and a quarter of the bodies."""
    count = min(_GUARDED, len(everything.bodies) // 4)
    chosen = set(np.random.default_rng(seed).permutation(len(everything.bodies))[:count].tolist())
    kept = tuple(texts for at, texts in enumerate(everything.bodies) if at not in chosen)
    aside = [texts for at, texts in enumerate(everything.bodies) if at in chosen]
    return replace(everything, bodies=kept), aside


def find_bodies(encode: Callable[[Sequence[str]], Vectors], records: Sequence[Texts]) -> dict[str, Floats]:
    """`mrr` and `recall@1` of each record: float64 (len(records),) in [0, 1].

    The first windows of all records, without their titles, are ranked by their cosine to a title; a tie counts against
    the right one.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    cosines = encode([texts.title for texts in records]) @ encode([texts.bare(0) for texts in records]).T
    ranks = (cosines >= np.diag(cosines)[:, None]).sum(axis=1)
    return {"mrr": 1.0 / ranks, "recall@1": (ranks == 1).astype(np.float64)}
