"""The work behind `matcher evaluate`."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.cli.console import bar, log, output
from matcher.cli.graded import read_graded
from matcher.cli.reading import unused
from matcher.config import Settings, load_settings
from matcher.engine import Matcher
from matcher.errors import ConfigError
from matcher.evaluate import (
    Answers,
    Evaluation,
    GradedSet,
    Judgements,
    Mode,
    collect,
    compare_all,
    comparison_table,
    evaluation_table,
    measure,
    variants_table,
)
from matcher.evaluate.conflicts import LabelNoise, label_noise
from matcher.evaluate.failures import sort_failures
from matcher.evaluate.failures_file import check_failures_target, write_failures
from matcher.evaluate.findings import (
    effects_table,
    failures_document,
    failures_table,
    leaks_document,
    leaks_table,
    noise_document,
    noise_table,
    reliability_document,
    reliability_table,
)
from matcher.evaluate.leaks import Leaks, effects, find_leaks
from matcher.evaluate.reliability import reliability
from matcher.evaluate.render import comparison_document, evaluation_document
from matcher.evaluate.shared import pair_folds, shared_needs
from matcher.evaluate.splits import fold_split, read_split
from matcher.evaluate.system import MatcherGrader
from matcher.evaluate.variants import PIPELINE, VARIANTS
from matcher.records import Side

__all__ = ["Reports", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """What is wanted beside the figures.

    leaks: a number of folds or a file that says who is in which part. shared_needs: a number of folds over pairs.
    """

    variants: bool = False
    reliability: bool = False
    failures: Path | None = None
    conflicts: bool = False
    leaks: str | None = None
    shared_needs: int | None = None
    data_only: bool = False

    def check(self, inputs: Sequence[Path]) -> None:
        """Refuse what cannot be done before any work.

        Raises:
            ConfigError: options that exclude each other, a place that cannot be written, or one that is an input.
        """
        if self.failures:
            check_failures_target(self.failures)
            if self.failures.resolve() in {path.resolve() for path in inputs}:
                raise ConfigError(f"--failures 写的 {self.failures} 就是输入文件，会把它盖掉；请换一个文件名。")
        if self.data_only and (self.variants or self.reliability or self.failures or self.shared_needs):
            raise ConfigError(
                "--data-only 不运行系统，"
                "不能与 --variants、--reliability、--failures、--shared-needs 同用；请去掉其一。"
            )
        if self.data_only and not (self.conflicts or self.leaks):
            raise ConfigError("--data-only 要和 --conflicts 或 --leaks 一起用；请写明检查什么。")


class _Sink:
    """Collects a document, or prints tables as they come."""

    def __init__(self, *, as_json: bool) -> None:
        self._document: dict[str, Any] | None = {} if as_json else None

    def add(self, document: Mapping[str, Any], *tables: object) -> None:
        if self._document is not None:
            self._document |= document
            return
        for table in tables:
            output().print(table)

    def end(self) -> None:
        if self._document is not None:
            sys.stdout.write(json.dumps(self._document, ensure_ascii=False, allow_nan=False) + "\n")


def run(
    needs: Path,
    achievements: Path,
    judgements: Path,
    *,
    mode: str,
    as_json: bool,
    reports: Reports,
    skip_unknown: bool,
    rerank: int | None = None,
) -> None:
    """Read, index in memory, measure and print.

    Raises:
        MatcherError: as reading, indexing and measuring say.
    """
    reports.check([needs, achievements, judgements])
    settings = load_settings(rerank=rerank)
    data = read_graded(needs, achievements, judgements, settings, skip_unknown=skip_unknown)
    if reports.shared_needs:
        # What cannot be split is refused before any work.
        pair_folds(data.judgements, reports.shared_needs, settings.seed)
    leaks = _leaks(data, reports.leaks, settings.seed) if reports.leaks else None
    noise = label_noise(data.needs, data.achievements, data.judgements) if _wants_noise(reports) else None
    sink = _Sink(as_json=as_json)
    whole = None if reports.data_only else _measured(data, settings, Mode(mode), reports, noise, sink)
    if leaks:
        changed = effects(whole, leaks, seed=settings.seed) if whole else ()
        tables = [leaks_table(leaks, data.needs), *([effects_table(changed)] if changed else [])]
        sink.add({"leaks": leaks_document(leaks, changed)}, *tables)
    if reports.conflicts and noise:
        sink.add({"conflicts": noise_document(noise)}, noise_table(noise, data.needs, data.achievements))
    sink.end()


def _wants_noise(reports: Reports) -> bool:
    return reports.conflicts or reports.failures is not None


def _leaks(data: GradedSet, wanted: str, seed: int) -> Leaks:
    need_ids = tuple(data.judgements.levels)
    split = fold_split(need_ids, int(wanted), seed) if wanted.isdecimal() else read_split(Path(wanted), need_ids)
    return find_leaks(data.needs, data.achievements, data.judgements, split)


def _measured(
    data: GradedSet,
    settings: Settings,
    mode: Mode,
    reports: Reports,
    noise: tuple[LabelNoise, LabelNoise] | None,
    sink: _Sink,
) -> Evaluation:
    """Run the system, add its figures and what was asked about its answers."""
    log("正在编码成果……")
    with bar("编码") as show:
        matcher = Matcher.build(achievements=data.achievements.values(), settings=settings, progress=show)
    side = matcher.side(Side.ACHIEVEMENT)
    copies = {i: side.canonical(i) for i in side.ids}
    # Whoever judged pairs judged each copy; in a whole corpus a copy below its original is no second find.
    clusters = copies if mode is Mode.CORPUS else {}
    log("正在评测……")
    answers = collect(MatcherGrader(matcher), data.needs, data.judgements, mode=mode)
    whole = measure(answers, data.judgements, clusters=clusters, seed=settings.seed)
    sink.add(evaluation_document(whole), evaluation_table(whole))
    wanted = VARIANTS if reports.variants or reports.failures else ()
    parts = {variant.id: collect(variant.grader(matcher), data.needs, data.judgements, mode=mode) for variant in wanted}
    if reports.variants:
        _add_variants(data.judgements, whole, parts, clusters, settings.seed, sink)
    if reports.reliability:
        diagram = reliability(answers, data.judgements)
        sink.add({"reliability": reliability_document(diagram)}, reliability_table(diagram))
    if reports.shared_needs:
        log("正在评测（同一需求的其余评级已知）……")
        known = shared_needs(matcher, data.needs, data.judgements, folds=reports.shared_needs, seed=settings.seed)
        sink.add({"shared_needs": evaluation_document(known)}, evaluation_table(known))
    if reports.failures and noise:
        failures = sort_failures(
            answers,
            data.judgements,
            data.needs,
            data.achievements,
            parts={parts[variant.id].model: parts[variant.id] for variant in wanted},
            clusters=copies,
            conflicts=noise[1].conflicts,
        )
        _keep_older(reports.failures)
        write_failures(reports.failures, failures, about=f"系统：{whole.model}；方式：{mode.value}。")
        log(f"已写入 {reports.failures}：{len(failures.rows)} 处失败。")
        sink.add({"failures": failures_document(failures)}, failures_table(failures))
    return whole


def _add_variants(
    judgements: Judgements,
    whole: Evaluation,
    parts: Mapping[str, Answers],
    clusters: Mapping[str, str],
    seed: int,
    sink: _Sink,
) -> None:
    measured = [
        variant.figures(measure(parts[variant.id], judgements, clusters=clusters, seed=seed)) for variant in VARIANTS
    ]
    compared = compare_all(measured, whole, seed=seed)
    document = [
        {
            "id": variant.id,
            **evaluation_document(found),
            f"{PIPELINE}_minus_this": comparison_document(comparisons),
        }
        for variant, found, comparisons in zip(VARIANTS, measured, compared, strict=True)
    ]
    tables = [comparison_table(found, whole, each) for found, each in zip(measured, compared, strict=True)]
    sink.add({"variants": document}, variants_table([*measured, whole]), *tables)


def _keep_older(path: Path) -> None:
    """Somebody may have written notes into an older file: it gets another name."""
    if path.exists():
        older = unused(path.with_name(f"{path.stem}-旧{path.suffix}"))
        path.rename(older)
        log(f"原来的 {path} 已改名为 {older.name} 保留。")
