import random

import pytest

from matcher.corpus.shingles import jaccard, make_page
from matcher.evaluate.near import NearPair, groups, near_pairs, same_text
from matcher.records import Need

BODY = "脱壳机在花生含水率偏低时破损率偏高，希望在不降低产量的前提下把破损率降下来。"


def test_whoever_posted_a_text_and_under_whatever_title_it_counts() -> None:
    needs = [
        Need(id="a", title="花生脱壳破损", problem=BODY, org="甲公司"),
        Need(id="b", title="花生脱壳破损", problem=BODY, org="乙公司"),
        Need(id="c", title="设备改造", problem=BODY, org="丙公司"),
        Need(id="d", title="磨辊耐磨涂层", problem="立磨磨辊寿命短，堆焊后开裂。"),
    ]
    found = near_pairs(needs)
    assert [(each.first, each.second) for each in found] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert found[0].similarity == 1.0
    assert 0.7 <= found[1].similarity < 1.0


def test_no_pair_is_missed() -> None:
    """Against every pair compared one by one, over more records than one block of rows."""
    chance = random.Random(7)
    words = "空分冷箱泄漏检测花生脱壳破损电极氧化涂层磨辊堆焊菊花烘干变色"
    needs = [Need(id=f"{n:04}", title="".join(chance.choices(words[:9], k=6))) for n in range(700)]
    pages = {need.id: make_page(need) for need in needs}
    ids = sorted(pages)
    oracle = {
        (one, other)
        for at, one in enumerate(ids)
        for other in ids[at + 1 :]
        if jaccard(pages[one], pages[other]) >= 0.5
    }
    found = {(each.first, each.second) for each in near_pairs(needs, threshold=0.5)}
    assert oracle
    assert found >= oracle
    assert all(pages[one].title == pages[other].title for one, other in found - oracle)


def test_records_without_a_letter_are_no_copies_of_each_other() -> None:
    assert near_pairs([Need(id="a", title="——"), Need(id="b", title="……")]) == ()
    assert near_pairs([]) == ()


def test_groups_follow_chains_and_bear_the_smallest_id() -> None:
    pairs = [NearPair("c", "d", 0.8), NearPair("b", "d", 0.9)]
    assert groups("abcd", pairs) == {"a": "a", "b": "b", "c": "b", "d": "b"}


def test_same_text_is_letter_for_letter() -> None:
    needs = [
        Need(id="a", title="磨辊耐磨", problem="寿命短。"),
        Need(id="b", title="磨辊 耐磨", problem="寿命短"),
        Need(id="c", title="磨辊耐磨", problem="寿命长"),
    ]
    assert same_text(needs) == {"a": "a", "b": "a", "c": "c"}


def test_a_threshold_must_be_a_share() -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_pairs([], threshold=0.0)
