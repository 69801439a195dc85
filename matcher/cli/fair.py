"""`matcher fair …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="对接会：排期和会务材料、变动后重排、现场补位、核对、会后结果。", no_args_is_help=True)

FairFile = Annotated[Path, typer.Argument(help="对接会设置，写法见 docs/fair.md", metavar="fair.toml", dir_okay=False)]
Run = Annotated[Path, typer.Option("--run", help="matcher batch 的结果文件夹", metavar="文件夹", file_okay=False)]
PlanFolder = Annotated[Path, typer.Option("--plan", help="matcher fair plan 的结果文件夹", metavar="文件夹")]
Out = Annotated[Path, typer.Option("--out", help="排期写到哪个文件夹", metavar="文件夹", file_okay=False)]


@app.callback()
def _group() -> None:
    """A group."""


@app.command("plan")
def plan(fair: FairFile, run: Run, out: Out = Path("plan")) -> None:
    """从匹配结果和对接会设置排出整场会面，并逐条核对有无冲突。"""
    from matcher.cli.fairing import plan as work

    work(fair, run=run, out=out)


@app.command("replan")
def replan(
    fair: FairFile,
    run: Run,
    plan: PlanFolder,
    out: Out,
    confirmed: Annotated[
        Path | None,
        typer.Option(
            "--confirmed", help="已确认的会面（含“会面编号”列的表）；默认全部", metavar="文件", dir_okay=False
        ),
    ] = None,
    now: Annotated[
        str | None, typer.Option("--now", help="此刻；已开始的时段不再改动，如 2025-11-18T10:00", metavar="时间")
    ] = None,
    cancel: Annotated[
        list[str] | None, typer.Option("--cancel", help="不来了的企业、单位、单位/姓名；可重复", metavar="名称")
    ] = None,
    late: Annotated[
        list[str] | None, typer.Option("--late", help="晚到的和到达时间，如 某公司=10:30；可重复", metavar="名称=时间")
    ] = None,
    table_lost: Annotated[
        list[str] | None, typer.Option("--table-lost", help="不能用了的桌位；可重复", metavar="桌位")
    ] = None,
) -> None:
    """有变动后重排：已确认的会面能不动就不动，并说明动了哪些、为什么。

    变动写进 fair.toml 即可；--cancel、--late、--table-lost 用于现场。
    """
    from matcher.cli.fairing import Changes
    from matcher.cli.fairing import replan as work

    changes = Changes(cancel=cancel or [], late=late or [], table_lost=table_lost or [], now=now)
    work(fair, run=run, old=plan, out=out, confirmed=confirmed, changes=changes)


@app.command("noshow")
def noshow(
    missing: Annotated[list[str], typer.Argument(help="没到场的企业、单位或 单位/姓名", metavar="名称…")],
    at: Annotated[str, typer.Option("--at", help="哪个时段，如 09:20；多日的写 2025-11-18T09:20", metavar="时间")],
    plan: PlanFolder = Path("plan"),
) -> None:
    """现场有人没来：立即给出落单一方此时最合适的空闲对象。"""
    from matcher.cli.filling import noshow as work

    work(plan, missing=missing, at=at)


@app.command("check")
def check(fair: FairFile, run: Run, plan: PlanFolder = Path("plan")) -> None:
    """用独立的规则核对排期有无冲突；有问题时结束码为 3。"""
    from matcher.cli.fairing import check as work

    work(fair, run=run, where=plan)


@app.command("results")
def results(
    sheets: Annotated[
        list[Path], typer.Argument(help="填好的 结果登记.xlsx；几个人分头填的一起给出", metavar="文件…", dir_okay=False)
    ],
    plan: PlanFolder = Path("plan"),
    out: Annotated[
        Path, typer.Option("--out", help="汇总、反馈、到场记录写到哪个文件夹", metavar="文件夹", file_okay=False)
    ] = Path("results"),
) -> None:
    """会后读回填好的结果：汇总会面、爽约、意向和签约，写出可学习的反馈和到场记录。

    有需要改正的行时，其余照常写出，退出码为 3。
    """
    from matcher.cli.resulting import results as work
    from matcher.errors import InputError

    if not work(sheets, folder=plan, out=out):
        raise typer.Exit(InputError.exit_code)
