"""Files of a local folder below a root that an administrator named. Links are never followed.

Every step down is opened relative to the step above with O_NOFOLLOW, so a folder that is swapped for a link between
check and use leads nowhere.
"""

import fnmatch
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.outbound.errors import FolderRefusedError, TooLargeError
from api.outbound.fetched import Fetched, NotModified, Validators
from api.outbound.filename import plain_name

__all__ = ["FolderFile", "FolderRules", "fetch_file", "list_folder"]

_NO_SUCH = "请检查名称，或联系管理员"


@dataclass(frozen=True, slots=True)
class FolderRules:
    """An administrator's rules on local folders.

    Attributes:
        roots: absolute folders below which may be read; empty: nothing may.
        max_files: most files one listing may hold; at least 1.
        max_bytes: largest file.
    """

    roots: tuple[Path, ...] = ()
    max_files: int = 200
    max_bytes: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file of a folder: size in bytes, time of change in nanoseconds since 1970."""

    name: str
    size: int
    modified_ns: int

    @property
    def validators(self) -> Validators:
        """Marks of this version of the file."""
        return Validators(etag=f"{self.size}-{self.modified_ns}")


def list_folder(folder: Path, rules: FolderRules, *, pattern: str = "*") -> tuple[FolderFile, ...]:
    """Plain files directly in a folder whose names match a shell pattern, by name; hidden files and links are left out.

    Raises:
        FolderRefusedError: the folder is outside the roots, behind a link, not there or not readable, or holds too many
            matching files.
    """
    found = []
    with _opened(folder, rules) as handle:
        with os.scandir(handle) as entries:
            names = sorted(entry.name for entry in entries)
        for name in names:
            if name.startswith(".") or not fnmatch.fnmatchcase(name, pattern):
                continue
            try:
                about = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(about.st_mode):
                found.append(FolderFile(name, about.st_size, about.st_mtime_ns))
            if len(found) > rules.max_files:
                raise FolderRefusedError(
                    f"文件夹 {folder} 中符合“{pattern}”的文件超过 {rules.max_files} 个；请缩小匹配范围。"
                )
    return tuple(found)


def fetch_file(
    folder: Path, name: str, rules: FolderRules, *, validators: Validators | None = None
) -> Fetched | NotModified:
    """Read one file of a folder, unless it still has these validators.

    Raises:
        FolderRefusedError: folder or file is outside the roots, behind a link, no plain file, or not there.
        TooLargeError: larger than `rules.max_bytes`.
    """
    if name in {"", ".", ".."} or "/" in name or "\0" in name:
        raise FolderRefusedError("文件名不能含有路径；请只填写文件夹中的文件名。")
    # Not to block on a named pipe, which has no end.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with _opened(folder, rules) as handle:
        try:
            opened = os.open(name, flags, dir_fd=handle)
        except (OSError, ValueError) as error:
            raise FolderRefusedError(f"文件夹 {folder} 中没有可以读取的文件“{name}”；{_NO_SUCH}。") from error
        try:
            about = os.fstat(opened)
            if not stat.S_ISREG(about.st_mode):
                raise FolderRefusedError(f"文件夹 {folder} 中的“{name}”不是普通文件；{_NO_SUCH}。")
            version = FolderFile(name, about.st_size, about.st_mtime_ns).validators
            if validators == version:
                return NotModified(version)
            with os.fdopen(opened, "rb", closefd=False) as stream:
                body = stream.read(rules.max_bytes + 1)
        finally:
            os.close(opened)
    if len(body) > rules.max_bytes:
        raise TooLargeError(
            f"文件夹 {folder} 中的“{name}”超过上限 {rules.max_bytes / 10**6:.1f} MB；请拆成几个文件后重试。"
        )
    return Fetched(body, plain_name(name), "", version, str(folder))


@contextmanager
def _opened(folder: Path, rules: FolderRules) -> Iterator[int]:
    """The folder as a descriptor, reached step by step from its root."""
    root, steps = _below(folder, rules)
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
    try:
        # The root itself may be a link: the administrator wrote it.
        handle = os.open(root, flags)
        for step in steps:
            above = handle
            try:
                handle = os.open(step, flags | os.O_NOFOLLOW, dir_fd=above)
            finally:
                os.close(above)
    except (OSError, ValueError) as error:
        raise FolderRefusedError(f"文件夹 {folder} 不存在、无权读取或是一个链接；{_NO_SUCH}。") from error
    try:
        yield handle
    finally:
        os.close(handle)


def _below(folder: Path, rules: FolderRules) -> tuple[Path, tuple[str, ...]]:
    if not folder.is_absolute() or ".." in folder.parts:
        raise FolderRefusedError(f"文件夹 {folder} 必须写成不含“..”的完整路径；请改正后重试。")
    for root in rules.roots:
        if root.is_absolute() and ".." not in root.parts and folder.is_relative_to(root):
            return root, folder.relative_to(root).parts
    raise FolderRefusedError(f"文件夹 {folder} 不在管理员允许读取的位置；请联系管理员添加，或换一个文件夹。")
