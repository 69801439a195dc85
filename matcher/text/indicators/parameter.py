"""The name of what is measured: the words before the comparator, cleaned of numbering, verbs and particles."""

import re

from matcher.text.indicators.cues import cue
from matcher.text.indicators.units import parse_unit

__all__ = ["complete", "name_after", "name_before"]

_LONGEST_NAME = 16
_BOUNDARY = re.compile(
    r"[，,。;；\n、:!?！？|“”\"【】\[\]《》·]|且|并(?!行|联|列|网)|以及|同时|其中"
    r"|(?<![a-zA-Z])[((](?=[^()]{0,20}$)|[)）](?= ?[\u4e00-\u9fff])"
)
_LEADING = cue("name_lead", before=r"^(?:[\d.)(、 /\-—*①-⑳]+|", after=")+")
_TRAILING = cue("name_tail", before=r"(?:[ (（:=]|", after=")+$")
_COMPARED = re.compile(r"(?:比|较|相比|相对|与)(?!例|重|值|率|表面积|容量|能量|功率|热容).{2,}$")
# Whoever wants it and the wish itself are no part of the name: 某某公司拟开发厚度 → 厚度.
_WISH = cue("name_wish", before=".*", after="(?=..)")
_LABEL = re.compile(r"(?:性能|指标)$")
_MEASURED = cue("measured", before="(?:[A-Za-z]+|", after=")$")
_UNIT_IN_NAME = re.compile(r"[(/] ?[A-Za-zμΩ℃°%·/0-9^]{1,10} ?\)?$")
_LATIN_TAIL = re.compile(r"(?<=[\u4e00-\u9fff])[A-Za-zμΩ℃°%]{2,6}$")
# 能耗由75%降至12%: the value of today is no part of the name.
_FROM_VALUE = re.compile(r"[由从][^由从]*\d.*$")
# Words right behind a value that name it: 200mm长, 10米距离, 30MPa压力.
_AFTER = cue(
    "name_behind", before=" ?的?(?P<name>", after=r")(?:的(?P<owner>[\u4e00-\u9fff]{2,6}?)(?=[和及与、，。;的]|$))?"
)
_AFTER_NAMES = {"长": "长度", "宽": "宽度", "高": "高度", "厚": "厚度", "深": "深度"}


def name_before(text: str, start: int, end: int) -> tuple[str, int]:
    """The name in `text[start:end]` and where it begins; "" and `end` where there is none."""
    piece = text[start:end]
    marks = list(_BOUNDARY.finditer(piece))
    last = marks[-1] if marks else None
    if last is not None and last.end() < len(piece.rstrip(" (")):
        offset = last.end()
    elif last is not None and last[0] not in ":(":
        return "", end
    elif last is not None:
        # Nothing stands between the boundary and the value: 厚度：5mm, 频次（≤8次/分）.
        offset = marks[-2].end() if len(marks) > 1 else 0
        piece = piece[: last.start()]
    else:
        offset = 0
    return _clean(piece[offset:], start + offset, end)


def _without_tail(name: str) -> str:
    while (shorter := _TRAILING.sub("", name)) != name:
        name = shorter
    return name


def _without_unit(name: str) -> str:
    """噪音dB → 噪音; 粒度(mm) → 粒度."""
    name = _UNIT_IN_NAME.sub("", name)
    latin = _LATIN_TAIL.search(name)
    if latin is not None and (unit := parse_unit(latin[0])) is not None and unit.family == "physical":
        return name[: latin.start()]
    return name


def _clean(raw: str, at: int, end: int) -> tuple[str, int]:
    name = _FROM_VALUE.sub("", _without_tail(_without_unit(raw.strip())))
    if wish := _WISH.match(name):
        name = name[wish.end() :]
    if lead := _LEADING.match(name):
        name = name[lead.end() :]
    compared = _COMPARED.search(name)
    if compared and compared.start() >= 2:
        name = name[: compared.start()]
    name = _without_tail(name)
    if len(name) > _LONGEST_NAME:
        cut = len(name) - _LONGEST_NAME
        owner = name.find("的", cut)
        name = name[owner + 1 :] if 0 <= owner < len(name) - 2 else name[cut:]
    name = name.strip(" -.()")
    if not re.search(r"[\u4e00-\u9fffA-Za-zα-ω]", name):
        return "", end
    found = raw.find(name)
    return name, at + max(found, 0)


def name_after(text: str, at: int) -> str:
    """The name behind a value (3mm厚的管件 → 管件厚度), or ""."""
    found = _AFTER.match(text, at)
    if found is None:
        return ""
    return (found["owner"] or "") + _AFTER_NAMES.get(found["name"], found["name"])


def complete(name: str, quantity: str) -> str:
    """A name that says what is measured: 存储 + 时间, 循环性能 + 温度; as it is where it does already."""
    if not name:
        return quantity
    name = _AFTER_NAMES.get(name, name)
    label = _LABEL.sub("", name)
    if not quantity or (label == name and _MEASURED.search(name)):
        return name
    return quantity if quantity.startswith(label) else label + quantity
