"""Which fields of a record are text, in reading order, with their Chinese names and who may read them."""

from dataclasses import dataclass

from matcher.records import Achievement, Need, Record, Tier

__all__ = ["TextField", "text_fields", "title_and_body"]

_Layout = tuple[tuple[str, str, Tier], ...]
_NEED_FIELDS: _Layout = (
    ("title", "需求名称", Tier.PUBLIC),
    ("problem", "需求内容", Tier.PUBLIC),
    ("indicators_text", "技术指标", Tier.PUBLIC),
    ("current_state", "现有基础", Tier.PUBLIC),
    ("confidential_detail", "保密详情", Tier.SECRET),
)
_ACHIEVEMENT_FIELDS: _Layout = (
    ("title", "成果名称", Tier.PUBLIC),
    ("summary", "成果简介", Tier.PUBLIC),
    ("indicators_text", "技术指标", Tier.PUBLIC),
    ("application_scope", "应用范围", Tier.PUBLIC),
    ("prior_use", "前期应用", Tier.PUBLIC),
    ("confidential_detail", "保密详情", Tier.SECRET),
)
# What a company has and what was done before say less about the problem than the problem itself.
_NOT_COMPARED = frozenset({"title", "current_state", "prior_use"})


@dataclass(frozen=True, slots=True)
class TextField:
    """One text of a record; `text` is verbatim and never empty."""

    name: str
    label: str
    text: str
    tier: Tier


def text_fields(record: Record) -> tuple[TextField, ...]:
    """All non-empty texts, title first.

    A field is at least as closed as the record itself: `tier = max(field's own, record.visibility)`.

    Raises:
        TypeError: the record is neither a need nor an achievement.
    """
    if isinstance(record, Need):
        layout = _NEED_FIELDS
    elif isinstance(record, Achievement):
        layout = _ACHIEVEMENT_FIELDS
    else:
        raise TypeError(f"not a need or an achievement: {type(record).__name__}")
    found = (
        TextField(name, label, str(getattr(record, name)), max(tier, record.visibility)) for name, label, tier in layout
    )
    return tuple(item for item in found if item.text.strip())


def title_and_body(record: Record, *, confidential: bool = True) -> tuple[str, str]:
    """The title, and everything else that tells what the record is about, joined by line breaks.

    Keywords come last where the title and the texts do not hold them already. Without `confidential` the confidential
    detail is left out: matching may use it inside, but what is shown must not be derived from it.
    """
    left_out = _NOT_COMPARED if confidential else _NOT_COMPARED | {"confidential_detail"}
    body = "\n".join(item.text for item in text_fields(record) if item.name not in left_out)
    new_words = [word for word in record.keywords if word not in record.title and word not in body]
    return record.title, "\n".join(part for part in (body, " ".join(new_words)) if part)
