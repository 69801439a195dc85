"""Which fields of a record are filled in, told from what is stored."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from api.access.groups import GROUPS, Group
from api.quality.fields import FieldInfo, fields_of
from matcher.records import Side

__all__ = ["Filling", "filling", "is_closed"]

_BODY = {Side.NEED: ("problem",), Side.ACHIEVEMENT: ("summary", "application_scope", "prior_use")}
_BOUNDS: Mapping[str, tuple[str, ...]] = {"budget": ("budget_low_cny", "budget_high_cny")}
# A number that can be compared: after a word or sign of comparison, or before a unit. Reading each text for its
# indicators would take a hundred times as long, and the list looks at thousands of records.
_FIGURE = re.compile(
    r"(?:[≥≤<>＞＜]|不低于|不高于|不超过|不少于|不小于|不大于|低于|高于|大于|小于|超过|达到?|提高|提升|降低|减少|下降|缩短)"
    r"(?:到|至|了)?\s*[0-9０-９]"
    r"|[0-9０-９]\s*(?:[%％‰℃]|°C|[a-zA-Zμ]{1,4}|万?吨|倍|公斤|千克|毫米|微米|纳米|厘米|米|小时|分钟|秒|次|个百分点|以上|以下|以内)"
)


@dataclass(frozen=True, slots=True)
class Filling:
    """How many of `count` fields are filled, and those that are not, most useful first."""

    count: int
    missing: tuple[FieldInfo, ...]

    @property
    def share(self) -> float:
        """Filled fields ÷ fields that count, in [0, 1]; 1 where none counts."""
        return 1.0 if self.count == 0 else (self.count - len(self.missing)) / self.count


def filling(side: Side, content: Mapping[str, Any], closed: Collection[Group] = ()) -> Filling:
    """What is filled in of a record.

    Args:
        side: of the record.
        content: as `api.records.content.to_content` writes it: what is at its default is not there.
        closed: groups that the reader may not see; their fields are not counted, filled or not.
    """
    fields = [field for field in fields_of(side) if not closed or not is_closed(field, closed)]
    return Filling(len(fields), tuple(field for field in fields if not _is_filled(field.name, side, content)))


def is_closed(field: FieldInfo, closed: Collection[Group]) -> bool:
    """Whether a field belongs to one of these groups."""
    names = _BOUNDS.get(field.name, (field.name,))
    return any(name in GROUPS[group] for group in closed for name in names)


def _is_filled(name: str, side: Side, content: Mapping[str, Any]) -> bool:
    if name in _BOUNDS:
        return any(content.get(bound) is not None for bound in _BOUNDS[name])
    value = content.get(name)
    if name == "price":
        # 面议 is no price: a budget cannot be compared with it.
        return value is not None and any(value.get(bound) is not None for bound in ("low_cny", "high_cny"))
    if name == "indicators_text" and not _says(value):
        return any(_FIGURE.search(str(content.get(part, ""))) for part in _BODY[side])
    if name in {"problem", "summary"}:
        return _says(value) and str(value).strip() != str(content.get("title", "")).strip()
    return _says(value)


def _says(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)
