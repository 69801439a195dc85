"""The details of a line of the audit log: names and values in words, as far as there are any."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from api.access.groups import Group
from api.access.keys import Scope
from api.access.roles import OrganisationKind, Role
from api.introductions.parts import Part
from api.introductions.reasons import Reason
from api.introductions.stages import Stage
from api.web.words import name_of
from matcher.text.amounts import yuan

__all__ = ["details", "short"]

Say: TypeAlias = Callable[[str], str]


def _(text: str) -> str:
    """Marks a text for the catalogue; it is translated where it is shown."""
    return text


_NAMES = MappingProxyType(
    {
        "groups": _("内容"),
        "version": _("版本"),
        "role": _("身份"),
        "organisation_id": _("单位编号"),
        "account_id": _("账号编号"),
        "manager": _("负责人"),
        "disabled": _("停用"),
        "display_name": _("姓名"),
        "changed": _("修改了"),
        "scopes": _("授权范围"),
        "kind": _("类别"),
        "reason": _("原因"),
        "stage": _("阶段"),
        "part": _("哪一方"),
        "records": _("记录数"),
        "withdraw": _("撤回"),
        "run_id": _("供数批次"),
        "number": _("编号"),
        "introduction": _("因对接"),
        "organisation": _("对单位"),
        "account": _("对账号"),
        "to_organisation": _("对单位"),
        "to_account": _("对账号"),
        "from": _("原阶段"),
        "to": _("新阶段"),
        "amount_cny": _("成交额"),
        "signed_on": _("签约日期"),
        "with_equity": _("含作价入股"),
        "due_on": _("截止"),
        "asked_by": _("发起方"),
        "opened": _("双方互相打开"),
        "evaluation": _("评价"),
        "evaluations": _("评价条数"),
        "contracts_cny": _("技术合同成交额"),
        "contracts": _("技术合同份数"),
        "introductions": _("发起的对接"),
        "needs": _("新增需求"),
        "achievements": _("新增成果"),
        "first": _("从"),
        "last": _("到（含）"),
        "count": _("条数"),
        "how": _("怎样排"),
        "at": _("时间"),
    }
)
_CHANGED = MappingProxyType(
    {"name": _("名称"), "region": _("地区"), "contact": _("联系方式"), "disabled": _("停用"), "changed": _("已修改")}
)
_CODES: Mapping[str, str] = MappingProxyType(
    {str(code): name_of(code) for kinds in (Group, Scope, OrganisationKind, Role) for code in kinds} | dict(_CHANGED)
)
_PARTS = {part.value: part.label for part in Part}
_LISTS = {
    "needs": _("需求名单"),
    "achievements": _("成果名单"),
    "wishes": _("意愿表"),
    "met": _("见过面的名单"),
    "attendance": _("出席名单"),
}
# Codes that mean something else, or nothing, elsewhere: by the name of what they are a value of.
_OF: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "from": {stage.value: stage.label for stage in Stage},
        "to": {stage.value: stage.label for stage in Stage},
        "reason": {reason.value: reason.label for reason in Reason},
        "part": _PARTS | _LISTS,
        "asked_by": _PARTS,
        "how": {"planned": _("自动排"), "replanned": _("重排"), "moved": _("手工调整")},
    }
)
_PAIR = 2
# Ids have 26 letters and digits, of which the last tell one from another.
_ID = re.compile(r"[0-9a-z]{26}", re.ASCII)


def short(text: str) -> str:
    """An id by its end; any other text as it is."""
    return f"…{text[-6:]}" if _ID.fullmatch(text) else text


def details(detail: Mapping[str, Any], say: Say) -> list[tuple[str, str]]:
    """Names and values of a line's detail, in words as far as there are any; a change as “before → after”."""
    told = {
        name: value
        for name, value in detail.items()
        # What is not there says nothing.
        if value not in (None, "") and (name != "changed" or value != [*detail.keys() - {"changed"}])
    }
    return [(say(_NAMES.get(name, name)), _value(name, value, say)) for name, value in told.items()]


def _value(name: str, value: Any, say: Say) -> str:
    if isinstance(value, list):
        parts = [_value(name, item, say) for item in value]
        changed = name in ("role", "organisation_id", "manager") and len(parts) == _PAIR
        return (" → " if changed else say("、")).join(parts)
    if isinstance(value, bool):
        return say("是") if value else say("否")
    if value is None or value == "":
        return "—"
    if name.endswith("_cny") and isinstance(value, int | float):
        return yuan(round(value))
    if (word := _OF.get(name, {}).get(str(value))) is not None:
        return say(word)
    return say(_CODES[str(value)]) if str(value) in _CODES else short(str(value))
