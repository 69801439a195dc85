"""What has to be done every so often; the worker process does it, whoever wrote it."""

from collections.abc import Callable
from dataclasses import dataclass

from api.service import Service

__all__ = ["Chore"]


@dataclass(frozen=True, slots=True)
class Chore:
    """A piece of regular work. `run` must be safe to repeat and returns how many things it did."""

    name: str
    every_s: int
    run: Callable[[Service], int]
