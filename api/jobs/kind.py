"""What kinds of job there are made of."""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from api.jobs.context import JobContext
from api.service import Service

__all__ = ["JobKind", "Run"]

Run: TypeAlias = Callable[[Service, JobContext, Mapping[str, Any]], dict[str, Any]]
"""Gets the service, what it may say and ask while it runs, and the parameters; returns the result (JSON).

It runs in a process of its own, may be killed at any moment and is then called again, so it must be safe to repeat.
What it raises of `matcher.errors.MatcherError` is told to the account.
"""


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of long work; of `heavy` kinds one job runs at a time.

    `name` has at most 30 characters. `place` is where its `Run` is, `module:name`: the worker and the process of a job
    load no more than they need.
    """

    name: str
    place: str
    heavy: bool = True

    def load(self) -> Run:
        """What runs it."""
        found: Run = pkgutil.resolve_name(self.place)
        return found
