"""One spelling per character, length unchanged, so that a span of the folded text is a span of the original.

`matcher.text.normalize.align` changes lengths (㎡ → m^2) and pays for a map of every character; here compatibility
characters of units are simply spellings in the unit table, and everything else folds one to one.
"""

from functools import lru_cache

from matcher.text.normalize import simplify

__all__ = ["fold"]

_HAN = range(0x4E00, 0xA000)
_KEEP = {"，"}
# Spellings of one character → the plain one.
_ALIKE = {
    " ": "\u3000\u00a0\u2002\u2003\u2009\u202f\t\u200b\ufeff",
    "~": "〜∼˜～",
    "-": "−–—‐‑―─﹣",
    "×": "✕╳⨯✖",
    "/": "∕⁄",
    "≥": "≧⩾",
    "≤": "≦⩽",
    "·": "•∙⋅・﹒",
    "φ": "ΦØø∅ϕ",
    ">": "﹥",
    "<": "﹤",
    "%": "﹪",
    "μ": "\u00b5",
    "Ω": "\u2126",
    "°": "º˚",
    "\n": "\r",
    "零": "〇",
}
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in _KEEP}
_TABLE |= {ord(char): ord(plain) for plain, chars in _ALIKE.items() for char in chars}


@lru_cache(maxsize=1)
def _plain() -> dict[int, int]:
    """Code point → plain code point, Traditional characters included, so that one pass over a text is enough."""
    han = "".join(map(chr, _HAN))
    return {ord(old): ord(new) for old, new in zip(han, simplify(han), strict=True) if old != new} | _TABLE


def fold(text: str) -> str:
    """The text with full-width, Traditional and look-alike characters made plain; same length, same positions."""
    return text if text.isascii() else text.translate(_plain())
