"""What `matcher serve` does while the processes load, and what it tells the terminal."""

import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable

from api.access.roles import Role
from api.db import migrate
from api.db.engine import Database
from api.serve.launching import Launched, say
from api.serve.sample import load_sample
from api.settings import ServiceSettings
from api.setup import FIRST_LOGIN, first_administrator
from matcher.errors import ConfigError

__all__ = ["prepare", "run"]

_ASK_EVERY_S = 0.5
_FIRST = """
────────────────────────────────────────────────────────────
  已建立管理员账号（只显示这一次，请立即登录并修改密码）
    登录名：{login}
    一次性密码：{password}
  丢失时运行：matcher service admin-password
────────────────────────────────────────────────────────────
"""
_ROLES = {Role.ENTERPRISE: "企业", Role.INSTITUTION: "院所", Role.BROKER: "经纪人", Role.ORGANISER: "组织者"}
_VISITORS = """
  试用账号：身份、登录名、密码（密码随机生成，只显示这一次；试用之后请管理员停用）
{lines}
"""


def run(service: Launched, stop: threading.Event, *, sample: bool, began: float) -> None:
    """Prepare the database, let the processes begin, and watch over them until `stop` is set.

    Args:
        service: launched.
        stop: ends it.
        sample: enter the sample data where there is no record.
        began: moment of the monotonic clock at which the command began.

    Raises:
        ConfigError: the database cannot be reached, or is newer than the program.
        FileFormatError: the sample's files are not there.
    """
    prepare(service.settings)
    first = _loading(service.settings) if sample else None
    service.supervisor.run(stop, _Announcer(service.address, began, first))
    say("正在停止，等待未完成的请求……")


def prepare(settings: ServiceSettings) -> None:
    """Bring the database up to date, and make the first administrator where there is no account.

    Raises:
        ConfigError: the database cannot be reached, or is newer than the program.
    """
    database = Database(settings.database, pool_size=1)
    try:
        if not database.answers():
            raise ConfigError("数据库没有应答；请检查 SERVICE_DATABASE_URL，以及数据库是否已启动。")
        migrate.upgrade(database)
        password = first_administrator(database)
        if password is not None:
            # To the terminal only: a log is read by more people than this is meant for.
            sys.stdout.write(_FIRST.format(login=FIRST_LOGIN, password=password))
            sys.stdout.flush()
    finally:
        database.close()


def _loading(settings: ServiceSettings) -> Callable[[], None]:
    def act() -> None:
        database = Database(settings.database, pool_size=1)
        try:
            sample = load_sample(database)
        finally:
            database.close()
        if sample is None:
            say("已有记录，未载入示例数据。")
            return
        lines = "".join(f"    {_ROLES[one.role]}\t{one.login}\t{one.password}\n" for one in sample.visitors)
        sys.stdout.write(_VISITORS.format(lines=lines))
        sys.stdout.flush()
        say(f"已载入 {sample.records} 条示例数据（单位和内容纯属虚构，仅供试用），正在建立索引……")

    return act


class _Announcer:
    """Does the first work while the processes begin, then says once that the service is ready."""

    def __init__(self, address: str, began: float, first: Callable[[], None] | None) -> None:
        self._address = address
        self._began = began
        self._first = first
        self._told = False
        self._next = 0.0

    def __call__(self) -> None:
        if self._first is not None:
            first, self._first = self._first, None
            first()
        if self._told or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + _ASK_EVERY_S
        if _is_ready(self._address):
            self._told = True
            say(f"服务已就绪（用时 {time.monotonic() - self._began:.1f} 秒）：{self._address}  按 Ctrl-C 停止。")


def _is_ready(address: str) -> bool:
    # Never by way of a proxy that the environment names.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address}/readyz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False
