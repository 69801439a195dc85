"""Uploaded files on the medium, before anybody is told that they were accepted."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from starlette.datastructures import UploadFile

from api.errors import InvalidError
from api.outbound.filename import plain_name

__all__ = ["discard", "store"]

_BLOCK = 1 << 20


def store(folder: Path, files: Sequence[UploadFile]) -> list[str]:
    """Write files into a new folder, every byte of them and their names forced to the medium.

    Args:
        folder: of one upload; made here.
        files: at least one.

    Returns:
        The names they have there: harmless, and no two alike.

    Raises:
        InvalidError: a file is empty.
    """
    folder.mkdir(parents=True)
    names: list[str] = []
    for file in files:
        name = _unused(plain_name(file.filename or ""), names)
        if not _write(folder / name, file):
            discard(folder)
            raise InvalidError(f"文件“{name}”是空的；请重新选择文件后上传。", "An empty file.", field="files")
        names.append(name)
    for place in (folder, folder.parent, folder.parent.parent):
        _force(place)
    return names


def discard(folder: Path) -> None:
    """Remove what was stored for a job that will not be."""
    shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, file: UploadFile) -> int:
    written = 0
    with path.open("xb") as target:
        while block := file.file.read(_BLOCK):
            written += target.write(block)
        target.flush()
        os.fsync(target.fileno())
    return written


def _unused(name: str, taken: Sequence[str]) -> str:
    """The name, or with a number where another file has it, in whatever case."""
    path, number, found = Path(name), 2, name
    lower = {other.lower() for other in taken}
    while found.lower() in lower:
        found, number = f"{path.stem}-{number}{path.suffix}", number + 1
    return found


def _force(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
