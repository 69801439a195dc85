"""Kinds of job that break in every way a job can break. Read by the child process as `tests.api.jobs.kinds`."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.jobs.context import JobContext
from api.jobs.kind import JobKind
from api.service import Service
from matcher.errors import InputError


def _note(parameters: Mapping[str, Any]) -> int:
    """One more line for each run; how many runs there were."""
    path = Path(parameters["runs"])
    with path.open("a") as file:
        file.write(f"{os.getpid()}\n")
    return len(path.read_text().splitlines())


def _count(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    path = context.folder / "out.txt"
    path.write_text("结果")
    context.add_file("结果.txt", path, "text/plain")
    context.progress(1, 2, "一半")
    return {"nice": os.nice(0), "runs": _note(parameters)}


def _refuse(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    raise InputError(f"文件 {service.uploads}/甲.xlsx 打不开；请另存后再传。")


def _break(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    raise ZeroDivisionError


def _crash(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    _note(parameters)
    os.abort()


def _stumble(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Crashes once, after it was let."""
    runs = _note(parameters)
    while not Path(parameters["until"]).exists():
        time.sleep(0.05)
    if runs == 1:
        os.abort()
    return {"runs": runs}


def _wait(service: Service, context: JobContext, parameters: Mapping[str, Any]) -> dict[str, Any]:
    _note(parameters)
    while not Path(parameters["until"]).exists():
        context.progress(1, 2, "等待")
        time.sleep(0.05)
    return {}


_NAMES = ("count", "refuse", "break", "crash", "stumble", "wait")

KINDS = {
    "import": JobKind("import", "api.imports.job:run_import", heavy=False),
    **{name: JobKind(name, f"tests.api.jobs.kinds:_{name}") for name in _NAMES},
}
