"""A run can be killed at any moment: the same call goes on and ends with the same bytes.

Twice: with a disk that stops at its i-th operation, for every i, before it and in the middle of it; and with real
SIGKILLs of the command.
"""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from matcher.batch import read_run
from matcher.batch.run import Watch
from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.errors import RunError
from matcher.rank.models import Models

FILES = ("matches.csv", "needs.jsonl", "achievements.jsonl")


def content(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


@pytest.mark.slow
def test_every_operation_is_a_safe_place_to_die(run, dying, reading: Models, tmp_path: Path) -> None:
    disk, killed = dying
    whole = disk(10**9)
    run(tmp_path / "whole", disk=whole, models=reading)
    expected = content(tmp_path / "whole")
    resumed = []
    for at in range(whole.done):
        for share in (None, 0.5):
            out = tmp_path / f"{at}-{share}"
            with suppress(killed):
                run(out, disk=disk(at, share), models=reading)
            outcome = run(out, models=reading)
            assert content(out) == expected, f"operation {at}, {share}"
            assert sorted(path.name for path in out.iterdir()) == sorted((*FILES, "manifest.json"))
            assert len(read_run(out).pairs) == outcome.manifest.counts["pairs"]
            resumed.append(24 if outcome.already else outcome.kept)
            shutil.rmtree(out)
    assert whole.done > 60
    # Five blocks of at most five needs: once a block is kept it is never matched again.
    assert resumed == sorted(resumed)
    assert set(resumed) == {0, 5, 10, 15, 20, 24}


def test_two_deaths_in_one_run(run, dying, tmp_path: Path) -> None:
    disk, killed = dying
    whole = disk(10**9)
    run(tmp_path / "whole", disk=whole)
    for share in (0.3, 0.6):
        with suppress(killed):
            run(tmp_path / "run", disk=disk(int(whole.done * share)))
    run(tmp_path / "run")
    assert content(tmp_path / "run") == content(tmp_path / "whole")


class Counting(HashingEncoder):
    """Counts the texts it encodes."""

    def __init__(self) -> None:
        super().__init__(64)
        self.passages = 0
        self.queries = 0

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.passages += len(texts)
        return super().encode_passages(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.queries += len(texts)
        return super().encode_passages(texts)


def died_in_the_last_block(run, dying, out: Path, **given: object) -> None:
    """Stop a run when the fourth of five parts is written."""
    disk, killed = dying

    class Dying(disk):  # type: ignore[misc, valid-type]
        def move(self, old: Path, new: Path) -> None:
            if new.name == "00004.npz":
                raise killed
            super().move(old, new)

    with pytest.raises(killed):
        run(out, disk=Dying(10**9), **given)


def test_what_was_done_is_not_done_again(run, dying, models: Models, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    assert len(list((tmp_path / "run" / "work" / "parts").glob("*.npz"))) == 4
    counting = Counting()
    told: list[tuple[int, int]] = []
    watch = Watch(matching=lambda done, total: told.append((done, total)))
    outcome = run(tmp_path / "run", models=dataclasses.replace(models, encoder=counting), watch=watch)
    assert outcome.kept == 20
    assert counting.passages == 0
    assert 0 < counting.queries <= 4 * 5
    assert told == [(5, 24), (10, 24), (15, 24), (20, 24), (24, 24)]


def test_a_spoilt_part_is_made_again(run, dying, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    parts = tmp_path / "run" / "work" / "parts"
    (parts / "00000.npz").write_bytes(b"")
    data = bytearray((parts / "00001.npz").read_bytes())
    data[len(data) // 2] ^= 255
    (parts / "00001.npz").write_bytes(bytes(data))
    assert run(tmp_path / "run").kept == 10
    run(tmp_path / "whole")
    assert content(tmp_path / "run") == content(tmp_path / "whole")


def test_a_spoilt_index_is_made_again(run, dying, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    for path in (tmp_path / "run" / "work" / "index").rglob("vectors.npy"):
        path.unlink()
    assert run(tmp_path / "run").kept == 20
    run(tmp_path / "whole")
    assert content(tmp_path / "run") == content(tmp_path / "whole")


def test_a_changed_input_starts_afresh_and_says_so(run, corpus, dying, models: Models, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    changed = [dataclasses.replace(corpus.achievements[0], summary="另一种脱壳办法。"), *corpus.achievements[1:]]
    said: list[str] = []
    counting = Counting()
    outcome = run(
        tmp_path / "run",
        achievements=changed,
        models=dataclasses.replace(models, encoder=counting),
        watch=Watch(say=said.append),
    )
    assert outcome.kept == 0
    assert len(said) == 1
    assert "输入的记录" in said[0]
    assert "从头开始" in said[0]
    # Only what is new was encoded: one title is the same, one window is not.
    assert counting.passages == 1
    run(tmp_path / "whole", achievements=changed)
    assert content(tmp_path / "run") == content(tmp_path / "whole")


@pytest.mark.parametrize(
    ("given", "said"), [({"top": 4}, "--top"), ({"block": 3}, "设置"), ({"today": None}, None)], ids=str
)
def test_only_what_changes_the_matches_starts_afresh(run, dying, given, said, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    told: list[str] = []
    outcome = run(tmp_path / "run", watch=Watch(say=told.append), **given)
    assert outcome.kept == (0 if said else 20)
    assert (said in told[0]) if said else not told


def test_two_processes_do_not_write_one_run(run, dying, tmp_path: Path) -> None:
    died_in_the_last_block(run, dying, tmp_path / "run")
    from filelock import FileLock

    with FileLock(tmp_path / "run" / "work" / ".lock"), pytest.raises(RunError, match="另一个进程"):
        run(tmp_path / "run")


def test_a_full_disk_says_what_to_do(run, dying, tmp_path: Path) -> None:
    disk, _ = dying

    class Full(disk):  # type: ignore[misc, valid-type]
        def move(self, old: Path, new: Path) -> None:
            if new.name == "00001.npz":
                raise OSError(28, "No space left on device")
            super().move(old, new)

    with pytest.raises(RunError, match=r"无法写入.*No space left.*再执行同一命令"):
        run(tmp_path / "run", disk=Full(10**9))
    assert run(tmp_path / "run").kept == 5


@pytest.mark.slow
def test_the_command_survives_real_kills(sample: Path, tmp_path: Path) -> None:
    environment = {
        "MATCHER_ENCODER": "hashing", "PATH": os.environ["PATH"], "PYTHONUTF8": "1", "HOME": str(tmp_path)
    }  # fmt: skip
    command = [sys.executable, "-m", "matcher", "batch", sample / "needs.csv", sample / "achievements.csv"]

    def start(out: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*command, "--on", "2025-06-01", "--out", tmp_path / out],
            env=environment,
            text=True,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
        )

    begun = time.perf_counter()
    whole = start("whole")
    whole.communicate(timeout=300)
    took_s = time.perf_counter() - begun
    assert whole.returncode == 0
    kills = 0
    for share in (0.25, 0.5, 0.7, 0.8, 0.9, 0.95):
        with start("run") as process:
            with suppress(subprocess.TimeoutExpired):
                process.communicate(timeout=took_s * share)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
    last = start("run")
    last.communicate(timeout=300)
    assert last.returncode == 0
    assert kills > 0
    assert content(tmp_path / "run") == content(tmp_path / "whole")
