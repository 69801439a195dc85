"""What a feed brings: records, and places where there was none that could be used."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from api.errors import InvalidError
from matcher.records import Record

__all__ = ["LONGEST_EXTERNAL_ID", "Item", "Rejected", "check_external_id"]

LONGEST_EXTERNAL_ID = 200
"""Characters."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record under its owner's number.

    `tiers` None: the source says nothing of field groups. `visibility_stated` False: nor of who may see the record.
    `kept` are fields that the source cannot say and that a record keeps. `place` says where it was read, without texts.
    """

    external_id: str
    record: Record
    tiers: Mapping[str, int] | None = None
    visibility_stated: bool = False
    kept: frozenset[str] = frozenset()
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """What could not be used: where, its number if there is one, and a Chinese reason."""

    place: str
    reason: str
    external_id: str = ""


def check_external_id(external_id: str) -> None:
    """Raises InvalidError where a number is empty, too long, or cannot be stored."""
    if not external_id.strip() or len(external_id) > LONGEST_EXTERNAL_ID or _CONTROL.search(external_id):
        raise InvalidError(
            f"编号应为 1 到 {LONGEST_EXTERNAL_ID} 个字符，且不含控制字符；请改正后重试。",
            "The external id is empty, too long, or holds control characters.",
            field="external_id",
        )
