"""The fields that make a record easier to find, to grade and to call, with a sentence each; from `fields.tsv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib import resources

from matcher.records import Side

__all__ = ["FieldInfo", "Use", "fields_of"]


class Use(StrEnum):
    """What a field is good for: being found, being graded, passing a hard condition, being called."""

    FOUND = "found"
    GRADED = "graded"
    GATE = "gate"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field: its name in the record, its Chinese name, its use, and what goes wrong without it."""

    name: str
    label: str
    use: Use
    why: str


def fields_of(side: Side) -> tuple[FieldInfo, ...]:
    """The fields of a side, most useful first. `budget` stands for both of its bounds."""
    return _table()[side]


@lru_cache(maxsize=1)
def _table() -> Mapping[Side, tuple[FieldInfo, ...]]:
    text = resources.files("api.quality").joinpath("fields.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {
        side: tuple(FieldInfo(name, label, Use(use), why) for of, name, label, use, why in rows if of == side)
        for side in Side
    }
