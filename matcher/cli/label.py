"""`matcher label …`."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o

app = typer.Typer(help="挑出最值得人工评级的配对。", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A group, also while it has one command only."""


@app.command("suggest")
def suggest(
    files: Annotated[list[Path], typer.Argument(help="需求表", metavar="需求表…")],
    out: Annotated[
        Path, typer.Option("--out", help="待评表写到哪个 .xlsx 文件", metavar="文件", dir_okay=False)
    ] = Path("待评.xlsx"),
    index: o.IndexName = None,
    achievements: Annotated[
        list[Path] | None,
        typer.Option("--achievements", help="不用索引，直接给成果文件；可重复", metavar="文件", dir_okay=False),
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, max=1000, help="最多挑多少对；20 对约十分钟")] = 20,
    done: Annotated[
        list[Path] | None,
        typer.Option("--done", help="已评过的表，其中的配对不再出现；可重复", metavar="文件", dir_okay=False),
    ] = None,
) -> None:
    """挑出评级后收获最大的配对，写成带下拉列表的待评表。

    填好后交给 matcher train ranker --feedback。
    """
    from matcher.cli.labelling import run

    run(files, out=out, index=index, achievements=achievements or [], count=count, done=done or [])
