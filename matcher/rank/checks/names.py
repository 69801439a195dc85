"""What a number measures, taken apart: 钢水出口最高温度 → 温度, of 钢水, at the outlet, the highest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matcher.rank.checks.tables import Quantity, listed, pattern, qualifiers, spelled
from matcher.text.indicators import Indicator
from matcher.text.indicators.fold import fold
from matcher.text.indicators.units import parse_unit
from matcher.text.segment import words

__all__ = ["Name", "read_name", "shortened"]

_BACK = 60
_AHEAD = 20
_OWNER_BACK = 8
_CLAUSE_STOP = re.compile(r"[。;!?\n，,、:]")
# 在25℃下容量保持率, 必须抗拉强度, 工况下连续运行: what stands before the name.
_LEAD = re.compile(r"^(?:[^\d]{0,4}(?:条件|工况|环境|情况)下的?|必须|务必|须|下的?|时的?|的|其|均|各|且)(?=..)")
# BOD/TN为2.5时出水总氮: a circumstance inside the name.
_UNDER = re.compile(r"^(.*\d.{0,6}?(?:时|[^背落前]后|下))的?(?=[^的].)")
# 液氩中氧含量 is 氧 of 液氩.
_WITHIN = re.compile(r"(?<=[^集其空 ])中(?=[^心间性空试等 ][^ ]{0,2} *$)")
# 蛋白含量（干基）: qualifiers in brackets on either side of the value.
_GLOSS = re.compile(r"\(([^()\d]{1,10})\)")
_GLOSS_AHEAD = 8
# A shorter beginning may be a part of the subject rather than the subject.
_SUBJECT = 4
_SHORTEST = 2
# What tells of a name without standing in it.
_NOT_IN_NAME = frozenset({("owner", "other")})


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart.

    `quantity` is None where no spelling of the table is in it: then `of` holds all its words. `of` are the words of the
    object in order, without those that say nothing; `hard` and `soft` are (axis, value) of its qualifiers. `given` is
    false where the text names nothing and only the unit tells what is measured. `under` is a circumstance told inside
    the name, "" mostly.
    """

    text: str
    quantity: Quantity | None
    of: tuple[str, ...]
    hard: frozenset[tuple[str, str]]
    soft: frozenset[tuple[str, str]]
    given: bool
    under: str = ""

    @property
    def measured(self) -> bool:
        """Whether a name outside the table ends as names of quantities do (千粒重, 降解率), unlike 通常, 平均."""
        return pattern("measured").search(self.text) is not None

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for two spellings of one name."""
        head = self.text if self.quantity is None else self.quantity.name
        return head, self.of, self.hard, self.soft, self.under

    def flagged(self, flag: str) -> bool:
        """Whether the table flags the quantity so; whatever calls itself a range has to cover what is asked."""
        if self.quantity is None:
            return flag == "span" and self.text.endswith("范围")
        return flag in self.quantity.flags


def _written(indicator: Indicator, text: str) -> tuple[str, bool]:
    """The name as the text gives it, without what the extractor added from the unit, and whether it gives one."""
    window = fold(text[max(0, indicator.start - _BACK) : indicator.end + _AHEAD])
    parameter = indicator.parameter
    if parameter in window:
        return parameter, bool(parameter)
    unit = parse_unit(indicator.unit) or parse_unit(indicator.canonical_unit)
    label = parameter.removesuffix(unit.quantity) if unit is not None and unit.quantity else parameter
    # 首效比例 is 首效, but 存储时间 is more than 存储.
    found = spelled(label.lower())
    if found is not None and found[2] == len(label):
        return label, True
    return parameter, bool(label)


def _is_of_others(indicator: Indicator, text: str, name: str) -> bool:
    """Whether the figure is said of a control or of the trade: 对照抗拉强度, 市售产品的寿命."""
    clause = _CLAUSE_STOP.split(fold(text[max(0, indicator.start - _OWNER_BACK) : indicator.start]))[-1]
    return indicator.direction is None and pattern("others").search(clause + name) is not None


@dataclass(frozen=True, slots=True)
class _Parts:
    quantity: Quantity | None
    of: tuple[str, ...]
    hard: frozenset[tuple[str, str]]
    soft: frozenset[tuple[str, str]]


@lru_cache(maxsize=4096)
def _parts(written: str, gloss: str = "") -> _Parts:
    """A name taken apart; `gloss` may qualify it, but holds no word of its object."""
    name = fold(written).lower().replace(" ", "")
    found = spelled(name)
    taken = [False] * len(name)
    if found is not None:
        taken[found[1] : found[2]] = [True] * (found[2] - found[1])
    hard: set[tuple[str, str]] = set()
    soft: set[tuple[str, str]] = set()
    for item in qualifiers():
        for match in item.pattern.finditer(name):
            (hard if item.hard else soft).add((item.axis, item.value))
            taken[match.start() : match.end()] = [True] * (match.end() - match.start())
        if gloss and item.pattern.search(gloss):
            (hard if item.hard else soft).add((item.axis, item.value))
    rest = "".join(" " if used else char for char, used in zip(name, taken, strict=True))
    return _Parts(found[0] if found is not None else None, _object_words(rest), frozenset(hard), frozenset(soft))


def read_name(indicator: Indicator, text: str) -> Name:
    """Take the name of an indicator of a text apart."""
    written, given = _written(indicator, text)
    written = _LEAD.sub("", written)
    under = _UNDER.match(written)
    bare = written[under.end() :] if under else written
    glosses = _GLOSS.findall(fold(text[indicator.start : indicator.end + _GLOSS_AHEAD]))
    parts = _parts(bare, " ".join(glosses).lower())
    hard = parts.hard
    if _is_of_others(indicator, text, fold(written).lower()):
        hard |= _NOT_IN_NAME
    return Name(bare, parts.quantity, parts.of, hard, parts.soft, given, under[1] if under else "")


def shortened(name: Name, title: str) -> Name:
    """The name without a beginning that the title says already: 花生联合收获机总损失率 → 总损失率."""
    for end in range(len(name.text) - _SHORTEST, _SUBJECT - 1, -1):
        if name.text[:end] not in title:
            continue
        rest = _parts(name.text[end:])
        same = rest.quantity == name.quantity and rest.of == name.of[len(name.of) - len(rest.of) :]
        kept = rest.hard >= name.hard - _NOT_IN_NAME and rest.soft >= name.soft
        if same and kept and (rest.of or rest.quantity is not None):
            return replace(name, text=name.text[end:])
    return name


def _object_words(rest: str) -> tuple[str, ...]:
    generic: frozenset[str] = listed("generic")
    found: Sequence[str] = words(_WITHIN.sub(" ", rest)) if rest.strip() else ()
    return tuple(dict.fromkeys(word for word in found if word not in generic))
