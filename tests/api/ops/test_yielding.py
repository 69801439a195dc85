"""The index process must step back behind the web also where the system shares cores among sessions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.ops.yielding import step_back

_SAYS = """
import os, pathlib
from api.ops.yielding import step_back
step_back(7)
group = pathlib.Path("/proc/self/autogroup")
print(os.nice(0), group.read_text().split()[-1] if group.exists() else 7)
"""


def said(*, leads: bool) -> list[int]:
    done = subprocess.run(
        [sys.executable, "-c", _SAYS], start_new_session=leads, capture_output=True, text=True, check=True
    )
    return [int(number) for number in done.stdout.split()]


def test_a_process_that_leads_a_session_steps_back_with_it() -> None:
    assert said(leads=True) == [min(19, os.nice(0) + 7), 7]


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="cores are not shared among sessions here")
def test_one_within_a_session_leaves_the_others_alone() -> None:
    group = Path("/proc/self/autogroup").read_text(encoding="ascii")
    nice, of_group = said(leads=False)
    assert nice == min(19, os.nice(0) + 7)
    assert of_group == int(group.split()[-1])


def test_nothing_is_changed_for_the_web() -> None:
    before = os.nice(0)
    step_back(0)
    assert os.nice(0) == before
