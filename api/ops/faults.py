"""An exception as a log may hold it: where it came from, and its words only where they cannot be somebody's text.

The message of a database error repeats the row, that of a validation error the value. So a message is kept only of
kinds whose words come from the program or from the operating system.
"""

import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import TypedDict

from sqlalchemy.exc import DBAPIError

from matcher.errors import ConfigError, IndexStoreError, ModelError

__all__ = ["Fault", "describe"]

_SPEAK_FREELY = (
    AttributeError,
    ConfigError,
    ImportError,
    IndexStoreError,
    ModelError,
    NameError,
    NotImplementedError,
    OSError,
    TypeError,
)
_MOST_FRAMES = 40
_MOST_CAUSES = 5


class Fault(TypedDict):
    """One exception of a chain. `frames` are `file:line function`, outermost first."""

    kind: str
    message: str
    frames: list[str]


def describe(error: BaseException) -> list[Fault]:
    """The exception and what caused it, the newest first."""
    return [
        Fault(
            kind=f"{type(one).__module__}.{type(one).__qualname__}",
            message=_words(one),
            frames=_frames(one.__traceback__),
        )
        for one in _chain(error)
    ]


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if one is None:
            return
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _words(error: BaseException) -> str:
    if isinstance(error, DBAPIError):
        # The code of the fault (23505, SQLITE_BUSY …) says what a reader of the log needs.
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        return f"{type(error.orig).__name__} {code or ''}".strip()
    return str(error)[:500] if isinstance(error, _SPEAK_FREELY) else ""


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-_MOST_FRAMES:]]
