"""What is written is what opens; an update is a rebuild that embeds less; whoever comes at the wrong time is told."""

import datetime as dt
import json
import multiprocessing
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.embed.hashing import HashingEncoder
from matcher.errors import (
    ConfigError,
    IndexDamagedError,
    IndexLockedError,
    IndexMismatchError,
    IndexNotFoundError,
    IndexStoreError,
    RecordError,
)
from matcher.index.base import QueryText
from matcher.index.bundle import Bundle
from matcher.index.columns import Columns
from matcher.index.disk import Disk
from matcher.index.saved import load_side
from matcher.index.side import SideIndex
from matcher.index.store import IndexStore
from matcher.records import Achievement, Need, Record, Side, Tier

QUERIES = [QueryText("花生脱壳"), QueryText("冷箱泄漏", "报警要早。"), QueryText("菊花")]


def answers(side: SideIndex) -> list[tuple[list[str], bytes]]:
    found = [hits for part in (side.lexical, side.dense, side.hybrid) for hits in part.search(QUERIES, 10)]
    return [([side.ids[at] for at in hits.positions], hits.scores.tobytes()) for hits in found]


def content(bundle: Bundle) -> dict[Side, list[Record]]:
    return {side: list(bundle.side(side).records) for side in Side}


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def live(root: Path, name: str = "demo") -> Path:
    return root / "indexes" / name / "versions" / (root / "indexes" / name / "CURRENT").read_text().strip()


def test_what_was_written_opens_and_answers_as_in_memory(store, encoder, achievements, needs) -> None:
    store.write("demo", encoder=encoder, needs=needs, achievements=achievements)
    bundle = store.open("demo", encoder, verify=True)
    assert content(bundle) == {Side.NEED: needs, Side.ACHIEVEMENT: achievements}
    for side, records in ((Side.NEED, needs), (Side.ACHIEVEMENT, achievements)):
        assert answers(bundle.side(side)) == answers(SideIndex.build(side, records, encoder))
    assert bundle.side(Side.ACHIEVEMENT).position("A3") == 2
    assert store.names() == ("demo",)


def test_the_manifest_says_what_is_inside(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements, window_chars=80)
    manifest = store.manifest("demo")
    assert (manifest.encoder_id, manifest.dim, manifest.window_chars) == (encoder.id, encoder.dim, 80)
    assert manifest.created_at == "2025-01-02T03:04:05+00:00"
    assert manifest.sides[Side.ACHIEVEMENT].records == 4
    # Four titles; three bodies of one window each.
    assert manifest.sides[Side.ACHIEVEMENT].passages == 7
    assert manifest.sides[Side.NEED].records == 0
    assert set(manifest.files) == set(files(live(tmp_path))) - {"manifest.json"}
    assert {"faiss-cpu", "bm25s", "jieba"} <= set(manifest.libraries)


def test_two_builds_are_equal_byte_for_byte_whatever_the_order(store, encoder, achievements, needs, tmp_path) -> None:
    store.write("demo", encoder=encoder, needs=needs, achievements=achievements)
    store.write("other", encoder=encoder, needs=needs[::-1], achievements=achievements[::-1])
    assert files(live(tmp_path)) == files(live(tmp_path, "other"))


def test_an_update_embeds_only_what_is_new(store, encoder, achievements) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    encoder.passages.clear()
    changed = [
        replace(achievements[0], org="河南大学"),
        replace(achievements[1], summary=achievements[1].summary + "成本下降。"),
        Achievement(id="A5", title="小麦育种"),
    ]
    changes = store.write("demo", encoder=encoder, achievements=changed, update=True)
    # An organisation is not embedded; the longer summary is one other window; the new record has a title only.
    assert encoder.passages == ["小麦育种", "菊花精油提取。超临界萃取菊花精油,得率提高。成本下降。"]
    assert changes.encoded == 2
    side = changes.sides[Side.ACHIEVEMENT]
    assert (side.added, side.replaced, side.removed, side.unchanged) == (1, 2, 0, 2)


def test_equal_texts_are_embedded_once(store, encoder, achievements) -> None:
    copies = [replace(achievements[0], id=f"C{at}") for at in range(5)]
    assert store.write("demo", encoder=encoder, achievements=copies).encoded == 2


def test_a_full_rebuild_takes_vectors_over_too(store, encoder, achievements, needs) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    encoder.passages.clear()
    store.write("demo", encoder=encoder, achievements=achievements[:2], needs=needs)
    assert all("花生脱壳破损" in text or "冷箱泄漏早期" in text for text in encoder.passages)
    assert len(encoder.passages) == 4


def test_another_encoder_or_window_makes_vectors_anew(store, encoder, counting, achievements) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    other = counting(64, name="-b")
    assert store.write("demo", encoder=other, achievements=achievements).encoded == 7
    # Windows of 8 characters differ; the four titles do not.
    changes = store.write("demo", encoder=other, achievements=achievements, window_chars=8)
    assert changes.encoded == store.manifest("demo").sides[Side.ACHIEVEMENT].passages - 4


def test_remove_and_sync(store, encoder, achievements, needs) -> None:
    store.write("demo", encoder=encoder, needs=needs, achievements=achievements)
    changes = store.write("demo", encoder=encoder, update=True, remove=["A2", "N1", "X9"])
    assert changes.not_found == ("X9",)
    assert content(store.open("demo", encoder)) == {
        Side.NEED: needs[1:],
        Side.ACHIEVEMENT: [achievements[0], *achievements[2:]],
    }
    changes = store.write("demo", encoder=encoder, achievements=achievements[:1], update=True, sync=True)
    assert changes.sides[Side.ACHIEVEMENT].removed == 2
    # Needs were not given at all, so they stay.
    assert content(store.open("demo", encoder)) == {Side.NEED: needs[1:], Side.ACHIEVEMENT: achievements[:1]}


def test_everything_can_be_removed_and_come_back(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    first = files(live(tmp_path))
    store.write("demo", encoder=encoder, achievements=[], update=True, sync=True)
    bundle = store.open("demo", encoder)
    assert content(bundle) == {Side.NEED: [], Side.ACHIEVEMENT: []}
    assert bundle.side(Side.ACHIEVEMENT).hybrid.search(QUERIES, 3)[0].positions.tolist() == []
    store.write("demo", encoder=encoder, achievements=achievements, update=True)
    assert files(live(tmp_path)) == first


def test_nothing_new_publishes_nothing(store, encoder, achievements) -> None:
    assert store.write("demo", encoder=encoder, achievements=achievements).version == "1"
    assert store.write("demo", encoder=encoder, achievements=achievements[1:3], update=True).version == "1"
    assert store.write("demo", encoder=encoder, achievements=achievements).version == "2"


POOL = [
    Achievement(id=f"A{number}", title=title, summary=summary)
    for number in range(3)
    for title, summary in (("花生脱壳", "破损低。" * 20), ("冷箱监测", ""), ("菊花精油", "得率高。"))
]


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(POOL), max_size=4, unique_by=lambda record: record.id),
            st.sets(st.sampled_from(["A0", "A1", "A2", "A9"]), max_size=2),
            st.booleans(),
        ),
        min_size=1,
        max_size=4,
    )
)
@settings(max_examples=15, deadline=None)
def test_any_history_of_updates_equals_one_build(
    tmp_path_factory: pytest.TempPathFactory, history: Sequence[tuple[list[Achievement], set[str], bool]]
) -> None:
    root = tmp_path_factory.mktemp("history")
    store, encoder, when = IndexStore(root / "indexes"), HashingEncoder(16), dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    store.write("demo", encoder=encoder, achievements=POOL[:1], created_at=when)
    expected = {POOL[0].id: POOL[0]}
    for given_records, remove, sync in history:
        store.write(
            "demo",
            encoder=encoder,
            achievements=given_records,
            update=True,
            remove=remove,
            sync=sync,
            created_at=when,
        )
        expected = {} if sync else expected
        expected.update({record.id: record for record in given_records})
        expected = {key: record for key, record in expected.items() if key not in remove}
    store.write("fresh", encoder=encoder, achievements=expected.values(), created_at=when)
    assert files(live(root)) == files(live(root, "fresh"))


def test_records_are_completed_together_before_they_are_stored(store, encoder, achievements) -> None:
    seen: list[list[str]] = []

    def prepare(records: Sequence[Record]) -> list[Record]:
        seen.append([record.id for record in records])
        return [replace(record, status="发布") for record in records]

    store.write("demo", encoder=encoder, achievements=achievements[:2], prepare=prepare)
    store.write("demo", encoder=encoder, achievements=achievements[2:3], update=True, prepare=prepare)
    assert seen == [["A1", "A2"], ["A1", "A2", "A3"]]
    assert {record.status for record in store.open("demo", encoder).side(Side.ACHIEVEMENT).records} == {"发布"}


def test_an_interrupted_build_goes_on_where_it_stopped(store, counting, tmp_path) -> None:
    many = [Achievement(id=f"{at:04}", title=f"第{at}号成果") for at in range(700)]
    interrupted = counting(stop_after=600)
    with pytest.raises(KeyboardInterrupt):
        store.write("demo", encoder=interrupted, achievements=many)
    # Chunks of 256: two were finished and kept.
    assert len(interrupted.passages) == 512
    assert store.names() == ()
    resumed = counting()
    assert store.write("demo", encoder=resumed, achievements=many).encoded == 700 - 512
    assert not set(interrupted.passages) & set(resumed.passages)
    store.write("fresh", encoder=counting(), achievements=many)
    assert files(live(tmp_path)) == files(live(tmp_path, "fresh"))
    assert sorted(path.name for path in (tmp_path / "indexes" / "demo").iterdir() if path.name[0] != ".") == [
        "CURRENT",
        "versions",
    ]


def test_progress_counts_what_is_embedded(store, encoder) -> None:
    seen: list[tuple[int, int]] = []
    many = [Achievement(id=f"{at:04}", title=f"第{at}号成果") for at in range(300)]
    store.write("demo", encoder=encoder, achievements=many, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(256, 300), (300, 300)]


def test_a_reader_keeps_its_version_while_newer_ones_come_and_it_is_removed(
    store, encoder, achievements, tmp_path
) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    reader = store.open("demo", encoder)
    before = answers(reader.side(Side.ACHIEVEMENT)), content(reader)
    for at in range(4):
        store.write("demo", encoder=encoder, achievements=[Achievement(id="B", title=f"第{at}版")], update=True)
    versions = tmp_path / "indexes" / "demo" / "versions"
    assert sorted(path.name for path in versions.iterdir()) == ["4", "5"]
    assert (answers(reader.side(Side.ACHIEVEMENT)), content(reader)) == before
    assert store.open("demo", encoder).version == "5"


def hold(root: Path, ready, leave) -> None:
    with FileLock(root / "indexes" / "demo" / ".lock"):
        ready.set()
        leave.wait(30)


def test_two_writers_cannot_run_at_once_but_readers_can(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    processes = multiprocessing.get_context("fork")
    ready, leave = processes.Event(), processes.Event()
    other = processes.Process(target=hold, args=(tmp_path, ready, leave))
    other.start()
    try:
        assert ready.wait(30)
        with pytest.raises(IndexLockedError, match="另一个进程"):
            store.write("demo", encoder=encoder, achievements=achievements)
        assert len(store.open("demo", encoder).side(Side.ACHIEVEMENT)) == 4
    finally:
        leave.set()
        other.join(30)
    assert store.write("demo", encoder=encoder, achievements=achievements).version == "2"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a", ".hidden", "a b"])
def test_names_that_are_no_names(store, encoder, name) -> None:
    with pytest.raises(ConfigError, match="索引名"):
        store.write(name, encoder=encoder)
    with pytest.raises(ConfigError, match="索引名"):
        store.open(name, encoder)


def test_an_unknown_index_lists_the_known_ones(store, encoder, achievements) -> None:
    with pytest.raises(IndexNotFoundError, match="还没有任何索引"):
        store.open("demo", encoder)
    store.write("开封-2025", encoder=encoder, achievements=achievements)
    with pytest.raises(IndexNotFoundError, match="现有索引：开封-2025"):
        store.open("demo", encoder)
    with pytest.raises(IndexNotFoundError, match="现有索引：开封-2025"):
        store.write("demo", encoder=encoder, achievements=achievements, update=True)


def test_another_encoder_cannot_open_or_update(store, encoder, counting, achievements) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    with pytest.raises(IndexMismatchError, match="MATCHER_ENCODER"):
        store.open("demo", counting(64, name="-b"))
    with pytest.raises(IndexMismatchError, match="去掉 --update"):
        store.write("demo", encoder=counting(64, name="-b"), achievements=achievements, update=True)


def test_removing_needs_update(store, encoder) -> None:
    with pytest.raises(ConfigError, match="--update"):
        store.write("demo", encoder=encoder, remove=["A1"])
    with pytest.raises(ConfigError, match="--update"):
        store.write("demo", encoder=encoder, sync=True)


def test_an_id_used_twice_is_refused_and_nothing_is_published(store, encoder, achievements) -> None:
    with pytest.raises(RecordError, match="A1"):
        store.write("demo", encoder=encoder, achievements=[achievements[0], achievements[0]])
    assert store.names() == ()


def test_a_format_of_the_future_is_not_read(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    path = live(tmp_path) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(IndexMismatchError, match="99"):
        store.open("demo", encoder)
    assert store.write("demo", encoder=encoder, achievements=achievements).version == "2"


@pytest.mark.parametrize(
    "name", ["manifest.json", "achievement/vectors.npy", "achievement/records.jsonl", "need/table.npz"]
)
@pytest.mark.parametrize("how", ["removed", "cut", "empty"])
def test_damage_is_noticed_on_opening_and_a_rebuild_mends_it(  # noqa: PLR0917
    store, encoder, achievements, needs, tmp_path, name, how
) -> None:
    store.write("demo", encoder=encoder, needs=needs, achievements=achievements)
    path = live(tmp_path) / name
    data = path.read_bytes()
    path.unlink()
    if how != "removed":
        path.write_bytes(data[: len(data) // 2] if how == "cut" else b"")
    with pytest.raises(IndexDamagedError, match="重新建索引"):
        store.open("demo", encoder)
    with pytest.raises(IndexDamagedError):
        store.write("demo", encoder=encoder, achievements=achievements, update=True)
    store.write("demo", encoder=encoder, needs=needs, achievements=achievements)
    assert content(store.open("demo", encoder, verify=True)) == {Side.NEED: needs, Side.ACHIEVEMENT: achievements}


def test_a_flipped_bit_is_noticed_by_verify_and_never_carried_over(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    good = files(live(tmp_path))["achievement/vectors.npy"]
    path = live(tmp_path) / "achievement" / "vectors.npy"
    path.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    store.open("demo", encoder)
    with pytest.raises(IndexDamagedError, match=r"vectors\.npy"):
        store.open("demo", encoder, verify=True)
    with pytest.raises(IndexDamagedError, match=r"vectors\.npy"):
        store.write("demo", encoder=encoder, achievements=achievements, update=True)
    store.write("demo", encoder=encoder, achievements=achievements)
    assert files(live(tmp_path))["achievement/vectors.npy"] == good


@pytest.mark.parametrize("pointer", ["", "abc", "-1", "7", "\xff"])
def test_a_spoilt_pointer_is_damage_and_a_rebuild_mends_it(store, encoder, achievements, tmp_path, pointer) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    (tmp_path / "indexes" / "demo" / "CURRENT").write_text(pointer, encoding="latin-1")
    with pytest.raises(IndexDamagedError):
        store.open("demo", encoder)
    store.write("demo", encoder=encoder, achievements=achievements)
    assert len(store.open("demo", encoder, verify=True).side(Side.ACHIEVEMENT)) == 4


class FullDisk(Disk):
    """A medium without room."""

    def append(self, path: Path, data: bytes) -> None:
        raise OSError(28, f"No space left on device for {len(data)} bytes", str(path))


def test_a_full_disk_is_said_and_the_old_version_stays(store, encoder, achievements, tmp_path) -> None:
    store.write("demo", encoder=encoder, achievements=achievements)
    full = IndexStore(tmp_path / "indexes", disk=FullDisk())
    with pytest.raises(IndexStoreError, match="磁盘空间"):
        full.write("demo", encoder=encoder, achievements=[Achievement(id="B", title="新的")], update=True)
    assert content(store.open("demo", encoder, verify=True))[Side.ACHIEVEMENT] == achievements


def test_copies_are_grouped_under_their_canonical_record(store, encoder) -> None:
    records = [
        Achievement(id="A1", title="甲"),
        Achievement(id="A2", title="甲", duplicate_of="A1"),
        Achievement(id="A3", title="乙"),
        Achievement(id="A0", title="甲", duplicate_of="A1"),
    ]
    store.write("demo", encoder=encoder, achievements=records)
    side = store.open("demo", encoder).side(Side.ACHIEVEMENT)
    assert [side.canonical(record_id) for record_id in side.ids] == ["A1", "A1", "A1", "A3"]
    assert side.cluster("A1") == ("A0", "A1", "A2")
    assert side.cluster("A3") == ("A3",)


def test_positions_by_id(encoder, achievements) -> None:
    side = SideIndex.build(Side.ACHIEVEMENT, achievements, encoder)
    assert side.positions_of(["A4", "A1"]).tolist() == [3, 0]
    assert side.positions_of([]).dtype == np.int64
    assert "A4" in side
    assert "N1" not in side
    with pytest.raises(RecordError, match="N1"):
        side.position("N1")


def test_a_need_cannot_stand_among_achievements(encoder) -> None:
    with pytest.raises(RecordError, match="N1"):
        SideIndex.build(Side.ACHIEVEMENT, [Need(id="N1", title="甲")], encoder)


def test_columns_that_an_earlier_release_did_not_save_are_read_from_the_records(
    store, encoder, achievements, needs, tmp_path
) -> None:
    closed = [replace(record, visibility=Tier.REGISTERED) for record in achievements[:1]]
    store.write("demo", encoder=encoder, achievements=[*closed, *achievements[1:]])
    folder = live(tmp_path) / "achievement"

    def opened() -> Columns:
        return load_side(folder, Side.ACHIEVEMENT, encoder, window_chars=200, query_windows=4).columns

    new = opened()
    with np.load(folder / "table.npz") as archive:
        kept = {name: archive[name] for name in archive.files if name != "number_visibility"}
    np.savez(folder / "table.npz", **kept)
    old = opened()
    assert old.texts.keys() == new.texts.keys()
    assert all(old.texts[name].values == new.texts[name].values for name in new.texts)
    assert {name: column.tolist() for name, column in old.numbers.items()} == {
        name: column.tolist() for name, column in new.numbers.items()
    }
    assert sorted(old.numbers["visibility"].tolist()) == [1] * (len(achievements) - 1) + [2]
