"""Locks that last as long as a process: the operating system lets go of them however it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from api.errors import ConflictError

__all__ = ["hold", "serving"]

_SERVED = (
    "数据文件夹 {} 正由另一个 matcher serve 使用；请先停止它（Ctrl-C 或 systemctl stop），"
    "或用 --data 指定另一个文件夹。"
)


@contextmanager
def hold(data_dir: Path, name: str, *, timeout_s: float = -1) -> Iterator[None]:
    """Be the only process of that name for this data folder; `timeout_s` -1 waits for the other one to end.

    Raises:
        Timeout: the other one was still there after `timeout_s`.
    """
    folder = data_dir / "run"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{name}.lock").acquire(timeout=timeout_s, poll_interval=0.2):
        yield


@contextmanager
def serving(data_dir: Path) -> Iterator[None]:
    """Be the one service of a data folder.

    Raises:
        ConflictError: there is one.
    """
    try:
        with hold(data_dir, "serve", timeout_s=0):
            yield
    except Timeout as error:
        raise ConflictError(_SERVED.format(data_dir), "This data folder is being served already.") from error
