"""清晰, 模糊, 概念 or 无方向, and the words that decide it."""

from matcher.diagnose.base import NeedClass, Reason
from matcher.diagnose.no_technology import asks_for_no_technology
from matcher.diagnose.reading import Reading, own_words
from matcher.text.aspects import AspectKind

__all__ = ["classify"]

_REASONS = 4
# A long need with its trouble, its aim and its way can be worked with before the first number.
_DETAILED = 150


def classify(reading: Reading) -> tuple[NeedClass, tuple[Reason, ...]]:
    """The class of a need and up to four reasons, each with verbatim words of it.

    无方向: no thing, material or field of work is named, or what is asked for is no technology.
    概念: a theme, but neither what is wrong nor what is wanted.
    清晰: a number to be met, or trouble, aim and way told at length. 模糊: all others.
    """
    found, reasons = _judged(reading)
    return found, tuple(dict.fromkeys(reasons))[:_REASONS]


def _judged(reading: Reading) -> tuple[NeedClass, list[Reason]]:
    title = reading.need.title.strip()
    if asked := asks_for_no_technology(reading):
        return NeedClass.AIMLESS, [Reason(asked.quote, f"要的是{asked.kind}方面的帮助，不是技术")]
    if not reading.topic or not reading.specific:
        quote = reading.effects[0].text if reading.effects else title
        return NeedClass.AIMLESS, [Reason(quote, "没有说明是哪种产品、哪种材料或哪道工序")]
    about = Reason(reading.topic, "写明了对象")
    if not (reading.effects or reading.troubles or reading.targets or reading.wishes):
        said = (
            "只是一个题目，没有写现在的问题和要达到的效果" if not reading.own else "之外没有写现在的问题和要达到的效果"
        )
        return NeedClass.CONCEPT, [Reason(title, said)]
    troubles = [Reason(item.text, "写了现在的问题") for item in reading.troubles]
    if reading.targets:
        told = [Reason(own_words(item, reading.text), "是可以考核的指标") for item in reading.targets]
        return NeedClass.CLEAR, [about, *told[:2], *troubles]
    way = {AspectKind.METHOD, AspectKind.MATERIAL} & {aspect.kind for aspect in reading.aspects}
    if reading.own >= _DETAILED and len(reading.troubles) > 1 and reading.effects and way:
        aims = [Reason(item.text, "写了要改进什么") for item in reading.effects]
        return NeedClass.CLEAR, [about, troubles[0], aims[0], troubles[1]]
    vague = [Reason(item.text, "没有数值，无法判断是否达到") for item in reading.bare]
    open_troubles = [Reason(item.text, "写了问题，没有写程度和要求") for item in reading.troubles]
    open_wishes = [Reason(wish, "写了想要的功能，没有可考核的数值") for wish in reading.wishes]
    return NeedClass.VAGUE, [about, *vague[:2], *open_troubles[:2], *open_wishes]
