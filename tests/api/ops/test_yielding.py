"""The index process must step back behind the web also where the system shares cores among sessions."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.ops.yielding import step_back

_GROUP = Path("/proc/self/autogroup")

_SAYS = """
import os, pathlib
from api.ops.yielding import step_back
group = pathlib.Path("/proc/self/autogroup")
print(os.nice(0), group.read_text() if group.exists() else "")
step_back(7)
print(os.nice(0), group.read_text() if group.exists() else "")
"""


def said(*, leads: bool) -> list[list[str]]:
    """The niceness and what the system says of the group of sessions, before and after stepping back.

    The system says nothing of the group of a process started before it shared cores among sessions, such as the
    first one of a container.
    """
    done = subprocess.run(
        [sys.executable, "-c", _SAYS], start_new_session=leads, capture_output=True, text=True, check=True
    )
    return [line.split() for line in done.stdout.splitlines() if line.strip()]


def test_a_process_that_leads_a_session_steps_back_with_it() -> None:
    before, after = said(leads=True)
    assert int(after[0]) == min(19, int(before[0]) + 7)
    assert after[1:] == ([*before[1:-1], "7"] if before[1:] else [])


@pytest.mark.skipif(not _GROUP.exists(), reason="cores are not shared among sessions here")
def test_one_within_a_session_leaves_the_others_alone() -> None:
    of_this = _GROUP.read_text(encoding="ascii").split()
    before, after = said(leads=False)
    assert int(after[0]) == min(19, int(before[0]) + 7)
    assert before[1:] == after[1:] == of_this


def test_nothing_is_changed_for_the_web() -> None:
    before = os.nice(0)
    step_back(0)
    assert os.nice(0) == before
