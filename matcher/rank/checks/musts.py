"""Which targets a need calls indispensable: 必须, 不得, 硬性 beside them, or a heading such as 考核指标 above them."""

import re
from bisect import bisect_right

from matcher.rank.checks.tables import pattern

__all__ = ["Musts"]

_BEFORE = 30
_BEHIND = 12
_CLAUSE_STOP = re.compile(r"[。;!?\n，,、]")
_STOP = re.compile(r"[。;!?\n]")
_HEADING = re.compile(r"(?:^|(?<=[\n。;!]))[^\n。;,，:]{2,20}?(?=:|\n|$)")


class Musts:
    """The indispensable stretches of one folded text; its headings are found once."""

    def __init__(self, folded: str) -> None:
        self._text = folded
        self._starts = [0]
        self._must = [False]
        for heading in _HEADING.finditer(folded):
            must = pattern("must_section").search(heading[0]) is not None
            if must or pattern("section_end").search(heading[0]):
                self._starts.append(heading.start())
                self._must.append(must)

    def at(self, start: int, end: int) -> bool:
        """Whether `text[start:end]` is indispensable."""
        before = _STOP.split(self._text[max(0, start - _BEFORE) : start])[-1]
        # Under such a heading a sentence may still only wish: 考核指标：…。希望伸长率≥12%.
        if self._must[bisect_right(self._starts, start) - 1] and not pattern("wish").search(before):
            return True
        clause = _CLAUSE_STOP.split(before)[-1] + self._text[start:end]
        clause += _CLAUSE_STOP.split(self._text[end : end + _BEHIND])[0]
        if pattern("must_here").search(clause):
            return True
        return pattern("must").search(pattern("not_must").sub("", before + clause)) is not None
