"""Cells that hold several short texts: keywords, people, organisations."""

import re
from functools import lru_cache

__all__ = ["split_keywords", "split_names"]

_MARKS = re.compile(r"[;；、,，|\n\r]+")
_SLASH_OR = re.compile(r"[/／]|\s或\s?")
_SPACES = re.compile(r"\s+")
_CJK = re.compile("[\u4e00-\u9fff]")


@lru_cache(maxsize=50_000)
def split_keywords(text: str) -> tuple[str, ...]:
    """Split at ； 、 ， and line ends; at spaces only where nothing else separates and the words are Chinese.

    `machine learning` stays one keyword, and so do words with spaces between other separators.
    """
    pieces = _MARKS.split(text)
    if sum(1 for piece in pieces if piece.strip()) <= 1:
        words = _SPACES.split(text.strip())
        pieces = words if all(_CJK.search(word) for word in words) else pieces
    return _distinct(pieces)


@lru_cache(maxsize=50_000)
def split_names(text: str) -> tuple[str, ...]:
    """Split people or organisations; at spaces only between Chinese words (张三 李四), not in `Acme Materials`."""
    pieces: list[str] = []
    for piece in _MARKS.split(_SLASH_OR.sub("；", text)):
        words = _SPACES.split(piece.strip())
        pieces += words if len(words) > 1 and all(_CJK.search(word) for word in words) else [piece]
    return _distinct(pieces)


def _distinct(pieces: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for piece in pieces if (found := piece.strip(" \t\u3000.。"))))
