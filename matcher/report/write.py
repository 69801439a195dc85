"""The door: results → a file of the kind its suffix says."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matcher.errors import ConfigError
from matcher.records import Achievement, MatchList, Need, OrganisationLead, Side
from matcher.report.base import Leads, RunInfo
from matcher.report.lossless import write_json
from matcher.report.public import public_leads
from matcher.report.table import write_table
from matcher.report.workbook import write_workbook

__all__ = ["check_target", "write_beside", "write_leads"]

_WRITERS = {".xlsx": write_workbook, ".csv": write_table, ".json": write_json}


def check_target(path: Path) -> None:
    """Refuse a place that cannot be written before any work is done.

    Raises:
        ConfigError: a suffix of another kind, a folder, or a folder that does not exist.
    """
    if path.suffix.lower() not in _WRITERS:
        raise ConfigError(f"不认识输出文件 {path.name} 的后缀；请用 {'、'.join(_WRITERS)} 之一，例如 leads.xlsx。")
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise ConfigError(f"无法写入 {path}：文件夹不存在，或这个名字是文件夹；请先建好文件夹，或换一个文件名。")


def write_leads(
    path: Path,
    results: Sequence[MatchList],
    *,
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    organisations: Mapping[str, Sequence[OrganisationLead]],
    about: RunInfo,
) -> None:
    """Write a report: .xlsx for people, .csv one row a match, .json lossless.

    Only public texts are written. The file is written beside and renamed, so that a reader never sees half of one.

    Args:
        path: where to; the suffix chooses the format.
        results: one for each query, all of one direction, in the order to be shown.
        needs: at least those the results name, by id; copies are named only where they are among them.
        achievements: likewise.
        organisations: leads of each query, by its id; queries may be missing.
        about: where the results come from.

    Raises:
        ConfigError: a suffix of another kind, or a place that cannot be written.
        InputError: results of both directions, or one that names a record that was not given.
    """
    check_target(path)
    write = _WRITERS[path.suffix.lower()]
    leads = Leads.of(results, needs, achievements, organisations, about)
    leads = public_leads(leads, achievements if leads.side is Side.NEED else needs)
    write_beside(path, lambda beside: write(beside, leads))


def write_beside(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside and give it the name at once, so that a reader never sees half of one.

    Raises:
        ConfigError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.partial")
    try:
        write(beside)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ConfigError(
            f"无法写入 {path}（{error.strerror or error}）；请确认文件夹存在、可写，且文件没有在 Excel 中打开。"
        ) from error
