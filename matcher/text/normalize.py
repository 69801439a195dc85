"""One spelling for comparison: full-width, compatibility and Traditional characters become plain Simplified ones.

The original text is always kept elsewhere; `align` says which original characters each normalised one came from,
because NFKC changes lengths (㎡ → m2, ① → 1).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Aligned", "align", "fold_heading", "normalize", "simplify"]

_SPACES = re.compile(r"\s+")
_SURROGATE = re.compile("[\ud800-\udfff]")
_HEADING_NOISE = re.compile(r"[\s*＊:：、,，.。_\-—/／()（）\[\]【】《》<>「」“”\"'　]+")
_HEADING_NUMBER = re.compile(r"^(?:第?[0-9一二三四五六七八九十]{1,3}[、.．)）]\s*)")
# NFKC would lose the power in m³ and merge list numbers with what follows; both are spelled out instead.
_KEPT_APART = {"²": "^2", "³": "^3", "㎡": "m^2", "㎥": "m^3", "㎝": "cm", "㎞": "km", "㎏": "kg"}


@dataclass(frozen=True, slots=True)
class Aligned:
    """A normalised text; its character i came from `original[starts[i]:ends[i]]`."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original behind `text[start:end]` (start < end)."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=1)
def _traditional() -> dict[int, int]:
    """Code point → code point for every Han character that OpenCC's character table simplifies."""
    import opencc  # noqa: PLC0415

    han = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(old): ord(new) for old, new in zip(han, simple, strict=True) if old != new and len(new) == 1}


class _PlainTable(dict[int, str]):
    """Code point → plain spelling, worked out when first met: `str.translate` then runs at the speed of C."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        plain = _KEPT_APART.get(char) or unicodedata.normalize("NFKC", char)
        self[code] = "".join(piece if piece.isprintable() or piece == "\n" else " " for piece in plain)
        return self[code]


@lru_cache(maxsize=1)
def _plain_table() -> _PlainTable:
    return _PlainTable()


@lru_cache(maxsize=1)
def _taiwan_words() -> "object":
    import opencc  # noqa: PLC0415

    return opencc.OpenCC("tw2sp")


def simplify(text: str) -> str:
    """Traditional → Simplified, character by character, so that positions stay as they were."""
    return text if text.isascii() else text.translate(_traditional())


def align(text: str) -> Aligned:
    """Normalise character by character and remember where each character came from. Linear in the text."""
    simple, table = simplify(text), _plain_table()
    plain = simple.translate(table)
    # No character becomes less than one: where there are as many as before, each stands for itself.
    if len(plain) == len(text):
        return Aligned(plain, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for at, char in enumerate(simple):
        plain = table[ord(char)]
        out.append(plain)
        starts.extend([at] * len(plain))
        ends.extend([at + 1] * len(plain))
    return Aligned("".join(out), tuple(starts), tuple(ends))


def normalize(text: str) -> str:
    """The text for comparison and encoding: Simplified, NFKC (powers kept as ^2, ^3), single spaces, trimmed.

    Taiwan's words become the mainland's (軟體 → 软件) where the text is written in Traditional characters.
    """
    # A text cut inside a character can hold a lone surrogate, which OpenCC cannot take; its characters are enough then.
    if not text.isascii() and text != simplify(text) and not _SURROGATE.search(text):
        text = str(_taiwan_words().convert(text))  # type: ignore[attr-defined]
    return _SPACES.sub(" ", simplify(text).translate(_plain_table())).strip()


def fold_heading(text: str) -> str:
    """A heading reduced to what identifies it: no spaces, brackets, marks, numbering; Simplified, lower case."""
    plain = _HEADING_NUMBER.sub("", normalize(text).strip())
    return _HEADING_NOISE.sub("", plain).lower()
