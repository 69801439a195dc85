"""The folder of a live index: what it consists of at the moment, and how the next moment takes over in one step.

::

    STATE               names the segments; replaced in one step
    segments/<n>/       a whole segment; never changed once it has that name
    segments/<n>.tmp    being written or removed; never read
    compacted.tmp       a base that is being written beside
    .lock               held while something is published
    .compacting         held by whoever writes a base
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.embed.base import Encoder
from matcher.errors import IndexDamagedError, IndexLockedError, IndexStoreError
from matcher.index.disk import Disk
from matcher.live.segments import SavedSegment, open_segment
from matcher.live.state import State
from matcher.live.view import View

__all__ = ["LiveFolder"]


class LiveFolder:
    """Reading and publishing. Segments stay open from one view to the next."""

    def __init__(self, path: Path, disk: Disk) -> None:
        """Nothing is read or made yet."""
        self.path = path
        self.disk = disk
        self._pointer = path / "STATE"
        self._opened: dict[int, SavedSegment] = {}

    @property
    def beside(self) -> Path:
        """Where a compaction writes."""
        return self.path / "compacted.tmp"

    def read(self) -> bytes:
        """The state file, empty before the first change.

        Raises:
            IndexDamagedError: it is there but cannot be read.
        """
        try:
            return self._pointer.read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise IndexDamagedError(f"{self._pointer} 无法读取（{error}）；请检查权限，或从备份恢复。") from error

    def view(self, data: bytes, encoder: Encoder, *, query_windows: int) -> View:
        """What a state file names, opened; what was open before is not opened again.

        Raises:
            IndexDamagedError: files are missing or differ; where STATE has changed since, it is only late.
            IndexMismatchError: another encoder or another format made it.
        """
        state = State.of(data)
        opened = {
            number: self._opened.get(number)
            or open_segment(self._segment(number), self.path.name, encoder, query_windows=query_windows)
            for number in state.segments
        }
        self._opened = opened
        return View(state, tuple(opened.values()))

    def forget(self) -> None:
        """Open everything anew the next time, as with another encoder."""
        self._opened = {}

    @contextmanager
    def locked(self, name: str = ".lock", *, timeout_s: float) -> Iterator[None]:
        """Holds a lock of the folder.

        Raises:
            IndexLockedError: another process or thread holds it for longer than `timeout_s`.
            IndexStoreError: the medium is full or the folder not writable.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415

        try:
            self.disk.make_folder(self.path / "segments")
            with FileLock(self.path / name).acquire(timeout=timeout_s):
                yield
        except Timeout as error:
            raise IndexLockedError(f"在线索引 {self.path} 正由另一个进程写入；请等它结束后重试。") from error
        except OSError as error:
            raise IndexStoreError(
                f"无法写入在线索引 {self.path}（{error}）；请检查磁盘空间和权限后重试，已写入的内容不受影响。"
            ) from error

    def begin(self, state: State) -> Path:
        """Where the next segment may be written; the caller holds the lock.

        A writer that died may have left something there, or a whole segment of that number that nothing names.
        """
        self.clean(state)
        return self._beside(state.following)

    def adopt(self, written: Path, number: int) -> None:
        """Give a segment that was written whole its number, after `begin`; no state names it yet."""
        target = self._segment(number)
        self.disk.move(written, target)
        self.disk.sync(target.parent)

    def publish(self, state: State) -> None:
        """Let a state take over; the caller holds the lock."""
        beside = self._pointer.with_name("STATE.tmp")
        with self.disk.create(beside) as file:
            file.write(state.to_json())
        self.disk.move(beside, self._pointer)
        self.disk.sync(self.path)

    def clean(self, state: State) -> None:
        """Remove segments that are no longer named, and what killed writers left; the caller holds the lock."""
        there = sorted((self.path / "segments").iterdir())
        for path in there:
            if path.suffix == ".tmp":
                self.disk.remove(path)
        for path in there:
            if path.name.isdecimal() and int(path.name) not in state.segments:
                self._discard(int(path.name))

    def _segment(self, number: int) -> Path:
        return self.path / "segments" / str(number)

    def _beside(self, number: int) -> Path:
        return self.path / "segments" / f"{number}.tmp"

    def _discard(self, number: int) -> None:
        # Renamed first: half of a segment must never bear the name of a whole one.
        self.disk.move(self._segment(number), self._beside(number))
        self.disk.remove(self._beside(number))
