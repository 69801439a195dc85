"""What an unfinished run keeps in `work/`, so that the same command goes on from there.

::

    plan.json      what the parts belong to; parts of another plan are never used
    command.txt    how to go on
    index/         the achievements, encoded; encoding itself goes on where it stopped (`matcher.index.staging`)
    index.key      the plan that the index was finished for
    parts/         one file for each block of needs that is done, written beside and renamed
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.batch.base import COMMAND, WORK
from matcher.batch.plan import RunPlan
from matcher.batch.rows import Rows
from matcher.batch.whole import whole
from matcher.errors import RunError
from matcher.index.disk import Disk
from matcher.index.store import IndexStore

__all__ = ["Work"]

_PLAN, _INDEX, _INDEX_KEY, _PARTS = "plan.json", "index", "index.key", "parts"
_NAME = "achievements"


class Work:
    """The folder `work/` of one run."""

    def __init__(self, run: Path, disk: Disk) -> None:
        self.folder = run / WORK
        self._disk = disk
        self.store = IndexStore(self.folder / _INDEX, disk=disk)
        self.index_name = _NAME

    @property
    def plan(self) -> RunPlan | None:
        """The plan of the run that was begun here; None where there is none that can be read."""
        return RunPlan.read(self.folder / _PLAN)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder; it is made where it is not there.

        Raises:
            RunError: another process works in it.
        """
        from filelock import FileLock, Timeout  # noqa: PLC0415

        self._disk.make_folder(self.folder)
        try:
            with FileLock(self.folder / ".lock").acquire(timeout=0):
                yield
        except Timeout as error:
            raise RunError(f"另一个进程正在写入 {self.folder.parent}；请等它结束，或换一个 --out。") from error

    def begin(self, plan: RunPlan, command: str) -> tuple[str, ...]:
        """Make ready for this plan; says what differs from the plan begun before, whose parts are dropped then.

        Vectors of texts that have not changed are used again all the same.
        """
        before = self.plan
        if before is not None and before.key == plan.key:
            return ()
        self._disk.remove(self.folder / _PARTS)
        self._disk.make_folder(self.folder / _PARTS)
        self._write(self.folder / COMMAND, f"{command}\n".encode())
        self._write(self.folder / _PLAN, plan.to_json())
        return plan.differences(before) if before else ()

    def index_ready(self, plan: RunPlan) -> bool:
        """Whether the index was finished for this plan."""
        path = self.folder / _INDEX_KEY
        return path.is_file() and path.read_text(encoding="utf-8") == plan.key

    def index_done(self, plan: RunPlan) -> None:
        """From now on `index_ready`."""
        self._write(self.folder / _INDEX_KEY, plan.key.encode())

    def part(self, number: int) -> Rows | None:
        """The rows of one block; None where it is not done, or what was kept is damaged."""
        try:
            return Rows.from_bytes(self._part_path(number).read_bytes())
        except (OSError, ValueError):
            return None

    def keep(self, number: int, rows: Rows) -> None:
        """Keep the rows of one block."""
        self._write(self._part_path(number), rows.to_bytes())

    def remove(self) -> None:
        """Nothing is left to go on with."""
        self._disk.remove(self.folder)

    def _part_path(self, number: int) -> Path:
        return self.folder / _PARTS / f"{number:05d}.npz"

    def _write(self, path: Path, data: bytes) -> None:
        with whole(path, self._disk) as file:
            file.write(data)
