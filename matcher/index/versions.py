"""The folder of one index: which version serves, and how the next one takes over in a single step.

::

    NAME/CURRENT        the number of the version that serves
    NAME/versions/<n>/  a whole version; never changed once it has that name
    NAME/versions/<n>.tmp   being written or being removed; never read
    NAME/staging.vectors    vectors of a build that was interrupted
    NAME/.lock          held by whoever writes

A writer makes `<n>.tmp`, forces every file to the medium, renames it to `<n>`, and only then replaces `CURRENT`. So at
every moment `CURRENT` names a whole version, and whatever a killed writer left is not named by it.
"""

import re
from pathlib import Path

from matcher.errors import IndexDamagedError, IndexNotFoundError
from matcher.index.disk import Disk

__all__ = ["VersionFolder"]

_KEPT = 2
_NUMBER = re.compile(r"[1-9]\d*")


class VersionFolder:
    """Versions of one index. Only a holder of the lock may call the methods that write."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        self._folder = folder
        self._versions = folder / "versions"
        self._pointer = folder / "CURRENT"
        self._disk = disk

    @property
    def staging(self) -> Path:
        """Where vectors of an unfinished build are kept."""
        return self._folder / "staging.vectors"

    def path(self, version: int) -> Path:
        """The folder of a version."""
        return self._versions / str(version)

    def exists(self) -> bool:
        """Whether a version was ever published."""
        return self._pointer.is_file()

    def current(self) -> int:
        """The version that serves.

        Raises:
            IndexNotFoundError: none was published.
            IndexDamagedError: the pointer is unreadable.
        """
        try:
            text = self._pointer.read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise IndexNotFoundError(f"索引“{self._folder.name}”还没有建好；请先运行 matcher index。") from error
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamagedError(f"{self._pointer} 无法读取（{error}）；请重新建索引。") from error
        if not _NUMBER.fullmatch(text):
            raise IndexDamagedError(f"{self._pointer} 的内容不是版本号；请重新建索引，或写入 versions 下最大的编号。")
        return int(text)

    def clean(self, current: int | None) -> None:
        """Remove what killed writers left: unfinished folders, and whole ones that never came to serve."""
        for path in sorted(self._versions.glob("*.tmp")):
            self._disk.remove(path)
        if current is not None:
            for version in self._numbers():
                if version > current:
                    self._discard(version)

    def begin(self) -> tuple[int, Path]:
        """The number of the next version and a new folder to write it into."""
        version = max(self._numbers(), default=0) + 1
        folder = self._versions / f"{version}.tmp"
        self._disk.make_folder(folder)
        return version, folder

    def publish(self, version: int) -> None:
        """Let a version that was written whole take over, and remove all but it and the one before."""
        folder = self._versions / f"{version}.tmp"
        self._disk.sync(folder)
        self._disk.move(folder, self.path(version))
        self._disk.sync(self._versions)
        pointer = self._pointer.with_name("CURRENT.tmp")
        with self._disk.create(pointer) as file:
            file.write(f"{version}\n".encode("ascii"))
        self._disk.move(pointer, self._pointer)
        self._disk.sync(self._folder)
        for old in self._numbers()[:-_KEPT]:
            self._discard(old)

    def _numbers(self) -> list[int]:
        if not self._versions.is_dir():
            return []
        return sorted(int(path.name) for path in self._versions.iterdir() if _NUMBER.fullmatch(path.name))

    def _discard(self, version: int) -> None:
        # Renamed first: half of a version must never bear the name of a whole one.
        leaving = self._versions / f"{version}.tmp"
        self._disk.move(self.path(version), leaving)
        self._disk.remove(leaving)
