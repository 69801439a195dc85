"""Comparators on either side of a value, symbols and words: ≥, 不低于, 达到, 降至 … 以上, 以内, 左右."""

import re
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

from matcher.text.indicators.base import Op

__all__ = ["Comparator", "read_left", "read_right"]


class Comparator(NamedTuple):
    """What was read: `start` and `end` in the folded text; `op` None for words that only introduce a value (控制在)."""

    op: Op | None
    start: int
    end: int
    word: str = ""


_MODALS = ("", "得", "应", "能", "可", "会", "宜")
_OPPOSITE = {"<": Op.AT_LEAST, ">": Op.AT_MOST}


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, Op | None], dict[str, tuple[int, ...]]]:
    """Spelling → operator, and how long the spellings that end with a character are, longest first."""
    text = resources.files("matcher.text.indicators").joinpath("comparators.tsv").read_text(encoding="utf-8")
    table: dict[str, Op | None] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, spellings = line.split("\t")
        for spelling in spellings.split(" "):
            if name.startswith("not "):
                negated = _OPPOSITE[name.removeprefix("not ")]
                table |= {f"不{modal}{spelling}": negated for modal in _MODALS}
            else:
                table[spelling] = Op(name) if name else None
    lengths: dict[str, set[int]] = {}
    for spelling in table:
        lengths.setdefault(spelling[-1], set()).add(len(spelling))
    return table, {last: tuple(sorted(sizes)[::-1]) for last, sizes in lengths.items()}


def _ending_at(text: str, end: int) -> str | None:
    """The longest spelling that ends at `end`."""
    table, lengths = _words()
    for length in lengths.get(text[end - 1 : end], ()):
        word = text[end - length : end] if length <= end else ""
        if word in table:
            return word
    return None


_FILLERS_BETWEEN = 3
_FILLERS = frozenset(" (到至了为约在:有是的")
_SPREAD = re.compile(r"(最多|至多|最大|最高|至少|最少|最低)(?:可|能)?[\u4e00-\u9fff]{1,3}$")
_TOWARDS = re.compile(r"(?:(?P<down>[降减缩压])|(?P<up>[升提增延扩]))[\u4e00-\u9fff]{0,2}[至到为]$")
_RIGHT_OPERATORS = {
    **dict.fromkeys(["以上", "之上"], Op.AT_LEAST),
    **dict.fromkeys(["以下", "之下", "以内", "之内", "内"], Op.AT_MOST),
    **dict.fromkeys(["左右", "上下"], Op.ABOUT),
}
_RIGHT = re.compile(
    r" ?\)? ?(?:级|的)? ?(?P<word>(?:及|或|及其|\(含\))?(?:以上|之上)|(?:及|或|及其|\(含\))?(?:以下|之下)|以内|之内"
    r"|内(?![\u4e00-\u9fffA-Za-z])|左右|上下|之间|范围内|范围|间(?![\u4e00-\u9fff]))"
)


_TOWARDS_ENDS = frozenset("至到为")
_SPREAD_REACH = 6
_RIGHT_BEGINS = frozenset(" )级的及或(以之内左上范间")


def read_left(text: str, at: int) -> Comparator | None:
    """The comparator that ends at `at`, with at most three filler characters between (达到了5, ≥ 5, 降低至少5)."""
    table, _ = _words()
    end = at
    for _ in range(_FILLERS_BETWEEN + 1):
        word = _ending_at(text, end)
        if word is not None:
            return _widened(text, Comparator(table[word], end - len(word), at, word))
        if end == 0 or text[end - 1] not in _FILLERS:
            break
        end -= 1
    towards = _TOWARDS.search(text, max(0, at - 4), at) if text[at - 1 : at] in _TOWARDS_ENDS else None
    if towards is not None:
        return Comparator(Op.AT_MOST if towards["down"] else Op.AT_LEAST, towards.start(), at, towards[0])
    near = text[max(0, at - _SPREAD_REACH) : at]
    spread = _SPREAD.search(text, max(0, at - _SPREAD_REACH), at) if "最" in near or "至" in near else None
    if spread is not None:
        return Comparator(table[spread[1]], spread.start(), at, spread[1])
    return None


def _widened(text: str, found: Comparator) -> Comparator:
    """A comparator before a word that only introduces (不低于: 5, ≥为5): the comparator counts."""
    if found.op is not None:
        return found
    table, lengths = _words()
    end = found.start
    while end > 0 and text[end - 1] in " :(为在":
        end -= 1
    for length in lengths.get(text[end - 1 : end], ()):
        word = text[end - length : end] if length <= end else ""
        if table.get(word) is not None:
            return Comparator(table[word], end - length, found.end, word)
    return found


def read_right(text: str, at: int) -> Comparator | None:
    """The comparator that begins at `at` behind a value."""
    found = _RIGHT.match(text, at) if text[at : at + 1] in _RIGHT_BEGINS else None
    if found is None:
        return None
    word = found["word"]
    return Comparator(_RIGHT_OPERATORS.get(word[-2:]), at, found.end(), word)
