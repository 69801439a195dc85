"""How many of the records that pass a filter hold each value of a field."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from matcher.index.base import Allowed
from matcher.index.columns import UNKNOWN, Columns, TextColumn
from matcher.records import Scheme

__all__ = ["Facet", "facets"]

_CODED = frozenset({"region", *(scheme.value for scheme in Scheme)})
_PLAIN = ("industry", "modes", "status", "org")
_LEVELS = range(1, 10)


@dataclass(frozen=True, slots=True)
class Facet:
    """One value of a field: as a filter takes it, as people read it, and how many records hold it, at least 1."""

    value: str
    name: str
    count: int


def facets(columns: Columns, allowed: Allowed | None, *, most: int) -> Mapping[str, tuple[Facet, ...]]:
    """For each field its commonest values, most records first, then by value; a record counts once for each of its own.

    Args:
        columns: of all records.
        allowed: bool (n,), which records count; None: all.
        most: how many values of a field at most, at least 1.
    """
    passes = np.ones(columns.count, dtype=np.bool_) if allowed is None else allowed
    found = {name: _counted(columns.texts[name], passes, coded=name in _CODED) for name in (*sorted(_CODED), *_PLAIN)}
    found["trl"] = _bands(columns, passes)
    return MappingProxyType(
        {
            name: tuple(sorted(values, key=lambda facet: (-facet.count, facet.value))[:most])
            for name, values in found.items()
        }
    )


def _counted(column: TextColumn, passes: Allowed, *, coded: bool) -> list[Facet]:
    counts = np.bincount(column.codes[passes[column.rows]], minlength=len(column.values))
    return [_facet(column.values[at], int(counts[at]), coded=coded) for at in np.flatnonzero(counts)]


def _facet(value: str, count: int, *, coded: bool) -> Facet:
    code, tab, name = value.partition("\t") if coded else (value, "", value)
    return Facet(code or name, name or code, count) if tab else Facet(value, value, count)


def _bands(columns: Columns, passes: Allowed) -> list[Facet]:
    """A band of several levels counts for each of them, as it does in a filter."""
    low, high = columns.numbers["trl_low"][passes], columns.numbers["trl_high"][passes]
    stated = low != UNKNOWN
    counts = {level: int((stated & (low <= level) & (high >= level)).sum()) for level in _LEVELS}
    return [Facet(str(level), f"TRL {level}", count) for level, count in counts.items() if count]
