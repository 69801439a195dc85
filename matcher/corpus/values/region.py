"""Places → divisions of GB/T 2260."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from matcher.corpus.values.plain import plain
from matcher.records import Region

__all__ = ["parse_region", "parse_regions", "render_region", "render_regions"]

_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|达斡尔|"
    "仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|门巴|珞巴|基诺|各"
)
_KIND = re.compile(
    rf"(?:维吾尔|(?:{_PEOPLES})族)*(?:自治区|自治州|自治县|自治旗|特别行政区|地区|省|市|区|县|盟|旗|州)$"
)
_SPLIT = re.compile(r"[、,，;；/|]|或者?|以?及|和(?!平|田|县|硕|静|布|顺|龙|林|政)")
_INSIDE = re.compile(r"(?:范围)?(?:内|境内|优先|为主|地区)$|^(?:仅限|限于?|优先|只限)")
# 省内, 国外, 外省, 全球: relative to somebody, or everywhere.
_NO_PLACE = re.compile(
    r"不限.*|无|全国.*|.*均可|[-—/]+|"
    r"(?:仅?限|在)?(?:[本全外各跨该我]?(?:省|市|县|区|国|境|地区)|海|[本外各异当]地|全球|世界)(?:内外|内|外)?(?:各地|地区|优先|范围)?"
)
_GROUPS = {"京津冀": ("110000", "120000", "130000"), "长三角": ("310000", "320000", "330000", "340000")}


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """Names by code, and codes by name, full and short, for each rank (digits of the code that count: 2, 4, 6)."""

    names: Mapping[str, str]
    by_name: Mapping[int, Mapping[str, tuple[str, ...]]]
    patterns: Mapping[int, re.Pattern[str]]


@lru_cache(maxsize=1)
def _gazetteer() -> _Gazetteer:
    lines = resources.files("matcher.corpus.data").joinpath("regions.tsv").read_text(encoding="utf-8").splitlines()
    names = dict(line.split("\t") for line in lines[2:])
    by_name: dict[int, dict[str, tuple[str, ...]]] = {2: {}, 4: {}, 6: {}}
    for code, name in names.items():
        rank = 2 if code.endswith("0000") else 4 if code.endswith("00") else 6
        short = _KIND.sub("", name)
        for spelling in {name, short} if len(short) > 1 else {name}:
            by_name[rank][spelling] = (*by_name[rank].get(spelling, ()), code)
    return _Gazetteer(names, by_name, {rank: _any_of(table) for rank, table in by_name.items()})


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Longest first; a short name must not be the head of a longer one: 朝阳 (a city) is not 朝阳区."""
    ordered = sorted(names, key=lambda name: (-len(name), name))
    return re.compile("|".join(name if _KIND.search(name) else name + "(?![市区县州盟旗])" for name in ordered))


@lru_cache(maxsize=50_000)
def _code(cell: str) -> str:
    """The deepest division that a place names without doubt; "" when none."""
    known = _gazetteer()
    code, at = "", 0
    for rank in (2, 4, 6):
        for match in known.patterns[rank].finditer(cell, at):
            inside = code[: 2 if code.endswith("0000") else 4] if code else ""
            fitting = [found for found in known.by_name[rank][match.group()] if found.startswith(inside)]
            if len(fitting) == 1 and (rank < 6 or inside or match.group() == cell or _KIND.search(match.group())):
                code, at = fitting[0], match.end()
                break
    return code


def _full_name(code: str) -> str:
    names = _gazetteer().names
    parts = [names.get(part, "") for part in dict.fromkeys((f"{code[:2]}0000", f"{code[:4]}00", code))]
    return "".join(parts)


def parse_region(text: str) -> Region | None:
    """Read a place (河南省开封市兰考县, 河南-开封, 浙江 - 宁波, an address, or a six-digit code).

    Returns:
        The deepest known division under its full name; the text itself without a code where it names none;
        None for an empty cell, 不限, and what is no place (省内, 国外).
    """
    cell = plain(text)
    if not cell or _NO_PLACE.fullmatch(cell):
        return None
    code = cell if cell in _gazetteer().names else _code(cell)
    return Region(name=_full_name(code), code=code) if code else Region(name=text.strip())


def parse_regions(text: str) -> tuple[Region, ...]:
    """Read a list of places a need is limited to.

    Nothing is returned when any of them is unknown, or when there is no limit: a condition that is only half
    understood would exclude candidates wrongly.
    """
    cell = plain(text)
    pieces = [_INSIDE.sub("", piece) for piece in _SPLIT.split(cell) if piece]
    codes: list[str] = []
    for piece in pieces:
        code = piece if piece in _gazetteer().names else _code(piece)
        found = _GROUPS.get(piece, (code,) if code else ())
        if not found:
            return ()
        codes += found
    return tuple(Region(name=_full_name(code), code=code) for code in dict.fromkeys(codes))


def render_region(region: Region) -> str:
    """Write a place so that reading it gives the same one."""
    return region.name


def render_regions(regions: tuple[Region, ...]) -> str:
    """Write places so that reading them gives the same ones."""
    return "、".join(region.name for region in regions)
