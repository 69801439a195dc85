"""Runs of numbers that nothing bounds and nothing measures (tables of figures, rows of codes), passed over at once."""

import re
from string import digits

__all__ = ["end_of_dull"]

# A number behind one of these, or behind one of these and gaps, has no comparator, sign, scale or bracket before it …
_BEGINS = frozenset("\n，。;" + digits)
_GAPS = " 、×*"
_GAP_REACH = 8
# … and one before these no unit, power, magnitude, range or comparator behind it.
_NUMBER = r"\d{1,20}+(?:\.\d{1,20}+)?+"
_STOP = r" {0,8}+[\n，。;]"
_GAP = r" {1,8}+(?=\d)"
# 1、2、3、4、5、6、7、8mm: a list shares its last unit with five members before it, so the first two have none.
# 5×10 may go on as a power of ten.
_MARK = r"[、×*](?!10)"
_LISTED = rf"{_MARK}(?=(?:{_NUMBER}{_MARK}){{5}})"
_RUN = re.compile(rf"(?:{_NUMBER}(?:{_GAP}|{_STOP} {{0,8}}+|{_LISTED}))++")


def _free(text: str, at: int) -> bool:
    """Whether nothing before a number at `at` can bound it or be a part of it."""
    last = text[at - 1 : at]
    if last in _GAPS:
        last = text[max(0, at - _GAP_REACH) : at].rstrip(_GAPS)[-1:]
    return not last or last in _BEGINS


def end_of_dull(text: str, at: int) -> int:
    """Where a run of numbers that say nothing ends, `at` where none begins there; reads every character a few times.

    Whatever this passes over, reading it number by number would yield no statement: it is for speed alone.
    """
    run = _RUN.match(text, at) if _free(text, at) else None
    return run.end() if run else at
