"""What near-duplicate detection compares: letters and digits only, cut into overlapping character n-grams."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matcher.records import Record
from matcher.text.fields import title_and_body
from matcher.text.normalize import normalize
from matcher.text.segment import stop_words

__all__ = ["Page", "jaccard", "make_page", "same_model", "title_contained", "title_overlap"]

_NOISE = re.compile(r"[\W_]+")
_MODEL = re.compile(r"[a-z]*[0-9][0-9a-z]*")
_PARTICLES = "的和与及其用等种之"
_HASH_FACTOR = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A record as it is compared.

    title, body, org: normalised, lower case, letters and digits only.
    shingles: uint64 (n,), sorted, distinct; each packs four consecutive characters of title + body.
    title_words: the title without the words every title has, in pieces; empty where it has no others.
    models: the numbers and type designations in the title.
    """

    title: str
    body: str
    org: str
    shingles: npt.NDArray[np.uint64]
    title_words: tuple[str, ...]
    models: frozenset[str]

    def sketch_input(self) -> list[int]:
        """The shingles as 32-bit integers spread evenly, the same on every machine."""
        return ((self.shingles * _HASH_FACTOR) >> np.uint64(32)).tolist()  # type: ignore[no-any-return]


def _plain(text: str) -> str:
    return _NOISE.sub("", normalize(text).lower())


def _shingles(text: str) -> npt.NDArray[np.uint64]:
    """Four characters of the basic plane fill 64 bits exactly, so equal numbers are equal shingles."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64) & np.uint64(0xFFFF)
    codes = np.concatenate([codes, np.zeros(max(0, 4 - len(codes)), dtype=np.uint64)])
    packed = np.zeros(len(codes) - 3, dtype=np.uint64)
    for at in range(4):
        packed = (packed << np.uint64(16)) | codes[at : len(codes) - 3 + at]
    return np.unique(packed)


@lru_cache(maxsize=1)
def _empty_words() -> re.Pattern[str]:
    """Every stop word of two or more characters, the longest first, and the particles."""
    longer = sorted((word for word in stop_words() if len(word) > 1), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longer)) + f"|[{_PARTICLES}]")


def make_page(record: Record) -> Page:
    """Prepare one record for comparison, without its confidential detail: which records are copies is shown."""
    title, body = (_plain(text) for text in title_and_body(record, confidential=False))
    return Page(
        title=title,
        body=body,
        org=_plain(record.org),
        shingles=_shingles(title + body),
        title_words=tuple(_empty_words().sub(" ", title).split()),
        models=frozenset(_MODEL.findall(title)),
    )


def jaccard(one: Page, other: Page) -> float:
    """Shared shingles over all shingles, exactly, in [0, 1]."""
    shared = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    return shared / (len(one.shingles) + len(other.shingles) - shared)


def title_overlap(one: Page, other: Page) -> float:
    """Shared character pairs over those of the shorter title, in [0, 1]; 1 for equal titles, 0 if one says nothing."""
    if one.title == other.title:
        return 1.0
    first, second = _pairs(one.title_words), _pairs(other.title_words)
    fewer = min(len(first), len(second))
    return len(first & second) / fewer if fewer else 0.0


def _pairs(pieces: tuple[str, ...]) -> frozenset[str]:
    return frozenset(piece[at : at + 2] for piece in pieces for at in range(max(1, len(piece) - 1)))


def title_contained(one: Page, other: Page) -> bool:
    """Whether one title says nothing that the other does not say too, character for character."""
    first, second = Counter("".join(one.title_words)), Counter("".join(other.title_words))
    return bool(first and second) and (first <= second or second <= first)


def same_model(one: Page, other: Page) -> bool:
    """False where both titles name models or numbers and these differ."""
    return not one.models or not other.models or one.models == other.models
