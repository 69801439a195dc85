"""How close the vectors of one encoder come to those of another."""

from dataclasses import dataclass

import numpy as np

from matcher.embed.base import Vectors

__all__ = ["Closeness", "closeness"]

_FIRST = 10


@dataclass(frozen=True, slots=True)
class Closeness:
    """Of a student to its teacher, over some texts.

    cosine: mean cosine of a text's two vectors. correlation: of the similarities of all pairs of texts (Pearson).
    found: share of texts whose nearest by the teacher is among the ten nearest by the student, in [0, 1]. texts: count.
    """

    cosine: float
    correlation: float
    found: float
    texts: int

    def __str__(self) -> str:
        return (
            f"与教师的余弦 {self.cosine:.4f}，两两相似度的相关 {self.correlation:.4f}，"
            f"教师的最近邻在前 {_FIRST} 之内 {self.found:.1%}（{self.texts} 段）"
        )


def closeness(student: Vectors, teacher: Vectors) -> Closeness:
    """Compare unit vectors of the same texts, float32 (n, width) each, n ≥ 3."""
    mine, theirs = student @ student.T, teacher @ teacher.T
    pairs = np.triu_indices(len(mine), 1)
    correlation = np.corrcoef(mine[pairs], theirs[pairs])[0, 1]
    for similarities in (mine, theirs):
        np.fill_diagonal(similarities, -np.inf)
    nearest = theirs.argmax(axis=1)
    first = np.argsort(-mine, axis=1, kind="stable")[:, :_FIRST]
    return Closeness(
        cosine=float((student * teacher).sum(axis=1).mean()),
        correlation=float(correlation),
        found=float((first == nearest[:, None]).any(axis=1).mean()),
        texts=len(student),
    )
