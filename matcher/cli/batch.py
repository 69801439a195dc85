"""`matcher batch NEEDS ACHIEVEMENTS` and `matcher batch diff RUN_A RUN_B`."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from matcher.cli import options as o

_RUN = "run"


class _RunByDefault(TyperGroup):
    """What does not begin with the name of a command is meant for `run`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` in front, but where a command is named or nothing but help is asked for."""
        if args and args[0] not in {*self.commands, *self.get_help_option_names(ctx)}:
            args = [_RUN, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunByDefault,
    no_args_is_help=True,
    help="整批匹配：两张表互相匹配，结果存成文件夹；也可比较两次结果。\n\n"
    "匹配：matcher batch 需求表.xlsx 成果表.xlsx --top 20 --out run/（run 可省略，选项见 matcher batch run --help）\n\n"
    "比较：matcher batch diff run-旧/ run/ --out diff.xlsx",
)


@app.command(_RUN)
def run(
    needs: Annotated[Path, typer.Argument(help="需求表", metavar="需求表")],
    achievements: Annotated[Path, typer.Argument(help="成果表", metavar="成果表")],
    out: Annotated[Path, typer.Option("--out", help="结果文件夹（新的，或要接着做的）", metavar="文件夹")],
    top: o.Top = 20,
    on: o.On = None,
    mapping: o.Mapping = None,
    rerank: o.Rerank = None,
) -> None:
    """全部需求与全部成果双向匹配，写成一个结果文件夹。

    中断后重新执行同一命令即可继续，结果与不中断时逐字节相同。
    """
    from matcher.cli.batching import run as run_here

    run_here(needs, achievements, out=out, top=top, today=o.day(on, "--on"), mapping=mapping, rerank=rerank)


@app.command("diff")
def diff(
    before: Annotated[Path, typer.Argument(help="原来的结果文件夹", metavar="原结果", file_okay=False)],
    after: Annotated[Path, typer.Argument(help="现在的结果文件夹", metavar="新结果", file_okay=False)],
    out: Annotated[
        Path | None, typer.Option("--out", help="把全部变化写成 .xlsx 或 .csv", metavar="文件", dir_okay=False)
    ] = None,
) -> None:
    """比较两次结果：哪些配对新增、消失、上升、下降，为什么。"""
    from matcher.cli.batching import show_diff

    show_diff(before, after, out=out)
