"""What is not an indicator: the company's size and money, dates, deliverables, what is so today, names with numbers."""

import re
from collections.abc import Callable

from matcher.text.indicators.context import Section
from matcher.text.indicators.cues import cue, found
from matcher.text.indicators.evidence import Evidence
from matcher.text.indicators.families import family_rejection
from matcher.text.indicators.remains import tells_rest
from matcher.text.indicators.units import NO_UNIT

__all__ = ["rejection"]

_COMPANY_REACH = 20
_LONGEST_ENTRY = 14
_WANTED_REACH = 60
_TELLS = re.compile(r"(?:(?<!尺寸)(?<!规格)为|是|约|有|多|达|(?<!控制)(?<!保持)(?<!稳定)(?<!维持)在|若干|入)[ 约]?$")
# Everything that can say so; most sentences hold none of it.
_NOT_WANTED = "done|elsewhere|supposed|today"
_YEARS = range(1900, 2101)
_RARE = cue("today_behind", before="(?:的产品|的)?")
_MODEL = cue("model", before=" ?")
_RATIO = re.compile(r" ?:\d")
# 混杂率超过3%就降价: a line somebody draws; 达到3%就行 is what is wanted.
_PENALISED = re.compile(r" ?[^，。;\d]{0,2}(?:就|则)(?!行|可|能|好|够|算|满足)")
_NEGATED = re.compile(r"(?:不[走用必需]|无需|避免)[^，。;\d]{0,4}$")


def _is_so_today(evidence: Evidence) -> bool:
    if tells_rest(evidence.before):
        return False
    if evidence.achieved:
        return evidence.in_sentence("elsewhere")
    if evidence.section is Section.STATE:
        return not evidence.in_sentence("plain_aim")
    if not evidence.in_sentence(_NOT_WANTED):
        return False
    aim = evidence.last_in_sentence("aim")
    if evidence.in_clause("done") or evidence.last_in_sentence("elsewhere") > aim:
        return True
    # Under a heading such as 技术指标 only the clause itself can say that a figure is today's.
    floor = evidence.clause if evidence.section is Section.TARGET else 0
    return evidence.last_in_sentence("supposed") >= floor or evidence.last_in_sentence("today") > max(aim, floor - 1)


def _is_date(evidence: Evidence) -> bool:
    quantity, unit = evidence.quantity, evidence.quantity.unit.text
    if unit in {"", "年"} and quantity.high in _YEARS and not quantity.is_tolerance:
        return not evidence.symbol or unit == "年"
    return unit in {"月", "日"} and not quantity.is_range


def _is_ratio(evidence: Evidence) -> bool:
    return evidence.quantity.unit is NO_UNIT and _RATIO.match(evidence.after) is not None


def _is_model(evidence: Evidence) -> bool:
    plain = not evidence.compared and not evidence.quantity.is_range and evidence.quantity.unit.canonical != "级"
    return plain and _MODEL.match(evidence.after) is not None


def _is_rare_today(evidence: Evidence) -> bool:
    return _RARE.match(evidence.after) is not None


def _is_ordinal(evidence: Evidence) -> bool:
    """第1位 is a rank; 第28天 is when something is measured."""
    return evidence.before.endswith("第") and evidence.quantity.unit.quantity != "时间"


def _is_penalised(evidence: Evidence) -> bool:
    return evidence.word and _PENALISED.match(evidence.after) is not None


def _is_negated(evidence: Evidence) -> bool:
    """不走121℃的高温: neither wanted nor reached."""
    return not evidence.compared and _NEGATED.search(evidence.before) is not None


def _is_entry(evidence: Evidence) -> bool:
    """A short line of its own (（2）厚度约5mm) is an entry of a list, not prose."""
    own = evidence.sentence == evidence.clause and evidence.context.begins_line(evidence.sentence)
    return own and len(evidence.before) <= _LONGEST_ENTRY


def _is_unasked(evidence: Evidence) -> bool:
    """A sentence that something is so (粒径为43μm, 含量-43mg/L, 可节能35%), with no word of wanting before it."""
    at = evidence.quantity.start
    dashed = evidence.context.text[at] == "-" and evidence.quantity.low > 0
    stated = evidence.quantity.is_range and not evidence.changed
    bounded = evidence.symbol or evidence.right or stated or (evidence.word and not evidence.boasts)
    if bounded or evidence.section is not Section.PLAIN or (_is_entry(evidence) and not dashed):
        return False
    if not evidence.changed and not dashed and _TELLS.search(evidence.before) is None:
        return False
    if evidence.changed and evidence.in_sentence("aim"):
        return False
    return evidence.context.last_word("wanted", at, max(0, at - _WANTED_REACH)) < 0


def _is_of_the_company(evidence: Evidence) -> bool:
    return not evidence.symbol and found("company", evidence.before[-_COMPANY_REACH:])


def rejection(evidence: Evidence) -> str:
    """Why a quantity is no indicator, "" where it is one; for tests and for whoever mends the word lists."""
    if reason := family_rejection(evidence):
        return reason
    if not evidence.achieved and evidence.section is Section.MONEY:
        return "money section"
    for reason, holds in _CHECKS:
        if holds(evidence):
            return reason
    if not evidence.achieved and _is_unasked(evidence):
        return "unasked"
    return "today" if _is_so_today(evidence) else ""


_CHECKS: tuple[tuple[str, Callable[[Evidence], bool]], ...] = (
    ("date", _is_date),
    ("ratio", _is_ratio),
    ("model", _is_model),
    ("company", _is_of_the_company),
    ("rare", _is_rare_today),
    ("ordinal", _is_ordinal),
    ("penalised", _is_penalised),
    ("negated", _is_negated),
)
