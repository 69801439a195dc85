"""`matcher index`."""

from pathlib import Path
from typing import Annotated

import typer

from matcher.cli import options as o
from matcher.errors import ConfigError


def index(
    files: Annotated[
        list[Path] | None, typer.Argument(help="需求表、成果表，可同时给多个", metavar="文件…", show_default=False)
    ] = None,
    into: Annotated[str, typer.Option("--into", help="索引名称", metavar="名称")] = "default",
    update: Annotated[bool, typer.Option("--update", help="在现有索引上新增、替换，未改动的不重新编码")] = False,
    sync: Annotated[bool, typer.Option("--sync", help="与 --update 合用：文件里没有的记录从索引中删除")] = False,
    remove: Annotated[list[str] | None, typer.Option("--remove", help="与 --update 合用：要删除的编号，可重复")] = None,
    rebuild: Annotated[
        list[str] | None,
        typer.Option("--rebuild", help="换了编码器后，用索引自己的记录重建这个索引，可重复", metavar="名称"),
    ] = None,
    background: Annotated[bool, typer.Option("--background", help="与 --rebuild 合用：在后台进行")] = False,
    status: Annotated[bool, typer.Option("--status", help="列出全部索引、所用编码器和重建进度")] = False,
    side: o.SideOption = None,
    mapping: o.Mapping = None,
) -> None:
    """读入表格，建立或更新索引。

    中断后重新执行同一命令即可继续；旧版本始终可用。
    """
    if rebuild or status or background:
        if files or update or sync or remove or (status and (rebuild or background)) or not (rebuild or status):
            raise ConfigError(
                "--rebuild 与 --status 各自单独使用，不能再给文件或别的选项；--background 只能与 --rebuild 合用。"
            )
        from matcher.cli.rebuilding import rebuild as rebuild_here
        from matcher.cli.rebuilding import rebuild_behind, tell_status

        if status:
            tell_status()
        else:
            (rebuild_behind if background else rebuild_here)(list(dict.fromkeys(rebuild or [])))
        return
    from matcher.cli.indexing import run

    if not files and not (update and remove):
        raise ConfigError("没有给出文件；请写 matcher index 需求表.xlsx 成果表.xlsx --into 名称。")
    run(
        files or [],
        name=into,
        update=update,
        sync=sync,
        remove=remove or [],
        side=o.record_side(side),
        mapping=mapping,
    )
