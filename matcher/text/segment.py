"""Words: the only file that imports jieba."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Protocol

from matcher.text.normalize import align, normalize

__all__ = ["Token", "search_terms", "stop_words", "token_words", "tokens", "words"]

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[0-9a-z\u3400-\u9fff\u0370-\u03ff]")


@dataclass(frozen=True, slots=True)
class Token:
    """A content word (normalised, lower case) and the stretch of the original it stands for."""

    text: str
    start: int
    end: int


class _Cutter(Protocol):
    def cut(self, sentence: str) -> Iterator[str]: ...
    def lcut(self, sentence: str) -> list[str]: ...
    def lcut_for_search(self, sentence: str) -> list[str]: ...


def _lines(name: str) -> list[str]:
    text = resources.files("matcher.text").joinpath("lexicon", name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Function words and the boilerplate of this genre; they carry no match."""
    return frozenset(_lines("stop_words.txt"))


@lru_cache(maxsize=1)
def _cutter() -> _Cutter:
    import logging  # noqa: PLC0415

    import jieba  # noqa: PLC0415

    jieba.setLogLevel(logging.WARNING)
    cutter = jieba.Tokenizer()
    cutter.initialize()
    for line in _lines("domain_words.txt"):
        word, _, count = line.partition(" ")
        cutter.add_word(word, int(count) if count else None)
    return cutter  # type: ignore[no-any-return]


def _carries(word: str) -> bool:
    return bool(_WORD.search(word)) and word not in stop_words()


def words(text: str) -> list[str]:
    """Content words in order, lower case, stop words dropped, repeats kept."""
    return [word for word in _cutter().lcut(normalize(text).lower()) if _carries(word)]


def tokens(text: str) -> tuple[Token, ...]:
    """Content words with their places in the original text, for marking."""
    aligned = align(text)
    found: list[Token] = []
    at = 0
    for word in _cutter().lcut(_lowered(aligned.text)):
        if _carries(word):
            found.append(Token(word, *aligned.span(at, at + len(word))))
        at += len(word)
    return tuple(found)


def token_words(text: str) -> Iterator[str]:
    """The texts of `tokens`, in order; the text is cut only as far as they are taken."""
    return filter(_carries, _cutter().cut(_lowered(align(text).text)))


def _lowered(text: str) -> str:
    """Lower case, character by character where it would be longer."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def search_terms(text: str) -> list[str]:
    """Terms for keyword search: words, the shorter words inside them, and single characters that carry meaning.

    Clipped titles share characters more often than whole words (炭材料 / 碳素材料), so both are counted; see
    `docs/index.md` for what each kind adds.
    """
    lowered = normalize(text).lower()
    found = [word for word in _cutter().lcut_for_search(lowered) if len(word) > 1 and _carries(word)]
    return found + [char for char in _HAN.findall(lowered) if char not in stop_words()]
