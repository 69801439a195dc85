"""What the database cannot hold, though the reader of spreadsheets lets it pass."""

from matcher.errors import RecordError
from matcher.records import Record

__all__ = ["fault_of"]

_LONGEST_ID = 200
_LONGEST_TITLE = 500


def fault_of(record: Record) -> None:
    """Check that a record from a file can be kept.

    Raises:
        RecordError: the number or the title is too long; the text says what to do.
    """
    if len(record.id) > _LONGEST_ID:
        raise RecordError(f"编号超过 {_LONGEST_ID} 个字符；请缩短后重新导入。")
    if len(record.title) > _LONGEST_TITLE:
        raise RecordError(f"名称超过 {_LONGEST_TITLE} 个字符；请缩短名称，其余写进正文，然后重新导入。")
