"""Where a record stands, in the words of its side."""

import re
from functools import lru_cache

from matcher.corpus.values.plain import plain
from matcher.records import Side

__all__ = ["STATUSES", "parse_status"]

STATUSES = {
    Side.ACHIEVEMENT: ("草稿", "发布", "洽谈", "已转化", "撤回", "过期"),
    Side.NEED: ("征集", "审核", "寻找中", "洽谈中", "已签约", "已结束", "过期"),
}
"""The states of the field, in the order a record goes through them."""

# The first that fits wins: 未发布 before 发布, 终止 before 推广.
_WORDS = {
    Side.ACHIEVEMENT: (
        (re.compile(r"草稿|未发布|待发布|待审|审核|draft"), "草稿"),
        (re.compile(r"撤回|撤销|下架|终止|停止|关闭|withdrawn"), "撤回"),
        (re.compile(r"过期|到期|失效|expired"), "过期"),
        (re.compile(r"未转化|待转化|正在(?:技术)?推广|推广中|寻求合作"), "发布"),
        (re.compile(r"已转化|转化完成|已转让|已许可|已签约|已成交|成交|transferred|sold"), "已转化"),
        (re.compile(r"洽谈|对接中|谈判|意向"), "洽谈"),
        (re.compile(r"发布|上架|推广|有效|公示|在售|published|active"), "发布"),
    ),
    Side.NEED: (
        (re.compile(r"征集|草稿|待提交|draft"), "征集"),
        (re.compile(r"审核|待审|review"), "审核"),
        (re.compile(r"过期|到期|失效|expired"), "过期"),
        (re.compile(r"未解决|待解决|未签约|未对接|待对接"), "寻找中"),
        (re.compile(r"已签约|签约|已成交|成交|signed"), "已签约"),
        (re.compile(r"结束|关闭|终止|撤回|撤销|下架|已解决|已完成|完成|closed"), "已结束"),
        (re.compile(r"洽谈|对接中|谈判|意向"), "洽谈中"),
        (re.compile(r"寻找|发布|有效|进行中|揭榜中|上架|推广|open|active|published"), "寻找中"),
    ),
}


@lru_cache(maxsize=5_000)
def parse_status(text: str, side: Side) -> str | None:
    """Read a state in a platform's words (正在技术推广 → 发布); None when it is not understood."""
    cell = plain(text)
    if cell in STATUSES[side]:
        return cell
    return next((state for form, state in _WORDS[side] if form.search(cell)), None)
