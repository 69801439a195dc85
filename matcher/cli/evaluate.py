"""`matcher evaluate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o


class Mode(StrEnum):
    """What is ranked."""

    PAIRS = "pairs"
    CORPUS = "corpus"


class Format(StrEnum):
    """How the figures are printed."""

    TABLE = "table"
    JSON = "json"


def evaluate(
    needs: Annotated[Path, typer.Option("--needs", help="需求文件", dir_okay=False)],
    achievements: Annotated[Path, typer.Option("--achievements", help="成果文件", dir_okay=False)],
    judgements: Annotated[
        Path, typer.Option("--judgements", help="标注文件（need_id、achievement_id、level）", dir_okay=False)
    ],
    mode: Annotated[Mode, typer.Option("--mode", help="pairs：给已标注的候选排序；corpus：在全库中检索")] = Mode.PAIRS,
    output_format: Annotated[Format, typer.Option("--format", help="table 或 json")] = Format.TABLE,
    variants: Annotated[bool, typer.Option("--variants", help="逐一比较各个单独的部分，附校正后的显著性")] = False,
    reliability: Annotated[bool, typer.Option("--reliability", help="把握与实际占比的对照（可靠性图）")] = False,
    failures: Annotated[
        Path | None, typer.Option("--failures", help="失败分析写到哪里（.xlsx 或 .md），按阶段逐条列出", dir_okay=False)
    ] = None,
    conflicts: Annotated[bool, typer.Option("--conflicts", help="同样内容评级不一的标注，及可及的上限")] = False,
    leaks: Annotated[
        str | None,
        typer.Option(
            "--leaks", help="查跨划分的近似文字：折数，或含 need_id、part 两列的划分文件", metavar="折数|文件"
        ),
    ] = None,
    shared_needs: Annotated[
        int | None,
        typer.Option("--shared-needs", min=2, help="比赛设定：按对分几折，同一需求其余的评级已知", metavar="折数"),
    ] = None,
    data_only: Annotated[bool, typer.Option("--data-only", help="只做 --conflicts、--leaks，不编码、不评测")] = False,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="略过标注中读不到的编号")] = False,
    rerank: o.Rerank = None,
) -> None:
    """用人工评级衡量匹配质量，附 95% 区间。"""
    from matcher.cli.evaluating import Reports, run

    run(
        needs,
        achievements,
        judgements,
        mode=mode.value,
        as_json=output_format is Format.JSON,
        reports=Reports(
            variants=variants,
            reliability=reliability,
            failures=failures,
            conflicts=conflicts,
            leaks=leaks,
            shared_needs=shared_needs,
            data_only=data_only,
        ),
        skip_unknown=skip_unknown,
        rerank=rerank,
    )
