"""The work behind `matcher service …`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from api.db import migrate
from api.db.engine import Database
from api.ops.backup import back_up
from api.ops.rebuild import forget_differing, rebuild_index
from api.ops.restore import restore
from api.serve.holding import serving
from api.settings import ServiceSettings, load_service_settings
from api.setup import new_administrator_password
from matcher.cli.console import bar
from matcher.config import load_settings
from matcher.embed.load import encoder_of
from matcher.errors import ConfigError, InputError

__all__ = ["run_admin_password", "run_backup", "run_migrate", "run_reindex", "run_restore"]

_NOTHING = "{} 中还没有服务的数据；请用 --data 指定数据文件夹，或先运行 matcher serve。"


def run_migrate(data: Path | None) -> None:
    """Bring the tables up to date; errors as `api.db.migrate.upgrade`."""
    with _opened(_settings(data), existing=False) as database:
        before = migrate.current(database)
        migrate.upgrade(database)
    if before == migrate.head():
        typer.echo(f"数据库已是最新（{before}），无需升级。")
    else:
        typer.echo(f"数据库已从 {before or '空'} 升级到 {migrate.head()}。")


def run_backup(data: Path | None, file: Path) -> None:
    """Write a backup; errors as `api.ops.backup.back_up`."""
    settings = _settings(data)
    with _opened(settings) as database:
        try:
            manifest = back_up(settings, database, file)
        except OSError as error:
            raise InputError(f"无法写备份（{error}）；请检查磁盘空间和权限后重试。") from error
    size = file.stat().st_size / 1e6
    typer.echo(f"已备份到 {file}（{size:.1f} MB，数据库与 {len(manifest.parts) - 1} 个文件）。")
    typer.echo("文件内含账号、联系方式和保密内容，请加密存放在另一台机器上。")


def run_restore(data: Path | None, file: Path, *, replace: bool) -> None:
    """Put a backup back; errors as `api.ops.restore.restore`, and ConflictError while the service runs."""
    settings = _settings(data)
    with serving(settings.data_dir):
        try:
            manifest = restore(settings, file, replace=replace)
        except OSError as error:
            raise InputError(f"无法恢复（{error}）；请检查磁盘空间和权限后重试。") from error
        engine = load_settings()
        with _opened(settings) as database:
            waiting = forget_differing(database, settings.index_folder, encoder_of(engine), engine)
    typer.echo(f"已恢复 {manifest.created_at} 的备份；下次启动时索引会更新 {waiting} 条记录。")


def run_reindex(data: Path | None) -> None:
    """Write the index anew; errors as `api.ops.rebuild.rebuild_index`."""
    settings, engine = _settings(data), load_settings()
    with _opened(settings) as database, bar("正在重建索引") as progress:
        count = rebuild_index(database, settings.index_folder, encoder_of(engine), engine, progress=progress)
    typer.echo(f"索引已重建：{count} 条记录。")


def run_admin_password(data: Path | None, login: str) -> None:
    """Print a new one-time password; errors as `api.setup.new_administrator_password`."""
    with _opened(_settings(data)) as database:
        password = new_administrator_password(database, login)
    typer.echo(f"登录名：{login}\n一次性密码：{password}\n（只显示这一次；登录后须立即修改。）")


def _settings(data: Path | None) -> ServiceSettings:
    return load_service_settings(**({} if data is None else {"data_dir": data}))


@contextmanager
def _opened(settings: ServiceSettings, *, existing: bool = True) -> Iterator[Database]:
    """The database of a service.

    Raises:
        ConfigError: it does not answer, or has no tables although they should be there.
    """
    # Only looking must not make a folder.
    if existing and not settings.data_dir.is_dir():
        raise ConfigError(_NOTHING.format(settings.data_dir))
    database = Database(settings.database, pool_size=2)
    try:
        if not database.answers():
            raise ConfigError("数据库没有应答；请检查 SERVICE_DATABASE_URL，以及数据库是否已启动。")
        if existing and migrate.current(database) is None:
            raise ConfigError(_NOTHING.format(settings.data_dir))
        yield database
    finally:
        database.close()
