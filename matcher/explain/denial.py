"""What a text says its party does not do: “不做整机，也不供轴承” is against a match, not in common."""

import re
from collections.abc import Iterator

__all__ = ["stretches"]

_DENIAL = re.compile(
    r"不(?:再)?(?:做(?!的|好|到|成|出|完|了|得|过|起)|承接|承担|适用|适合|提供|供应|涉及|包括|对外|生产|销售|转让|考虑|接受)|无法提供|暂不|概不|谢绝"
)
# “克服了传统涂层不适用于高温的缺点” tells what others cannot do, “如果不做涂层” what would happen.
_OTHERS = re.compile(r"若|如果|要是|假如|传统|以往|普通|常规|现有(?:技术|设备|产品|方法|工艺|装置|方案|材料)")
_PROBLEM = re.compile(r"问题|难题|缺点|缺陷|不足|弊端|克服|解决|避免")
_CLAUSE = re.compile(r"[^，,：:]+[，,：:]*")
_TURN = re.compile(r"\s*(?:但|仅|只|而|可(?!不)|能|现|已|另|主要|专)")


def _denies(sentence: str, start: int, end: int) -> bool:
    clause = sentence[start:end]
    if not _DENIAL.search(clause) or _PROBLEM.search(clause):
        return False
    return not _OTHERS.search(sentence, 0, end)


def stretches(sentence: str) -> Iterator[tuple[int, int, bool]]:
    """Cut a sentence where a denial begins and where it ends: (start, end, denied), in order, nothing left out.

    A denial reaches from the start of its clause to the end of the sentence, since lists go on behind commas
    (“不做整机，也不供轴承”), or to a clause that turns (“不做整机，只供叶片”).
    """
    begun, denied = 0, False
    for clause in _CLAUSE.finditer(sentence):
        now = _denies(sentence, *clause.span()) or (denied and not _TURN.match(clause.group()))
        if now != denied:
            if clause.start() > begun:
                yield begun, clause.start(), denied
            begun, denied = clause.start(), now
    if len(sentence) > begun:
        yield begun, len(sentence), denied
