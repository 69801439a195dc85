"""`matcher diagnose`."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o


def diagnose(
    files: Annotated[list[Path], typer.Argument(help="需求表", metavar="需求表…")],
    index: Annotated[
        str | None,
        typer.Option("--index", help="用哪个索引里的成果来提问和建议用词；不给则只看需求本身", metavar="名称"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="体检表写到哪个文件（.xlsx 可填写、.csv、.json）；不给则显示在屏幕上",
            metavar="文件",
            dir_okay=False,
        ),
    ] = None,
    mapping: o.Mapping = None,
) -> None:
    """需求体检：每条需求是否清晰、缺什么、最该问哪三个问题、怎么写更好找成果。

    体检表里黄色的格子由企业填写，填好后可直接当需求表使用。只读公开内容。
    """  # fmt: skip
    from matcher.cli.diagnosing import run

    run(files, index=index, out=out, mapping=mapping)
