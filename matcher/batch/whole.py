"""Files that are there wholly or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from matcher.index.disk import Disk

__all__ = ["whole"]


@contextmanager
def whole(path: Path, disk: Disk) -> Iterator[BinaryIO]:
    """A file to be filled; it is written beside and gets its name when it is done.

    Raises:
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.partial")
    with disk.create(beside) as file:
        yield file
    disk.move(beside, path)
