"""When a need must be met, in its own words: a date, 三个月内, 2026年秋播前, 越快越好."""

import re

from matcher.corpus.values.date import parse_period
from matcher.corpus.written import as_written
from matcher.records import Need

__all__ = ["SAYS_NOTHING", "deadline", "deadline_cell"]

SAYS_NOTHING = frozenset({"", "无", "面议", "待定", "不限", "/", "-", "--", "—", "暂无"})
"""What a cell may hold without saying anything."""

_NUMBER = r"[0-9０-９一二三四五六七八九十百千两半]+"
_SPAN = rf"{_NUMBER}\s*(?:个?月|年|天|周)"
_DONE = "完成|解决|交付|交货|实现|达到|见效|出样|投产|投用|用上|上马|拿出|做出|建成|落地|见到|有结果"
_YEAR = r"(?:(?:今|明|后)年|20\d\d年?)"
_SEASON = "春节|春播|秋播|秋种|夏收|麦收|秋收|收获|汛期|雨季|供暖|采暖|供暖季|采暖季|国庆|中秋|开工|开学|高温季"
_IN_TEXT = re.compile(
    rf"(?<!质保)(?<!保质)(?<!使用)(?<!保存)(?:期限|工期|周期|时限|完成时间|截止日期|截止时间)[^，。；\n]{{0,8}}?(?:{_SPAN}|20\d\d)"
    rf"|(?<![年\d]){_SPAN}(?:之?内|以内|左右)?(?:{_DONE})"
    rf"|(?:希望|要求|争取|必须|最好|计划|打算)[^，。；\n]{{0,6}}?{_SPAN}(?:之内|以内|内)(?=[，。；！\n]|$)"
    rf"|(?:^|(?<=[，。；\n])){_SPAN}(?:之内|以内|内)(?=[，。；！\n]|$)"
    rf"|{_YEAR}(?:底|年底|年末|上半年|下半年|[一二三四]季度|\d{{1,2}}月)[^，。；\n建已]{{0,6}}?(?:前|完成|交付|投产)"
    rf"|(?<!往年)(?<!每年)(?<!去年){_YEAR}?(?:年底|年末|月底|{_SEASON})(?:之前|以前|前(?!后))"
    rf"|{_YEAR}(?:春天|夏天|秋天|冬天)(?:之前|以前|前(?!后)|就?要用|用上)"
    rf"|(?:^|(?<=[，。；：:\n])|(?<=时间)|(?<=希望)|(?<=最好))越快越好"
    rf"|尽[快早](?:解决|完成|落地|上马|用上|投产|投用)",
)
_ASKED_UNDER = re.compile(
    r"(?:希望|期望|要求|最晚|最迟|打算|计划|预计)?(?:什么时候|啥时候|何时)(?:要|用|要用|用上|需要|完成|解决|要求)?"
)


def deadline(need: Need, text: str) -> str:
    """The words that tell when, verbatim: of its column, else of `text`, else the date alone; "" where nothing does.

    A column that only a mapping made a deadline is known by its heading (什么时候要); no other unknown column is read.
    """
    if cell := deadline_cell(need):
        return cell
    found = _IN_TEXT.search(text)
    return found[0].strip() if found else ""


def deadline_cell(need: Need) -> str:
    """What the column says, unless that is another date than the one read from it; else the date; "" where none."""
    raw = as_written(need, "valid_until") or next(
        (value for heading, value in need.extra.items() if _ASKED_UNDER.fullmatch(heading)), ""
    )
    day = need.valid_until
    if raw.strip() not in SAYS_NOTHING:
        period = parse_period(raw)
        if day is None or (period is not None and period.last == day):
            return raw.strip()
    return "" if day is None else day.isoformat()
