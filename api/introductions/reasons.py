"""Why an introduction came to nothing: the field's eleven codes (太早期 … 其他)."""

from enum import StrEnum

from api.errors import InvalidError

__all__ = ["Reason", "check_reason"]


class Reason(StrEnum):
    """One code; `label` is the word that `matcher.rank.feedback` learns from."""

    TOO_EARLY = "too-early"
    UNCLEAR_ADVANTAGE = "unclear-advantage"
    UNCLEAR_BUSINESS = "unclear-business"
    UNCLEAR_TEXT = "unclear-text"
    WRONG_TECHNOLOGY = "wrong-technology"
    PRICE = "price"
    RIGHTS = "rights"
    REGION = "region"
    HAS_SOLUTION = "has-solution"
    OFF_STRATEGY = "off-strategy"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The Chinese word."""
        return _LABELS[self]


_LABELS = {
    Reason.TOO_EARLY: "太早期",
    Reason.UNCLEAR_ADVANTAGE: "优势不清",
    Reason.UNCLEAR_BUSINESS: "商业路径不清",
    Reason.UNCLEAR_TEXT: "描述不清",
    Reason.WRONG_TECHNOLOGY: "技术不符",
    Reason.PRICE: "价格",
    Reason.RIGHTS: "知识产权",
    Reason.REGION: "地域",
    Reason.HAS_SOLUTION: "已有方案",
    Reason.OFF_STRATEGY: "不符战略",
    Reason.OTHER: "其他",
}


def check_reason(reason: Reason | None, note: str) -> Reason:
    """The reason, which must be there, and which must be told in words where it is 其他.

    Raises:
        InvalidError: there is none, or 其他 without a note.
    """
    if reason is None:
        raise InvalidError("请用 reason_code 选择未成的原因。", "Say why: choose a reason_code.", field="reason_code")
    if reason is Reason.OTHER and not note.strip():
        raise InvalidError("选择“其他”时请在 note 中写明原因。", "The reason “other” needs a note.", field="note")
    return reason
