"""Every kind of job can be loaded, and loading one does not load the others."""

import subprocess
import sys

from api.work.kinds import KINDS


def test_every_kind_is_where_it_is_said_to_be() -> None:
    for name, kind in KINDS.items():
        assert kind.name == name
        assert callable(kind.load())


def test_an_import_loads_neither_solver_nor_learner() -> None:
    code = "import sys, api.jobs.child; from api.work.kinds import KINDS; KINDS['import'].load(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert not {"ortools", "sklearn", "scipy.stats", "matcher.batch.run", "api.work.fair"} & set(loaded)
