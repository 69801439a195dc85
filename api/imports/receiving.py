"""A multipart body as it comes in: on disk where it is large, and refused as soon as it is too large."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from api.errors import InvalidError, TooLargeError

__all__ = ["Received", "receive"]

_MB = 1_000_000
_MOST_FILES = 20
_MOST_FIELDS = 20
_LONGEST_FIELD = 100_000


@dataclass(frozen=True, slots=True)
class Received:
    """The texts and the files of a form, in the order they came; `close` lets go of what is kept on disk."""

    texts: Mapping[str, str]
    files: tuple[tuple[str, UploadFile], ...]

    def close(self) -> None:
        """Let go of the files."""
        for _, file in self.files:
            file.file.close()


async def receive(request: Request, *, max_mb: int) -> Received:
    """Read a multipart body of at most `max_mb` megabytes without holding it in memory.

    Raises:
        TooLargeError: it is larger; the rest is not read.
        InvalidError: it is no multipart body, or has more than 20 files or 20 fields.
    """
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise InvalidError(
            "请用 multipart/form-data 上传文件（表单字段 files）。", "Send multipart/form-data.", field="body"
        )
    parser = MultiPartParser(
        request.headers,
        _at_most(request, max_mb),
        max_files=_MOST_FILES,
        max_fields=_MOST_FIELDS,
        max_part_size=_LONGEST_FIELD,
    )
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeError) as error:
        raise InvalidError(
            f"上传的表单无法读取；请检查格式，一次最多 {_MOST_FILES} 个文件。", "Not a readable form.", field="body"
        ) from error
    items = form.multi_items()
    return Received(
        {name: value for name, value in items if isinstance(value, str)},
        tuple((name, value) for name, value in items if isinstance(value, UploadFile)),
    )


async def _at_most(request: Request, max_mb: int) -> AsyncGenerator[bytes, None]:
    announced = request.headers.get("content-length", "")
    read = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < _DIGITS else 0
    _check(read, max_mb)
    read = 0
    async for chunk in request.stream():
        read += len(chunk)
        _check(read, max_mb)
        yield chunk


_DIGITS = 16


def _check(read: int, max_mb: int) -> None:
    if read > max_mb * _MB:
        raise TooLargeError(
            f"一次上传最多 {max_mb} MB；请分成几个文件，分次上传。", f"At most {max_mb} MB in one upload."
        )
