"""A sharper wording of a vague need: its own words in order, words of the corpus to pick from, blanks for numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matcher.diagnose.base import BLANK, Diagnosis, NeedClass, Term
from matcher.diagnose.reading import Reading
from matcher.records import Need
from matcher.text.aspects import AspectKind

__all__ = ["LABELS", "sharpened", "wording"]

LABELS = (
    "对象",
    "现状问题",
    "要达到",
    "使用场合",
    "可选用词",
    "考核条件",
    "现在",
    "目标",
    "（库中相近成果的用词，请勾选）",
)
"""Everything in a suggested wording that is neither the need's, nor the corpus's, nor a blank."""

_TROUBLES, _EFFECTS, _USES = 2, 3, 2


def wording(reading: Reading, need_class: NeedClass, terms: Sequence[Term]) -> str:
    """The lines a clear need has, filled as far as the need goes; of one that is clear already only words to pick."""
    if need_class is NeedClass.CLEAR:
        return f"【可选用词】{_to_pick(terms)}" if terms else ""
    return "\n".join(f"【{label}】{said}" for label, said in _lines(reading, terms))


def _lines(reading: Reading, terms: Sequence[Term]) -> Iterator[tuple[str, str]]:
    yield "对象", reading.topic or BLANK
    yield "现状问题", "；".join(_troubles(reading)[:_TROUBLES]) or BLANK
    names = list(dict.fromkeys(effect.what for effect in reading.bare))
    names = [name for name in names if not any(name != other and name in other for other in names)]
    numbers = [f"{name}：现在{BLANK}，目标{BLANK}" for name in names[:_EFFECTS]]
    stated = [item.text for item in reading.targets]
    yield "要达到", "；".join([*stated, *numbers]) or f"{BLANK}：现在{BLANK}，目标{BLANK}"
    yield "使用场合", "、".join(_named(reading, AspectKind.USE)[:_USES]) or BLANK
    if terms:
        yield "可选用词", _to_pick(terms)
    yield "考核条件", BLANK


def _to_pick(terms: Sequence[Term]) -> str:
    return "、".join(term.text for term in terms) + "（库中相近成果的用词，请勾选）"


def _troubles(reading: Reading) -> list[str]:
    """What goes wrong, the clauses of the body before the title."""
    title = len(reading.need.title)
    return [item.text for item in sorted(reading.troubles, key=lambda item: item.start < title)]


def _named(reading: Reading, kind: AspectKind) -> list[str]:
    found = [aspect.text for aspect in reading.aspects if aspect.kind is kind]
    return [text for text in dict.fromkeys(found) if text not in reading.topic]


def sharpened(need: Need, diagnosis: Diagnosis) -> Need:
    """The need as it would be matched if all suggested words were accepted: they become keywords."""
    return replace(need, keywords=tuple(dict.fromkeys((*need.keywords, *(term.text for term in diagnosis.terms)))))
