"""Intellectual-property rights: their kind, number and state."""

import re
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.records import IpItem

__all__ = ["parse_ip", "render_ip"]

_INVENTION, _UTILITY, _DESIGN = "发明专利", "实用新型专利", "外观设计专利"
_SOFTWARE, _VARIETY, _LAYOUT, _SECRET = "软件著作权", "植物新品种权", "集成电路布图设计", "技术秘密"
_TRIED_VARIETY = "品种审定"
# Longest first: 非专利技术 holds 专利.
_KINDS = (
    (re.compile(r"非专利技术|无专利"), "非专利技术"),
    (re.compile(r"国际专利|pct(?:专利|申请)?"), "国际专利"),
    (re.compile(r"发明(?:专利)?(?!人)"), _INVENTION),
    (re.compile(r"实用新型(?:专利)?"), _UTILITY),
    (re.compile(r"外观(?:设计)?专利|外观设计"), _DESIGN),
    (re.compile(r"软件著作权|软著|计算机软件(?:著作权|登记)|著作权"), _SOFTWARE),
    (re.compile(r"植物新品种(?:权)?|品种权|新品种权"), _VARIETY),
    (re.compile(r"品种审定|审定品种"), _TRIED_VARIETY),
    (re.compile(r"集成电路布图(?:设计)?(?:专有权)?|布图设计"), _LAYOUT),
    (re.compile(r"技术秘密|专有技术|技术诀窍|know-?how|商业秘密"), _SECRET),
    (re.compile(r"专利"), "专利"),
)
_STATES = (
    (re.compile(r"未授权|(?:已)?(?:申请|受理|实审|公开|公布|审查)(?:中|阶段|号)?"), "申请中"),
    (re.compile(r"(?:已|获)?(?:授权|登记|获权|有效)"), "已授权"),
    (re.compile(r"失效|终止|过期|无效|放弃"), "失效"),
)
_PATENT = r"(?P<patent>(?:zl|cn)?(?:(?:19|20)\d{2}(?P<form>[1-389])\d{7}|\d{2}(?P<old>[1-3])\d{5})\.[\dx])"
_GRANTED = r"(?P<granted>zl(?:(?:19|20)\d{2}(?P<zform>[1-389])\d{7}|\d{2}(?P<zold>[1-3])\d{5})[\dx]?)"
_PUBLISHED = r"(?P<published>cn(?P<series>[1-3])?\d{6,11}(?P<letter>[abcusy])\d?(?![a-z0-9]))"
_SOFT = r"(?P<soft>(?:19|20)\d{2}sr\d{5,7})"
_PLANT = r"(?P<plant>cna\d{6,9}(?:\.\d)?)"
_TRIED = (
    r"(?P<tried>[国豫冀鲁晋陕甘皖苏浙川鄂湘粤桂滇黔黑吉辽蒙新宁青藏闽赣琼京津沪渝](?:审|登|引)?"
    r"(?:麦|稻|玉|豆|棉|油|花|薯)\d{7,8})"
)
_NUMBER = re.compile(rf"(?<![\da-z])(?:{_PATENT}|{_GRANTED}|{_PUBLISHED}|{_SOFT}|{_PLANT}|{_TRIED})")
_FORMS = {"1": _INVENTION, "8": _INVENTION, "2": _UTILITY, "9": _UTILITY, "3": _DESIGN}
_LETTERS = {"a": _INVENTION, "b": _INVENTION, "c": _INVENTION, "u": _UTILITY, "y": _UTILITY, "s": _DESIGN}
_PARTS = re.compile(r"[;；,，、\n|]+")
_LONGEST = 2000


@lru_cache(maxsize=20_000)
def parse_ip(text: str) -> tuple[IpItem, ...]:
    """Read the rights of a cell: kinds by word, patent numbers (ZL…, CN…), software and variety registrations.

    A kind without a number is given once, and only where no numbered right of that kind is.
    """
    found: list[IpItem] = []
    kind_before = ""
    for part in _PARTS.split(text[:_LONGEST]):
        cell = plain(part)
        state = next((state for form, state in _STATES if form.search(cell)), "")
        kind = next((kind for form, kind in _KINDS if form.search(cell)), "")
        kind_before = kind or kind_before
        numbered = [_item(match, kind_before, state) for match in _NUMBER.finditer(cell)]
        found += numbered or ([IpItem(type=kind, status=state)] if kind else [])
    kinds_numbered = {item.type for item in found if item.number}
    return tuple(dict.fromkeys(item for item in found if item.number or item.type not in kinds_numbered))


def _item(match: re.Match[str], kind: str, state: str) -> IpItem:
    """One numbered right; the number itself tells the kind of a patent, ZL and grant letters that it was granted."""
    number = match.group().upper()
    if match["soft"]:
        return IpItem(type=_SOFTWARE, number=number, status=state)
    if match["plant"] or match["tried"]:
        return IpItem(type=_VARIETY if match["plant"] else _TRIED_VARIETY, number=number, status=state)
    if match["published"]:
        granted = "已授权" if match["letter"] in "bcuysy" else "申请中"
        return IpItem(type=_LETTERS[match["letter"]], number=number, status=state if state == "失效" else granted)
    form = match["form"] or match["old"] or match["zform"] or match["zold"]
    if number.startswith("ZL") and state != "失效":
        state = "已授权"
    return IpItem(type=_FORMS.get(form, kind), number=number, status=state)


def render_ip(items: tuple[IpItem, ...]) -> str:
    """Write rights so that reading them gives the same ones."""
    return "；".join(" ".join(filter(None, (item.type, item.number, item.status))) for item in items)
