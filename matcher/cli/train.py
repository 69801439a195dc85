"""`matcher train …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="用人工评级重新生成模型。", no_args_is_help=True)


@app.command("levels")
def levels(
    needs: Annotated[list[Path], typer.Option("--needs", help="需求文件；可重复，与另两项一一对应", dir_okay=False)],
    achievements: Annotated[list[Path], typer.Option("--achievements", help="成果文件，可重复", dir_okay=False)],
    judgements: Annotated[list[Path], typer.Option("--judgements", help="标注文件，可重复", dir_okay=False)],
    out: Annotated[
        Path, typer.Option("--out", help="写到哪里；随包模型在 matcher/rank/model/levels.json", dir_okay=False)
    ],
) -> None:
    """用人工评级拟合分级模型（P(等级)），按需求交叉验证。"""
    from matcher.cli.training import fit

    fit(needs, achievements, judgements, out)


@app.command("fields")
def fields(
    achievements: Annotated[
        list[Path], typer.Option("--achievements", help="带行业、领域两列的成果文件，可重复", dir_okay=False)
    ],
    out: Annotated[
        Path, typer.Option("--out", help="写到哪个文件夹；随包模型在 matcher/corpus/taxonomy", file_okay=False)
    ],
    needs: Annotated[list[Path] | None, typer.Option("--needs", help="需求文件，可重复", dir_okay=False)] = None,
) -> None:
    """用平台标注的行业和领域训练分类器，按名称分组交叉验证。"""
    from matcher.cli.training import fit_fields

    fit_fields(achievements, needs or [], out)
