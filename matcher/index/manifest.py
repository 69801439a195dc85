"""What a saved version says about itself, and whether its files are the ones it speaks of."""

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.errors import IndexDamagedError, IndexMismatchError
from matcher.records import Side

__all__ = [
    "FORMAT",
    "MANIFEST",
    "FileInfo",
    "Manifest",
    "SideInfo",
    "check_files",
    "describe_files",
    "versions_in_use",
]

FORMAT = 1
MANIFEST = "manifest.json"
_LIBRARIES = ("bm25s", "faiss-cpu", "jieba", "numpy", "opencc", "tech-transfer-matcher")
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInfo:
    """Size in bytes and SHA-256 of one file."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SideInfo:
    """Size of one side; `sha256` covers every record with all its fields."""

    records: int
    passages: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """Everything needed to know what an index is, where it came from and whether it is whole.

    lexicon: changes with the word lists and the segmenter. corpus_sha256: covers both sides.
    files: path relative to the version's folder → size and hash, the manifest itself left out.
    """

    format: int
    created_at: str
    encoder_id: str
    dim: int
    window_chars: int
    lexicon: str
    corpus_sha256: str
    sides: Mapping[Side, SideInfo]
    libraries: Mapping[str, str]
    files: Mapping[str, FileInfo]

    def to_json(self) -> bytes:
        """Sorted and indented, so that equal manifests are equal bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a version.

        Raises:
            IndexDamagedError: it is missing or not a manifest.
            IndexMismatchError: it was written in a format this release does not read.
        """
        try:
            data: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
            if data["format"] != FORMAT:
                raise IndexMismatchError(
                    f"索引“{folder}”的格式版本是 {data['format']}，本程序只能读取版本 {FORMAT}；请用本程序重新建索引。"
                )
            return cls(
                **{
                    **data,
                    "sides": {Side(name): SideInfo(**info) for name, info in data["sides"].items()},
                    "files": {name: FileInfo(**info) for name, info in data["files"].items()},
                }
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IndexDamagedError(f"索引清单 {folder / MANIFEST} 缺失或损坏（{error}）；请重新建索引。") from error


def versions_in_use() -> dict[str, str]:
    """Installed versions of what shapes an index."""
    found: dict[str, str] = {}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            # Run from a checkout that was not installed.
            found[name] = "unknown"
    return found


def describe_files(folder: Path) -> dict[str, FileInfo]:
    """Size and hash of every file below a folder, but its manifest."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / MANIFEST)
    return {
        path.relative_to(folder).as_posix(): FileInfo(bytes=path.stat().st_size, sha256=_sha256(path)) for path in paths
    }


def check_files(folder: Path, manifest: Manifest, *, verify: bool) -> None:
    """Compare the files with the manifest: their sizes, and with `verify` every byte.

    Raises:
        IndexDamagedError: a file is missing or differs.
    """
    for name, info in manifest.files.items():
        path = folder / name
        if not path.is_file():
            raise IndexDamagedError(f"索引文件 {path} 不见了；请重新建索引，或从备份恢复整个索引文件夹。")
        if path.stat().st_size != info.bytes or (verify and _sha256(path) != info.sha256):
            raise IndexDamagedError(f"索引文件 {path} 与清单不符（已损坏或被改动）；请重新建索引，或从备份恢复。")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
