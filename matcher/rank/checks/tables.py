"""The data of the checks: quantities with their spellings, qualifiers, and lists of words."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from matcher.text.indicators.units import Unit, parse_unit

__all__ = ["Better", "Qualifier", "Quantity", "listed", "pattern", "qualifiers", "quantities", "spelled"]


class Better(StrEnum):
    """Which way a quantity improves; EXACT: another value does not fit; NONE: a bare value only describes."""

    UP = "up"
    DOWN = "down"
    EXACT = "exact"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that is measured; `flags` as the head of quantities.tsv explains them, `unit` where none is written."""

    name: str
    better: Better
    flags: frozenset[str]
    unit: Unit | None


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A word that tells two quantities of one kind apart: 入口 | 出口 on the axis `place`."""

    axis: str
    hard: bool
    value: str
    pattern: re.Pattern[str]


def _rows(name: str) -> list[list[str]]:
    text = resources.files("matcher.rank.checks").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def quantities() -> dict[str, Quantity]:
    """Spelling (lower case) → quantity."""
    found: dict[str, Quantity] = {}
    for name, better, flags, unit, spellings in _rows("quantities.tsv"):
        quantity = Quantity(name, Better(better), frozenset(filter(None, flags.split(","))), parse_unit(unit))
        found |= dict.fromkeys(spellings.split(), quantity)
    return found


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, quantities()))


def spelled(name: str) -> tuple[Quantity, int, int] | None:
    """The quantity whose spelling ends last in a name, the longest of them, and where it stands."""
    table = quantities()
    for end in range(len(name), 0, -1):
        for start in range(max(0, end - _longest()), end):
            if name[start:end] in table:
                return table[name[start:end]], start, end
    return None


@lru_cache(maxsize=1)
def qualifiers() -> tuple[Qualifier, ...]:
    """All qualifiers, in the order of the table."""
    return tuple(
        Qualifier(axis, kind == "hard", value, re.compile("|".join(words.split(" "))))
        for axis, kind, value, words in _rows("qualifiers.tsv")
    )


@lru_cache(maxsize=1)
def _lists() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in _rows("words.txt"):
        found[name] = (*found.get(name, ()), *words.split(" "))
    return found


@lru_cache(maxsize=16)
def listed(name: str) -> frozenset[str]:
    """The words of one list of words.txt.

    Raises:
        KeyError: words.txt has no such list.
    """
    return frozenset(_lists()[name])


@lru_cache(maxsize=16)
def pattern(name: str) -> re.Pattern[str]:
    """The words of one list of words.txt as one pattern.

    Raises:
        KeyError: words.txt has no such list.
    """
    return re.compile("|".join(_lists()[name]))
