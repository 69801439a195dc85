"""Where a number stands: under which heading, in which sentence, behind which words."""

import re
from bisect import bisect_left, bisect_right
from enum import StrEnum
from functools import cached_property

from matcher.text.indicators.cues import cue, found
from matcher.text.indicators.fold import fold

__all__ = ["Context", "Section"]

_REACH = 160
_SENTENCE_STOP = re.compile(r"[。;!?！？\n]")
_CLAUSE_STOP = re.compile(r"[。;!?！？\n，,]")
# 1,200 holds no stop.
_STOP = re.compile(r"[。;!?！？\n，]|(?<!\d),|,(?!\d)")

_LINE_HEAD = re.compile(
    r"(?:^|(?<=[\n。;!]))[ ]{0,40}"
    r"(?P<number>[(]?[0-9一二三四五六七八九十]{1,3}[)、.:]{1,2}|第[一二三四五六七八九十]+[、部])?"
    r"[ *#◆●■【\[“\"]{0,3}(?P<title>[^\n:。，,;!?≥≤]{2,22}?)[ 】\])”\"]{0,3}(?P<mark>:|\n|$)"
)
# No word of a list is longer; a word that ends behind the last place asked for is met again from here.
_LONGEST_WORD = 12
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


class _LastWord:
    """The last word of one list before a place; asked for rising places, it reads every character about once."""

    def __init__(self, name: str, text: str) -> None:
        self._words = cue(name)
        self._text = text
        self._start, self._end, self._done = -1, 0, 0

    def before(self, at: int, floor: int) -> int:
        for found_word in self._words.finditer(self._text, max(floor, self._end, self._done - _LONGEST_WORD), at):
            self._start, self._end = found_word.span()
        self._done = at
        return self._start if self._start >= floor else -1


class Context:
    """A text, as it was written and folded, its headings, found in one pass, and bounded looks around a position."""

    def __init__(self, original: str, *, begins: Section = Section.PLAIN) -> None:
        """Read a text whose beginning stands under a heading of this kind."""
        self.original = original
        self.text = text = fold(original)
        self._words: dict[str, _LastWord] = {}
        self._starts = [0]
        self._sections = [begins]
        for head in _LINE_HEAD.finditer(text):
            section = _classify(head["title"])
            if section is None:
                # 一、… alone on its line opens a part of another kind; a bare line or label does not.
                if head["mark"] == ":" or not (head["number"] and _NUMBERED.match(head["number"])):
                    continue
                section = begins
            self._starts.append(head.end("title"))
            self._sections.append(section)

    def section(self, at: int) -> Section:
        """The kind of the last heading that ends at or before `at`."""
        return self._sections[bisect_right(self._starts, at) - 1]

    def sentence_start(self, at: int) -> int:
        """Where the sentence around `at` begins, at most 160 characters back."""
        return _behind_last(self._sentence_stops, at)

    def clause_start(self, at: int) -> int:
        """Where the clause around `at` begins."""
        return _behind_last(self._clause_stops, at)

    def clause_end(self, at: int, reach: int = 40) -> int:
        """Where the clause around `at` ends, at most `reach` characters on."""
        stop = min(len(self.text), at + reach)
        found = _CLAUSE_STOP.search(self.text, at, stop)
        return found.start() if found else stop

    def begins_line(self, at: int) -> bool:
        """Whether a line or the text begins at `at`."""
        return at == 0 or self.text[at - 1] == "\n"

    def last_word(self, name: str, at: int, floor: int) -> int:
        """Where the last word of a list (cues.txt) in `text[floor:at]` begins, -1 where there is none.

        To be asked in the order of the text and, for one list, always from the same kind of `floor`: what stood before
        an earlier floor is not read again.
        """
        if name not in self._words:
            self._words[name] = _LastWord(name, self.text)
        return self._words[name].before(at, floor)

    @cached_property
    def _sentence_stops(self) -> list[int]:
        return [found.start() for found in _SENTENCE_STOP.finditer(self.text)]

    @cached_property
    def _clause_stops(self) -> list[int]:
        return [found.start() for found in _STOP.finditer(self.text)]


def _behind_last(stops: list[int], at: int) -> int:
    """One behind the last stop before `at`, at most 160 characters back."""
    floor = max(0, at - _REACH)
    order = bisect_left(stops, at)
    return max(stops[order - 1] + 1, floor) if order else floor
