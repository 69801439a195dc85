"""What shall get better: 降低生产能耗, 使用寿命延长, 合格率不高, 耐高温."""

import re
from dataclasses import dataclass
from functools import lru_cache

from matcher.text.aspects.lexicon import lexicon
from matcher.text.indicators.fold import fold

__all__ = ["Effect", "EffectForm", "effects"]

EffectForm = str
"""`wish` (降低能耗), `flaw` (能耗高) or `trait` (耐磨)."""

# A name longer than this is a whole list of things: the measure at its end has to do.
_LONGEST_NAME = 10
_LINK = r"(?:[了其的]|产品的?|生产的?){0,2}"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect; `text == original[start:end]`, `what` is the measure or trait, verbatim."""

    form: EffectForm
    text: str
    what: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[EffectForm, re.Pattern[str]], ...]:
    lists = {name: "|".join(map(re.escape, words)) for name, words in lexicon().lists.items()}
    verb, measure, trait, flaw = (lists[name] for name in ("verb", "measure", "trait", "flaw"))
    between = rf"(?:(?!{verb})[^，。；;:\n！？!?()（）“”\"\d]){{0,20}}?"
    return (
        ("wish", re.compile(rf"(?:{verb}){_LINK}(?P<what>{between}(?P<measure>{measure}))(?![高低大小])")),
        ("wish", re.compile(rf"(?P<what>{measure})[的得]?(?:大幅|显著|明显|有效|进一步)?(?:{lists['turn']})(?!不)")),
        (
            "flaw",
            re.compile(
                rf"(?P<what>{measure})(?:还|都|也|又|相对|往往|比较|非常|十分|特别)?(?:{flaw})(?![效质性品度强温压速档端])"
            ),
        ),
        ("trait", re.compile(rf"(?P<what>{trait})(?![钢砖膜料剂])")),
    )


def effects(text: str) -> tuple[Effect, ...]:
    """The effects of a text in order, none overlapping; linear in its length."""
    folded = fold(text)
    found: list[Effect] = []
    taken = bytearray(len(folded))
    for form, pattern in _patterns():
        for match in pattern.finditer(folded):
            start, end = match.span()
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                what = text[match.start("what") : match.end("what")].lstrip("的其了 ")
                if len(what) > _LONGEST_NAME and "measure" in match.groupdict():
                    what = text[match.start("measure") : match.end("measure")]
                found.append(Effect(form, text[start:end], what, start, end))
    return tuple(sorted(found, key=lambda effect: effect.start))
