"""Files → records for a command, saying what was read and where the rest went."""

from collections.abc import Sequence
from itertools import count
from pathlib import Path

from matcher.cli.console import log
from matcher.config import Settings
from matcher.corpus.load import LoadResult, load
from matcher.corpus.mapping import read_mapping
from matcher.corpus.rejected import write_rejected
from matcher.records import Side

__all__ = ["read_files", "save_rejected", "unused"]


def read_files(
    files: Sequence[Path],
    settings: Settings,
    *,
    side: Side | None = None,
    expected: Side | None = None,
    mapping: Path | None = None,
) -> LoadResult:
    """Read files and say what was read and what was not.

    Raises:
        InputError: as `matcher.corpus.load.load` says.
    """
    result = load(
        files,
        side=side,
        expected=expected,
        mapping=read_mapping(mapping) if mapping else None,
        max_bytes=settings.max_file_mb * 1_000_000,
    )
    counts = [
        f"{len(found)} 条{name}" for name, found in (("需求", result.needs), ("成果", result.achievements)) if found
    ]
    log(f"已读取 {len(files)} 个文件：{'、'.join(counts) or '没有可用的记录'}。")
    if result.rejected:
        log(f"提示：有 {len(result.rejected)} 行未能读取；请用 matcher check 查看原因并得到可修改的退回表。")
    for text in [*result.notes, *(note for table in result.tables for note in table.notes)]:
        log(f"提示：{text}")
    return result


def unused(path: Path) -> Path:
    """The path itself, or with the first number that no file has: `a.xlsx`, `a-2.xlsx`, `a-3.xlsx` …"""
    numbered = (path.with_name(f"{path.stem}-{number}{path.suffix}") for number in count(2))
    return path if not path.exists() else next(other for other in numbered if not other.exists())


def save_rejected(result: LoadResult, files: Sequence[Path]) -> Path | None:
    """Write the rejected rows to `<first file>.rejected.xlsx` in the working folder; None where there are none.

    A file of that name may be one that somebody is mending: it stays, and the new one gets a number.
    """
    if not result.rejected:
        return None
    path = unused(Path(f"{files[0].stem}.rejected.xlsx"))
    write_rejected(path, result.rejected)
    log(f"有 {len(result.rejected)} 行未能读取，已写入 {path}；按“退回原因”改好后，可用同一命令再次读取该文件。")
    return path
