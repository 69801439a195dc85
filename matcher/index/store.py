"""Saved indexes by name: listing, opening, and writing the next version of one."""

import datetime as dt
import os
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.embed.base import Encoder
from matcher.errors import ConfigError, IndexDamagedError, IndexLockedError, IndexNotFoundError, IndexStoreError
from matcher.index.bundle import Bundle, open_version
from matcher.index.disk import Disk
from matcher.index.manifest import Manifest
from matcher.index.vectors import Progress
from matcher.index.versions import VersionFolder
from matcher.index.writer import Changes, Prepare, Request, write_version
from matcher.records import Achievement, Need, Side

__all__ = ["Changes", "IndexStore", "timestamp"]

_NAME = re.compile(r"\w[\w.\-]*")


class IndexStore:
    """All indexes below one folder."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        """Nothing is read or made yet."""
        self._root = root
        self._disk = disk or Disk()

    def names(self) -> tuple[str, ...]:
        """Names of the indexes that can be opened, sorted."""
        if not self._root.is_dir():
            return ()
        return tuple(sorted(path.name for path in self._root.iterdir() if (path / "CURRENT").is_file()))

    def manifest(self, name: str) -> Manifest:
        """What the live version of an index says about itself.

        Raises:
            IndexNotFoundError, IndexDamagedError, IndexMismatchError: as for `open`.
        """
        versions = self._existing(name)
        return Manifest.read(versions.path(versions.current()))

    def open(self, name: str, encoder: Encoder, *, query_windows: int = 4, verify: bool = False) -> Bundle:
        """Open the live version, memory-mapped.

        Args:
            name: see `names`.
            encoder: the one the index was made with; queries go through it.
            query_windows: how many windows of a long query are compared at most, at least 1.
            verify: compare every byte with the manifest's hashes, not only the files' sizes.

        Raises:
            ConfigError: the name cannot be one of an index.
            IndexNotFoundError: there is no such index; the message lists those there are.
            IndexDamagedError: files are missing or differ from the manifest.
            IndexMismatchError: another encoder or another format made it.
        """
        versions = self._existing(name)
        while True:
            current = versions.current()
            try:
                return open_version(versions.path(current), name, encoder, query_windows=query_windows, verify=verify)
            except IndexDamagedError:
                # Writers may have published twice since, and removed this version; then CURRENT has moved on.
                if versions.current() == current:
                    raise

    def write(
        self,
        name: str,
        *,
        encoder: Encoder,
        needs: Iterable[Need] | None = None,
        achievements: Iterable[Achievement] | None = None,
        window_chars: int = 200,
        update: bool = False,
        change_encoder: bool = False,
        remove: Collection[str] = (),
        sync: bool = False,
        created_at: dt.datetime | None = None,
        prepare: Prepare | None = None,
        progress: Progress | None = None,
    ) -> Changes:
        """Write the next version and let it take over in one step; at any moment before, the old one serves.

        Texts that the old version (or an interrupted run) embedded with the same encoder are not embedded again.

        Args:
            name: letters, digits, `_`, `-` and `.`, Chinese included.
            encoder: makes the vectors.
            needs, achievements: what was read. Without `update` they are the whole index; with it they are added, or
                replace records of the same id; None leaves that side as it is.
            window_chars: longest window of a body, in characters.
            update: start from the live version.
            change_encoder: with `update`, the live version may be another encoder's; all its texts are embedded anew.
            remove: ids that go (with `update`).
            sync: records of a side that was given but not among it go too (with `update`).
            created_at: goes into the manifest; None takes `SOURCE_DATE_EPOCH`, or the present.
            prepare: called once for each side with its merged records, to complete them; must keep their ids.
            progress: called with the number of texts embedded and to embed, for each side.

        Raises:
            ConfigError: the name cannot be used, or `remove` or `sync` without `update`.
            IndexLockedError: another process is writing this index.
            IndexNotFoundError, IndexMismatchError, IndexDamagedError: an update of what cannot be updated.
            IndexStoreError: the disk is full or the folder not writable.
            RecordError: an id is used twice, or a record cannot be saved.
            ModelError: the encoder's files are missing or damaged.
        """
        if (remove or sync) and not update:
            raise ConfigError("删除记录（--remove、--sync）只能与 --update 一起使用；请加上 --update。")
        folder = self._folder(name)
        if update:
            self._existing(name)
        request = Request(
            new={Side.NEED: needs, Side.ACHIEVEMENT: achievements},
            encoder=encoder,
            window_chars=window_chars,
            update=update,
            change_encoder=change_encoder,
            remove=frozenset(remove),
            sync=sync,
            created_at=timestamp(created_at),
            prepare=prepare,
            progress=progress,
        )
        with _sole_writer(folder, name, self._disk):
            return write_version(VersionFolder(folder, self._disk), request, self._disk)

    def _folder(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ConfigError(f"索引名“{name}”不可用；请只用汉字、字母、数字、下划线、连字符和点，且不以点开头。")
        return self._root / name

    def _existing(self, name: str) -> VersionFolder:
        folder = self._folder(name)
        if not (folder / "CURRENT").is_file():
            raise self._not_found(name)
        return VersionFolder(folder, self._disk)

    def _not_found(self, name: str) -> IndexNotFoundError:
        names = self.names()
        known = f"现有索引：{'、'.join(names)}" if names else f"{self._root} 下还没有任何索引"
        return IndexNotFoundError(
            f"没有名为“{name}”的索引（{known}）；请核对名称，或用 matcher index 文件 --into {name} 新建。"
        )


@contextmanager
def _sole_writer(folder: Path, name: str, disk: Disk) -> Iterator[None]:
    """Holds the lock of an index; what the disk refuses meanwhile becomes an error that says so."""
    from filelock import FileLock, Timeout  # noqa: PLC0415

    try:
        disk.make_folder(folder)
        with FileLock(folder / ".lock").acquire(timeout=0):
            yield
    except Timeout as error:
        raise IndexLockedError(f"索引“{name}”正由另一个进程写入；请等它结束后重试。") from error
    except OSError as error:
        raise IndexStoreError(
            f"无法写入索引文件夹 {folder}（{error}）；请检查磁盘空间和权限后重试，原有版本不受影响。"
        ) from error


def timestamp(moment: dt.datetime | None = None) -> str:
    """Whole seconds in UTC; None takes `SOURCE_DATE_EPOCH`, or the present."""
    if moment is None:
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
        moment = dt.datetime.fromtimestamp(int(epoch), dt.UTC) if epoch.isdecimal() else dt.datetime.now(dt.UTC)
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
