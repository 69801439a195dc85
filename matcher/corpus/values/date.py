"""Dates as people and platforms write them; what is said less exactly than a day is a period."""

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from matcher.corpus.values.plain import arabic, plain

__all__ = ["Period", "parse_period"]

_YEARS = range(1950, 2100)
# Excel counts days from here (its 1900 was a leap year, so the epoch lies one day early).
_EXCEL_EPOCH = dt.date(1899, 12, 30)
_EXCEL_SERIALS = range(18264, 73051)
_CHINA = dt.timezone(dt.timedelta(hours=8))
_TIME = r"(?:[t日]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+]\d{2}:?\d{2})?)?"
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH_NUMBER = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
# The day may run into a time or another date (1310:49, 132021-…), but 2020.3-2021.5 holds no day 20.
_FULL = re.compile(_YEAR + rf"(?P<sep>[-/.]){_MONTH_NUMBER}(?P=sep){_DAY}(?!\d{{1,3}}[-/.年])" + _TIME)
_FULL_HAN = re.compile(_YEAR + rf"年{_MONTH_NUMBER}月{_DAY}[日号]?" + _TIME)
_MONTH = re.compile(r"(?<!\d)" + _YEAR + rf"[-/.年]{_MONTH_NUMBER}月?(?P<late>底|末)?(?![\d:])")
_PART = re.compile(_YEAR + r"年?(?:(?P<half>[上下])半年|(?:第?(?P<quarter>[1-4])季度|q(?P<q>[1-4])))")
_ONLY_YEAR = re.compile(r"(?<!\d)" + _YEAR + r"(?:年(?!\d)|(?![年\d]))(?P<late>底|末)?(?![-/.、]\d{1,2}(?!\d))")
_COMPACT = re.compile(_YEAR + r"(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])?")
# 2020年3月至5月, 3月1日至15日: the second date leaves out what the first one said.
_SHORT_END = re.compile(
    r"(?:至|到|-|~|—)+(?:(?P<month>1[0-2]|0?[1-9])月)?(?:(?P<day>3[01]|[12]\d|0?[1-9])[日号])?(?P<late>底|末)?"
)
# 25年12月
_SHORT_YEAR = re.compile(r"(?<!\d)(?=\d{2}年(?:1[0-2]|0?[1-9])月)")
# 即日起, 自发布之日起: a beginning that names no day.
_FROM_NOW = re.compile(r"^\D*?日起[,、]?")
# 05/2023, 05-2023 (but not the end of 2020.5-2023), 31/12/2023 and names of months, of which only Mar 2020 is certain.
_MONTH_FIRST = re.compile(
    r"(?:(?<![\d/])(1[0-2]|0?[1-9])/|(?<![\d/.年-])(1[0-2]|0?[1-9])[.-])((?:19|20)\d{2})(?![\d年])"
)
_DAY_FIRST = re.compile(r"(?<![\d/.年-])\d{1,2}([-/.])\d{1,2}\1(?:19|20)\d{2}(?!\d)")
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = re.compile("|".join(_ENGLISH))
_NAMED_MONTH = re.compile(rf"(?P<name>{'|'.join(_ENGLISH)})[a-z]*[-.,]*(?P<year>(?:19|20)\d{{2}})")
_BEFORE = re.compile(r"前|截[至止]|为止|以内|之内|^至|^到|^(?:-|~|—)+|deadline|before|until")
_AFTER = re.compile(r"起|以后|之后|(?:至|到|-|~|—)+今?$|since|from")
_ENDLESS = re.compile(r"长期|永久|无限期|不限|常年|长年|longterm|无固定")


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, either None when open; `endless` is 长期有效. A single date has first == last.

    `pair` tells that two dates were written: 2026-01-01至2026-12-31, not 2026年.
    """

    first: dt.date | None = None
    last: dt.date | None = None
    endless: bool = False
    pair: bool = field(default=False, compare=False)


@lru_cache(maxsize=100_000)
def parse_period(text: str) -> Period | None:
    """Read one date, two dates (also run together), a month, quarter or year, an Excel serial, or 长期有效."""
    cell = arabic(plain(text))
    number = _number(cell) if cell.replace(".", "", 1).isdigit() else None
    return number or _spoken(cell)


def _spoken(cell: str) -> Period | None:
    """Dates with the words around them: 前, 起, 至今, 长期."""
    cell = _FROM_NOW.sub("", cell)
    if match := _NAMED_MONTH.fullmatch(cell):
        cell = f"{match['year']}-{_ENGLISH.index(match['name']) + 1}"
    if _MONTH_NAME.search(cell) or _DAY_FIRST.search(cell):
        return None
    cell = _MONTH_FIRST.sub(lambda month: f"{month[3]}-{month[1] or month[2]}", cell)
    found = list(_stretches(_SHORT_YEAR.sub("20", cell)))
    endless = _ENDLESS.search(cell) is not None
    if not found:
        return Period(endless=True) if endless else None
    first, last = found[0][0], found[-1][1]
    if len(found) > 1:
        return Period(min(first, found[-1][0]), max(last, found[0][1]), pair=True)
    if endless or _AFTER.search(cell):
        return Period(first, None, endless=endless)
    return Period(None, last) if _BEFORE.search(cell) else Period(first, last)


def _number(cell: str) -> Period | None:
    """Digits alone: 20200301, 202003, 2020, an Excel serial, Unix seconds or milliseconds; also 2020.3."""
    whole = cell.split(".", maxsplit=1)[0]
    if match := _COMPACT.fullmatch(cell):
        return _whole(_stretch(match))
    if len(whole) in {10, 13} and whole == cell:
        seconds = int(whole) / (1000 if len(whole) == 13 else 1)
        day = dt.datetime.fromtimestamp(seconds, _CHINA).date()
        return Period(day, day) if day.year in _YEARS and day.year >= 1990 else None
    if len(whole) == 5 and int(whole) in _EXCEL_SERIALS:
        day = _EXCEL_EPOCH + dt.timedelta(days=int(whole))
        return Period(day, day)
    match = _MONTH.fullmatch(cell) or _ONLY_YEAR.fullmatch(cell)
    return _whole(_stretch(match)) if match else None


def _whole(stretch: tuple[dt.date, dt.date] | None) -> Period | None:
    return None if stretch is None else Period(*stretch)


def _stretches(cell: str) -> Iterator[tuple[dt.date, dt.date]]:
    at = 0
    while at < len(cell):
        match = next((m for form in (_FULL, _FULL_HAN, _MONTH, _PART, _ONLY_YEAR) if (m := form.match(cell, at))), None)
        stretch = None if match is None else _stretch(match)
        if match is None or stretch is None:
            at += 1
            continue
        yield stretch
        at = match.end()
        short = _SHORT_END.match(cell, at)
        if short and (short["month"] or short["day"]) and (end := _short_end(short, stretch[1])) is not None:
            yield end
            at = short.end()


def _stretch(match: re.Match[str]) -> tuple[dt.date, dt.date] | None:
    """First and last day of what one pattern found; None when the calendar has no such day."""
    parts = match.groupdict()
    year = int(parts["year"])
    if year not in _YEARS:
        return None
    first_month, last_month = 1, 12
    if parts.get("half"):
        first_month, last_month = (1, 6) if parts["half"] == "上" else (7, 12)
    elif quarter := parts.get("quarter") or parts.get("q"):
        first_month, last_month = 3 * int(quarter) - 2, 3 * int(quarter)
    elif parts.get("month"):
        first_month = last_month = int(parts["month"])
    elif parts.get("late"):
        first_month = 12
    last_day = calendar.monthrange(year, last_month)[1]
    if parts.get("day"):
        day = int(parts["day"])
        return (dt.date(year, first_month, day),) * 2 if day <= last_day else None
    first_day = last_day if parts.get("late") and parts.get("month") else 1
    return dt.date(year, first_month, first_day), dt.date(year, last_month, last_day)


def _short_end(match: re.Match[str], start: dt.date) -> tuple[dt.date, dt.date] | None:
    month = int(match["month"] or start.month)
    last_day = calendar.monthrange(start.year, month)[1]
    if match["day"] and int(match["day"]) > last_day:
        return None
    day = dt.date(start.year, month, int(match["day"] or last_day))
    return (day, day) if match["day"] else (day.replace(day=1), day)
