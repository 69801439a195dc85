"""The work behind `matcher train`."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.cli.console import bar, log
from matcher.cli.reading import read_files
from matcher.config import load_settings
from matcher.engine import Matcher
from matcher.errors import ConfigError
from matcher.evaluate import read_judgements
from matcher.rank.features import FEATURES
from matcher.records import Side
from matcher.train.fields import train_fields
from matcher.train.levels import cross_validated, fit_levels

__all__ = ["fit", "fit_fields"]


def fit(needs: Sequence[Path], achievements: Sequence[Path], judgements: Sequence[Path], out: Path) -> None:
    """Fit the level model on one or more sets of graded pairs and write it.

    Raises:
        ConfigError: the three lists of files are of different lengths.
        MatcherError: as reading, indexing and fitting say.
    """
    if not len(needs) == len(achievements) == len(judgements):
        raise ConfigError("--needs、--achievements、--judgements 的个数不一致；三者要一一对应。")
    settings = load_settings()
    rows: list[npt.NDArray[np.float64]] = []
    levels: list[npt.NDArray[np.int64]] = []
    groups: list[npt.NDArray[np.int64]] = []
    told: list[str] = []
    for need_file, achievement_file, judgement_file in zip(needs, achievements, judgements, strict=True):
        by_id = {need.id: need for need in read_files([need_file], settings, side=Side.NEED).needs}
        found = read_files([achievement_file], settings, side=Side.ACHIEVEMENT).achievements
        judged = read_judgements(judgement_file).within(by_id, {record.id for record in found})
        with bar("编码") as show:
            matcher = Matcher.build(achievements=found, settings=settings, progress=show)
        graded = matcher.grade([(by_id[i], tuple(pairs)) for i, pairs in judged.levels.items()])
        for pairs, answer in zip(judged.levels.values(), graded, strict=True):
            rows.append(answer.features)
            levels.append(np.array(list(pairs.values()), dtype=np.int64))
            groups.append(np.full(len(pairs), len(groups), dtype=np.int64))
        told.append(f"{judgement_file.parent.name}：{len(judged.levels)} 条需求 {judged.pairs} 对")
    x, y, g = np.concatenate(rows), np.concatenate(levels), np.concatenate(groups)
    report = cross_validated(x, y, g, features=FEATURES, seed=settings.seed)
    made_from = f"{'；'.join(told)}；编码器 {matcher.encoder_id}；按需求 5 折：{report}"
    model = fit_levels(x, y, g, features=FEATURES, made_from=made_from)
    model.save(out)
    log(f"已写入 {out}（{made_from}）。")


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
