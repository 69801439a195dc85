"""The work behind `matcher index --rebuild` and `--status`: give indexes the encoder in use, here or behind the scenes.

::

    INDEXES/rebuild.json   what the last rebuild is doing, or how it ended; replaced whole
    INDEXES/rebuild.log    what it said
    INDEXES/rebuild.lock   held while one runs
"""

import datetime as dt
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import TypeAdapter
from rich.markup import escape
from rich.table import Table

from matcher.cli.console import bar, log, output
from matcher.config import Settings, load_settings
from matcher.embed.load import encoder_of
from matcher.errors import IndexLockedError, IndexStoreError, MatcherError
from matcher.index.disk import Disk
from matcher.index.store import IndexStore
from matcher.records import Side
from matcher.saving import save_index

__all__ = ["encoder_in_use", "outdated", "rebuild", "rebuild_behind", "tell_status"]

_STATUS, _LOG, _LOCK = "rebuild.json", "rebuild.log", "rebuild.lock"
_START_S = 60.0
_TELL_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Status:
    """A rebuild: who does it, of what, how far it came; `now` is empty once it has ended."""

    process: int
    started_at: str
    names: tuple[str, ...]
    now: str = ""
    encoded: int = 0
    to_encode: int = 0
    done: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)


def encoder_in_use(settings: Settings) -> str:
    """Id of the encoder that new indexes are made with.

    Raises:
        ModelError, ConfigError: as `load_encoder` says.
    """
    return encoder_of(settings).id


def outdated(settings: Settings) -> dict[str, str]:
    """Index → encoder that made it, where that is not the one in use; what cannot be read is left out."""
    store, used = IndexStore(settings.index_dir), encoder_in_use(settings)
    found = {}
    for name in store.names():
        try:
            made_by = store.manifest(name).encoder_id
        except IndexStoreError:
            continue
        if made_by != used:
            found[name] = made_by
    return found


def rebuild(names: Sequence[str]) -> None:
    """Encode the records of these indexes with the encoder in use; each old version serves until the new one is whole.

    Raises:
        IndexLockedError: another rebuild is running.
        MatcherError: the first index that could not be rebuilt; the others were.
    """
    settings = load_settings()
    store = IndexStore(settings.index_dir)
    for name in names:
        store.manifest(name)
    with _sole_rebuild(settings.index_dir):
        status = _Status(process=os.getpid(), started_at=_now(), names=tuple(names))
        first: MatcherError | None = None
        for name in names:
            status = replace(status, now=name, encoded=0, to_encode=0)
            _save(settings.index_dir, status)
            try:
                _rebuild_one(name, settings, status)
                status = replace(status, done=(*status.done, name))
            except MatcherError as error:
                log(f"索引“{name}”未能重建：{error}")
                first = first or error
                status = replace(status, failed={**status.failed, name: str(error)})
        _save(settings.index_dir, replace(status, now=""))
    if first:
        raise first


def _rebuild_one(name: str, settings: Settings, status: _Status) -> None:
    told = 0.0
    before = IndexStore(settings.index_dir).manifest(name)
    with bar(f"正在重建 {name}") as show:

        def progress(done: int, total: int) -> None:
            nonlocal told
            show(done, total)
            if time.monotonic() - told >= _TELL_S:
                told = time.monotonic()
                _save(settings.index_dir, replace(status, encoded=done, to_encode=total))

        changes = save_index(name, settings=settings, rebuild=True, progress=progress)
    used = IndexStore(settings.index_dir).manifest(name).encoder_id
    if before.encoder_id == used and not changes.encoded:
        log(f"索引“{name}”已由在用的编码器 {used} 建立，无需重新编码。")
    else:
        log(f"索引“{name}”第 {changes.version} 版已生效，由编码器 {used} 建立（新编码 {changes.encoded} 段文本）。")


def rebuild_behind(names: Sequence[str]) -> None:
    """Start `rebuild` in a process of its own, which goes on when this one ends.

    Raises:
        IndexLockedError: another rebuild is running.
        IndexNotFoundError: there is no such index.
        IndexStoreError: the process did not come to work.
    """
    settings = load_settings()
    store = IndexStore(settings.index_dir)
    for name in names:
        store.manifest(name)
    with _sole_rebuild(settings.index_dir):
        # Only to say at once that another one is running.
        pass
    wanted = [part for name in names for part in ("--rebuild", name)]
    path = settings.index_dir / _LOG
    try:
        with path.open("wb") as file:
            process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                [sys.executable, "-m", "matcher", "index", *wanted],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                # Ctrl-C here, or the end of the terminal, must not reach it.
                start_new_session=True,
            )
    except OSError as error:
        raise IndexStoreError(f"无法在后台重建（{error}）；请去掉 --background 直接运行。") from error
    begun = time.monotonic()
    while time.monotonic() - begun < _START_S:
        status = _read(settings.index_dir)
        if (status and status.process == process.pid) or process.poll() == 0:
            log(f"已在后台重建索引 {'、'.join(names)}（进程 {process.pid}）；旧版本照常使用。")
            log("进度请看：matcher index --status")
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise IndexStoreError(
        f"后台重建没有开始；请看 {path}，或去掉 --background 直接运行 matcher index {' '.join(wanted)}。"
    )


def tell_status() -> None:
    """Every index: what it holds, which encoder made it, and whether it is being rebuilt."""
    settings = load_settings()
    store, used = IndexStore(settings.index_dir), encoder_in_use(settings)
    status, running = _read(settings.index_dir), _running(settings.index_dir)
    table = Table(title=f"索引（{settings.index_dir}）", caption=f"在用的编码器：{used}", title_justify="left")
    for heading in ("索引", "需求", "成果", "编码器", "状态"):
        table.add_column(heading, justify="right" if heading in {"需求", "成果"} else "left", overflow="fold")
    for name in store.names():
        try:
            manifest = store.manifest(name)
        except IndexStoreError as error:
            table.add_row(escape(name), "—", "—", "—", escape(str(error)))
            continue
        counts = [str(manifest.sides[side].records) for side in (Side.NEED, Side.ACHIEVEMENT)]
        state = _state(name, manifest.encoder_id == used, status, running=running)
        table.add_row(escape(name), *counts, manifest.encoder_id, escape(state))
    output().print(table)


def _state(name: str, current: bool, status: _Status | None, *, running: bool) -> str:
    if status and name in status.names and name not in status.done:
        if running and status.now == name:
            return f"正在重建：{status.encoded}/{status.to_encode or '?'} 段"
        if running and name not in status.failed:
            return "等待重建"
        if name in status.failed and not current:
            return f"重建未成功：{status.failed[name]}"
        if not current:
            return f"重建曾中断；运行 matcher index --rebuild {name} 从中断处继续"
    return "最新" if current else f"由别的编码器建立；可运行 matcher index --rebuild {name}"


@contextmanager
def _sole_rebuild(root: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        with FileLock(root / _LOCK).acquire(timeout=0):
            yield
    except Timeout as error:
        raise IndexLockedError("另一个重建正在进行；请用 matcher index --status 查看，等它结束后重试。") from error


def _running(root: Path) -> bool:
    if not (root / _LOCK).is_file():
        return False
    try:
        with _sole_rebuild(root):
            return False
    except IndexLockedError:
        return True


def _save(root: Path, status: _Status) -> None:
    disk, beside = Disk(), root / f"{_STATUS}.tmp"
    try:
        with disk.create(beside) as file:
            file.write(TypeAdapter(_Status).dump_json(status))
        disk.move(beside, root / _STATUS)
    except OSError as error:
        raise IndexStoreError(f"无法写入 {root / _STATUS}（{error}）；请检查磁盘空间和权限后重试。") from error


def _read(root: Path) -> _Status | None:
    """What the last rebuild noted; None where there is none or the note cannot be read, as it only informs."""
    try:
        return TypeAdapter(_Status).validate_json((root / _STATUS).read_bytes())
    except (OSError, ValueError):
        return None


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
