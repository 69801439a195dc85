import numpy as np
import pytest

from matcher.embed.hashing import HashingEncoder
from matcher.index.side import SideIndex
from matcher.rank.shortlist import query_text
from matcher.rank.similar import similar
from matcher.records import Achievement, Side

TITLES = {"a": "花生脱壳机", "b": "花生脱壳机", "c": "花生脱壳装置", "d": "花生脱壳装置", "e": "菊花烘干设备"}
HEADS = {"b": "a", "d": "c"}
RECORDS = {i: Achievement(id=i, title=title, duplicate_of=HEADS.get(i, "")) for i, title in TITLES.items()}
SIDE = SideIndex.build(Side.ACHIEVEMENT, RECORDS.values(), HashingEncoder(64))


@pytest.mark.parametrize("record_id", ["a", "b"])
def test_neither_itself_nor_its_copies_and_one_of_each_other_cluster(record_id: str) -> None:
    found = similar(SIDE, RECORDS[record_id], top=5)
    assert [(one.id, one.duplicates) for one in found] == [("c", ("d",)), ("e", ())]
    (scores,) = SIDE.dense.score([query_text(RECORDS[record_id])], [SIDE.positions_of(["c", "e"])])
    assert [one.cosine for one in found] == scores.tolist()


def test_a_record_that_is_not_in_the_index() -> None:
    found = similar(SIDE, Achievement(id="new", title="花生脱壳机"), top=2)
    assert [(one.id, one.duplicates) for one in found] == [("a", ("b",)), ("c", ("d",))]


def test_what_is_not_allowed_is_not_named_and_hides_nothing() -> None:
    allowed = np.array([True, True, False, True, True])
    found = similar(SIDE, RECORDS["a"], top=5, allowed=allowed)
    assert [(one.id, one.duplicates) for one in found] == [("d", ()), ("e", ())]


def test_more_copies_than_were_first_looked_at() -> None:
    copies = [Achievement(id=f"k{at:02}", title="花生脱壳机", duplicate_of="a") for at in range(40)]
    side = SideIndex.build(Side.ACHIEVEMENT, [*RECORDS.values(), *copies], HashingEncoder(64))
    assert [one.id for one in similar(side, RECORDS["a"], top=2)] == ["c", "e"]
