"""A process under the supervisor, with small programs in the place of the service's."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.serve.child import Child, Role


@pytest.fixture
def make(tmp_path: Path) -> Callable[[str], Child]:
    """A child that runs `api.serve` of a folder of ours, which is this text."""
    package = tmp_path / "api" / "serve"
    package.mkdir(parents=True)
    for folder in (package, package.parent):
        (folder / "__init__.py").touch()

    def made(code: str) -> Child:
        (package / "__main__.py").write_text(code, encoding="utf-8")
        return Child(Role("x", ("x",)), {"PYTHONPATH": str(tmp_path)})

    return made


def wait_for(test: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < until
        time.sleep(0.02)


def end_of(child: Child) -> tuple[int, float]:
    """Its status once it has ended by itself, and a moment (`time.monotonic`) just before that was seen."""
    seen: list[tuple[int, float]] = []

    def ended() -> bool:
        before = time.monotonic()
        status = child.mend()
        if status is not None:
            seen.append((status, before))
        return bool(seen)

    wait_for(ended)
    return seen[0]


def test_it_waits_for_go(make: Callable[[str], Child], tmp_path: Path) -> None:
    child = make(f"import sys, pathlib\nsys.stdin.buffer.read(1)\npathlib.Path({str(tmp_path / 'gone')!r}).touch()")
    child.start(go=False)
    time.sleep(0.5)
    assert child.is_alive
    assert not (tmp_path / "gone").exists()
    child.go()
    wait_for((tmp_path / "gone").exists)
    assert child.wait(time.monotonic() + 10)


def test_it_imports_nothing_from_the_folder_it_was_started_in(
    make: Callable[[str], Child], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "api.py").write_text("raise SystemExit(9)", encoding="utf-8")
    monkeypatch.chdir(here)
    child = make(f"import pathlib\npathlib.Path({str(tmp_path / 'ours')!r}).touch()")
    child.start()
    wait_for((tmp_path / "ours").exists)
    assert child.wait(time.monotonic() + 10)


def test_one_that_ends_is_started_again_after_a_growing_pause(make: Callable[[str], Child]) -> None:
    child = make("import sys\nsys.exit(3)")
    child.start()
    pauses = []
    for _ in range(3):
        status, before = end_of(child)
        assert status == 3
        pauses.append((child.pause_s, time.monotonic() - before))
        wait_for(lambda: child.mend() is None and child.pid is not None)
    assert child.restarts == 3
    # 0.5, 1 and 2 seconds, less what has passed since.
    for (pause, passed), longest in zip(pauses, (0.5, 1.0, 2.0), strict=True):
        assert longest - passed <= pause <= longest
    child.wait(time.monotonic() + 10)


def test_it_is_told_to_end_and_killed_where_it_does_not(make: Callable[[str], Child], tmp_path: Path) -> None:
    polite = make("import time\ntime.sleep(60)")
    polite.start()
    time.sleep(0.5)
    polite.end()
    assert polite.wait(time.monotonic() + 10)
    heard_nothing = tmp_path / "deaf"
    deaf = make(
        "import pathlib, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(heard_nothing)!r}).touch()\ntime.sleep(60)"
    )
    deaf.start()
    wait_for(heard_nothing.exists)
    pid = deaf.pid
    deaf.end()
    assert not deaf.wait(time.monotonic() + 0.5)
    assert pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_variables_reach_it(make: Callable[[str], Child]) -> None:
    child = make("import os, sys\nsys.exit(7 if os.environ.get('SERVICE_PORT') == '1234' else 1)")
    other = Child(Role("x", ("x",)), {**child._environment, "SERVICE_PORT": "1234"})
    other.start()
    assert end_of(other)[0] == 7
