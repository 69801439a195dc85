"""Whether a table lists needs or achievements, and how that was decided."""

import re
from collections.abc import Sequence
from pathlib import Path

from matcher.corpus.columns import Column
from matcher.errors import ColumnError
from matcher.records import Side

__all__ = ["decide_side", "side_label"]

_LABELS = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}
_WEIGHTS = {"N": (3, 0), "n": (1, 0), "A": (0, 3), "a": (0, 1), "-": (0, 0)}
# Less than one clear heading ahead is no decision.
_MARGIN = 2
_NEED_NAME = re.compile(
    r"需求|難題|难题|榜单|揭榜|需方|(?<![a-z])(?:needs?|demands?|requirements?)(?![a-z])", re.IGNORECASE
)
_ACHIEVEMENT_NAME = re.compile(
    r"成果|专利|專利|供方|技术库|(?<![a-z])(?:achievements?|patents?|technolog(?:y|ies))(?![a-z])", re.IGNORECASE
)


def side_label(side: Side) -> str:
    """What a reader calls the side."""
    return _LABELS[side]


def decide_side(
    columns: Sequence[Column], *, path: Path, sheet: str | None, side: Side | None, expected: Side | None = None
) -> tuple[Side, str]:
    """Decide by the caller's word, the headings, the names of the sheet and the file, and last by what was expected.

    Returns:
        The side, and a Chinese sentence on how it was decided.

    Raises:
        ColumnError: nothing tells.
    """
    if side is not None:
        return side, f"按指定读作{_LABELS[side]}"
    weights = [_WEIGHTS[column.side] for column in columns]
    need, achievement = sum(weight for weight, _ in weights), sum(weight for _, weight in weights)
    if abs(need - achievement) >= _MARGIN:
        decided = Side.NEED if need > achievement else Side.ACHIEVEMENT
        marks = "Nn" if decided is Side.NEED else "Aa"
        proof = "、".join(f"“{column.heading}”" for column in columns if column.side in marks)
        return decided, f"由列名{proof}判断为{_LABELS[decided]}"
    for what, name in (("工作表名", sheet), ("文件名", path.stem)):
        named = _named(name or "")
        if named is not None:
            return named, f"由{what}“{name}”判断为{_LABELS[named]}"
    if need != achievement:
        decided = Side.NEED if need > achievement else Side.ACHIEVEMENT
        return decided, f"由列名的倾向判断为{_LABELS[decided]}，请核对"
    if expected is not None:
        return expected, f"列名和文件名都看不出，按命令的用途读作{_LABELS[expected]}，请核对"
    where = f"文件 {path}" + (f" 的工作表“{sheet}”" if sheet else "")
    raise ColumnError(
        f"{where}：看不出是需求还是成果；请用 --side need 或 --side achievement 指明，"
        "或把名称列的列名改为“需求名称”或“成果名称”。"
    )


def _named(name: str) -> Side | None:
    need, achievement = _NEED_NAME.search(name), _ACHIEVEMENT_NAME.search(name)
    if (need is None) == (achievement is None):
        return None
    return Side.NEED if need else Side.ACHIEVEMENT
