from matcher.embed.hashing import HashingEncoder
from matcher.index.columns import Columns
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.index.side import SideIndex
from matcher.records import Achievement, Need, Side, Tier

RECORDS = [Achievement(id=f"A{tier.value}", title="换热器", visibility=tier) for tier in Tier]


def seen(eyes: Eyes) -> list[str]:
    """The ids that pass, through the index and record by record alike."""
    side = SideIndex.build(Side.ACHIEVEMENT, RECORDS, HashingEncoder(8))
    mask = side.filter_mask(Filter(eyes=eyes))
    found = [record.id for record in RECORDS if eyes.sees(record)]
    assert [side.ids[at] for at in mask.nonzero()[0].tolist()] == found
    return found


def test_each_tier_sees_what_is_not_above_it() -> None:
    assert [seen(Eyes(tier=tier)) for tier in Tier] == [
        ["A1"], ["A1", "A2"], ["A1", "A2", "A3"], ["A1", "A2", "A3", "A4"],
    ]  # fmt: skip


def test_what_was_opened_is_read_as_far_as_restricted_and_what_is_ones_own_whole() -> None:
    keys = frozenset((Side.ACHIEVEMENT, record.id) for record in RECORDS)
    assert seen(Eyes(opened=keys)) == ["A1", "A2", "A3"]
    assert seen(Eyes(own=keys)) == ["A1", "A2", "A3", "A4"]
    # Opening a record never takes away from a reader who may read all.
    assert Eyes(tier=Tier.SECRET, opened=keys).of(RECORDS[0]) is Tier.SECRET


def test_a_need_of_the_same_id_opens_no_achievement() -> None:
    assert seen(Eyes(own=frozenset({(Side.NEED, "A4")}), opened=frozenset({(Side.NEED, "A3")}))) == ["A1"]
    assert Eyes(own=frozenset({(Side.NEED, "A4")})).sees(Need(id="A4", title="换热", visibility=Tier.SECRET))


def test_ids_that_are_not_there_change_nothing() -> None:
    assert seen(Eyes(own=frozenset({(Side.ACHIEVEMENT, "none")}))) == ["A1"]


def test_it_is_no_condition_that_the_unstated_passes() -> None:
    columns = Columns.of(RECORDS)
    for keep_unknown in (True, False):
        told = Filter(eyes=Eyes(), keep_unknown=keep_unknown).mask(columns)
        assert told.tolist() == [True, False, False, False]
    assert Filter().mask(columns).all()
