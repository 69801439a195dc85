"""A file that is made for one answer and is gone after it, however the answer ended."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi.responses import FileResponse
from starlette.types import Receive, Scope, Send

from api.schemas.media import XLSX

__all__ = ["PassingFile", "workbook_file"]


class PassingFile(FileResponse):
    """Answers with a file and deletes it: a task in the background is passed over after a Range that is refused."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            Path(self.path).unlink(missing_ok=True)


def workbook_file(write: Callable[[Path], None], *, filename: str) -> PassingFile:
    """A workbook for the caller alone; `write` is given the path to write it to.

    Raises:
        Exception: whatever `write` raises; nothing is left behind then.
    """
    descriptor, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(descriptor)
    path = Path(name)
    try:
        write(path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return PassingFile(
        path,
        media_type=XLSX,
        filename=filename,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )
