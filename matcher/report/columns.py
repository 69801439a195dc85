"""The columns of the list of matches, the same in the workbook and in CSV."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Generic, TypeVar

from matcher.records import Achievement, Need, Record, Side
from matcher.report.base import Pair
from matcher.report.wording import budget, failures, gate_summary, indicators, level_label, price, trl, wording

__all__ = ["Column", "Kind", "Value", "bullets", "excluded_columns", "match_columns"]

T = TypeVar("T")
Value = str | int | float


class Kind(Enum):
    """How a column looks."""

    TEXT = auto()
    NAME = auto()
    LEVEL = auto()
    PERCENT = auto()
    NUMBER = auto()
    ANSWER = auto()
    WRITTEN = auto()
    ID = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[T]):
    """One column: heading, width in half-width characters, and how a row fills it.

    `level` gives the level whose colour the cell takes (0: none), `words` the words shown bold, `link` the place inside
    the workbook a cell leads to ("" for none), `choices` what may be picked. Columns with `printed` off stay on screen.
    """

    heading: str
    width: float
    value: Callable[[T], Value]
    kind: Kind = Kind.TEXT
    level: Callable[[T], int] | None = None
    words: Callable[[T], Sequence[str]] | None = None
    link: Callable[[T], str] | None = None
    choices: tuple[str, ...] = ()
    printed: bool = True


def bullets(lines: Sequence[str]) -> str:
    """One line each, marked where there are several."""
    return "\n".join(f"· {line}" for line in lines) if len(lines) > 1 else "".join(lines)


def _achievement(pair: Pair) -> Achievement:
    if not isinstance(pair.partner, Achievement):
        raise TypeError(f"partner {pair.partner.id} is not an achievement")
    return pair.partner


def _need(pair: Pair) -> Need:
    if not isinstance(pair.partner, Need):
        raise TypeError(f"partner {pair.partner.id} is not a need")
    return pair.partner


def _quote(pair: Pair, side: Side) -> str:
    return "\n".join(item.text for item in pair.match.evidence if item.side is side)


def _quoted_words(pair: Pair, side: Side) -> tuple[str, ...]:
    return tuple(word for item in pair.match.evidence if item.side is side for word in item.words)


def _region(record: Record) -> str:
    return record.region.name if record.region else ""


def _head(side: Side) -> tuple[Column[Pair], ...]:
    words = wording(side)
    return (
        Column(heading=words.query, width=22, value=lambda pair: pair.query.title, kind=Kind.NAME),
        Column(heading="名次", width=6, value=lambda pair: pair.match.rank, kind=Kind.NUMBER),
        Column(
            heading="等级",
            width=11,
            value=lambda pair: level_label(pair.match.level),
            kind=Kind.LEVEL,
            level=lambda pair: pair.match.level,
        ),
        Column(heading="把握", width=8, value=lambda pair: pair.match.fit, kind=Kind.PERCENT),
        Column(heading=f"{words.partner}名称", width=28, value=lambda pair: pair.partner.title, kind=Kind.NAME),
        Column(heading=words.partner_org, width=18, value=lambda pair: pair.partner.org),
    )


def _ids(side: Side) -> tuple[Column[Pair], ...]:
    words = wording(side)
    return (
        Column(heading=f"{words.query}编号", width=14, value=lambda p: p.query.id, kind=Kind.ID, printed=False),
        Column(heading=f"{words.partner}编号", width=14, value=lambda p: p.partner.id, kind=Kind.ID, printed=False),
    )


def _trl_min(pair: Pair) -> str:
    lowest = _need(pair).trl_min
    return f"≥ TRL {lowest}" if lowest else ""


_CONTACT: Column[Pair] = Column(heading="联系方式", width=17, value=lambda pair: pair.partner.contact)

_ABOUT_ACHIEVEMENT: tuple[Column[Pair], ...] = (
    Column(heading="完成人", width=10, value=lambda pair: "、".join(_achievement(pair).team)),
    _CONTACT,
    Column(heading="成熟度", width=12, value=lambda pair: trl(_achievement(pair).trl)),
    Column(heading="合作方式", width=10, value=lambda pair: "\n".join(_achievement(pair).transfer_modes)),
    Column(heading="价格", width=11, value=lambda pair: price(_achievement(pair).price)),
)

_ABOUT_NEED: tuple[Column[Pair], ...] = (
    _CONTACT,
    Column(heading="地区", width=9, value=lambda pair: _region(pair.partner)),
    Column(heading="预算", width=11, value=lambda pair: budget(_need(pair))),
    Column(heading="合作方式", width=10, value=lambda pair: "\n".join(_need(pair).modes)),
    Column(heading="成熟度要求", width=9, value=_trl_min),
    Column(heading="有效期至", width=11, value=lambda pair: str(pair.partner.valid_until or "")),
)


def match_columns(side: Side, answers: tuple[Column[Pair], ...] = ()) -> tuple[Column[Pair], ...]:
    """One row a match; `answers` are the columns to fill in, put where a printed page still shows them."""
    words = wording(side)
    return (
        *_head(side),
        *(_ABOUT_ACHIEVEMENT if side is Side.NEED else _ABOUT_NEED),
        Column(
            heading="为什么", width=34, value=lambda pair: pair.match.reason, words=lambda pair: pair.match.shared_words
        ),
        Column(heading="指标对照", width=30, value=lambda pair: bullets(indicators(pair.match.checks))),
        Column(heading="首次联系要问", width=34, value=lambda pair: bullets(pair.match.questions)),
        *answers,
        Column(heading="逐条说明", width=60, value=lambda pair: "\n".join(pair.match.lines), printed=False),
        Column(heading="待核实", width=32, value=lambda pair: bullets(pair.match.unknowns), printed=False),
        Column(
            heading=f"{words.query}原句",
            width=60,
            value=lambda pair: _quote(pair, side),
            words=lambda pair: _quoted_words(pair, side),
            printed=False,
        ),
        Column(
            heading=f"{words.partner}原句",
            width=60,
            value=lambda pair: _quote(pair, side.other),
            words=lambda pair: _quoted_words(pair, side.other),
            printed=False,
        ),
        Column(
            heading="硬条件",
            width=26,
            value=lambda pair: gate_summary(pair.match.gates),
            printed=False,
        ),
        Column(heading="重复发布", width=14, value=lambda pair: "\n".join(pair.match.duplicates), printed=False),
        *_ids(side),
    )


def excluded_columns(side: Side) -> tuple[Column[Pair], ...]:
    """One row for each candidate a hard condition excluded."""
    return (
        *_head(side),
        Column(
            heading="未通过的条件",
            width=50,
            value=lambda pair: bullets(failures(pair.match.gates)),
        ),
        _CONTACT,
        Column(heading="为什么曾入选", width=34, value=lambda p: p.match.reason, words=lambda p: p.match.shared_words),
        *_ids(side),
    )
