"""`matcher models …`."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o
from matcher.embed.promoted import Kind

app = typer.Typer(help="模型：查看、测量、启用、退回、展开、导出。", no_args_is_help=True)

RebuildIndexes = Annotated[bool, typer.Option("--rebuild-indexes", help="随后在后台重建由别的编码器建立的索引")]


@app.command("list")
def list_() -> None:
    """列出全部模型：编号、加入时间、是否在用、守护集上的数字。"""
    from matcher.cli.registering import list_models

    list_models()


@app.command("show")
def show(
    what: Annotated[str | None, typer.Argument(help="编号，或模型文件夹；不写则显示在用的模型", metavar="编号")] = None,
) -> None:
    """显示在用的模型，或某个模型的模型卡、文件和数字。"""
    from matcher.cli.registering import show_in_use, show_model

    if what is None:
        show_in_use()
    else:
        show_model(what)


@app.command("promote")
def promote(
    models: Annotated[
        list[str],
        typer.Argument(help="模型文件夹、分级模型文件或编号；每种至多一个，一起启用", metavar="模型…"),
    ],
    guard: Annotated[
        list[Path] | None,
        typer.Option(
            "--guard",
            help="在 corpora/sample 之外再加的守护集：含 needs、achievements、judgements 三个文件的文件夹，可重复",
            metavar="文件夹",
            file_okay=False,
        ),
    ] = None,
    force: Annotated[
        str | None, typer.Option("--force", help="输了也启用；须写明理由，记入启用记录", metavar="理由")
    ] = None,
    rebuild_indexes: RebuildIndexes = False,
) -> None:
    """启用模型：先在守护集上与在用的逐需求比较，不输才启用。"""
    from matcher.cli.registering import promote as run

    run(models, guard or [], force=force, rebuild_indexes=rebuild_indexes)


@app.command("measure")
def measure(
    model: Annotated[
        Path, typer.Argument(help="编码器或重排模型的文件夹（matcher train 写出的）", metavar="文件夹", file_okay=False)
    ],
    needs: o.NeedSets = None,
    achievements: o.AchievementSets = None,
    judgements: o.JudgementSets = None,
    skip_unknown: Annotated[bool, typer.Option("--skip-unknown", help="略过不认识编号的标注，而不是报错")] = False,
) -> None:
    """在模型没有学过的评级上量一量，带区间写进它的模型卡。"""
    from matcher.cli.measuring import measure_model

    measure_model(model, needs or [], achievements or [], judgements or [], skip_unknown=skip_unknown)


@app.command("rollback")
def rollback(
    kind: Annotated[Kind | None, typer.Option("--kind", help="只退回这一种；默认退回上一次启用的全部")] = None,
    rebuild_indexes: RebuildIndexes = False,
) -> None:
    """退回上一次启用之前的模型，直到随软件包安装的；可多次执行。"""
    from matcher.cli.registering import rollback as run

    run(kind, rebuild_indexes=rebuild_indexes)


@app.command("unpack")
def unpack(
    out: Annotated[Path, typer.Argument(help="要新建的文件夹", metavar="文件夹", file_okay=False)],
    latin: Annotated[int, typer.Option("--latin-pieces", min=0, help="保留多少个拉丁字母词片")] = 8000,
) -> None:
    """把随包编码器微调前的浮点权重展开为 sentence-transformers 文件夹，供训练使用。"""
    from matcher.cli.console import log
    from matcher.train.unpack import unpack as unpacked

    report = unpacked(out, n_latin_pieces=latin)
    log(
        f"已写入 {report.folder}：{report.pieces} 个词片（原有 {report.pieces_in_source} 个），"
        f"{report.parameters / 1e6:.1f} M 参数，{report.size_bytes / 1e6:.0f} MB。"
    )


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="sentence-transformers 文件夹", metavar="模型文件夹", file_okay=False)],
    out: Annotated[
        Path, typer.Argument(help="写到哪里；随包模型在 matcher/embed/model", metavar="输出文件夹", file_okay=False)
    ],
) -> None:
    """把浮点文件夹导出为 int8 ONNX（随包格式）。"""
    from matcher.cli.console import log
    from matcher.train.export import export as exported

    report = exported(folder, out)
    log(f"已写入 {report.folder}：{report.encoder_id}，{report.size_bytes / 1e6:.1f} MB。")
