"""Between a row of the database and the engine's record."""

import datetime as dt
import json
from dataclasses import replace
from typing import Any

from api.access.groups import projected
from api.days import china_day
from api.db.tables import RecordRow
from api.errors import InvalidError
from api.records.states import State
from matcher.corpus.values.secrecy import has_secret_label, has_secret_mark
from matcher.index.codec import decode_record, encode_record
from matcher.records import Record, Side, Tier

__all__ = ["check_no_state_secret", "for_index", "is_indexed", "stored_record", "to_content", "to_record"]


def to_content(record: Record) -> dict[str, Any]:
    """What is stored: everything but the id, which the row has, and what the engine works out by itself.

    Raises:
        RecordError: a number in the record is infinite or not a number.
    """
    content: dict[str, Any] = json.loads(encode_record(replace(record, id="", labels=(), duplicate_of="")))
    return content


def to_record(row: RecordRow) -> Record:
    """The whole record, confidential fields included; the caller sees to who may read it."""
    record = stored_record(row)
    if record.published_on is None and row.published_at is not None:
        record = replace(record, published_on=china_day(row.published_at))
    return record


def stored_record(row: RecordRow) -> Record:
    """The record as it was entered, without the day it was published through the service."""
    content = {**row.content, "id": row.id, "visibility": row.visibility}
    return decode_record(json.dumps(content).encode(), Side(row.side))


def is_indexed(state: str, visibility: int, deleted_at: dt.datetime | None) -> bool:
    """Whether the index holds anything of a row in this state: of what others may see."""
    return deleted_at is None and state == State.PUBLISHED and visibility < Tier.SECRET


def for_index(row: RecordRow) -> Record | None:
    """What the index shall hold of a row; None: nothing.

    Of a record the index holds what everybody may read who may see the record at all. So no search, count or
    ranking depends on a text that its reader may not see (docs/decisions/0115).
    """
    if not is_indexed(row.state, row.visibility, row.deleted_at):
        return None
    return projected(to_record(row), row.tiers, Tier(row.visibility))


def check_no_state_secret(record: Record) -> None:
    """Raises InvalidError where the record bears the mark of a state secret, which may not enter at all."""
    if has_secret_label(record.title) or any(has_secret_mark(text) for text in _texts(record)):
        raise InvalidError(
            "记录带有国家秘密标志（如“机密★”“【机密】”），依法不得录入本系统；请确认后删除标志或不要提交。",
            "The record bears the mark of a state secret and cannot be accepted.",
            field="title",
        )


def _texts(record: Record) -> list[str]:
    return [value for name in record.__dataclass_fields__ if isinstance(value := getattr(record, name), str)]
