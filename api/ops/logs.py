"""The log: one JSON object a line on standard error, without keys, bodies or query strings."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from api.access.keys import hide_keys
from api.ops.faults import describe

__all__ = ["set_up_logs"]

# They tell at INFO what our own lines tell better, or what nobody asked.
_QUIET = ("alembic", "httpx", "httpcore", "huey", "uvicorn.access", "sqlalchemy")


def set_up_logs(level: str, *, process: str, file: TextIO | None = None) -> None:
    """Send what this process logs, by structlog or by `logging`, to one stream of JSON lines.

    Args:
        level: debug, info, warning or error.
        process: name of the process, on every line.
        file: None is standard error.
    """

    def name_process(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
        _add_faults,
        _hide,
    ]
    as_json = structlog.processors.JSONRenderer(ensure_ascii=False)
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(file or sys.stderr)
    # Some libraries set the level of their own loggers.
    handler.setLevel(number)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_json],
        )
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _add_faults(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """What `exc_info` stands for, without the words that may be somebody's text."""
    info = event.pop("exc_info", None)
    record = event.get("_record")
    if info is None and isinstance(record, logging.LogRecord):
        # `logging` would add its own traceback, message and all, behind our JSON.
        info, record.exc_info, record.exc_text = record.exc_info, None, None
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["fault"] = describe(error)
    return event


def _hide(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """No key ends up in a log, wherever in a line it stands."""
    for name, value in event.items():
        if not name.startswith("_"):
            event[name] = _hidden(value)
    return event


def _hidden(value: Any) -> Any:
    if isinstance(value, str):
        return hide_keys(value)
    if isinstance(value, MutableMapping | Mapping):
        return {name: _hidden(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item) for item in value]
    return value
