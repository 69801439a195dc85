"""A writer can be killed at any moment: the old version serves until the new one does, and never half of either.

Twice: with a disk that stops at its i-th operation, for every i, before the operation and in the middle of it; and
with a hundred real SIGKILLs spread evenly over the time a build takes.
"""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.disk import Disk
from matcher.index.store import IndexStore
from matcher.records import Achievement, Need, Side

WHEN = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
ENCODER = HashingEncoder(48)
QUERIES = [QueryText("花生脱壳破损"), QueryText("冷箱泄漏", "报警要早。"), QueryText("新增成果")]
Answer = list[tuple[tuple[str, ...], bytes]]

OLD = [
    Achievement(id=f"A{at:02}", title=f"花生脱壳机{at}型", summary="破损率低。泄漏报警及时。" * at) for at in range(12)
]
NEEDS = [Need(id=f"N{at}", title=f"冷箱泄漏{at}", problem="希望早报警。") for at in range(5)]
# Two replaced, two added; A05 goes.
NEW = [*(Achievement(id=record.id, title=record.title + "改") for record in OLD[:2])]
NEW += [Achievement(id=f"B{at}", title=f"新增成果{at}", summary="花生脱壳不破损。") for at in range(2)]


def build_old(root: Path) -> None:
    store = IndexStore(root)
    store.write("demo", encoder=ENCODER, needs=NEEDS, achievements=OLD[:-1], created_at=WHEN)
    # Three versions were published, so that the next one has an old one to remove.
    for count in (-1, len(OLD)):
        store.write("demo", encoder=ENCODER, achievements=OLD[:count], remove=["A10"] * (count < 0), update=True)


def write_new(root: Path, disk: Disk | None = None) -> None:
    store = IndexStore(root, disk=disk)
    store.write("demo", encoder=ENCODER, achievements=NEW, remove=["A05"], update=True, created_at=WHEN)


def answer(root: Path) -> Answer:
    """What the live version answers, every byte of it verified."""
    bundle = IndexStore(root).open("demo", ENCODER, verify=True)
    found: Answer = []
    for side in Side:
        index = bundle.side(side)
        found.append((index.ids, b"".join(repr(record).encode() for record in index.records)))
        for part in (index.lexical, index.dense, index.hybrid):
            for hits in part.search(QUERIES, 20):
                found.append((tuple(index.ids[at] for at in hits.positions), hits.scores.tobytes()))
    return found


@pytest.fixture(scope="module")
def old_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("old")
    build_old(root)
    return root


@pytest.fixture(scope="module")
def old_answer(old_root: Path) -> Answer:
    return answer(old_root)


@pytest.fixture(scope="module")
def new_answer(old_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    root = tmp_path_factory.mktemp("new") / "indexes"
    shutil.copytree(old_root, root)
    write_new(root)
    return answer(root)


def leftovers(root: Path) -> set[str]:
    folder = root / "demo"
    return {path.name for path in (*folder.iterdir(), *(folder / "versions").iterdir())} - {".lock"}


@pytest.mark.slow
def test_every_operation_of_a_build_is_a_safe_place_to_die(
    old_root: Path, old_answer: Answer, new_answer: Answer, dying, tmp_path: Path
) -> None:
    disk, killed = dying
    assert old_answer != new_answer
    counted = disk(10**9)
    whole = tmp_path / "whole"
    shutil.copytree(old_root, whole)
    write_new(whole, counted)
    served: list[str] = []
    for at in range(counted.done):
        for share in (None, 0.0, 0.6):
            root = tmp_path / f"{at}-{share}"
            shutil.copytree(old_root, root)
            with suppress(killed):
                write_new(root, disk(at, share))
            found = answer(root)
            assert found in (old_answer, new_answer), f"operation {at}, {share}"
            served.append("new" if found == new_answer else "old")
            # The next writer finishes the work and leaves nothing behind.
            write_new(root)
            assert answer(root) == new_answer
            assert {"CURRENT", "versions"} < leftovers(root)
            assert not [name for name in leftovers(root) if name.endswith(".tmp")]
            shutil.rmtree(root)
    assert len(served) >= 100, len(served)
    # Once the new version serves, it serves from then on.
    assert served == sorted(served, reverse=True)
    assert served.count("old") > 60
    assert served.count("new") > 2


def test_dying_in_the_very_first_build_leaves_no_index_and_no_trap(dying, tmp_path: Path) -> None:
    disk, killed = dying
    for at in range(0, 60, 7):
        root = tmp_path / str(at)
        store = IndexStore(root, disk=disk(at, 0.5))
        with suppress(killed):
            store.write("demo", encoder=ENCODER, achievements=OLD, created_at=WHEN)
        names = IndexStore(root).names()
        assert names in ((), ("demo",))
        if names:
            answer(root)
        IndexStore(root).write("demo", encoder=ENCODER, achievements=OLD, created_at=WHEN)
        assert IndexStore(root).open("demo", ENCODER, verify=True).side(Side.ACHIEVEMENT).ids == tuple(
            record.id for record in OLD
        )


def fork_and_kill() -> None:
    """Obey lines of `folder seconds`: write there in a process of its own, kill it after so long, say how it ended.

    Starting Python for each would take most of the time; this process has everything loaded and forks.
    """
    build_old(Path(sys.argv[1]))
    for line in sys.stdin:
        folder, seconds = line.rsplit(maxsplit=1)
        child = os.fork()
        if child == 0:
            try:
                write_new(Path(folder))
            finally:
                os._exit(0)
        begun = time.perf_counter()
        if float(seconds) < 60:
            time.sleep(float(seconds))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        how = "killed" if os.WIFSIGNALED(status) else "finished"
        sys.stdout.write(f"{how} {time.perf_counter() - begun}\n")
        sys.stdout.flush()


@pytest.mark.slow
def test_a_hundred_real_kills(old_root: Path, old_answer: Answer, new_answer: Answer, tmp_path: Path) -> None:
    # The progress bars inside bm25s share a lock with forked processes, and who is killed holding it never lets go.
    environment = {**os.environ, "DISABLE_TQDM": "1"}
    command = [sys.executable, __file__, str(tmp_path / "warm")]
    root = tmp_path / "indexes"
    served = {"old": 0, "new": 0}
    killed = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as forker:

        def run(after_s: float) -> tuple[str, float]:
            assert forker.stdin is not None
            assert forker.stdout is not None
            print(root, after_s, file=forker.stdin, flush=True)
            how, seconds = forker.stdout.readline().split()
            return how, float(seconds)

        shutil.copytree(old_root, root)
        how, duration_s = run(60)
        assert how == "finished"
        assert answer(root) == new_answer
        for at in range(100):
            if answer(root) == new_answer:
                # What earlier kills left stays for the next writer, as in life; only a success starts afresh.
                shutil.rmtree(root)
                shutil.copytree(old_root, root)
            how, took_s = run(duration_s * (at + 0.5) / 100)
            killed += how == "killed"
            if how == "finished":
                # The one that was measured met a busier machine: from here on the kills fall into the time of this one.
                duration_s = min(duration_s, took_s)
            found = answer(root)
            assert found in (old_answer, new_answer), f"kill {at}"
            served["new" if found == new_answer else "old"] += 1
        assert forker.stdin is not None
        forker.stdin.close()
    write_new(root)
    assert answer(root) == new_answer
    assert killed >= 50
    assert served["old"] >= 30


if __name__ == "__main__":
    fork_and_kill()
