"""The work behind `matcher evaluate`."""

import json
import sys
from dataclasses import replace
from pathlib import Path

from matcher.cli.console import bar, log, output
from matcher.cli.reading import read_files
from matcher.config import load_settings
from matcher.engine import Matcher
from matcher.errors import EvaluationError
from matcher.evaluate import (
    Evaluation,
    Grader,
    Mode,
    compare,
    comparison_table,
    evaluate,
    evaluation_table,
    read_judgements,
    to_json,
    variants_table,
)
from matcher.evaluate.retrievers import ORDER_METRICS, RetrieverGrader
from matcher.evaluate.system import MatcherGrader
from matcher.index.side import SideIndex
from matcher.records import Side

__all__ = ["run"]


def run(
    needs: Path,
    achievements: Path,
    judgements: Path,
    *,
    mode: str,
    as_json: bool,
    variants: bool,
    skip_unknown: bool,
) -> None:
    """Read, index in memory, measure and print.

    Raises:
        MatcherError: as reading, indexing and measuring say.
    """
    settings = load_settings()
    judged = read_judgements(judgements)
    need_records = {need.id: need for need in read_files([needs], settings, side=Side.NEED).needs}
    found = read_files([achievements], settings, side=Side.ACHIEVEMENT).achievements
    if not need_records or not found:
        raise EvaluationError(f"{needs} 里没有需求，或 {achievements} 里没有成果；请检查两个文件是否放反。")
    judged = judged.within(need_records, {record.id for record in found}, skip_unknown=skip_unknown)
    log("正在编码成果……")
    with bar("编码") as show:
        matcher = Matcher.build(achievements=found, settings=settings, progress=show)
    side = matcher.side(Side.ACHIEVEMENT)
    chosen = Mode(mode)
    # Whoever judged pairs judged each copy; in a whole corpus a copy below its original is no second find.
    clusters = {i: side.canonical(i) for i in side.ids} if chosen is Mode.CORPUS else {}

    def measured(grader: Grader) -> Evaluation:
        return evaluate(grader, need_records, judged, mode=chosen, clusters=clusters, seed=settings.seed)

    log("正在评测……")
    whole = measured(MatcherGrader(matcher))
    parts = [_only_order(measured(part)) for part in _parts(side)] if variants else []
    if as_json:
        document = json.loads(to_json(whole))
        if parts:
            document["variants"] = [json.loads(to_json(part)) for part in parts]
        sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
        return
    output().print(evaluation_table(whole))
    if parts:
        output().print(variants_table([*parts, _only_order(whole)]))
        for part in parts:
            output().print(comparison_table(part, whole, compare(part, _only_order(whole))))


def _parts(side: SideIndex) -> list[RetrieverGrader]:
    named = ((side.lexical, "关键词 BM25"), (side.dense, "语义向量"), (side.hybrid, "倒数排名融合"))
    return [RetrieverGrader(side, retriever, name) for retriever, name in named]


def _only_order(evaluation: Evaluation) -> Evaluation:
    return replace(
        evaluation,
        metrics={name: evaluation.metrics[name] for name in ORDER_METRICS},
        measures={name: evaluation.measures[name] for name in ORDER_METRICS},
    )
