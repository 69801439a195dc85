"""Chinese names of codes that the API answers with; English ones are in the catalogue `words.po`."""

from collections.abc import Sequence
from enum import Enum

from api.access.groups import Group
from api.access.keys import Scope
from api.access.roles import OrganisationKind, Role
from api.introductions.stages import Answer
from matcher.records import CheckState, GateState, PriceKind, Side, Tier, TrlSource

__all__ = ["NAMES", "name_of"]

NAMES: Sequence[tuple[Enum, str]] = (
    (Answer.ACCEPTED, "已接受"),
    (Answer.DECLINED, "已婉拒"),
    (Answer.WAITING, "等待答复"),
    (CheckState.MET, "满足"),
    (CheckState.UNKNOWN, "未说明"),
    (CheckState.UNMET, "不满足"),
    (GateState.FAIL, "不符合"),
    (GateState.PASS, "符合"),
    (GateState.UNKNOWN, "待核实"),
    (Group.BASIC, "基本信息"),
    (Group.CONFIDENTIAL, "保密内容"),
    (Group.CONTACT, "联系方式"),
    (Group.DESCRIPTION, "内容描述"),
    (Group.INDICATORS, "技术指标"),
    (Group.OWN, "意向与回避单位"),
    (Group.OWNER, "单位名称"),
    (Group.TEAM, "团队"),
    (Group.TERMS, "价格、预算与合作条件"),
    (OrganisationKind.BROKERAGE, "技术转移机构"),
    (OrganisationKind.BUREAU, "科技管理部门"),
    (OrganisationKind.ENTERPRISE, "企业"),
    (OrganisationKind.INSTITUTION, "高校院所"),
    (PriceKind.FIRM, "一口价"),
    (PriceKind.FLOOR, "底价"),
    (PriceKind.INDICATIVE, "意向价"),
    (PriceKind.NEGOTIABLE, "面议"),
    (Role.ADMINISTRATOR, "管理员"),
    (Role.ANONYMOUS, "访客"),
    (Role.BROKER, "技术经纪人"),
    (Role.ENTERPRISE, "企业"),
    (Role.INSTITUTION, "高校院所"),
    (Role.ORGANISER, "组织者"),
    (Scope.ADMIN, "管理"),
    (Scope.FEEDS_PUSH, "推送供数"),
    (Scope.INTRODUCTIONS, "对接"),
    (Scope.JOBS, "长任务"),
    (Scope.MATCHING, "搜索与匹配"),
    (Scope.RECORDS_READ, "读取记录"),
    (Scope.RECORDS_WRITE, "修改记录"),
    (Side.ACHIEVEMENT, "成果"),
    (Side.NEED, "需求"),
    (Tier.PUBLIC, "公开"),
    (Tier.REGISTERED, "登录可见"),
    (Tier.RESTRICTED, "授权可见"),
    (Tier.SECRET, "仅本人"),
    (TrlSource.INFERRED, "由阶段推定"),
    (TrlSource.STATED, "填写"),
)
"""Pairs: as keys, members of two enumerations with the same text would be one (“unknown” of a check and of a gate)."""

_BY_KIND = {(type(code), code.value): name for code, name in NAMES}


def name_of(code: Enum | str) -> str:
    """The Chinese name of a code: from here, its own `label`, or the code where it is Chinese already."""
    if isinstance(code, Enum) and (found := _BY_KIND.get((type(code), code.value))) is not None:
        return found
    return str(getattr(code, "label", getattr(code, "value", code)))
