"""Reading: what is opened, what is kept, and what happens while files change underneath."""

import threading
from pathlib import Path

import numpy as np
import pytest

from matcher.config import Settings
from matcher.corpus.classify import Classifier
from matcher.errors import IndexDamagedError, IndexMismatchError
from matcher.live import folder as folder_module
from matcher.live.changes import Change
from matcher.live.reader import LiveReader
from matcher.live.segments import open_segment
from matcher.live.writer import LiveWriter
from matcher.rank.models import Models
from matcher.records import Achievement, Need, Side


def put(number: int, title: str, stamp: int) -> Change:
    record = Achievement(id=f"A{number:03}", title=title, summary="空分装置冷箱泄漏在线监测。" * (number % 4))
    return Change(Side.ACHIEVEMENT, record.id, record, stamp)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "live"


@pytest.fixture
def writer(folder: Path, encoder, live_settings: Settings, classifier: Classifier) -> LiveWriter:
    return LiveWriter(folder, encoder, live_settings, classifier=classifier)


@pytest.fixture
def reader(folder: Path, live_settings: Settings, models: Models) -> LiveReader:
    return LiveReader(folder, live_settings, models=models)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the segments that were opened."""
    names: list[str] = []

    def counted(path: Path, *args, **kwargs):
        names.append(path.name)
        return open_segment(path, *args, **kwargs)

    monkeypatch.setattr(folder_module, "open_segment", counted)
    return names


def titles(reader: LiveReader) -> list[str]:
    found = reader.matcher().search("冷箱泄漏监测", top=3)
    return [reader.matcher().partners(found)[match.achievement_id].title for match in found.matches]


def test_an_empty_folder_is_a_matcher_without_records(writer: LiveWriter, reader: LiveReader, folder: Path) -> None:
    assert not folder.exists()
    assert reader.version == "0"
    assert not any(reader.matcher().has(side) for side in Side)
    assert not reader.refresh()
    writer.apply([put(1, "冷箱监测", 1)])
    assert reader.refresh()
    assert (reader.version, reader.matcher().version) == ("1", "1")
    assert reader.matcher().has(Side.ACHIEVEMENT)
    assert not reader.matcher().has(Side.NEED)
    assert titles(reader) == ["冷箱监测"]
    writer.apply([Change(Side.ACHIEVEMENT, "A001", None, 2)])
    assert reader.refresh()
    assert not reader.matcher().has(Side.ACHIEVEMENT)


def test_answers_follow(writer: LiveWriter, reader: LiveReader) -> None:
    writer.apply([put(at, f"秸秆打捆机{at}号", at) for at in range(20)])
    writer.apply([Change(Side.NEED, "N1", Need(id="N1", title="冷箱泄漏早期报警"), 1)])
    reader.refresh()
    assert "冷箱泄漏监测仪" not in titles(reader)
    writer.apply([put(7, "冷箱泄漏监测仪", 100)])
    assert "冷箱泄漏监测仪" not in titles(reader)
    reader.refresh()
    answer = reader.matcher().search("冷箱泄漏监测", top=3)
    assert answer.matches[0].achievement_id == "A007"
    # The replaced record is not counted a second time.
    assert answer.considered == 20
    writer.apply([Change(Side.ACHIEVEMENT, "A007", None, 101)])
    reader.refresh()
    answer = reader.matcher().search("冷箱泄漏监测", top=30)
    assert answer.considered == 19
    assert "A007" not in {match.achievement_id for match in answer.matches}
    leads = reader.matcher().leads(Achievement(id="Q", title="冷箱泄漏监测仪"))
    assert [match.need_id for match in leads.matches] == ["N1"]


def test_only_new_segments_are_opened(writer: LiveWriter, reader: LiveReader, opened: list[str]) -> None:
    writer.apply([put(at, f"秸秆打捆机{at}号", at) for at in range(20)])
    opened.clear()
    reader.refresh()
    assert opened == ["1"]
    writer.apply([put(1, "改", 100)])
    opened.clear()
    assert reader.refresh()
    assert opened == ["2"]
    assert not reader.refresh()
    assert opened == ["2"]


def test_the_old_matcher_goes_on_after_its_files_are_gone(writer: LiveWriter, reader: LiveReader, folder: Path) -> None:
    writer.apply([put(at, f"冷箱监测{at}号", at) for at in range(20)])
    reader.refresh()
    old = reader.matcher()
    before = old.search("冷箱泄漏监测", top=5)
    writer.apply([put(at, "改", 100 + at) for at in range(20)])
    writer.compact()
    assert len([*(folder / "segments").iterdir()]) == 1
    assert old.search("冷箱泄漏监测", top=5) == before
    assert reader.matcher() is old
    reader.refresh()
    assert reader.matcher() is not old
    assert {record.title for record in reader.matcher().side(Side.ACHIEVEMENT).records} == {"改"}


def test_a_segment_taken_away_while_it_is_being_opened(
    writer: LiveWriter, reader: LiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.apply([put(at, f"冷箱监测{at}号", at) for at in range(20)])
    writer.apply([put(1, "改", 100)])
    raced: list[str] = []

    def late(path: Path, *args, **kwargs):
        if not raced:
            raced.append(path.name)
            monkeypatch.undo()
            writer.compact()
            writer.apply([put(2, "又改", 101)])
        return open_segment(path, *args, **kwargs)

    monkeypatch.setattr(folder_module, "open_segment", late)
    assert reader.refresh()
    assert raced
    side = reader.matcher().side(Side.ACHIEVEMENT)
    assert [side.records[side.position(i)].title for i in ("A001", "A002")] == ["改", "又改"]


def test_threads_that_refresh_at_once_never_put_an_older_state_last(
    writer: LiveWriter, reader: LiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.apply([put(at, f"冷箱监测{at}号", at) for at in range(20)])
    reader.refresh()
    opens, other_done = threading.Event(), threading.Event()

    def slowly(path: Path, *args, **kwargs):
        if threading.current_thread() is slow:
            opens.set()
            # It may have to wait for us.
            other_done.wait(4)
        return open_segment(path, *args, **kwargs)

    def last() -> None:
        refreshed.append(reader.refresh())
        seen.append(reader.version)
        other_done.set()

    refreshed: list[bool] = []
    seen: list[str] = []
    slow = threading.Thread(target=reader.refresh)
    monkeypatch.setattr(folder_module, "open_segment", slowly)
    writer.apply([put(1, "改", 100)])
    slow.start()
    assert opens.wait(60)
    writer.apply([put(1, "又改", 101)])
    quick = threading.Thread(target=last)
    quick.start()
    for thread in (slow, quick):
        thread.join(60)
        assert not thread.is_alive()
    # Each `apply` is one generation: the third is what both must have left.
    assert (refreshed, seen, reader.version) == ([True], ["3"], "3")
    assert not reader.refresh()
    side = reader.matcher().side(Side.ACHIEVEMENT)
    assert side.records[side.position("A001")].title == "又改"


def test_damage_is_told_and_the_old_matcher_stays(writer: LiveWriter, reader: LiveReader, folder: Path) -> None:
    writer.apply([put(at, f"冷箱监测{at}号", at) for at in range(20)])
    reader.refresh()
    kept = reader.matcher()
    writer.apply([put(1, "改", 100)])
    for name in ("stamps.npz", "gone.json", "manifest.json", "achievement/vectors.npy"):
        file = folder / "segments" / "2" / name
        content = file.read_bytes()
        file.unlink()
        with pytest.raises(IndexDamagedError):
            reader.refresh()
        assert reader.matcher() is kept
        file.write_bytes(content)
    state = (folder / "STATE").read_bytes()
    for wrong in (b"{", b"[]", b'{"format": 1, "segments": ["x"]}', b'{"format": 1, "nonsense": 1, "segments": []}'):
        (folder / "STATE").write_bytes(wrong)
        with pytest.raises(IndexDamagedError, match="在线索引"):
            reader.refresh()
    (folder / "STATE").write_bytes(state.replace(b'"format": 1', b'"format": 9'))
    with pytest.raises(IndexMismatchError, match="9"):
        reader.refresh()
    (folder / "STATE").write_bytes(state)
    assert reader.refresh()
    assert titles(reader)


def test_levels_and_features_are_those_of_the_live_records(writer: LiveWriter, reader: LiveReader) -> None:
    """Half of the base is bare titles; what is replaced counts no more."""
    writer.apply([put(at, f"冷箱监测{at}号", at) for at in range(40)])
    reader.refresh()
    # Bodies are empty where the number is a multiple of four.
    assert reader.matcher().side(Side.ACHIEVEMENT).dense.title_share == 0.25
    writer.apply([put(at, f"改{at}", 100 + at) for at in (0, 4, 8)])
    writer.apply([Change(Side.ACHIEVEMENT, f"A{at:03}", None, 0) for at in (0, 4, 1)])
    reader.refresh()
    assert reader.matcher().side(Side.ACHIEVEMENT).dense.title_share == pytest.approx(8 / 37)
    graded = reader.matcher().grade([(Need(id="N", title="冷箱监测"), ["A008", "A009"])])[0]
    assert np.isfinite(graded.scores).all()
