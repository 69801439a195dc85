"""A feed's source → files of its own folder, unless it has not changed since the last time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.outbound import (
    AddressRules,
    Fetched,
    FolderRules,
    Limits,
    NotModified,
    Validators,
    fetch,
    fetch_file,
    list_folder,
    save_fetched,
)
from api.outbound.errors import FolderRefusedError, TooLargeError
from matcher.errors import FileFormatError

__all__ = ["READABLE", "Source", "Sourced", "read_source"]

READABLE = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".xlsx", ".xls", ".xlsb", ".ods"})
"""Extensions of the files of a folder that are read; others lie there for other purposes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where to read, what tells a change, and what it may cost. `rules` is for an address, `root` for a folder."""

    kind: str
    source: str
    validators: dict[str, Any]
    rules: AddressRules
    root: Path | None
    max_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sourced:
    """Files that were read, and what will tell whether they have changed; no files: nothing has."""

    files: tuple[Path, ...]
    validators: dict[str, Any]


def read_source(source: Source, folder: Path) -> Sourced:
    """Read the source into a folder of the caller's own.

    Raises:
        OutboundError: it may not be read, is not there, or is too large.
        FileFormatError: a file is empty, or of a kind that holds no table.
        OSError: the folder is full.
    """
    return _read_url(source, folder) if source.kind == "url" else _read_folder(source, folder)


def _read_url(source: Source, folder: Path) -> Sourced:
    known = source.validators
    marks = Validators(str(known.get("etag", "")), str(known.get("last_modified", "")))
    found = fetch(source.source, rules=source.rules, limits=Limits(max_bytes=source.max_bytes), validators=marks)
    if isinstance(found, NotModified):
        return Sourced(files=(), validators=known)
    validators = {
        "etag": found.validators.etag,
        "last_modified": found.validators.last_modified,
        "sha256": found.sha256,
    }
    if found.sha256 == known.get("sha256"):
        return Sourced(files=(), validators=validators)
    return Sourced(files=(save_fetched(found, folder),), validators=validators)


def _read_folder(source: Source, folder: Path) -> Sourced:
    if source.root is None:
        raise FolderRefusedError("本系统没有开放供数文件夹；请联系管理员设置 SERVICE_FEED_ROOT。")
    root = source.root.absolute()
    try:
        return _read_below(root, source, folder)
    except (FolderRefusedError, TooLargeError, FileFormatError) as error:
        # Where the root is on this machine is nobody else's business.
        raise type(error)(str(error).replace(f"{root}/", "")) from error


def _read_below(root: Path, source: Source, folder: Path) -> Sourced:
    rules = FolderRules(roots=(root,), max_bytes=source.max_bytes)
    found = [item for item in list_folder(root / source.source, rules) if Path(item.name).suffix.lower() in READABLE]
    if not found:
        raise FolderRefusedError(f"文件夹 {source.source} 中没有可读的表格文件；请放入 CSV、JSON 或 XLSX 文件。")
    if sum(item.size for item in found) > source.max_bytes:
        raise TooLargeError(
            f"文件夹 {source.source} 中的文件合计超过 {source.max_bytes / 10**6:.1f} MB；请移走旧文件后重试。"
        )
    digest = hashlib.sha256()
    saved: list[Path] = []
    for number, item in enumerate(found):
        fetched = fetch_file(root / source.source, item.name, rules)
        if isinstance(fetched, Fetched):
            digest.update(f"{item.name}\0{fetched.sha256}\n".encode(errors="surrogateescape"))
            # A folder each: two files may get the same name when one has a wrong extension.
            own = folder / f"{number:03d}"
            own.mkdir()
            saved.append(save_fetched(fetched, own))
    validators = {"sha256": digest.hexdigest()}
    unchanged = validators["sha256"] == source.validators.get("sha256")
    return Sourced(files=() if unchanged else tuple(saved), validators=validators)
