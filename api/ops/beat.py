"""Signs of life of a process: a file it touches as its work goes on, so that others can tell it from one that hangs."""

import os
import time
from pathlib import Path

__all__ = ["Beat"]


class Beat:
    """One process's sign of life in the data folder. Not in the database: it must work when the database is busy."""

    def __init__(self, data_dir: Path, name: str) -> None:
        """Nothing is written yet."""
        self._file = data_dir / "run" / f"{name}.beat"

    def touch(self) -> None:
        """I live, and my work goes on."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch()
        os.utime(self._file)

    def age_s(self) -> float | None:
        """Seconds since the last touch; None: there never was one."""
        try:
            return max(0.0, time.time() - self._file.stat().st_mtime)
        except OSError:
            return None
