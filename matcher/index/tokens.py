"""The words of every record as numbers, kept so that an update does not cut unchanged texts again."""

import hashlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.index.vectors import Keys
from matcher.text.segment import search_terms

__all__ = ["KnownWords", "TokenTable", "cut_words", "lexicon_id"]


@dataclass(frozen=True, slots=True, eq=False)
class TokenTable:
    """The words of n records.

    vocabulary: distinct words, sorted; a word's number is its place here.
    ids: int32 (total,), word numbers of all records one after the other, repeats kept.
    offsets: int64 (n + 1,), record i holds `ids[offsets[i]:offsets[i + 1]]`.
    """

    vocabulary: tuple[str, ...]
    ids: npt.NDArray[np.int32]
    offsets: npt.NDArray[np.int64]

    def __len__(self) -> int:
        """Number of records."""
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[list[int]]:
        """Word numbers, one list a record, made as they are asked for."""
        for start, end in pairwise(self.offsets):
            yield self.ids[start:end].tolist()

    def words_of(self, record: int) -> list[str]:
        """The words of one record in order."""
        return [self.vocabulary[at] for at in self.ids[self.offsets[record] : self.offsets[record + 1]]]


class KnownWords:
    """Words of records cut before, to be found by content key."""

    def __init__(self) -> None:
        self._places: dict[bytes, tuple[TokenTable, int]] = {}

    def add(self, contents: Keys, table: TokenTable) -> None:
        """Learn the words of records whose content keys, uint8 (n, 16), are in the order of the table."""
        for row, key in enumerate(contents):
            self._places.setdefault(key.tobytes(), (table, row))

    def find(self, content: bytes) -> list[str] | None:
        """The words of a record with this content, or None."""
        place = self._places.get(content)
        return None if place is None else place[0].words_of(place[1])


def cut_words(texts: Iterable[tuple[str, str]], contents: Keys, known: KnownWords) -> TokenTable:
    """Cut records given as (title, body), or take their words from `known`; contents: uint8 (n, 16), their keys."""
    number: dict[str, int] = {}
    ids, sizes = array("i"), [0]
    for (title, body), key in zip(texts, contents, strict=True):
        row = known.find(key.tobytes())
        if row is None:
            row = [*search_terms(title), *search_terms(body)]
        # Numbered at once: millions of words as separate strings would fill the memory.
        ids.extend(number.setdefault(word, len(number)) for word in row)
        sizes.append(len(row))
    vocabulary = tuple(sorted(number))
    rank = np.empty(len(number), dtype=np.int32)
    rank[[number[word] for word in vocabulary]] = np.arange(len(number), dtype=np.int32)
    return TokenTable(vocabulary, rank[np.array(ids, dtype=np.int32)], np.cumsum(sizes, dtype=np.int64))


@lru_cache(maxsize=1)
def lexicon_id() -> str:
    """Changes whenever a text could be cut into other terms than before: word lists, jieba, or the code that cuts."""
    import importlib.metadata  # noqa: PLC0415

    digest = hashlib.sha256(importlib.metadata.version("jieba").encode())
    folder = resources.files("matcher.text")
    for code in (folder / "segment.py", folder / "normalize.py", Path(__file__)):
        digest.update(code.read_bytes())
    for item in sorted(folder.joinpath("lexicon").iterdir(), key=lambda entry: entry.name):
        if item.is_file():
            digest.update(item.read_bytes())
    return digest.hexdigest()[:16]
