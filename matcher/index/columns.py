"""What filters and grouping look at, one column a field, made once when an index is built."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from matcher.records import Achievement, Need, Record, Scheme

__all__ = ["NUMBER_COLUMNS", "TEXT_COLUMNS", "UNKNOWN", "Columns", "TextColumn"]

UNKNOWN = 0
"""A number that is not stated; TRLs start at 1 and dates are days since 0001-01-01, which is day 1."""


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Any number of texts a record: record `rows[i]` holds `values[codes[i]]`.

    values: distinct texts, sorted. rows, codes: int32 (m,), rows ascending. count: number of records.
    """

    values: tuple[str, ...]
    rows: npt.NDArray[np.int32]
    codes: npt.NDArray[np.int32]
    count: int

    @classmethod
    def of(cls, texts: Sequence[Iterable[str]]) -> "TextColumn":
        """A column of the non-empty texts of each record."""
        pairs = [(row, text) for row, group in enumerate(texts) for text in group if text.strip()]
        values = tuple(sorted({text for _, text in pairs}))
        number = {text: at for at, text in enumerate(values)}
        return cls(
            values,
            np.array([row for row, _ in pairs], dtype=np.int32),
            np.array([number[text] for _, text in pairs], dtype=np.int32),
            len(texts),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """All columns of one side; `numbers` are int32 (count,) with `UNKNOWN` where not stated."""

    count: int
    texts: Mapping[str, TextColumn]
    numbers: Mapping[str, npt.NDArray[np.int32]]

    @classmethod
    def of(cls, records: Sequence[Record]) -> "Columns":
        """The columns of these records."""
        texts = {name: TextColumn.of([read(record) for record in records]) for name, read in TEXT_COLUMNS.items()}
        numbers = {
            name: np.fromiter((read(record) for record in records), dtype=np.int32, count=len(records))
            for name, read in NUMBER_COLUMNS.items()
        }
        return cls(len(records), texts, numbers)


def _labels(scheme: Scheme) -> Callable[[Record], list[str]]:
    def read(record: Record) -> list[str]:
        return [f"{label.code}\t{label.name}" for label in record.labels if label.scheme is scheme]

    return read


def _industries(record: Record) -> list[str]:
    predicted = [label.code for label in record.labels if label.scheme is Scheme.INDUSTRY]
    return [*dict.fromkeys((*record.industry_codes, *predicted))]


def _region(record: Record) -> list[str]:
    return [] if record.region is None else [f"{record.region.code}\t{record.region.name}"]


def _trl(record: Record) -> tuple[int, int]:
    if isinstance(record, Achievement) and record.trl is not None:
        return record.trl.low, record.trl.high
    if isinstance(record, Need) and record.trl_min is not None:
        return record.trl_min, 9
    return UNKNOWN, UNKNOWN


def _scope(record: Record) -> list[str]:
    # A tab would make a scope without code and name look like none.
    return [f"{place.code}|{place.name}" for place in record.region_scope] if isinstance(record, Need) else []


def _amount(cny: float | None) -> list[str]:
    """An amount as text: the few there are stand in many records, and none is rounded."""
    return [] if cny is None else [repr(float(cny))]


def _price_low(record: Record) -> list[str]:
    return _amount(record.price.low_cny) if isinstance(record, Achievement) and record.price is not None else []


def _budget_high(record: Record) -> list[str]:
    return _amount(record.budget_high_cny) if isinstance(record, Need) else []


TEXT_COLUMNS: Mapping[str, Callable[[Record], Iterable[str]]] = MappingProxyType(
    {
        **{scheme.value: _labels(scheme) for scheme in Scheme},
        "industry": _industries,
        "region": _region,
        "modes": lambda record: record.modes_wanted,
        "status": lambda record: [record.status],
        "org": lambda record: [record.org],
        "duplicate_of": lambda record: [record.duplicate_of],
        "scope": _scope,
        "price_low": _price_low,
        "budget_high": _budget_high,
        "blocked": lambda record: record.blocked_orgs if isinstance(record, Need) else (),
    }
)
NUMBER_COLUMNS: Mapping[str, Callable[[Record], int]] = MappingProxyType(
    {
        "trl_low": lambda record: _trl(record)[0],
        "trl_high": lambda record: _trl(record)[1],
        "published_on": lambda record: record.published_on.toordinal() if record.published_on else UNKNOWN,
        "valid_until": lambda record: record.valid_until.toordinal() if record.valid_until else UNKNOWN,
        "visibility": lambda record: record.visibility,
    }
)
