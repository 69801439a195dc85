"""Where commands write: results on standard output, everything about the work on standard error."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["bar", "log", "output", "tracked"]

_T = TypeVar("_T")


def output() -> Console:
    """The console for results; as wide as the terminal, 120 columns where there is none."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 120)


def log(text: str) -> None:
    """One line about the work."""
    Console(stderr=True, highlight=False, soft_wrap=True, markup=False).print(text)


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on a terminal, nothing elsewhere; the callable takes (done, total)."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)

        def show(done: int, total: int) -> None:
            progress.update(task, completed=done, total=total)

        yield show


def tracked(items: Iterable[_T], what: str, total: int | None = None) -> Iterator[_T]:
    """The items, with a progress bar while they pass."""
    size = total if total is not None else len(items) if isinstance(items, Sized) else 0
    with bar(what) as show:
        for done, item in enumerate(items, 1):
            yield item
            show(done, size)
