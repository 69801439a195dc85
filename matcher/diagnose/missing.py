"""Which of the things a call for partners ought to say are not said."""

import re

from matcher.corpus.written import as_written
from matcher.diagnose.base import Item
from matcher.diagnose.deadline import SAYS_NOTHING, deadline
from matcher.diagnose.reading import Reading
from matcher.records import Need

__all__ = ["missing_items"]

_NUMBER = r"[0-9０-９一二三四五六七八九十百千两半]+"
_BUDGET = re.compile(
    rf"(?:预算|经费|资金|投入|投资|出资|费用不超过|悬赏|研发费)[^，。；\n]{{0,10}}?{_NUMBER}(?:\.\d+)?\s*[-~～至到]?\s*\d*\s*(?:万|千万|亿|元)"
    rf"|{_NUMBER}(?:\.\d+)?\s*万元?(?:以内|左右|以下)?(?:的)?(?:预算|经费|资金|投入|研发)"
)
_MODE = re.compile(
    r"合作开发|联合开发|共同开发|联合研发|合作研发|共同研发|委托开发|委托研发|委托研究|技术转让|技术许可|专利许可|技术入股|作价入股"
    r"|技术咨询|技术服务|产学研|校企合作|共建|购买专利|买断|引进(?:技术(?!人)|专利|成果)|联合攻关|合作攻关|揭榜|(?:购买|采购|买)(?:成套|现成)?(?:设备|技术|装备)"
)
_RIGHTS = re.compile(
    r"知识产权|产权归|专利归|成果归|归(?:我|甲|乙|企业|公司|双|需求)[^，。；\n]{0,6}所有|双方共有|双方共享|共同所有|独占|排他|普通许可|买断"
)
_RIGHTS_HEADING = re.compile(r"产权|专利归属|成果归属|权属")


def missing_items(need: Need, reading: Reading) -> tuple[Item, ...]:
    """What neither the fields nor the public texts of a need state, in the order of `Item`.

    A column we do not know tells only whether it is filled, and only where its heading speaks of rights.
    """
    text = f"{reading.text}\n{need.current_state}"
    rights = any(
        _RIGHTS_HEADING.search(heading) and value.strip() not in SAYS_NOTHING for heading, value in need.extra.items()
    )
    said = {
        Item.TARGETS: bool(reading.targets),
        Item.DEADLINE: deadline(need, text) != "",
        Item.BUDGET: need.budget_low_cny is not None or need.budget_high_cny is not None or bool(_BUDGET.search(text)),
        Item.MODE: bool(need.modes or _MODE.search(text)) or as_written(need, "modes").strip() not in SAYS_NOTHING,
        Item.RIGHTS: rights or _RIGHTS.search(text) is not None,
    }
    return tuple(item for item in Item if not said[item])
