"""Where a number stands: under which heading, in which sentence, behind which words."""

import re
from bisect import bisect_right
from enum import StrEnum

from matcher.text.indicators.cues import found
from matcher.text.indicators.fold import fold

__all__ = ["Context", "Section"]

_REACH = 160
_STOPS = "。;!?！？\n"
_CLAUSE_STOPS = "。;!?！？\n，,"

_LINE_HEAD = re.compile(
    r"(?:^|(?<=[\n。;!]))[ ]{0,40}"
    r"(?P<number>[(]?[0-9一二三四五六七八九十]{1,3}[)、.:]{1,2}|第[一二三四五六七八九十]+[、部])?"
    r"[ *#◆●■【\[“\"]{0,3}(?P<title>[^\n:。，,;!?≥≤]{2,22}?)[ 】\])”\"]{0,3}(?P<mark>:|\n|$)"
)
_NOW = re.compile(r"现有|已有|已达|前期|基础$|现状|经济指标")
_NUMBERED = re.compile(r"[(]?[一二三四五六七八九十]")


class Section(StrEnum):
    """What the heading above a number promises."""

    PLAIN = "plain"
    TARGET = "target"
    STATE = "state"
    MONEY = "money"


def _classify(title: str) -> Section | None:
    if found("target_title", title) and not _NOW.search(title):
        return Section.TARGET
    if found("money_title", title):
        return Section.MONEY
    return Section.STATE if found("state_title", title) else None


class Context:
    """A text, as it was written and folded, its headings, found in one pass, and bounded looks around a position."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = text = fold(original)
        self._starts = [0]
        self._sections = [Section.PLAIN]
        for head in _LINE_HEAD.finditer(text):
            section = _classify(head["title"])
            if section is None:
                # 一、… alone on its line opens a part of another kind; a bare line or label does not.
                if head["mark"] == ":" or not (head["number"] and _NUMBERED.match(head["number"])):
                    continue
                section = Section.PLAIN
            self._starts.append(head.end("title"))
            self._sections.append(section)

    def section(self, at: int) -> Section:
        """The kind of the last heading that ends at or before `at`."""
        return self._sections[bisect_right(self._starts, at) - 1]

    def sentence_start(self, at: int) -> int:
        """Where the sentence around `at` begins, at most 160 characters back."""
        return self._last(_STOPS, at, _REACH)

    def clause_start(self, at: int) -> int:
        """Where the clause around `at` begins."""
        return self._last(_CLAUSE_STOPS, at, _REACH)

    def clause_end(self, at: int, reach: int = 40) -> int:
        """Where the clause around `at` ends, at most `reach` characters on."""
        stop = min(len(self.text), at + reach)
        for place in range(at, stop):
            if self.text[place] in _CLAUSE_STOPS:
                return place
        return stop

    def _last(self, stops: str, at: int, reach: int) -> int:
        floor = max(0, at - reach)
        place = max(self.text.rfind(stop, floor, at) for stop in stops)
        while place > 0 and self.text[place] == "," and _in_a_number(self.text, place):
            place = max(self.text.rfind(stop, floor, place) for stop in stops)
        return max(place + 1, floor)


def _in_a_number(text: str, comma: int) -> bool:
    """1,200 holds no stop."""
    return text[comma - 1].isdigit() and text[comma + 1 : comma + 2].isdigit()
