"""Reading a pair together: which texts of both sides are read, by which model, and what grades the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.embed.base import Vectors
from matcher.embed.cross import CROSS_FOLDER, CrossEncoder
from matcher.embed.manifest import holds_model
from matcher.index.base import QueryText
from matcher.index.passages import passage_text
from matcher.index.side import SideIndex
from matcher.rank.features import BODY_CROSS, FEATURES
from matcher.rank.levels import RERANKED_LEVELS, LevelModel
from matcher.records import Side
from matcher.text.fields import title_and_body

__all__ = [
    "CROSS",
    "READ_FEATURES",
    "PairReader",
    "PairText",
    "Reranker",
    "load_reranker",
    "pair_texts",
    "read_columns",
]

Positions = npt.NDArray[np.int64]

CROSS = "cross"
READ_FEATURES = (*FEATURES, CROSS, BODY_CROSS)
"""The features of a pair that a re-ranker has read: its logit beside the others, and that × (1 − title_share)."""


class PairReader(Protocol):
    """Says of texts of a need and an achievement how well they fit."""

    @property
    def id(self) -> str:
        """Name and content hash; equal ids mean equal scores."""
        ...

    def score(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        """Logits of (need, achievement) texts: float32 (len(pairs),), in order; each depends on its pair alone.

        Raises:
            ModelError: the model files are missing or damaged.
        """
        ...


def read_columns(features: npt.NDArray[np.float64], logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Features of n pairs that were read: float64 (n, len(READ_FEATURES)), columns as in `READ_FEATURES`.

    Args:
        features: float64 (n, len(FEATURES)).
        logits: float64 (n,), the re-ranker's.
    """
    return np.column_stack([features, logits, logits * (1 - features[:, FEATURES.index("title_share")])])


@dataclass(frozen=True, slots=True)
class PairText:
    """What is read of one pair: of each side the title and the window nearest to the other side, normalised."""

    need: str
    achievement: str


def pair_texts(side: SideIndex, queries: Sequence[QueryText], positions: Sequence[Positions]) -> list[list[PairText]]:
    """The texts of each query with given records; whoever asks, the need comes first.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    found = []
    for nearest, where in zip(side.dense.nearest(queries, positions), positions, strict=True):
        asked = [nearest.query.windows[window] for window in nearest.windows]
        theirs = [
            passage_text(side.dense.passages, row, *title_and_body(side.records[at]))
            for at, row in zip(where, nearest.rows, strict=True)
        ]
        needs, achievements = (asked, theirs) if side.side is Side.ACHIEVEMENT else (theirs, asked)
        found.append([PairText(*texts) for texts in zip(needs, achievements, strict=True)])
    return found


class Reranker:
    """Reads the best candidates of a query, and holds the level model that knows what the reading is worth."""

    def __init__(self, reader: PairReader, model: LevelModel, top: int) -> None:
        """`top`: how many candidates of a query are read, at least 1; `model` may use any of `READ_FEATURES`."""
        self._reader = reader
        self.model = model
        self.top = top

    @property
    def id(self) -> str:
        """Of the reader and the level model."""
        return f"{self._reader.id}+{self.model.id}"

    def read(
        self, side: SideIndex, queries: Sequence[QueryText], positions: Sequence[Positions]
    ) -> list[npt.NDArray[np.float64]]:
        """Logits of the given records of each query: float64 (len(positions[i]),), in order.

        Raises:
            ModelError: the files of the encoder or the reader are missing or damaged.
        """
        if not positions:
            return []
        texts = [text for found in pair_texts(side, queries, positions) for text in found]
        # Copies of one record read alike.
        distinct = {text: at for at, text in enumerate(dict.fromkeys(texts))}
        scores = self._reader.score([(text.need, text.achievement) for text in distinct]).astype(np.float64)
        ends = np.cumsum([len(where) for where in positions])[:-1]
        return list(np.split(scores[[distinct[text] for text in texts]], ends))


def load_reranker(
    top: int, *, threads: int = 0, cross: Path = CROSS_FOLDER, levels: Path = RERANKED_LEVELS
) -> Reranker | None:
    """The re-ranker in the package; None where `top` is 0 or the package carries none.

    Raises:
        ModelError: a part of it is there, but damaged.
    """
    if top == 0 or not holds_model(cross) or not levels.is_file():
        return None
    return Reranker(CrossEncoder(cross, threads=threads), LevelModel.load(levels), top)
