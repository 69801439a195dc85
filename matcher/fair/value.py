"""What a set of meetings is worth."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from matcher.fair.base import Problem

__all__ = ["Value", "value_of"]


@dataclass(frozen=True, slots=True)
class Value:
    """Points by kind; `musts` counts the 必见 kept and is no part of the total."""

    worth: int
    wishes: int
    fairness: int
    musts: int

    @property
    def total(self) -> int:
        """The objective."""
        return self.worth + self.wishes + self.fairness


def value_of(problem: Problem, chosen: Collection[int]) -> Value:
    """Value of holding these candidates: worth, wishes, and a reward for each of the first meetings promised."""
    held = [problem.candidates[index] for index in chosen]
    counts = Counter(candidate.enterprise for candidate in held)
    promised = sum(min(problem.floor, counts[party]) for party in problem.promised)
    return Value(
        worth=sum(candidate.worth for candidate in held),
        wishes=sum(candidate.bonus for candidate in held),
        fairness=problem.floor_points * promised,
        musts=sum(candidate.is_must for candidate in held),
    )
