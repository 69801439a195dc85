"""The rows of `matches.csv`: one pair each, written for a spreadsheet program and read back without loss."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TextIO

from matcher.rank.gates import GATES
from matcher.report.cells import clean, looks_like_formula

__all__ = ["HEADINGS", "RunPair", "read_pairs", "write_pairs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPair:
    """One need with one achievement, graded once for both directions.

    need_rank: rank among the need's matches, 1 the best; None where it is not among its top.
    achievement_rank: likewise among the achievement's leads. Both are None only for a pair that a hard condition keeps
    out of a list it would otherwise be in.
    level: 1–4. level_probs: P(level = 1..4). fit: P(level ≥ 3). score: expected level in [1, 4].
    failed: names of all hard conditions the pair fails (`matcher.rank.gates`), whether or not they exclude.
    """

    need_id: str
    achievement_id: str
    need_rank: int | None
    achievement_rank: int | None
    level: int
    level_probs: tuple[float, float, float, float]
    fit: float
    score: float
    failed: tuple[str, ...]


HEADINGS = (
    "需求编号",
    "成果编号",
    "需求方名次",
    "成果方名次",
    "等级",
    "把握",
    "期望等级",
    "P1",
    "P2",
    "P3",
    "P4",
    "不符合的条件",
    "需求名称",
    "成果名称",
)
_LABELS = {info.name: info.label for info in GATES}
_NAMES = {info.label: info.name for info in GATES}
_BETWEEN = "、"


def write_pairs(file: TextIO, rows: Iterable[tuple[RunPair, str, str]]) -> None:
    """Write pairs with the titles of need and achievement; numbers have six decimals, so equal pairs are equal bytes.

    Raises:
        OSError: the file cannot be written.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for pair, need_title, achievement_title in rows:
        numbers = (pair.fit, pair.score, *pair.level_probs)
        writer.writerow(
            [
                _cell(pair.need_id),
                _cell(pair.achievement_id),
                "" if pair.need_rank is None else pair.need_rank,
                "" if pair.achievement_rank is None else pair.achievement_rank,
                pair.level,
                *(f"{number:.6f}" for number in numbers),
                _BETWEEN.join(_LABELS[name] for name in pair.failed),
                _title_cell(need_title),
                _title_cell(achievement_title),
            ]
        )


def read_pairs(file: TextIO) -> Iterator[RunPair]:
    """What `write_pairs` wrote.

    Raises:
        ValueError, KeyError: it is something else.
    """
    rows = csv.reader(file)
    if tuple(next(rows, ())) != HEADINGS:
        raise ValueError("unexpected headings")
    for row in rows:
        need, achievement, need_rank, achievement_rank, level, fit, score, p1, p2, p3, p4, failed, _, _ = row
        yield RunPair(
            need_id=_unshield(need),
            achievement_id=_unshield(achievement),
            need_rank=int(need_rank) if need_rank else None,
            achievement_rank=int(achievement_rank) if achievement_rank else None,
            level=int(level),
            level_probs=(float(p1), float(p2), float(p3), float(p4)),
            fit=float(fit),
            score=float(score),
            failed=tuple(_NAMES[label] for label in failed.split(_BETWEEN)) if failed else (),
        )


# Each record stands in many rows.
@lru_cache(maxsize=1 << 17)
def _cell(text: str) -> str:
    """An apostrophe before what a spreadsheet program would take for a formula, or for such an apostrophe."""
    return f"'{text}" if text.startswith("'") or looks_like_formula(text) else text


@lru_cache(maxsize=1 << 17)
def _title_cell(text: str) -> str:
    return _cell(clean(text))


def _unshield(text: str) -> str:
    return text.removeprefix("'")
