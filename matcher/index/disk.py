"""Every change the index store makes on disk, each one forced to the medium before the next."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

__all__ = ["Disk"]


class Disk:
    """The file-system operations of publishing. One class, so that a test can stop the world between any two."""

    def make_folder(self, path: Path) -> None:
        """Make a folder and its parents; one that exists is fine."""
        path.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def create(self, path: Path) -> Iterator[BinaryIO]:
        """A new file for writing; on leaving, its content is on the medium."""
        with path.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())

    def append(self, path: Path, data: bytes) -> None:
        """Add to the end of a file. Not forced: whoever reads it must recognise a torn end."""
        with path.open("ab") as file:
            file.write(data)

    def sync(self, path: Path) -> None:
        """Force a file, or the names in a folder, to the medium."""
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def move(self, old: Path, new: Path) -> None:
        """Give a file or folder another name in one step, replacing a file of that name."""
        old.replace(new)

    def remove(self, path: Path) -> None:
        """Remove a file or a folder with all it holds; nothing there is fine."""
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
