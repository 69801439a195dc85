"""Stated industries → codes of GB/T 4754-2017, and stated technology fields → their names."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources

from matcher.corpus.values.plain import plain

__all__ = ["HIGHTECH_FIELDS", "industries", "parse_fields", "parse_hightech", "parse_industry", "render_industry"]

HIGHTECH_FIELDS = (
    "电子信息",
    "生物与新医药",
    "航空航天",
    "新材料",
    "高技术服务",
    "新能源与节能",
    "资源与环境",
    "先进制造与自动化",
)
"""国家重点支持的高新技术领域, in the order of the catalogue."""

# What platforms call the eight fields.
_HIGHTECH_WORDS = {
    **{name: name for name in HIGHTECH_FIELDS},
    **dict.fromkeys(("新一代信息技术", "信息技术"), "电子信息"),
    **dict.fromkeys(("生物医药", "生物与医药", "生物、医药", "新医药", "生物与新医药技术"), "生物与新医药"),
    **dict.fromkeys(("技术服务", "高技术服务业"), "高技术服务"),
    **dict.fromkeys(("新能源", "新能源及节能", "新能源与高效节能"), "新能源与节能"),
    **dict.fromkeys(("资源环保", "资源与环保", "环保", "资源环境", "节能环保"), "资源与环境"),
    **dict.fromkeys(("装备制造", "先进制造", "高端装备制造", "光机电一体化"), "先进制造与自动化"),
}
_MARKS = re.compile(r"[、,，()\[\]“”\"']|及其|[及和与]")
_LEVELS = re.compile(r"—+|–+|-+|―+|>+|/|\\|→|:")
_ITEMS = re.compile(r"[;；|\n]+")
_CODE = re.compile(r"([a-t])?(\d{2})((?:[1-9]\d?)?)")


@lru_cache(maxsize=1)
def industries() -> Mapping[str, str]:
    """Code → name of every section (A–T) and division (A01–T97)."""
    return {code: name for code, name, _ in _rows()}


def _rows() -> list[list[str]]:
    lines = resources.files("matcher.corpus.data").joinpath("gbt4754.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines[2:]]


def _key(name: str) -> str:
    bare = _MARKS.sub("", plain(name))
    return bare[:-1].removesuffix("制造") if bare.endswith("业") else bare.removesuffix("制造")


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[str, ...]]:
    """Key of a name → sections and divisions called so (教育 is both)."""
    found: dict[str, tuple[str, ...]] = {}
    for code, name, also in _rows():
        for spelling in dict.fromkeys(_key(text) for text in [name, *filter(None, also.split("|"))]):
            found[spelling] = (*found.get(spelling, ()), code)
    return found


@lru_cache(maxsize=20_000)
def parse_industry(text: str) -> tuple[str, ...]:
    """Read 制造业——医药制造业, 制造业, C27, 2710 or several of them (separated by ；or run together).

    Returns:
        Codes with their section letter (C27, C2710, or C where only the section is named), in the order of the text.
    """
    codes: list[str] = []
    for item in _ITEMS.split(text):
        code = _coded(plain(item))
        if code is not None:
            codes.append(code)
            continue
        codes += _named(item)
    return tuple(dict.fromkeys(codes))


def _coded(cell: str) -> str | None:
    if cell.upper() in industries():
        return cell.upper()
    match = _CODE.match(cell)
    if match is None or re.match("[0-9a-z]", cell[match.end() :]):
        return None
    letter = (match[1] or "").upper()
    division = next((code for code in industries() if code[1:] == match[2]), None)
    if division is None or (letter and division[0] != letter):
        return None
    return division + match[3]


def _named(item: str) -> list[str]:
    """The deepest level of `section——division`, or several sections run together."""
    names = [_key(part) for part in _LEVELS.split(plain(item)) if part]
    section = ""
    deepest: list[str] = []
    for name in names:
        known = _by_name().get(name, ())
        # Platforms put some divisions under the wrong section; the division's own name is believed.
        fitting = [code for code in known if code.startswith(section)] or [code for code in known if len(code) > 1]
        if not fitting:
            continue
        # 教育——教育 names the section first, then the division.
        code = fitting[0] if not section else fitting[-1]
        section, deepest = code[0], [code]
    return deepest or list(_run_together(plain(item)))


@lru_cache(maxsize=20_000)
def _run_together(cell: str) -> tuple[str, ...]:
    """Sections written one after the other without a mark (制造业建筑业); nothing if any stretch is left over."""
    spellings = [(name, code) for code, name in industries().items() if len(code) == 1]
    spellings.append(("电力、热力、燃气、及水生产和供应业", "D"))
    found: list[str] = []
    while cell:
        match = next(((name, code) for name, code in spellings if cell.startswith(name)), None)
        if match is None:
            return ()
        found.append(match[1])
        cell = cell[len(match[0]) :].lstrip(",，、")
    return tuple(found)


def render_industry(codes: tuple[str, ...]) -> str:
    """Write codes so that reading them gives the same ones."""
    return "；".join(codes)


@lru_cache(maxsize=20_000)
def parse_fields(text: str) -> tuple[str, ...]:
    """Split stated technology fields as written; 、and ，separate only where no single name contains them."""
    found: list[str] = []
    for item in _ITEMS.split(text):
        pieces = [item] if _named(item) else re.split(r"[、,，]", item)
        found += [piece.strip() for piece in pieces]
    return tuple(dict.fromkeys(piece for piece in found if piece))


@lru_cache(maxsize=20_000)
def parse_hightech(text: str) -> str | None:
    """The high-tech field that a stated name begins with: 电子信息-计算机软件 → 电子信息; None when it names none."""
    cell = plain(text)
    for part in [cell, *_LEVELS.split(cell)]:
        bare = part.removesuffix("技术领域").removesuffix("领域").removesuffix("产业")
        if bare in _HIGHTECH_WORDS or bare.removesuffix("技术") in _HIGHTECH_WORDS:
            return _HIGHTECH_WORDS.get(bare) or _HIGHTECH_WORDS[bare.removesuffix("技术")]
    return None
