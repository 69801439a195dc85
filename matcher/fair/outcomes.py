"""The codes written down at the tables, and the columns they are written in."""

from collections.abc import Mapping
from enum import StrEnum

from matcher.records import TransferMode

__all__ = ["CONTRACTS", "HEADINGS", "Outcome"]

CONTRACTS = tuple(mode.value for mode in TransferMode if mode is not TransferMode.EQUITY)
"""The kinds of contract of 民法典 843."""

HEADINGS: Mapping[str, str] = {
    "code": "会面编号",
    "outcome": "结果",
    "reason": "不合适的原因",
    "contract": "合同类型",
    "amount": "成交额（万元）",
    "remark": "备注",
}
"""Field → column of the sheet to fill in."""


class Outcome(StrEnum):
    """The result codes."""

    INTENT = "已见面-有意向"
    FOLLOW_UP = "已见面-继续联系"
    NO_INTENT = "已见面-无意向"
    SIGNED = "签约"
    NO_ENTERPRISE = "未到场（企业）"
    NO_TEAM = "未到场（团队）"
    NOBODY = "未到场（双方）"

    @property
    def held(self) -> bool:
        """Whether both were there."""
        return self not in {Outcome.NO_ENTERPRISE, Outcome.NO_TEAM, Outcome.NOBODY}

    @property
    def enterprise_came(self) -> bool:
        """Whether the enterprise was there."""
        return self.held or self is Outcome.NO_TEAM

    @property
    def team_came(self) -> bool:
        """Whether the team was there."""
        return self.held or self is Outcome.NO_ENTERPRISE
