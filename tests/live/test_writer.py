"""Writing: what is encoded, what stays, what meets in the middle of a compaction, and what is refused."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.errors import IndexLockedError, IndexMismatchError, IndexStoreError, RecordError
from matcher.index.disk import Disk
from matcher.live.changes import Applied, Change
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.records import Achievement, Need, Side

BODY = "空分装置冷箱泄漏在线监测，发现泄漏立即报警。"


def put(number: int, title: str, stamp: int, summary: str = BODY, org: str = "") -> Change:
    record_id = f"A{number}"
    record = Achievement(id=record_id, title=title, summary=summary, org=org)
    return Change(Side.ACHIEVEMENT, record_id, record, stamp)


def drop(number: int, stamp: int = 0) -> Change:
    return Change(Side.ACHIEVEMENT, f"A{number}", None, stamp)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "live"


@pytest.fixture
def writer(folder: Path, encoder, live_settings: Settings, classifier: Classifier) -> LiveWriter:
    return LiveWriter(folder, encoder, live_settings, classifier=classifier)


@pytest.fixture
def base(writer: LiveWriter) -> LiveWriter:
    """Forty records, so that a few on top stay on top."""
    writer.apply([put(at, f"冷箱监测{at}号", at, summary=f"{BODY}第{at}种。") for at in range(40)])
    return writer


def clusters(reader: LiveReader) -> set[tuple[str, ...]]:
    reader.refresh()
    side = reader.matcher().side(Side.ACHIEVEMENT)
    return {members for i in side.ids if len(members := side.cluster(side.canonical(i))) > 1}


def test_only_new_texts_are_encoded(base: LiveWriter, encoder) -> None:
    encoder.passages.clear()
    # Another owner: title and window are as they were.
    moved = Achievement(id="A3", title="冷箱监测3号", summary=f"{BODY}第3种。", org="新单位")
    assert base.apply([Change(Side.ACHIEVEMENT, "A3", moved, 100)]) == Applied(written=1, encoded=0)
    assert encoder.passages == []
    # Another body: its window is new, the title is not.
    assert base.apply([put(4, "冷箱监测4号", 101, summary="全新的正文。")]) == Applied(written=1, encoded=1)
    assert encoder.passages == ["冷箱监测4号。全新的正文。"]
    assert base.compact()
    assert len(encoder.passages) == 1


def test_the_same_again_writes_nothing(base: LiveWriter, folder: Path) -> None:
    changes = [put(3, "改", 100), drop(5), put(50, "新", 101), drop(77)]
    assert base.apply(changes) == Applied(written=2, removed=1, unchanged=1, encoded=4)
    before = (folder / "STATE").read_bytes()
    assert base.apply(changes) == Applied(unchanged=4)
    assert base.apply([]) == Applied()
    assert (folder / "STATE").read_bytes() == before


def test_the_last_change_of_a_record_counts(base: LiveWriter) -> None:
    done = base.apply([put(50, "新", 100), drop(50), put(60, "旧", 101), put(60, "新", 102)])
    assert (done.written, done.removed, done.unchanged) == (1, 0, 1)
    stamps = base.stamps()
    assert stamps[Side.ACHIEVEMENT, "A60"] == 102
    assert (Side.ACHIEVEMENT, "A50") not in stamps


def test_a_lower_stamp_is_followed_too(base: LiveWriter) -> None:
    """After the database was restored from a backup."""
    assert base.apply([put(3, "改", 100)]).written == 1
    assert base.apply([put(3, "冷箱监测3号", 3)]).written == 1
    assert base.stamps()[Side.ACHIEVEMENT, "A3"] == 3


def test_an_id_may_stand_on_both_sides(base: LiveWriter, folder: Path, live_settings: Settings, models: Models) -> None:
    base.apply([Change(Side.NEED, "A3", Need(id="A3", title="冷箱泄漏"), 1)])
    base.apply([Change(Side.ACHIEVEMENT, "A3", None, 0)])
    matcher = LiveReader(folder, live_settings, models=models).matcher()
    assert "A3" in matcher.side(Side.NEED)
    assert "A3" not in matcher.side(Side.ACHIEVEMENT)
    assert base.stamps()[Side.NEED, "A3"] == 1


def test_a_record_of_another_id_or_side_is_refused(writer: LiveWriter, folder: Path) -> None:
    record = Achievement(id="A1", title="甲")
    with pytest.raises(RecordError, match=r"A2.*A1"):
        writer.apply([Change(Side.ACHIEVEMENT, "A2", record, 1)])
    with pytest.raises(RecordError, match=r"需求.*成果"):
        writer.apply([Change(Side.NEED, "A1", record, 1)])
    assert not folder.exists()


def test_copies_are_marked_where_it_is_cheap_and_everywhere_by_a_compaction(
    writer: LiveWriter, folder: Path, live_settings: Settings, models: Models
) -> None:
    reader = LiveReader(folder, live_settings, models=models)
    texts = {at: (f"第{at}种全然不同的{'甲乙丙丁戊己庚辛壬癸'[at % 10] * (at + 2)}", f"{at}" * 30) for at in range(30)}
    title, body = "空分装置冷箱泄漏早期监测报警系统", BODY * 3
    first = [put(at, *(texts[at][0], at, texts[at][1])) for at in range(30)]
    writer.apply([*first, put(30, title, 30, body), put(31, title, 31, body, "甲所")])
    pair = {("A30", "A31")}
    assert clusters(reader) == pair
    head = next(i for i in ("A30", "A31") if reader.matcher().side(Side.ACHIEVEMENT).canonical(i) == i)
    number, other = int(head[1:]), {"A30": 31, "A31": 30}[head]
    # A further field of the head, and then of its copy, changes nothing about who is whose copy.
    org = {"A30": "", "A31": "甲所"}
    for at, stamp in ((number, 100), (other, 101)):
        record = Achievement(id=f"A{at}", title=title, summary=body, org=org[f"A{at}"], status="已公开")
        assert writer.apply([Change(Side.ACHIEVEMENT, f"A{at}", record, stamp)]).written == 1
        assert clusters(reader) == pair
    assert writer.stamps()[Side.ACHIEVEMENT, f"A{other}"] == 101
    # One more copy is found by the next compaction.
    writer.apply([put(32, title, 102, body)])
    assert clusters(reader) == pair
    assert writer.compact()
    assert clusters(reader) == {("A30", "A31", "A32")}
    assert not writer.compact()
    # A head with another text leaves its copies behind.
    reader.refresh()
    head = reader.matcher().side(Side.ACHIEVEMENT).canonical("A30")
    writer.apply([put(int(head[1:]), "完全另一回事的秸秆打捆机", 103, "秸秆打捆。" * 9)])
    assert clusters(reader) == {tuple(sorted({"A30", "A31", "A32"} - {head}))}


def test_segments_stay_few(base: LiveWriter, folder: Path) -> None:
    for at in range(30):
        base.apply([put(at, f"改{at}", 100 + at)])
        assert len([*(folder / "segments").iterdir()]) <= 7
    stamps = base.stamps()
    assert [stamps[Side.ACHIEVEMENT, f"A{at}"] for at in range(40)] == [*range(100, 130), *range(30, 40)]


class MeddlingDisk(Disk):
    """Calls something before the file operation of a number."""

    def __init__(self, at: int, call) -> None:
        self.done = 0
        self._at = at
        self._call = call

    @contextmanager
    def create(self, path: Path) -> Iterator[BinaryIO]:
        self.done += 1
        if self.done == self._at:
            self._call()
        with super().create(path) as file:
            yield file


# 1 freezes what is taken, 2–16 write the new base, 17 publishes it.
@pytest.mark.parametrize("at", [2, 9, 16])
def test_what_is_applied_during_a_compaction_stays_on_top(
    base: LiveWriter, folder: Path, live_settings: Settings, models: Models, at: int
) -> None:
    base.apply([put(3, "改前", 90), drop(8)])

    def meanwhile() -> None:
        for number in range(9):
            base.apply([put(number, f"改后{number}", 100 + number), drop(20 + number), put(8, "回来", 200)])
        with pytest.raises(IndexLockedError):
            base.compact()

    disk = MeddlingDisk(at, meanwhile)
    other = LiveWriter(folder, models.encoder, live_settings, disk=disk)
    assert other.compact()
    expected = {
        **{number: 100 + number for number in range(8)},
        8: 200,
        **{number: number for number in range(9, 40) if not 20 <= number < 29},
    }
    # The last round put A8 after its own A8: of one batch the last counts.
    assert base.stamps() == {(Side.ACHIEVEMENT, f"A{number}"): stamp for number, stamp in expected.items()}
    side = LiveReader(folder, live_settings, models=models).matcher().side(Side.ACHIEVEMENT)
    assert side.records[side.position("A3")].title == "改后3"
    assert side.records[side.position("A8")].title == "回来"
    assert base.wants_compaction()
    assert base.compact()
    assert not base.wants_compaction()
    assert len([*(folder / "segments").iterdir()]) == 1


def test_another_encoder_takes_over_by_compacting(
    base: LiveWriter, folder: Path, counting, live_settings: Settings, classifier: Classifier
) -> None:
    other = counting(24, name=":other")
    writer = LiveWriter(folder, other, live_settings, classifier=classifier)
    with pytest.raises(IndexMismatchError, match="other"):
        writer.apply([put(1, "改", 100)])
    assert writer.wants_compaction()
    assert len(writer.stamps()) == 40
    with pytest.raises(IndexMismatchError):
        LiveReader(folder, live_settings, models=Models(other, LevelModel.load(), None))
    assert writer.compact()
    assert len(other.passages) == 80
    assert writer.apply([put(1, "改", 100)]).written == 1
    with pytest.raises(IndexMismatchError):
        base.apply([put(2, "改", 101)])
    reader = LiveReader(folder, live_settings, models=Models(other, LevelModel.load(), None))
    assert len(reader.matcher().side(Side.ACHIEVEMENT)) == 40
    # Other windows are another index too.
    wider = LiveWriter(folder, other, Settings(window_chars=100, rerank=0), classifier=classifier)
    with pytest.raises(IndexMismatchError):
        wider.apply([put(2, "改", 101)])
    assert wider.compact()
    assert wider.apply([put(2, "改", 101)]).written == 1


def test_a_folder_that_cannot_be_written(folder: Path, writer: LiveWriter) -> None:
    folder.write_text("a file is in the way")
    with pytest.raises(IndexStoreError, match="live"):
        writer.apply([put(1, "甲", 1)])


def test_nothing_to_compact(writer: LiveWriter) -> None:
    assert not writer.compact()
    assert not writer.wants_compaction()
    writer.apply([put(1, "甲", 1)])
    writer.apply([drop(1)])
    assert writer.stamps() == {}
    writer.compact()
    assert writer.stamps() == {}


def test_what_is_read_is_read_while_nobody_else_writes(
    base: LiveWriter, folder: Path, encoder, live_settings: Settings, classifier: Classifier
) -> None:
    """Of two that follow one database the second one reads after the first has written, never in between."""
    other = LiveWriter(folder, encoder, live_settings, classifier=classifier)
    database, done, reads = {"title": "先读"}, threading.Event(), threading.Event()

    def slowly() -> list[Change]:
        found = [put(1, database["title"], 100)]
        reads.set()
        # The other one may have to wait for us.
        done.wait(4)
        return found

    def follow() -> None:
        other.apply_from(lambda: [put(1, database["title"], 101)])
        done.set()

    first, second = threading.Thread(target=base.apply_from, args=(slowly,)), threading.Thread(target=follow)
    first.start()
    assert reads.wait(60)
    database["title"] = "后读"
    second.start()
    for thread in (first, second):
        thread.join(60)
        assert not thread.is_alive()
    assert base.stamps()[Side.ACHIEVEMENT, "A1"] == 101


def test_nothing_is_written_where_nothing_is_read(base: LiveWriter) -> None:
    before = base.stamps()
    assert base.apply_from(list) == Applied()
    with pytest.raises(ZeroDivisionError):
        base.apply_from(lambda: [put(1, "改", 1 // 0)])
    assert base.stamps() == before
    # The lock was given back.
    assert base.apply([put(1, "改", 100)]).written == 1
