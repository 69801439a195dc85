"""Find the aspects of a text: words of the lexicon, uses by what stands before them, effects by their grammar."""

import re
from functools import lru_cache

from matcher.text.aspects.base import Aspect, AspectKind
from matcher.text.aspects.effects import effects
from matcher.text.aspects.lexicon import lexicon
from matcher.text.indicators.fold import fold
from matcher.text.segment import Token, tokens

__all__ = ["aspects"]

_LONGEST_NAME = 14
_PLATFORM = "平台"
_NO_THING = frozenset("用型级化式类抗耐防降减高低新大小多少放怕变改要易难价")
_USE_STOP = r"，。；、,;:\n！？!?()（）的"


@lru_cache(maxsize=1)
def _near() -> re.Pattern[str]:
    words = "|".join(map(re.escape, lexicon().lists["near"]))
    return re.compile(rf"(?:{words})(?P<use>[^{_USE_STOP}]{{2,16}})")


def _uses(text: str) -> list[Aspect]:
    return [
        Aspect(AspectKind.USE, text[match.start("use") : match.end("use")], match.start("use"), match.end("use"))
        for match in _near().finditer(fold(text))
    ]


def _with_platforms(text: str, found: tuple[Token, ...]) -> tuple[Token, ...]:
    """The words and 平台, which the segmenter drops as saying nothing by itself, in order."""
    platforms = (Token(_PLATFORM, match.start(), match.end()) for match in re.finditer(_PLATFORM, text))
    taken = {token.end for token in found}
    return tuple(sorted([*found, *(it for it in platforms if it.end not in taken)], key=lambda token: token.start))


def _is_rest(token: Token, end: int) -> bool:
    """Whether a word is but one character that directly follows: 辊|环 (炉|用 is no thing)."""
    return token.start == end and token.end - token.start == 1 and token.text not in _NO_THING


def _named(text: str, found: tuple[Token, ...]) -> list[Aspect]:
    """Words of the lexicon. A product takes in the words that stand directly before it: 大型|空分|装置."""
    known = lexicon()
    breaks = frozenset(known.lists["break"])
    named: list[Aspect] = []
    found = _with_platforms(text, found)
    opened = 0
    for at, token in enumerate(found):
        if at and found[at - 1].end != token.start:
            opened = at
        kinds = known.kinds(token.text)
        if not kinds and opened < at and len(token.text) == 1 and known.tails.get(token.text) is AspectKind.PRODUCT:
            # 转向|器: what the segmenter cut in two.
            kinds = (AspectKind.PRODUCT,)
        for kind in kinds:
            start = token.start
            if kind is AspectKind.PRODUCT:
                first = at
                while (
                    first > opened
                    and found[first - 1].text not in breaks
                    and token.end - found[first - 1].start <= _LONGEST_NAME
                ):
                    first -= 1
                start = found[first].start
                if named and named[-1].kind is kind and named[-1].start >= start:
                    named.pop()
            end = token.end
            if kind is AspectKind.PRODUCT and at + 1 < len(found) and _is_rest(found[at + 1], end):
                end = found[at + 1].end
            named.append(Aspect(kind, text[start:end], start, end))
    return named


def aspects(text: str) -> tuple[Aspect, ...]:
    """Every mention of a material, method, effect, product or use, in order; spans of different kinds may overlap."""
    spans = [Aspect(AspectKind.EFFECT, found.text, found.start, found.end) for found in effects(text)]
    spans += [*_named(text, tokens(text)), *_uses(text)]
    return tuple(sorted(set(spans), key=lambda aspect: (aspect.start, aspect.end, aspect.kind)))
