"""How a file that cannot be read is reported: one Chinese sentence with the place and the next step."""

from collections.abc import Sequence
from pathlib import Path

from matcher.errors import ColumnError, FileFormatError

__all__ = ["bad_file", "no_header", "place", "spans"]

_SHOWN_HEADINGS = 8
_SHOWN_SPANS = 10


def place(path: Path, *, sheet: str | None = None) -> str:
    """Name a file, and a sheet of it, in a sentence."""
    return f"文件 {path}" + (f" 的工作表“{sheet}”" if sheet is not None else "")


def bad_file(path: Path, problem: str, action: str, *, sheet: str | None = None) -> FileFormatError:
    """Build the error of a file that cannot be read as a table."""
    return FileFormatError(f"{place(path, sheet=sheet)}：{problem}；{action}。")


def no_header(path: Path, seen: Sequence[str]) -> ColumnError:
    """Build the error of a file in which no known heading was found; `seen` are texts where headings were expected."""
    shown = "、".join(text.strip()[:20] for text in [text for text in seen if text.strip()][:_SHOWN_HEADINGS])
    found = f"（最像表头的内容：{shown}）" if shown else ""
    return ColumnError(
        f"{place(path)}：没有找到能识别的列名{found}；"
        "请在数据上方写一行列名，至少有“成果名称”或“需求名称”，或者用映射文件指定每一列的含义。"
    )


def spans(numbers: Sequence[int]) -> str:
    """Write ascending row numbers as people do: `3–5、8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = "、".join(str(low) if low == high else f"{low}–{high}" for low, high in runs[:_SHOWN_SPANS])
    return shown if len(runs) <= _SHOWN_SPANS else f"{shown} 等 {len(numbers)}"
