"""`matcher service …`: what an operator does beside running the service."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["app"]

app = typer.Typer(help="服务的维护：升级数据库、备份、恢复、重建索引、重置管理员密码。", no_args_is_help=True)

Data = Annotated[Path | None, typer.Option("--data", help="数据文件夹；默认 SERVICE_DATA_DIR 或 data", file_okay=False)]


@app.command("migrate")
def migrate(data: Data = None) -> None:
    """把数据库升级到本程序的版本（matcher serve 启动时会自动进行）。"""
    from api.cli.needed import needed

    with needed():
        from api.cli.serving import run_migrate
    run_migrate(data)


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="要写的备份文件（.zip），不能已经存在", dir_okay=False)],
    data: Data = None,
) -> None:
    """备份数据库、上传文件和结果文件到一个文件；服务可以照常运行。内含账号与联系方式，请妥善保管。"""
    from api.cli.needed import needed

    with needed():
        from api.cli.serving import run_backup
    run_backup(data, file)


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(help="matcher service backup 写的文件", dir_okay=False)],
    data: Data = None,
    replace: Annotated[bool, typer.Option("--replace", help="目标已有内容时，用备份取代它")] = False,
) -> None:
    """从备份恢复；须先停止服务。先核对全部内容，核对不过不动任何东西。"""
    from api.cli.needed import needed

    with needed():
        from api.cli.serving import run_restore
    run_restore(data, file, replace=replace)


@app.command("reindex")
def reindex(data: Data = None) -> None:
    """由数据库重建索引；服务可以照常运行，检索不中断，完成后自动换用。"""
    from api.cli.needed import needed

    with needed():
        from api.cli.serving import run_reindex
    run_reindex(data)


@app.command("admin-password")
def admin_password(
    login: Annotated[str, typer.Argument(help="管理员的登录名")] = "admin",
    data: Data = None,
) -> None:
    """为忘记密码的管理员生成新的一次性密码，并退出其所有登录。"""
    from api.cli.needed import needed

    with needed():
        from api.cli.serving import run_admin_password
    run_admin_password(data, login)
