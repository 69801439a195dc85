"""`matcher models …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="编码模型：查看、展开、导出。", no_args_is_help=True)


@app.command("show")
def show() -> None:
    """显示当前的编码器和分级模型。"""
    from matcher.cli.console import output
    from matcher.config import load_settings
    from matcher.embed.load import load_encoder
    from matcher.rank.levels import LevelModel

    settings = load_settings()
    encoder = load_encoder(settings.encoder, threads=settings.threads, batch_size=settings.batch_size)
    levels = LevelModel.load()
    output().print(f"编码器：{encoder.id}（{encoder.dim} 维）")
    output().print(f"分级模型：{levels.id}；{levels.made_from}")


@app.command("unpack")
def unpack(
    out: Annotated[Path, typer.Argument(help="要新建的文件夹", metavar="文件夹", file_okay=False)],
    latin: Annotated[int, typer.Option("--latin-pieces", min=0, help="保留多少个拉丁字母词片")] = 8000,
) -> None:
    """把随包编码器的浮点权重展开为 sentence-transformers 文件夹，供训练使用。"""
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
