"""How a re-ranker is trained: every number that may be tried, with the one that was kept."""

from dataclasses import dataclass

__all__ = ["RerankerRecipe"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankerRecipe:
    """Numbers of one training.

    layers: which layers of the base encoder are kept. passes: over the data. graded_draws, pairs: how often a graded
    need comes in a pass, and with how many pairs. written_share: how many of the written needs come in a pass.
    mined, mined_first, mined_last: negatives a written need, and the ranks of the search they are drawn from.
    titles_only: how often a side is shown without its window. rank_weight: of the term that orders pairs of one need,
    beside the term for their targets; rank_margin: targets closer than this are not ordered.
    batch: groups a step. evaluations: how often the held-back needs are looked at; patience: how many times without a
    gain end the training; validation_share: of the graded needs held back for it (0: none, and no early end).
    need_pieces, achievement_pieces: what is read of each side.
    """

    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    passes: int = 3
    graded_draws: int = 3
    pairs: int = 12
    written_share: float = 0.5
    mined: int = 3
    mined_first: int = 4
    mined_last: int = 40
    titles_only: float = 0.3
    rank_weight: float = 1.0
    rank_margin: float = 0.083
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    warmup_share: float = 0.06
    batch: int = 8
    freeze_words: bool = True
    evaluations: int = 6
    patience: int = 3
    validation_share: float = 0.0
    need_pieces: int = 56
    achievement_pieces: int = 72
