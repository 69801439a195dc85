"""Technology readiness: numbers 1–9, the short names of GB/T 22900, and platforms' words for a stage."""

import re
from functools import lru_cache

from matcher.corpus.values.plain import arabic, plain
from matcher.records import TrlBand, TrlSource

__all__ = ["parse_trl"]

_NAMES = ("报告级", "方案级", "功能级", "仿真级", "初样级", "正样级", "环境级", "产品级", "系统级")
_WORDS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        ("正在研发", "研发阶段", "研发中", "在研", "研制阶段", "研究阶段", "基础研究", "实验室阶段", "概念"), (1, 3)
    ),
    **dict.fromkeys(("已有样品", "样品", "样机", "原型"), (4, 5)),
    **dict.fromkeys(("通过小试", "小试"), (5, 6)),
    **dict.fromkeys(("通过中试", "中试", "小批量"), (7, 8)),
    **dict.fromkeys(("可以量产", "量产", "批量生产", "规模化生产", "产业化", "工业化生产"), (8, 9)),
    **dict.fromkeys(("成熟应用", "成熟", "已有应用", "已应用", "工业应用", "推广应用"), (8, 9)),
    **dict.fromkeys(("初期",), (1, 5)),
    **dict.fromkeys(("中期",), (6, 7)),
}
_NOT = r"(?:未|没有|没|无|待|尚未|非|不)(?:通过|进行|完成|开展|实现|有|能)?"
_WORD = re.compile(rf"({_NOT})?({'|'.join(sorted(_WORDS, key=len, reverse=True))})")
_NAME = re.compile("|".join(_NAMES))
_TO = r"(?:-|~|—|–|至|到)"
_MARK = r"(?:trl|技术成熟度|成熟度|技术就绪度|就绪度|等级|级别|第|level)"
_NUMBER = re.compile(
    rf"(?P<least>≥|>=|不低于|至少)?(?:{_MARK}[:：-]?)*(?P<least2>≥|>=|不低于|至少)?(?<![\d.])(?P<low>[1-9])(?:\.0)?级?"
    rf"(?:{_TO}(?:trl)?(?P<high>[1-9])(?:\.0)?)?(?!\d|\.\d|{_TO}(?:trl)?\d)(?P<unit>级)?(?P<least3>以上|及以上|起)?"
)


@lru_cache(maxsize=20_000)
def parse_trl(text: str) -> TrlBand | None:
    """Read a band; numbers and GB/T 22900 names are stated, a platform's words are inferred.

    Several words together (小试/中试) give the band that covers them. The cell is kept in `TrlBand.raw`.
    """
    cell = arabic(plain(text))
    band = _stated(cell)
    if band is not None:
        return TrlBand(low=band[0], high=band[1], source=TrlSource.STATED, raw=text.strip())
    found = [_WORDS[word] for negated, word in _WORD.findall(cell) if not negated]
    if not found:
        return None
    low, high = min(low for low, _ in found), max(high for _, high in found)
    return TrlBand(low=low, high=high, source=TrlSource.INFERRED, raw=text.strip())


def _stated(cell: str) -> tuple[int, int] | None:
    names = [_NAMES.index(name) + 1 for name in _NAME.findall(cell)]
    if names:
        return min(names), max(names)
    for match in _NUMBER.finditer(cell):
        marked = "trl" in match.group() or match["unit"] or "级" in match.group() or "熟度" in match.group()
        if not marked and match.group() != cell:
            continue
        low, high = int(match["low"]), int(match["high"] or match["low"])
        if match["least"] or match["least2"] or match["least3"]:
            high = 9
        return min(low, high), max(low, high)
    return None
