"""`matcher evaluate`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


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
    variants: Annotated[bool, typer.Option("--variants", help="另外比较关键词、语义、融合三个单独的部分")] = False,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="略过标注中读不到的编号")] = False,
) -> None:
    """用人工评级衡量匹配质量，附 95% 区间。"""
    from matcher.cli.evaluating import run

    run(
        needs,
        achievements,
        judgements,
        mode=mode.value,
        as_json=output_format is Format.JSON,
        variants=variants,
        skip_unknown=skip_unknown,
    )
