"""The check-up's own words, from `words.tsv` and `asks.tsv`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Ask", "ask_for", "word_lists"]

_OTHERS = "*"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question for names that end with one of `words`."""

    words: tuple[str, ...]
    question: str


def _rows(name: str) -> list[list[str]]:
    text = resources.files("matcher.diagnose").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=1)
def word_lists() -> Mapping[str, frozenset[str]]:
    """Name of a list → its words."""
    lists: dict[str, set[str]] = {}
    for name, words in _rows("words.tsv"):
        lists.setdefault(name, set()).update(words.split())
    return {name: frozenset(words) for name, words in lists.items()}


@lru_cache(maxsize=1)
def _asks() -> Mapping[str, tuple[Ask, ...]]:
    asks: dict[str, list[Ask]] = {}
    for on, words, question in _rows("asks.tsv"):
        asks.setdefault(on, []).append(Ask(tuple(words.split()), question))
    return {on: tuple(found) for on, found in asks.items()}


def ask_for(on: str, name: str) -> str:
    """The question of this kind for a measure, trait, trouble or unit; a unit must be equal, other names may be longer.

    Raises:
        KeyError: no questions of that kind.
    """
    for ask in _asks()[on]:
        exact = on == "unit"
        if _OTHERS in ask.words or any(name == word if exact else name.endswith(word) for word in ask.words):
            return ask.question
    return ""
