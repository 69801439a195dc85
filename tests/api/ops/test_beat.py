"""Signs of life."""

import os
from pathlib import Path

from api.ops.beat import Beat


def test_age_counts_from_the_last_touch(tmp_path: Path) -> None:
    beat = Beat(tmp_path, "indexer")
    assert beat.age_s() is None
    beat.touch()
    assert beat.age_s() is not None
    file = tmp_path / "run" / "indexer.beat"
    before = file.stat().st_mtime
    os.utime(file, (before - 500, before - 500))
    assert 500 <= (beat.age_s() or 0) < 560
    beat.touch()
    assert (beat.age_s() or 0) < 60
