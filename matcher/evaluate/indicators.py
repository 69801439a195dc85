"""How well indicators are found: hand-marked texts in, precision, recall, F1, operators and names out."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matcher.errors import EvaluationError
from matcher.evaluate.base import Interval
from matcher.evaluate.bootstrap import draw_needs, percentiles
from matcher.text.indicators import Indicator, extract
from matcher.text.indicators.fold import fold
from matcher.text.indicators.units import parse_unit
from matcher.text.segment import words

__all__ = [
    "IndicatorScores",
    "Mark",
    "MarkedText",
    "indicator_lines",
    "indicator_row",
    "match_marks",
    "read_marked",
    "score_indicators",
]

_DIGITS = 6
_RELATIVE_TOLERANCE = 1e-6
# A bare value is marked `=`; whether it is a floor is not always written, so the two are not told apart.
_ALIKE = frozenset({"=", ">="})


@dataclass(frozen=True, slots=True)
class Mark:
    """One indicator marked by hand; `text[start:end]` is its span. Bounds are in `unit`."""

    start: int
    end: int
    parameter: str
    op: str
    low: float | None
    high: float | None
    unit: str
    canonical_unit: str
    canonical: tuple[float | None, float | None]
    kind: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text and everything in it that is an indicator."""

    id: str
    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class IndicatorScores:
    """Figures over all records with 95 % intervals by record; `matched` of `found` agree with `marked`.

    `operator`, `kind` and `name` (token F1) are means over the matched pairs.
    """

    records: int
    marked: int
    found: int
    matched: int
    precision: Interval
    recall: Interval
    f1: Interval
    operator: Interval
    kind: Interval
    name: Interval

    def lines(self) -> Iterator[str]:
        """The figures in Chinese, one per line, for a terminal."""
        named = {
            "精确率": self.precision,
            "召回率": self.recall,
            "F1": self.f1,
            "比较符正确率": self.operator,
            "目标/条件正确率": self.kind,
            "参数名词元F1": self.name,
        }
        yield f"{self.records} 条文本，人工标注 {self.marked} 个指标，识别 {self.found} 个，其中一致 {self.matched} 个"
        for name, item in named.items():
            yield f"{name} {item.value:.3f}（95% 区间 {item.low:.3f}–{item.high:.3f}）"

    def as_row(self) -> dict[str, object]:
        """The figures for a program: counts, and `value`, `low`, `high` of each rate; undefined rates are null."""
        row: dict[str, object] = {name: getattr(self, name) for name in ("records", "marked", "found", "matched")}
        for name in ("precision", "recall", "f1", "operator", "kind", "name"):
            item: Interval = getattr(self, name)
            sides = {"value": item.value, "low": item.low, "high": item.high}
            row[name] = {key: None if math.isnan(value) else round(value, _DIGITS) for key, value in sides.items()}
        return row


def indicator_row(indicator: Indicator) -> dict[str, object]:
    """One indicator under the field names of the marked texts, with its place in the text."""
    row: dict[str, object] = {
        "span": indicator.text,
        "parameter": indicator.parameter,
        "op": indicator.op.value,
        "low": indicator.low,
        "high": indicator.high,
        "unit": indicator.unit,
        "canonical_unit": indicator.canonical_unit,
        "value_in_canonical": [indicator.canonical_low, indicator.canonical_high],
        "kind": indicator.kind.value,
        "start": indicator.start,
        "end": indicator.end,
    }
    if indicator.direction is not None and indicator.op2 is not None:
        row |= {"direction": indicator.direction.value, "op2": indicator.op2.value}
    return row


def _records(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"无法读取 {path}：请检查文件是否存在、是否为 UTF-8 编码的 JSON Lines。") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise EvaluationError(f"{path} 第 {number} 行不是有效的 JSON：请每行放一个对象。") from error
        if not isinstance(record, dict) or not isinstance(record.get("content"), str) or "id" not in record:
            raise EvaluationError(f"{path} 第 {number} 行缺少 id 或 content：请补上编号和正文。")
        yield number, record


def _place(text: str, span: str, taken: dict[str, int]) -> int:
    """Where the next occurrence of a span begins; the last one again where all are taken; -1 where there is none."""
    at = text.find(span, taken.get(span, -1) + 1)
    if at < 0:
        return taken.get(span, -1)
    taken[span] = at
    return at


def _mark(text: str, row: Mapping[str, Any], taken: dict[str, int]) -> Mark:
    span = str(row["span"])
    start = _place(text, span, taken)
    if start < 0:
        raise ValueError(span)
    low, high = row["value_in_canonical"]
    return Mark(
        start=start,
        end=start + len(span),
        parameter=str(row["parameter"]),
        op=str(row["op"]),
        low=row["low"],
        high=row["high"],
        unit=str(row["unit"] or ""),
        canonical_unit=str(row["canonical_unit"] or ""),
        canonical=(low, high),
        kind=str(row["kind"]),
        direction=str(row.get("direction") or ""),
    )


def read_marked(path: Path) -> tuple[MarkedText, ...]:
    """Read texts with marked indicators: JSON Lines of `id`, `content`, `indicators`.

    Raises:
        EvaluationError: the file cannot be read, a line is not such a record, or a span is not in its text.
    """
    found: list[MarkedText] = []
    for number, record in _records(path):
        text = str(record["content"])
        taken: dict[str, int] = {}
        try:
            marks = tuple(_mark(text, row, taken) for row in record["indicators"])
        except (KeyError, TypeError, ValueError) as error:
            raise EvaluationError(
                f"{path} 第 {number} 行（编号 {record['id']}）的 indicators 缺少字段，或 span 不在正文中（{error}）："
                "请改正后重试。"
            ) from error
        found.append(MarkedText(str(record["id"]), text, marks))
    if not found:
        raise EvaluationError(f"{path} 没有任何记录：请检查文件内容。")
    return tuple(found)


def indicator_lines(path: Path, *, achieved: bool = False) -> Iterator[str]:
    """One JSON line per record of a file of `id` and `content`: the id and the indicators of the content.

    Raises:
        EvaluationError: the file cannot be read or a line is no such record.
    """
    for _, record in _records(path):
        rows = [indicator_row(item) for item in extract(str(record["content"]), achieved=achieved)]
        yield json.dumps({"id": record["id"], "indicators": rows}, ensure_ascii=False)


def _close(one: Sequence[float | None], other: Sequence[float | None]) -> bool:
    """Whether the stated bounds agree, whichever side they stand on (a bare value is both)."""
    left, right = (sorted({value for value in side if value is not None}) for side in (one, other))
    return len(left) == len(right) and all(
        abs(a - b) <= _RELATIVE_TOLERANCE * max(abs(a), abs(b)) for a, b in zip(left, right, strict=True)
    )


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _same_value(mark: Mark, found: Indicator) -> bool:
    """The same number in the same unit, after conversion; marks may use any unit of the dimension."""
    canonical = (found.canonical_low, found.canonical_high)
    if mark.canonical_unit == found.canonical_unit and _close(mark.canonical, canonical):
        return True
    unit, own = parse_unit(fold(mark.canonical_unit)), parse_unit(found.canonical_unit)
    if unit is not None and own is not None and unit.dimension == own.dimension:
        return _close([_scaled(value, unit.si) for value in mark.canonical], [_scaled(v, own.si) for v in canonical])
    return fold(mark.unit) == fold(found.unit) and _close((mark.low, mark.high), (found.low, found.high))


def _same_operator(mark: Mark, found: Indicator) -> bool:
    if mark.op != found.op.value:
        return {mark.op, found.op.value} <= _ALIKE
    return mark.op != "change" or not mark.direction or found.direction == mark.direction


def _name_f1(one: str, other: str) -> float:
    left, right = words(one), words(other)
    rest = list(right)
    shared = 0
    for word in left:
        if word in rest:
            rest.remove(word)
            shared += 1
    return 2 * shared / (len(left) + len(right)) if left or right else 1.0


def match_marks(marks: Sequence[Mark], found: Sequence[Indicator]) -> list[tuple[int, int]]:
    """Pairs (mark, indicator) of overlapping spans and equal values, each used once: most pairs, best operators."""
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415

    if not marks or not found:
        return []
    gain = np.zeros((len(marks), len(found)))
    for row, mark in enumerate(marks):
        for column, item in enumerate(found):
            if mark.start < item.end and item.start < mark.end and _same_value(mark, item):
                gain[row, column] = 1 + 0.01 * _same_operator(mark, item)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if gain[row, column] > 0]


def _counts(text: MarkedText, achieved: bool) -> list[float]:
    found = extract(text.text, achieved=achieved)
    pairs = match_marks(text.marks, found)
    operators = sum(_same_operator(text.marks[mark], found[item]) for mark, item in pairs)
    kinds = sum(text.marks[mark].kind == found[item].kind.value for mark, item in pairs)
    names = sum(_name_f1(text.marks[mark].parameter, found[item].parameter) for mark, item in pairs)
    return [len(text.marks), len(found), len(pairs), operators, kinds, names]


def score_indicators(texts: Sequence[MarkedText], *, achieved: bool = False) -> IndicatorScores:
    """Extract from every text and compare with its marks; intervals from drawing records with replacement.

    Raises:
        EvaluationError: no texts.
    """
    if not texts:
        raise EvaluationError("没有可评估的文本：请提供至少一条标注记录。")
    counts = np.array([_counts(text, achieved) for text in texts], dtype=np.float64)
    total = counts.sum(axis=0)
    drawn = draw_needs(len(texts)) @ counts

    def ratio(over: int, under: tuple[int, ...], scale: float = 1.0) -> Interval:
        with np.errstate(invalid="ignore", divide="ignore"):
            value = scale * total[over] / total[list(under)].sum()
            values = scale * drawn[:, over] / drawn[:, list(under)].sum(axis=1)
        return Interval(float(value), *percentiles(values))

    return IndicatorScores(
        records=len(texts),
        marked=int(total[0]),
        found=int(total[1]),
        matched=int(total[2]),
        precision=ratio(2, (1,)),
        recall=ratio(2, (0,)),
        f1=ratio(2, (0, 1), 2.0),
        operator=ratio(3, (2,)),
        kind=ratio(4, (2,)),
        name=ratio(5, (2,)),
    )
