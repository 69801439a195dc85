"""What a check works on: one statement of a record, and what a comparison of two of them gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt

from matcher.rank.checks.measure import Measure
from matcher.rank.checks.names import Name
from matcher.records import CheckState, Evidence

__all__ = ["Comparison", "End", "Likeness", "Similarity", "Stated", "Why"]


class Similarity(Protocol):
    """How close in meaning phrases are: float (len(left), len(right)), cosine in [-1, 1]."""

    def __call__(self, left: Sequence[str], right: Sequence[str]) -> npt.NDArray[np.floating]:
        """One row a text of `left`, one column a text of `right`."""
        ...


class Likeness(IntEnum):
    """Whether two names stand for one quantity: only SAME may tell that a target is missed, LIKELY that it is met."""

    OTHER = 0
    POSSIBLE = 1
    LIKELY = 2
    SAME = 3


class Why(StrEnum):
    """What keeps a comparison from an answer; NOTHING where it has one."""

    NOTHING = "nothing"
    PARTLY = "partly"
    LOOSE = "loose"
    OUTSIDE = "outside"
    CHANGE_ONLY = "change only"
    VALUE_ONLY = "value only"
    GRADE = "grade"
    UNIT = "unit"
    NAME = "name"
    CONDITION = "condition"
    CONFLICT = "conflict"
    SILENT = "silent"


class End(StrEnum):
    """From which end of the allowed numbers a margin is measured; EITHER: the nearer one."""

    LOW = "low"
    HIGH = "high"
    EITHER = "either"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One target of a need or one property of an achievement. `conditions` are those it is stated under."""

    name: Name
    measure: Measure
    evidence: Evidence
    conditions: tuple[Measure, ...] = ()
    must: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """A verdict on two values.

    `margin` is on the common scale, positive where better than asked, None where no number tells it; `end` is the end
    of what is allowed that it is measured from.
    """

    state: CheckState
    why: Why = Why.NOTHING
    margin: float | None = None
    end: End = End.LOW
