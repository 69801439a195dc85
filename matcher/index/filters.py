"""Conditions on what a record states, as a mask over a side; applied before the cut, exactly."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from matcher.index.columns import UNKNOWN, Columns, TextColumn
from matcher.index.eyes import Eyes
from matcher.records import Scheme, Tier, TransferMode
from matcher.text.normalize import normalize

__all__ = ["Filter"]

Mask = npt.NDArray[np.bool_]

# Last division of each section of GB/T 4754-2017.
_SECTIONS = {
    "A": 5, "B": 12, "C": 43, "D": 46, "E": 50, "F": 52, "G": 60, "H": 62, "I": 65, "J": 69,
    "K": 70, "L": 72, "M": 75, "N": 79, "O": 82, "P": 83, "Q": 85, "R": 90, "S": 96, "T": 97,
}  # fmt: skip
_INDUSTRY = re.compile(r"([A-T]?)(\d*)")
_REGION_CODE = re.compile(r"\d{2}(\d{2}(\d{2})?)?")
_NONE: Mapping[int, Tier] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a record must state to be allowed. Conditions are joined by "and", the values of one condition by "or".

    labels: per classification, codes or names, compared whole.
    industries: GB/T 4754 codes by prefix: `C`, `34`, `C34`, `3411`.
    regions: GB/T 2260 codes (`41`, `4102`, `410200`: everything below counts) or names found in the region's name.
    trl: inclusive band of levels that must overlap the record's; a need counts from its `trl_min` up.
    modes: cooperation modes, at least one of which the record accepts.
    statuses: compared whole. orgs, exclude_orgs: names or parts of them.
    published_after, published_before: inclusive. valid_on: a day on which the record is still valid.
    keep_unknown: whether a record that does not state a condition's field passes that condition.
    eyes: whose answer it is; what that reader may not see never passes, whatever `keep_unknown` says, and the answer is
        explained with the same eyes. None: every record may be found, and answers are explained to the public.
    """

    labels: Mapping[Scheme, tuple[str, ...]] = field(default_factory=dict)
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    trl: tuple[int, int] | None = None
    modes: tuple[TransferMode, ...] = ()
    statuses: tuple[str, ...] = ()
    orgs: tuple[str, ...] = ()
    exclude_orgs: tuple[str, ...] = ()
    published_after: dt.date | None = None
    published_before: dt.date | None = None
    valid_on: dt.date | None = None
    keep_unknown: bool = True
    eyes: Eyes | None = None

    def mask(self, columns: Columns, further: Mapping[int, Tier] = _NONE) -> Mask:
        """Bool (n,), True where the record passes every condition.

        Args:
            columns: of the records.
            further: up to which tier single records are seen beyond `eyes.tier`, by row number.
        """
        allowed = np.ones(columns.count, dtype=np.bool_)
        if self.eyes is not None:
            visibility = columns.numbers["visibility"]
            allowed = visibility <= self.eyes.tier
            for row, tier in further.items():
                allowed[row] = visibility[row] <= tier
        for states, passes in self._conditions(columns):
            allowed &= np.where(states, passes, self.keep_unknown)
        return allowed

    def _conditions(self, columns: Columns) -> Iterator[tuple[Mask, Mask]]:
        """For each condition in use: where its field is stated, and where a stated field passes."""
        for scheme, wanted in self.labels.items():
            if wanted:
                yield _texts(columns.texts[scheme.value], partial(_has_label, frozenset(wanted)))
        if self.industries:
            yield _texts(columns.texts["industry"], lambda value: any(_in_industry(value, w) for w in self.industries))
        if self.regions:
            states, inside = _texts(
                columns.texts["region"], lambda value: any(_in_region(value, w) for w in self.regions)
            )
            # 河南 may or may not be 开封: what is named more coarsely than asked counts as not stated.
            _, coarser = _texts(columns.texts["region"], lambda value: any(_coarser(value, w) for w in self.regions))
            yield states & (inside | ~coarser), inside
        if self.modes:
            yield _texts(columns.texts["modes"], frozenset(self.modes).__contains__)
        if self.statuses:
            yield _texts(columns.texts["status"], frozenset(self.statuses).__contains__)
        if self.orgs:
            yield _texts(columns.texts["org"], lambda value: _names(value, self.orgs))
        if self.exclude_orgs:
            states, named = _texts(columns.texts["org"], lambda value: _names(value, self.exclude_orgs))
            yield states, ~named
        yield from self._ranges(columns)

    def _ranges(self, columns: Columns) -> Iterator[tuple[Mask, Mask]]:
        numbers = columns.numbers
        if self.trl is not None:
            low, high = self.trl
            states = numbers["trl_low"] != UNKNOWN
            yield states, (numbers["trl_low"] <= high) & (numbers["trl_high"] >= low)
        published = numbers["published_on"]
        if self.published_after is not None:
            yield published != UNKNOWN, published >= self.published_after.toordinal()
        if self.published_before is not None:
            yield published != UNKNOWN, published <= self.published_before.toordinal()
        if self.valid_on is not None:
            until = numbers["valid_until"]
            yield until != UNKNOWN, until >= self.valid_on.toordinal()


def _texts(column: TextColumn, passes: Callable[[str], bool]) -> tuple[Mask, Mask]:
    """Where the column holds anything, and where it holds a value that passes."""
    good = np.fromiter((passes(value) for value in column.values), dtype=np.bool_, count=len(column.values))
    states = np.zeros(column.count, dtype=np.bool_)
    states[column.rows] = True
    found = np.zeros(column.count, dtype=np.bool_)
    found[column.rows[good[column.codes]]] = True
    return states, found


def _has_label(wanted: frozenset[str], value: str) -> bool:
    """`value` is the code and the name of a label with a tab between."""
    return not wanted.isdisjoint(value.split("\t"))


def _names(org: str, wanted: tuple[str, ...]) -> bool:
    return any(_folded(name) in _folded(org) for name in wanted if name.strip())


@lru_cache(maxsize=1 << 17)
def _folded(name: str) -> str:
    """Every request that names an organisation asks for those of all records."""
    return normalize(name).lower()


def _in_industry(code: str, wanted: str) -> bool:
    has, asked = _INDUSTRY.fullmatch(code.upper()), _INDUSTRY.fullmatch(wanted.strip().upper())
    if has is None or asked is None or not asked.group():
        return False
    digits, section = has.group(2), _section(*has.groups())
    return digits.startswith(asked.group(2)) and asked.group(1) in ("", section)


def _section(letter: str, digits: str) -> str:
    if letter or len(digits) < 2:
        return letter
    return next((name for name, last in _SECTIONS.items() if int(digits[:2]) <= last), "")


def _region_prefix(code: str) -> str:
    """410000 is the whole province 41, 410200 the whole city 4102."""
    return re.sub(r"(00){1,2}$", "", code)


def _coarser(value: str, wanted: str) -> bool:
    """Whether a region holds the one asked for by code, and more."""
    code, wanted = _region_prefix(value.partition("\t")[0]), wanted.strip()
    return bool(code and _REGION_CODE.fullmatch(wanted)) and _region_prefix(wanted).startswith(code)


def _in_region(value: str, wanted: str) -> bool:
    """`value` is the code and the name of a region with a tab between."""
    code, _, name = value.partition("\t")
    wanted = wanted.strip()
    if _REGION_CODE.fullmatch(wanted):
        return bool(code) and code.startswith(_region_prefix(wanted))
    return bool(wanted) and normalize(wanted) in normalize(name)
