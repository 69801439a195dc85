"""Locks of a data folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from filelock import Timeout

from api.errors import ConflictError
from api.serve.holding import hold, serving

_HOLDER = """
import sys, time
from pathlib import Path
from api.serve.holding import serving
with serving(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_service_a_folder_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", _HOLDER, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(ConflictError, match="正由另一个 matcher serve 使用"), serving(tmp_path):
        pass
    other.kill()
    other.wait()
    other.stdout.close()
    with serving(tmp_path):
        pass


def test_locks_of_different_names_do_not_meet(tmp_path: Path) -> None:
    with (
        hold(tmp_path, "a"),
        hold(tmp_path, "b", timeout_s=0),
        pytest.raises(Timeout),
        hold(tmp_path, "a", timeout_s=0.3),
    ):
        pass
