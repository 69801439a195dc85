"""The words of cues.txt as regular expressions, by name."""

import re
from functools import lru_cache
from importlib import resources

__all__ = ["cue", "found"]


@lru_cache(maxsize=1)
def _alternatives() -> dict[str, list[str]]:
    text = resources.files("matcher.text.indicators").joinpath("cues.txt").read_text(encoding="utf-8")
    table: dict[str, list[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, words = line.split("\t")
            table.setdefault(name, []).extend(words.split(" "))
    return table


@lru_cache(maxsize=64)
def cue(name: str, *, before: str = "", after: str = "") -> re.Pattern[str]:
    """The pattern of one list, or of several joined by `|`, with what must stand around it.

    Raises:
        KeyError: cues.txt has no such list.
    """
    words = "|".join(word for one in name.split("|") for word in _alternatives()[one])
    return re.compile(f"{before}(?:{words}){after}")


def found(name: str, text: str) -> bool:
    """Whether a word of the list stands anywhere in the text."""
    return cue(name).search(text) is not None
