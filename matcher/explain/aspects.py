"""Which aspect of a technology a word names: what it is of, how it is done, what it brings, where it is used."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import lru_cache

from matcher.text.aspects.base import AspectKind
from matcher.text.aspects.lexicon import lexicon
from matcher.text.segment import Token

__all__ = ["Aspect", "aspect_of", "used_for"]

_NUMBER = re.compile(r"\s*[\d≥≤<>]")


class Aspect(StrEnum):
    """What a line calls an aspect, in the order of reading."""

    OBJECT = "对象"
    METHOD = "方法"
    EFFECT = "功效"
    USE = "用途"


_OF_KIND = {
    AspectKind.MATERIAL: Aspect.OBJECT,
    AspectKind.PRODUCT: Aspect.OBJECT,
    AspectKind.METHOD: Aspect.METHOD,
    AspectKind.EFFECT: Aspect.EFFECT,
    AspectKind.USE: Aspect.USE,
}


@lru_cache(maxsize=50_000)
def aspect_of(word: str) -> Aspect | None:
    """The aspect of a normalised word by the lexicon of `matcher.text.aspects`; None where that does not tell."""
    known = lexicon()
    if word in known.lists["trait"] or word.endswith(known.lists["measure"]):
        return Aspect.EFFECT
    return next((_OF_KIND[kind] for kind in known.kinds(word)), None)


@lru_cache(maxsize=1)
def _cue() -> re.Pattern[str]:
    cues = "|".join(map(re.escape, lexicon().lists["near"]))
    return re.compile(rf"(?:{cues})(?P<use>[^，,。；;：:\n\d≥≤<>]{{2,16}})")


def used_for(text: str, tokens: Iterable[Token]) -> Iterator[str]:
    """Words that stand behind “用于 …” and the like in one clause, whatever their form."""
    # Not the word a number follows: 适用于壁厚 3 mm names a measure.
    places = [match.span("use") for match in _cue().finditer(text) if not _NUMBER.match(text, match.end())]
    for token in tokens:
        if any(start <= token.start and token.end <= end for start, end in places):
            yield token.text
