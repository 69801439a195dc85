"""What is read back from the sheets people filled in."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.fair.outcomes import Outcome

__all__ = ["Fault", "Result", "Results"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One meeting of which somebody wrote what came of it; `amount` in 10,000 CNY, None where none was written."""

    code: str
    outcome: Outcome
    reason: str
    contract: str
    amount: float | None
    remark: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A row that cannot be used: where, why (with the column), and its cells as written, field → text."""

    place: str
    reason: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Everything read back, in the order of the plan; `missing` are codes of which nothing was written."""

    results: tuple[Result, ...]
    faults: tuple[Fault, ...]
    missing: tuple[str, ...]
