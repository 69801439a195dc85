"""How an encoder is fine-tuned: every number that may be tried, with the one that was kept."""

from dataclasses import dataclass
from typing import Literal

__all__ = ["AverageRecipe", "EncoderRecipe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderRecipe:
    """Numbers of one training. A step learns from some graded needs, some written needs and some records at once.

    steps: how many. learning_rate, weight_decay, warmup_steps: of AdamW and its linear schedule.
    needs, pairs: graded needs a step, and judged achievements of each. order_weight, order_margin, scale: of CoSENT
    among the pairs of one need whose targets (1 to 4) differ by more than the margin; `scale` multiplies every cosine.
    margin_weight, margin_step: of Margin-MSE over the same pairs; a level is worth `margin_step` of scaled cosine.
    across_weight, across_margin: of the same among all pairs of a step, whichever need they are of, so that a cosine
    says as much for one need as for another.
    partner_weight, partner_from: of InfoNCE for achievements with at least that target, against other needs' texts.
    written, written_weight: written needs a step, and the weight of InfoNCE over them, with the near miss as a
    negative. mined, mined_by, mined_first, mined_last: how many further negatives each of them gets, from these ranks
    of a search by words or by the base's own vectors.
    bodies, bodies_weight, bodies_every: records a step whose title must find its body, and every how many steps they
    come. short: how often a text is a title or a spoken sentence rather than a window of a body.
    widths: the first so many numbers of a vector must serve as well as the whole (Matryoshka); the loss is their mean.
    frozen_layers: how many of the lowest layers keep their weights; word embeddings always do.
    average: how many of the last checkpoints are averaged; one lies at each evaluation.
    blend: weights of the result = (1 − blend) · base + blend · tuned; 1 keeps the tuned ones.
    evaluations, patience, validation_share: as in a re-ranker's recipe.
    pieces: how much of a text is read. window_chars: length of a window of a body.
    """

    steps: int = 102
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup_steps: int = 30
    needs: int = 4
    pairs: int = 12
    order_weight: float = 1.0
    order_margin: float = 0.25
    margin_weight: float = 0.0
    margin_step: float = 2.0
    across_weight: float = 0.0
    across_margin: float = 1.0
    scale: float = 20.0
    partner_weight: float = 0.3
    partner_from: float = 2.8
    written: int = 24
    written_weight: float = 0.3
    mined: int = 0
    mined_by: tuple[Literal["lexical", "model"], ...] = ("lexical", "model")
    mined_first: int = 4
    mined_last: int = 40
    bodies: int = 12
    bodies_weight: float = 0.6
    bodies_every: int = 2
    short: float = 0.75
    widths: tuple[int, ...] = (384, 256, 128)
    frozen_layers: int = 4
    average: int = 1
    blend: float = 0.7
    evaluations: int = 4
    patience: int = 2
    validation_share: float = 0.0
    pieces: int = 96
    window_chars: int = 200


@dataclass(frozen=True, slots=True)
class AverageRecipe:
    """weights = (1 − share) · base + share · mean of the parts; `parts` are the ids of the trainings."""

    share: float
    parts: tuple[str, ...]
