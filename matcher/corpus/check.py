"""What a file would become, without building anything: columns, counts, fill rates, copies and rejected rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from matcher.corpus.columns import Found, field_label
from matcher.corpus.duplicates import DuplicateCluster, find_duplicates
from matcher.corpus.load import LoadResult, TableReport, load
from matcher.corpus.rejected import RejectedRow
from matcher.records import Achievement, Need, Record, Side

__all__ = ["CheckReport", "FieldFill", "as_dict", "check"]

# Record fields in reading order, with the column kind that names them; two fields share a budget.
_SHARED_FIRST = (("id", "id"), ("title", "title"))
_SHARED_LAST = (
    ("indicators_text", "indicators_text"),
    ("keywords", "keywords"),
    ("org", "org"),
    ("contact", "contact"),
    ("fields", "fields"),
    ("industry_codes", "industry"),
    ("region", "region"),
    ("published_on", "published_on"),
    ("valid_until", "valid_until"),
    ("status", "status"),
    ("source", "source"),
    ("confidential_detail", "confidential_detail"),
)
_FIELDS = {
    Side.NEED: (
        *_SHARED_FIRST,
        ("problem", "body"),
        ("current_state", "current_state"),
        ("budget_low_cny", "budget"),
        ("modes", "modes"),
        ("trl_min", "trl"),
        ("region_scope", "region_scope"),
        ("preferred_orgs", "preferred_orgs"),
        ("blocked_orgs", "blocked_orgs"),
        *_SHARED_LAST,
    ),
    Side.ACHIEVEMENT: (
        *_SHARED_FIRST,
        ("summary", "body"),
        ("team", "team"),
        ("trl", "trl"),
        ("transfer_modes", "modes"),
        ("price", "price"),
        ("ip_items", "ip_items"),
        ("level", "level"),
        ("application_scope", "application_scope"),
        ("prior_use", "prior_use"),
        *_SHARED_LAST,
        ("last_confirmed_on", "last_confirmed_on"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFill:
    """How many records of a side have a value in a field."""

    field: str
    label: str
    filled: int
    total: int

    @property
    def rate(self) -> float:
        """Share of records with a value, in [0, 1]; 0 without records."""
        return self.filled / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What was read, how full the fields are by side, and which records are copies of one posting."""

    loaded: LoadResult
    fill: Mapping[Side, tuple[FieldFill, ...]]
    clusters: tuple[DuplicateCluster, ...]

    @property
    def formula_errors(self) -> int:
        """Cells outside the title column that held a spreadsheet error instead of a value."""
        return sum(table.formula_errors for table in self.loaded.tables)

    @property
    def copies(self) -> int:
        """Records beyond the first of their cluster."""
        return sum(len(cluster.members) for cluster in self.clusters)


def check(
    paths: Sequence[Path],
    *,
    side: Side | None = None,
    mapping: Mapping[str, str] | None = None,
    max_bytes: int,
    duplicates: Callable[[Sequence[Record]], tuple[DuplicateCluster, ...]] = find_duplicates,
) -> CheckReport:
    """Read files as `load` does and report on them; nothing is built or written.

    Args:
        paths, side, mapping, max_bytes: as for `load`.
        duplicates: finds copies among all records.

    Raises:
        FileFormatError, ColumnError: as for `load`.
    """
    loaded = load(paths, side=side, mapping=mapping, max_bytes=max_bytes)
    records: list[Record] = [*loaded.needs, *loaded.achievements]
    fill = {
        which: _fill(which, own)
        for which, own in ((Side.NEED, loaded.needs), (Side.ACHIEVEMENT, loaded.achievements))
        if own
    }
    return CheckReport(loaded=loaded, fill=fill, clusters=duplicates(records))


def _fill(side: Side, records: Sequence[Need | Achievement]) -> tuple[FieldFill, ...]:
    return tuple(
        FieldFill(
            field=name,
            label=field_label(kind),
            filled=sum(_has(getattr(record, name), record, name) for record in records),
            total=len(records),
        )
        for name, kind in _FIELDS[side]
    )


def _has(value: object, record: Record, name: str) -> bool:
    # A budget may have an upper bound only, and one of nothing would still be stated.
    if name == "budget_low_cny" and isinstance(record, Need):
        return record.budget_low_cny is not None or record.budget_high_cny is not None
    return bool(value)


def as_dict(report: CheckReport) -> dict[str, object]:
    """The report as plain data for JSON; rejected rows keep all cells but those of state secrets."""
    loaded = report.loaded
    return {
        "needs": len(loaded.needs),
        "achievements": len(loaded.achievements),
        "rejected": [_rejected_dict(row) for row in loaded.rejected],
        "tables": [_table_dict(table) for table in loaded.tables],
        "fill": {
            side.value: {
                item.field: {"filled": item.filled, "total": item.total, "rate": round(item.rate, 4)} for item in items
            }
            for side, items in report.fill.items()
        },
        "duplicates": [_cluster_dict(cluster) for cluster in report.clusters],
        "notes": list(loaded.notes),
    }


def _rejected_dict(row: RejectedRow) -> dict[str, object]:
    return {
        "file": row.file,
        "sheet": row.sheet,
        "row": row.row,
        "field": row.field,
        "value": row.value,
        "reason": row.reason,
        "cells": dict(zip(row.headings, row.cells, strict=True)),
    }


def _table_dict(table: TableReport) -> dict[str, object]:
    return {
        "file": table.file,
        "sheet": table.sheet,
        "header_row": table.header_row,
        "encoding": table.encoding,
        "side": table.side.value,
        "side_reason": table.side_reason,
        "rows": table.rows,
        "loaded": table.loaded,
        "merged": table.merged,
        "rejected": table.rejected,
        "formula_errors": table.formula_errors,
        "columns": [
            {
                "heading": column.heading,
                "field": column.field if column.found is not Found.RETURNED else None,
                "recognised_by": column.found.value,
                "filled": column.filled,
                "not_understood": column.unread,
                "examples": list(column.examples),
            }
            for column in table.columns
        ],
        "notes": list(table.notes),
    }


def _cluster_dict(cluster: DuplicateCluster) -> dict[str, object]:
    return {
        "side": cluster.side.value,
        "canonical": cluster.canonical,
        "members": [
            {"id": member.id, "reason": member.reason.value, "similarity": round(member.similarity, 4)}
            for member in cluster.members
        ],
    }
