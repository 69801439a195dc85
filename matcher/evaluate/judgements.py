"""Graded pairs from a tab-separated file: `need_id`, `achievement_id`, `level`."""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.errors import EvaluationError
from matcher.records import Achievement, Need

__all__ = ["GradedSet", "Judgements", "read_judgements"]

_COLUMNS = ("need_id", "achievement_id", "level")
_LEVELS = {"1": 1, "2": 2, "3": 3, "4": 4}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Judgements:
    """`levels[need_id][achievement_id]` in 1..4, needs and achievements in the order of the file.

    `lines` tells the line of each pair in `path`, as an editor counts (the heading is line 1).
    """

    path: Path
    levels: Mapping[str, Mapping[str, int]]
    lines: Mapping[tuple[str, str], int]

    @property
    def pairs(self) -> int:
        """How many pairs are judged."""
        return len(self.lines)

    def within(
        self, need_ids: Collection[str], achievement_ids: Collection[str], *, skip_unknown: bool = False
    ) -> "Judgements":
        """The judgements whose need and achievement are both known.

        Args:
            need_ids: the needs that were read.
            achievement_ids: the achievements that were read.
            skip_unknown: leave pairs with unknown ids out instead of refusing them.

        Raises:
            EvaluationError: no pair is known, or some are not and `skip_unknown` is off.
        """
        unknown = [
            (line, side, i)
            for (need, achievement), line in self.lines.items()
            for side, i, known in (("需求", need, need_ids), ("成果", achievement, achievement_ids))
            if i not in known
        ]
        bad = {line for line, _, _ in unknown}
        kept = {pair: line for pair, line in self.lines.items() if line not in bad}
        if not kept:
            raise EvaluationError(
                f"标注文件 {self.path} 的 {self.pairs} 对编号没有一对同时出现在需求文件（{len(need_ids)} 条）和成果文件"
                f"（{len(achievement_ids)} 条）中；请检查三个文件是否配套、需求与成果是否放反。"
            )
        if unknown and not skip_unknown:
            shown = "、".join(f"第 {line} 行的{side} {i}" for line, side, i in unknown[:_SHOWN])
            more = f" 等 {len(unknown)} 处" if len(unknown) > _SHOWN else ""
            raise EvaluationError(
                f"标注文件 {self.path} 提到读入数据中没有的编号：{shown}{more}；请先用 matcher check 看这些记录是否"
                "被拒收，补齐后重试，或加 --skip-unknown 略过这些行。"
            )
        return _grouped(self.path, {pair: self.levels[pair[0]][pair[1]] for pair in kept}, kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedSet:
    """Graded needs and the achievements they were graded against, by id; `name` is what people call it."""

    name: str
    needs: Mapping[str, Need]
    achievements: Mapping[str, Achievement]
    judgements: Judgements


def read_judgements(path: Path) -> Judgements:
    """Read a judgement file: UTF-8, tab-separated, with a heading line; further columns are ignored.

    A pair that stands twice with the same level counts once.

    Raises:
        EvaluationError: the file is missing, empty, not such a table, or a line holds no id, a level outside 1–4, or a
            pair judged before with another level.
    """
    if not path.is_file():
        raise EvaluationError(f"找不到标注文件 {path}；请检查路径。")
    levels: dict[tuple[str, str], int] = {}
    lines: dict[tuple[str, str], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            at = _positions(path, next(rows, []))
            for row in rows:
                if not any(cell.strip() for cell in row):
                    continue
                pair, level = _judgement(path, rows.line_num, row, at)
                if levels.setdefault(pair, level) != level:
                    raise EvaluationError(
                        f"标注文件 {path} 第 {rows.line_num} 行：需求 {pair[0]} 与成果 {pair[1]} 评为 {level} 级，"
                        f"但第 {lines[pair]} 行评为 {levels[pair]} 级；请只保留一行。"
                    )
                lines.setdefault(pair, rows.line_num)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(
            f"标注文件 {path} 无法读取（{error}）；请给出 UTF-8 编码、以制表符分隔的文本文件。"
        ) from error
    if not levels:
        raise EvaluationError(f"标注文件 {path} 只有表头，没有任何一对标注；请检查文件是否完整。")
    return _grouped(path, levels, lines)


def _positions(path: Path, heading: list[str]) -> tuple[int, int, int]:
    names = [name.strip().lower() for name in heading]
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        raise EvaluationError(
            f"标注文件 {path} 第 1 行缺少列 {'、'.join(missing)}；表头应为以制表符分隔的 {' '.join(_COLUMNS)}。"
        )
    need, achievement, level = (names.index(name) for name in _COLUMNS)
    return need, achievement, level


def _judgement(path: Path, line: int, row: list[str], at: tuple[int, int, int]) -> tuple[tuple[str, str], int]:
    need, achievement, level = (row[i].strip() if i < len(row) else "" for i in at)
    if not need or not achievement:
        raise EvaluationError(f"标注文件 {path} 第 {line} 行缺少需求编号或成果编号；请补全或删去这一行。")
    if level not in _LEVELS:
        raise EvaluationError(f"标注文件 {path} 第 {line} 行的等级是“{level}”；等级只能是 1、2、3 或 4。")
    return (need, achievement), _LEVELS[level]


def _grouped(path: Path, levels: Mapping[tuple[str, str], int], lines: Mapping[tuple[str, str], int]) -> Judgements:
    grouped: dict[str, dict[str, int]] = {}
    for (need, achievement), level in levels.items():
        grouped.setdefault(need, {})[achievement] = level
    return Judgements(path, grouped, dict(lines))
