"""Files of a feed → items, rejected rows, and the numbers that are present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from api.feeds.item import Item, Rejected
from matcher.corpus.columns import recognise
from matcher.corpus.load import LoadResult, TableReport, load
from matcher.corpus.rejected import RejectedRow
from matcher.corpus.side import side_label
from matcher.errors import ColumnError, FileFormatError
from matcher.records import Record, Side, Tier

__all__ = ["Delivery", "read_files"]

_TELLS_TIER = frozenset({"visibility", "secrecy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the files held. `present` are all numbers seen, those of rows that were rejected among them."""

    items: tuple[Item, ...]
    rejected: tuple[Rejected, ...]
    present: frozenset[str]
    notes: tuple[str, ...]


def read_files(files: Sequence[Path], *, side: Side, mapping: Mapping[str, str], max_bytes: int) -> Delivery:
    """Read a feed's files; rows of the other side are rejected, not taken for what they are not.

    Raises:
        FileFormatError, ColumnError: as `matcher.corpus.load.load`, without this machine's folders in the message.
    """
    try:
        loaded = load(files, expected=side, mapping=mapping, max_bytes=max_bytes)
    except (FileFormatError, ColumnError) as error:
        message = str(error)
        for path in files:
            message = message.replace(f"{path.parent}/", "")
        raise type(error)(message) from error
    wanted: tuple[Record, ...] = loaded.achievements if side is Side.ACHIEVEMENT else loaded.needs
    other: tuple[Record, ...] = loaded.needs if side is Side.ACHIEVEMENT else loaded.achievements
    telling = {(Path(table.file).name, table.sheet) for table in loaded.tables if _tells_every_tier(table)}
    items = tuple(_item(record, telling) for record in wanted)
    label = side_label(side)
    strangers = [
        Rejected(
            place=_place(record),
            external_id=record.id,
            reason=f"这一行被识别为{side_label(record.side)}，而本供数只收{label}；请检查列名，或另建一个供数",
        )
        for record in other
    ]
    refused = [_refused(row, mapping) for row in loaded.rejected]
    seen = {item.external_id for item in items} | {item.external_id for item in refused if item.external_id}
    return Delivery(
        items=items, rejected=(*refused, *strangers), present=frozenset(seen), notes=tuple(_notes(loaded, files))
    )


def _item(record: Record, telling: set[tuple[str, str | None]]) -> Item:
    came = record.provenance
    # 公开 is also what an empty cell is read as, and that says nothing.
    stated = record.visibility > Tier.PUBLIC or (came is not None and (came.file, came.sheet) in telling)
    return Item(external_id=record.id, record=record, visibility_stated=stated, place=_place(record))


def _tells_every_tier(table: TableReport) -> bool:
    return any(column.field in _TELLS_TIER and column.filled >= table.rows for column in table.columns)


def _place(record: Record) -> str:
    came = record.provenance
    return "" if came is None else _where(came.file, came.sheet, came.row or 0)


def _where(file: str, sheet: str | None, row: int) -> str:
    return file + (f" [{sheet}]" if sheet else "") + f" {row}"


def _refused(row: RejectedRow, mapping: Mapping[str, str]) -> Rejected:
    """Where and why, with the row's number where it has one; none of its texts."""
    columns = recognise(row.headings, mapping)
    numbers = [row.cells[column.index].strip() for column in columns if column.field == "id"]
    return Rejected(
        place=_where(Path(row.file).name, row.sheet, row.row),
        external_id=next(filter(None, numbers), ""),
        reason=row.reason,
    )


def _notes(loaded: LoadResult, files: Sequence[Path]) -> list[str]:
    """What the reader remarked on each table, as far as it holds names of columns and numbers of rows only."""
    said = [*loaded.notes]
    for table in loaded.tables:
        where = Path(table.file).name + (f" [{table.sheet}]" if table.sheet else "")
        said += [f"{where}：{note}" for note in table.notes]
    for path in files:
        said = [note.replace(f"{path.parent}/", "") for note in said]
    return said
