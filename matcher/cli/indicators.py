"""`matcher indicators` and `matcher evaluate-indicators`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Input = Annotated[Path, typer.Option("--input", help="JSONL 文件，每行含 id 与 content", dir_okay=False)]


class Lines(StrEnum):
    """How extracted indicators are printed."""

    JSONL = "jsonl"


class Scores(StrEnum):
    """How figures are printed."""

    TABLE = "table"
    JSON = "json"


def indicators(
    input_file: Input,
    output_format: Annotated[Lines, typer.Option("--format", help="jsonl：每条记录一行")] = Lines.JSONL,  # noqa: ARG001
    achieved: Annotated[bool, typer.Option("--achieved", help="按成果文本读取：目前达到的数值也算")] = False,
) -> None:
    """从文本中抽取定量技术指标。

    每条记录输出一行 JSON。
    """
    import sys

    from matcher.evaluate.indicators import indicator_lines

    for line in indicator_lines(input_file, achieved=achieved):
        sys.stdout.write(line + "\n")


def evaluate_indicators(
    input_file: Input,
    output_format: Annotated[Scores, typer.Option("--format", help="table 或 json")] = Scores.TABLE,
) -> None:
    """用人工标注衡量指标抽取质量。"""
    import json
    import sys

    from matcher.evaluate.indicators import read_marked, score_indicators

    scores = score_indicators(read_marked(input_file))
    if output_format is Scores.JSON:
        sys.stdout.write(json.dumps(scores.as_row(), ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(scores.lines()) + "\n")
