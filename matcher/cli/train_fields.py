"""The work behind `matcher train fields`."""

from collections.abc import Sequence
from pathlib import Path

from matcher.cli.console import log
from matcher.cli.reading import read_files
from matcher.config import load_settings
from matcher.records import Side
from matcher.train.fields import train_fields

__all__ = ["fit_fields"]


def fit_fields(achievements: Sequence[Path], needs: Sequence[Path], out: Path) -> None:
    """Train the classifier of fields and industries and write its folder.

    Raises:
        MatcherError: as reading and training say.
    """
    settings = load_settings()
    found = read_files(achievements, settings, side=Side.ACHIEVEMENT).achievements
    wanted = read_files(needs, settings, side=Side.NEED).needs if needs else ()
    report = train_fields(found, wanted, out)
    log(f"已写入 {out}：{report.records} 条记录。")
    for scheme, scores in report.scores.items():
        log(f"  {scheme}：{scores}")
