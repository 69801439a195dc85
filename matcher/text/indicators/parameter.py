"""The name of what is measured: the words before the comparator, cleaned of numbering, verbs and particles."""

import re
from functools import lru_cache

from matcher.text.indicators.cues import cue
from matcher.text.indicators.units import parse_unit

__all__ = ["complete", "name_after", "name_before"]

_LONGEST_NAME = 16
# The same few names come again and again, in one text and from record to record.
_NAMES_KEPT = 8192
_BOUNDARY = re.compile(
    r"[，,。;；\n、:!?！？|“”\"【】\[\]《》·]|且|并(?!行|联|列|网)|以及|同时|其中"
    r"|(?<![a-zA-Z])[((](?=[^()]{0,20}$)|[)）](?= ?[\u4e00-\u9fff])"
)
_LEADING = cue("name_lead", before=r"^(?:[\d.)(、 /\-—*①-⑳]+|", after=")+")
_TRAILING = cue("name_tail", before=r"(?:[ (（:=]|", after=")+$")
_COMPARED = re.compile(r"(?:比|较|相比|相对|与)(?!为|例|重|值|率|表面积|容量|能量|功率|热容).{2,}$")
# Whoever wants it and the wish itself are no part of the name: 某某公司拟开发厚度 → 厚度.
_WISH = cue("name_wish", before=".*", after="(?=..)")
_NAMING = re.compile(r"[\u4e00-\u9fffA-Za-zα-ω]")
_LABEL = re.compile(r"(?:性能|指标)$")
_MEASURED = cue("measured", before="(?:[A-Za-z]+|", after=")$")
_UNIT_IN_NAME = re.compile(r"[(/] ?[A-Za-zμΩ℃°%·/0-9^]{1,10} ?\)?$")
_LATIN_TAIL = re.compile(r"(?<=[\u4e00-\u9fff])[A-Za-zμΩ℃°%]{2,6}$")
# 能耗由75%降至12%, 由三天缩短到两小时: the value of today is no part of the name.
_FROM_VALUE = re.compile(r"[由从](?=[^由从]{0,12}[\d成几数二三四五六七八九十百千])[^由从]*$")
# 产率控制在进盐量的8%以内: what it is a share of; 蛋白含量（干基）: a gloss.
_KEPT = re.compile(r"(?<=..)(?:控制|保持|维持|稳定|限制|降低?|减少?|下降|缩短|压缩|缩小)[在到至为于].{1,10}$")
_GLOSS = re.compile(r"(?<=..)\([^()]{1,10}\)$")
# Words right behind a value that name it: 200mm长, 10米距离, 30MPa压力.
_AFTER = cue(
    "name_behind", before=" ?的?(?P<name>", after=r")(?:的(?P<owner>[\u4e00-\u9fff]{2,6}?)(?=[和及与、，。;的]|$))?"
)
_AFTER_NAMES = {"长": "长度", "宽": "宽度", "高": "高度", "厚": "厚度", "深": "深度"}


def name_before(text: str, start: int, end: int) -> tuple[str, int]:
    """The name in `text[start:end]` and where it begins; "" and `end` where there is none."""
    name, into = _named(text[start:end])
    return (name, start + into) if name else ("", end)


@lru_cache(maxsize=_NAMES_KEPT)
def _named(piece: str) -> tuple[str, int]:
    """The name at the end of a stretch of a clause, and how far in it begins; "" where there is none."""
    marks = list(_BOUNDARY.finditer(piece))
    last = marks[-1] if marks else None
    if last is not None and last.end() < len(piece.rstrip(" (")):
        offset = last.end()
    elif last is not None and last[0] not in ":(":
        return "", 0
    elif last is not None:
        # Nothing stands between the boundary and the value: 厚度：5mm, 频次（≤8次/分）.
        offset = marks[-2].end() if len(marks) > 1 else 0
        piece = piece[: last.start()]
    else:
        offset = 0
    name, into = _clean(piece[offset:])
    return name, offset + into


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


def _clean(raw: str) -> tuple[str, int]:
    name = _GLOSS.sub("", _without_tail(_without_unit(raw.strip())))
    name = _KEPT.sub("", _FROM_VALUE.sub("", name))
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
    if not _NAMING.search(name):
        return "", 0
    return name, max(raw.find(name), 0)


def name_after(text: str, at: int) -> str:
    """The name behind a value (3mm厚的管件 → 管件厚度), or ""."""
    found = _AFTER.match(text, at)
    if found is None:
        return ""
    return (found["owner"] or "") + _AFTER_NAMES.get(found["name"], found["name"])


@lru_cache(maxsize=_NAMES_KEPT)
def complete(name: str, quantity: str) -> str:
    """A name that says what is measured: 存储 + 时间, 循环性能 + 温度; as it is where it does already."""
    if not name:
        return quantity
    name = _AFTER_NAMES.get(name, name)
    label = _LABEL.sub("", name)
    if not quantity or (label == name and _MEASURED.search(name)):
        return name
    return quantity if quantity.startswith(label) else label + quantity
