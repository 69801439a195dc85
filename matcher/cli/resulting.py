"""The work behind `matcher fair results`."""

from collections.abc import Sequence
from pathlib import Path

from matcher.cli.console import log, output
from matcher.config import load_settings
from matcher.fair.results import read_results, summary, write_results
from matcher.fair.results.tables import untaught
from matcher.fair.save import read_plan

__all__ = ["results"]

_MB = 1_000_000
_SHOWN = 20


def results(sheets: Sequence[Path], *, folder: Path, out: Path) -> bool:
    """Read filled sheets, write what follows from them, and sum it up; False where a row must be mended.

    Raises:
        PlanError: the plan cannot be read.
        FileFormatError, ColumnError: a sheet cannot be read.
        ConfigError: a file cannot be written.
    """
    plan = read_plan(folder)
    read = read_results(sheets, plan, max_bytes=load_settings().max_file_mb * _MB)
    for name, text in summary(plan, read):
        output().print(f"{name}：{text}", markup=False)
    paths = write_results(out, plan, read)
    log(f"已写入 {'、'.join(str(path) for path in paths)}。")
    lost = untaught(plan, read)
    if lost:
        log(f"提示：{lost} 场会面没有经系统评级的配对（互相点名），不进反馈。")
    for fault in read.faults[:_SHOWN]:
        log(f"{fault.place}：{fault.reason}。")
    if read.faults:
        log(f"共有 {len(read.faults)} 行需要改正，连同原来的内容已列在 {paths[0].name} 的“需改正”；改好后请重新运行。")
    return not read.faults
