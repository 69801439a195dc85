"""The file of a backup: a zip whose manifest names every part with its size and SHA-256.

::

    manifest.json                     written last
    database.sqlite | database.pgdump
    uploads/…, results/…, fairs/…
"""

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import InvalidError

__all__ = ["FOLDERS", "Archive", "Manifest", "Part", "Writing", "open_archive"]

FOLDERS = ("uploads", "results", "fairs")
"""Folders of the data folder that are part of a backup; the index is not: it follows from the database."""

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_DAMAGED = "备份文件 {} 不完整或已损坏（{}）；没有改动任何内容，请换用另一份备份。"


class Part(BaseModel):
    """One member of the zip."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds. `revision` is that of the database's tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    created_at: str
    program: str
    database: Literal["sqlite", "postgresql"]
    revision: str
    parts: tuple[Part, ...]

    @property
    def dump(self) -> str:
        """Name of the part that is the database."""
        return "database.sqlite" if self.database == "sqlite" else "database.pgdump"


class Writing:
    """Adds parts to a zip and remembers what the manifest has to say of them."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Nothing is added yet."""
        self._archive = archive
        self.parts: list[Part] = []

    def add(self, path: Path, name: str, *, packed: bool = True) -> None:
        """Add a file as it is at this moment.

        Raises:
            OSError: it cannot be read, or the backup not written.
        """
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, self._archive.open(info, "w", force_zip64=True) as target:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self.parts.append(Part(name=name, size=size, sha256=digest.hexdigest()))

    def finish(self, manifest: Manifest) -> None:
        """Write the manifest."""
        self._archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))


class Archive:
    """A backup opened for reading, its manifest read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        """See `open_archive`."""
        self.manifest = manifest
        self._path = path
        self._archive = archive

    def verify(self) -> None:
        """Read every part and compare it with the manifest.

        Raises:
            InvalidError: a part is missing, different or more than the manifest says.
        """
        names = [name for name in self._archive.namelist() if name != MANIFEST]
        if sorted(names) != sorted(part.name for part in self.manifest.parts):
            raise InvalidError(_DAMAGED.format(self._path, "内容与清单不一致"))
        if self.manifest.dump not in names:
            raise InvalidError(_DAMAGED.format(self._path, "没有数据库"))
        for part in self.manifest.parts:
            if not _is_safe(part.name):
                raise InvalidError(_DAMAGED.format(self._path, "含有不应出现的文件名"))
            try:
                with self._archive.open(part.name) as source:
                    found = _digest(source)
            except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
                raise InvalidError(_DAMAGED.format(self._path, part.name)) from error
            if found != (part.size, part.sha256):
                raise InvalidError(_DAMAGED.format(self._path, part.name))

    def extract(self, name: str, target: Path) -> None:
        """Write one part to a new file. `verify` comes first.

        Raises:
            OSError: the medium is full or not writable.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._archive.open(name) as source, target.open("wb") as file:
            while chunk := source.read(_CHUNK):
                file.write(chunk)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A backup for reading.

    Raises:
        InvalidError: the file is no backup, or one of a newer program.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
            yield Archive(path, archive, manifest)
    except FileNotFoundError as error:
        raise InvalidError(f"没有文件 {path}；请检查路径。") from error
    except (zipfile.BadZipFile, zlib.error, KeyError, ValidationError, EOFError) as error:
        raise InvalidError(f"{path} 不是本程序可读的备份文件；请确认文件完整，或升级程序后再试。") from error


def _is_safe(name: str) -> bool:
    """Whether a part lies where parts lie; a name such as `../x` would be written outside."""
    path = PurePosixPath(name)
    inside = path.parts[:1] in {(folder,) for folder in FOLDERS} and len(path.parts) > 1
    return not path.is_absolute() and ".." not in path.parts and (inside or name.startswith("database."))


def _digest(source: IO[bytes]) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()
