"""Whether a need already says what a number is today: 现在破损率12%, 从12%降到4%."""

import re

__all__ = ["ask_only_for_aim", "tells_today"]

_NUMBER = r"\d+(?:\.\d+)?\s*"
_SAID = re.compile(
    rf"(?:现在|目前|当前|如今|眼下|现有|现状|原来|原先|从|由|高达)[^，。；;\n\d]{{0,12}}?(?P<now>{_NUMBER})"
    rf"|(?:率|量|度|比例|能耗|成本)[是为有在达到约大]{{0,4}}(?P<bare>{_NUMBER})"
)
_BOUND = re.compile(r"\s*(?:及|或|左右)?(?:以[上下内]|之内)")
_SENTENCE_END = "。；;\n！？!?"
_HOW_MUCH = r"现在(?:是|要|有|能用|能做到|各是)?(?:多少|百分之几|多久|多严重)"
_TODAY_FIRST = re.compile(rf"{_HOW_MUCH}[^，？]*，")
_TODAY_LAST = re.compile(rf"，{_HOW_MUCH}(?=？$)|(?<=？){_HOW_MUCH}？$")


def tells_today(text: str, start: int, end: int, unit: str, name: str = "") -> bool:
    """Whether a number of the same unit, not the one aimed at, is said to be so today.

    It stands in the sentence around `text[start:end]`, or anywhere with the first two characters of `name`.
    """
    first = max(text.rfind(mark, 0, start) for mark in _SENTENCE_END) + 1
    last = min((at for mark in _SENTENCE_END if (at := text.find(mark, end)) >= 0), default=len(text))
    for match in _SAID.finditer(text):
        near = first <= match.start() < last or (len(name) > 1 and name[:2] in text[match.start() - 8 : match.end()])
        same = text.startswith(unit, match.end()) and not _BOUND.match(text, match.end() + len(unit))
        if near and same and (match["now"] or not start <= match.start() < end):
            return True
    return False


def ask_only_for_aim(question: str) -> str:
    """The question without the part that asks what the number is today."""
    return _TODAY_LAST.sub("", _TODAY_FIRST.sub("", question))
