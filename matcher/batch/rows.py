"""Graded pairs as columns: what a block of needs yields, and what is kept of it until the run is finished."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from matcher.rank.levels import Probs

__all__ = ["Rows"]


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """One pair a row; all arrays have the same length.

    need, achievement: int32, row numbers of the records in order of id.
    probs: float64 (n, 4), P(level = 1..4).
    rank: int32, place in the need's list from 1; 0 where it is not in it.
    barred: bool, kept out of that list by a hard condition alone.
    lead: bool, good enough to be one of the achievement's leads.
    """

    need: npt.NDArray[np.int32]
    achievement: npt.NDArray[np.int32]
    probs: Probs
    rank: npt.NDArray[np.int32]
    barred: npt.NDArray[np.bool_]
    lead: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.need)

    @classmethod
    def joined(cls, parts: Sequence["Rows"]) -> "Rows":
        """All rows of at least one part, one after the other."""
        return cls(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(cls)))

    def to_bytes(self) -> bytes:
        """Equal rows give equal bytes."""
        file = io.BytesIO()
        np.savez(file, allow_pickle=False, **{item.name: getattr(self, item.name) for item in fields(self)})
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Rows":
        """What `to_bytes` gave.

        Raises:
            ValueError: it is something else, or damaged.
        """
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                return cls(*(archive[item.name] for item in fields(cls)))
        except (OSError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise ValueError("not a saved block of pairs") from error
