"""A writer can be killed at any moment: what it had applied is there, and never half of what it was applying.

Twice: with a disk that stops at its i-th operation, for every i, before the operation and in the middle of it; and
with SIGKILLs at moments spread over rounds of applying, merging and compacting.
"""

import os
import shutil
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tqdm.auto import tqdm

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.embed.hashing import HashingEncoder
from matcher.index.base import QueryText
from matcher.index.disk import Disk
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.records import Achievement, FieldLabel, Scheme, Side

ENCODER = HashingEncoder(32)
SETTINGS = Settings(window_chars=60, rerank=0)
CLASSIFIER = Classifier.load()
MODELS = Models(ENCODER, LevelModel.load(), None)
LABELS = (FieldLabel(scheme=Scheme.PLAN, code="1", name="一", confidence=1.0, stated=True),)
Answer = tuple[tuple[str, str, int], ...]


def put(number: int, title: str, stamp: int) -> Change:
    record = Achievement(id=f"A{number:03}", title=title, summary="破损率低。泄漏报警。" * (number % 5), labels=LABELS)
    return Change(Side.ACHIEVEMENT, record.id, record, stamp)


def writer(folder: Path, disk: Disk | None = None) -> LiveWriter:
    return LiveWriter(folder, ENCODER, SETTINGS, classifier=CLASSIFIER, disk=disk)


def answer(folder: Path) -> Answer:
    """Every record with its stamp, each found by searching."""
    side = LiveReader(folder, SETTINGS, models=MODELS).matcher().side(Side.ACHIEVEMENT)
    found = side.hybrid.search([QueryText("花生脱壳", "破损率低。")], 1000)[0].positions
    assert sorted(found.tolist()) == list(range(len(side)))
    stamps = writer(folder).stamps()
    assert {record_id for _, record_id in stamps} == set(side.ids)
    return tuple((record.id, record.title, stamps[Side.ACHIEVEMENT, record.id]) for record in side.records)


def apply_some(folder: Path, disk: Disk | None = None) -> None:
    """The seventh small segment: it is added, and then all of them are merged."""
    writer(folder, disk).apply([put(2, "新二", 100), put(90, "新增", 101), Change(Side.ACHIEVEMENT, "A003", None, 0)])


def compact(folder: Path, disk: Disk | None = None) -> None:
    writer(folder, disk).compact()


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("old") / "live"
    at_work = writer(folder)
    at_work.apply([put(at, f"花生脱壳机{at}型", at) for at in range(40)])
    for at in range(6):
        at_work.apply([put(at, f"改{at}", 50 + at)])
    assert len([*(folder / "segments").iterdir()]) == 7
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("work", [apply_some, compact])
def test_every_operation_is_a_safe_place_to_die(old: Path, work, dying, tmp_path: Path) -> None:
    disk, killed = dying
    before = answer(old)
    counted = disk(10**9)
    whole = tmp_path / "whole"
    shutil.copytree(old, whole)
    work(whole, counted)
    after = answer(whole)
    assert (before == after) is (work is compact)
    served = []
    for at in range(counted.done):
        # In the middle of every third.
        for share in (None, 0.6)[: 1 + (at % 3 == 0)]:
            folder = tmp_path / f"{at}-{share}"
            shutil.copytree(old, folder)
            with suppress(killed):
                work(folder, disk(at, share))
            found = answer(folder)
            assert found in (before, after), f"operation {at}, {share}"
            served.append(found == after)
            # The next writer finishes the work, and whoever writes something leaves nothing behind.
            work(folder)
            if at % 7 == 0:
                assert answer(folder) == after
                writer(folder).apply([put(91, "另一条", 102)])
                left = {path.name for path in (*folder.iterdir(), *(folder / "segments").iterdir())}
                assert left.isdisjoint({"STATE.tmp", *(f"{number}.tmp" for number in range(20))})
            shutil.rmtree(folder)
    assert served == sorted(served)
    assert counted.done > 30


def round_of(number: int) -> list[Change]:
    """Three records a round, over and over, and one that comes and goes."""
    changing = [put((3 * number + at) % 30, f"第{number}轮", 1000 + number) for at in range(3)]
    gone = None if number % 2 else put(99, f"第{number}轮", 1000 + number).record
    return [*changing, Change(Side.ACHIEVEMENT, "A099", gone, 1000 + number)]


def expected(rounds: int) -> dict[str, int]:
    """Stamps after so many rounds."""
    stamps: dict[str, int] = {}
    for number in range(rounds):
        for change in round_of(number):
            stamps[change.id] = change.stamp
            if change.record is None:
                del stamps[change.id]
    return stamps


def work_on(folder: Path, first: int, done: int) -> None:
    """Apply round after round, telling each when it is done; every fifth time compact too."""
    at_work = writer(folder)
    for number in range(first, 10**6):
        at_work.apply(round_of(number))
        os.write(done, b"%d\n" % number)
        if number % 5 == 4:
            at_work.compact()


@pytest.mark.slow
def test_real_kills(tmp_path: Path) -> None:
    folder = tmp_path / "live"
    writer(folder).apply(round_of(0))
    begun = time.perf_counter()
    writer(folder).apply(round_of(1))
    round_s = time.perf_counter() - begun
    rounds = 2
    # Where the machine has become slower than it was when a round was measured, it takes some more.
    for kill in range(200):
        if kill >= 40 and rounds > 20:
            break
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                # The progress bars inside bm25s share a lock with forked processes, and who is killed holding it never
                # lets go.
                tqdm.set_lock(threading.RLock())
                work_on(folder, rounds, writing)
            finally:
                os._exit(1)
        os.close(writing)
        # Up to four rounds, with the compaction among them.
        time.sleep(round_s * (kill % 40 + 1) / 10)
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1])
        with os.fdopen(reading) as told:
            numbers = [int(line) for line in told]
        acknowledged = numbers[-1] + 1 if numbers else rounds
        stamps = {record_id: stamp for record_id, _, stamp in answer(folder)}
        # All that was acknowledged, and of what came after either all or nothing.
        assert stamps in (expected(acknowledged), expected(acknowledged + 1)), f"kill {kill}"
        rounds = acknowledged if stamps == expected(acknowledged) else acknowledged + 1
    assert rounds > 20
