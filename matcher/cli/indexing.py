"""The work behind `matcher index` and `matcher demo`: read, write the next version with a bar, say what changed."""

from collections.abc import Sequence
from pathlib import Path

from matcher.cli.console import bar, log
from matcher.cli.reading import read_files, save_rejected
from matcher.config import load_settings
from matcher.records import Side
from matcher.saving import save_index

__all__ = ["run"]

_NAMES = {Side.NEED: "需求", Side.ACHIEVEMENT: "成果"}


def run(
    files: Sequence[Path],
    *,
    name: str,
    update: bool = False,
    sync: bool = False,
    remove: Sequence[str] = (),
    side: Side | None = None,
    mapping: Path | None = None,
) -> None:
    """Create or update an index from files.

    Raises:
        MatcherError: as reading and writing say.
    """
    settings = load_settings()
    read = read_files(files, settings, side=side, mapping=mapping) if files else None
    with bar("正在编码") as show:
        changes = save_index(
            name,
            needs=read.needs if read else (),
            achievements=read.achievements if read else (),
            settings=settings,
            update=update,
            sync=sync,
            remove=remove,
            progress=show,
        )
    for which, change in changes.sides.items():
        if change.any or change.unchanged:
            log(
                f"{_NAMES[which]}：新增 {change.added}，替换 {change.replaced}，删除 {change.removed}，"
                f"未变 {change.unchanged}。"
            )
    if read is not None:
        save_rejected(read, files)
    lost = sum(change.removed for change in changes.sides.values())
    if lost and not update:
        log(
            f"注意：没有加 --update，原来索引里的 {lost} 条记录已被替换掉；如要保留，请把原来的表格用 --update 再加入。"
        )
    if changes.not_found:
        log(f"提示：要删除的编号索引里没有：{'、'.join(changes.not_found)}。")
    log(f"索引“{name}”第 {changes.version} 版已生效（本次新编码 {changes.encoded} 段文本）。")
