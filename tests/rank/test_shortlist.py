"""The lazy list against the plain one: all conditions of all candidates, then `select`."""

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.config import Settings
from matcher.embed.hashing import HashingEncoder
from matcher.errors import RecordError
from matcher.index.side import SideIndex
from matcher.rank.checks import Checker
from matcher.rank.gates import check_gates, failed
from matcher.rank.levels import LevelModel
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.select import Candidate, select
from matcher.rank.shortlist import Shortlister, query_text
from matcher.records import Achievement, Need, Side, TrlBand, TrlSource

TODAY = dt.date(2025, 6, 1)
COUNT = 24
LEVELS = LevelModel(features=("semantic",), weights=(6.0,), thresholds=(1.0, 2.0, 3.0), none_fits_below=0.3)


def band(level: int) -> TrlBand:
    return TrlBand(low=level, high=level, source=TrlSource.STATED)


@st.composite
def sides(draw: st.DrawFn) -> SideIndex:
    """Records some of which are immature and some copies of an earlier one."""
    records = []
    for at in range(COUNT):
        head = draw(st.none() | st.integers(0, at - 1)) if at else None
        records.append(
            Achievement(
                id=f"A{at:02}",
                title=f"花生脱壳机{at}型",
                trl=band(draw(st.sampled_from([3, 8]))),
                duplicate_of="" if head is None else records[head].duplicate_of or records[head].id,
            )
        )
    return SideIndex.build(Side.ACHIEVEMENT, records, HashingEncoder(32))


@given(sides(), st.integers(1, 8), st.permutations(range(COUNT)), st.sampled_from([0, 7]))
def test_looking_no_further_than_needed_changes_nothing(
    side: SideIndex, top: int, order: list[int], trl_min: int
) -> None:
    need = Need(id="N", title="花生脱壳", trl_min=trl_min or None)
    settings = Settings(candidates=COUNT, hard_gates="trl")
    ranker = Ranker(side, LEVELS)
    positions = np.array(order)
    (graded,) = ranker.grade([query_text(need)], [positions])
    listed = Shortlister(side, ranker, Checker(), settings).choose(need, graded, top=top, today=TODAY)
    plain = select(
        [
            Candidate(
                id=side.ids[at], order=place, fit=float(fit), gates=check_gates(need, side.records[at], today=TODAY)
            )
            for place, (at, fit) in enumerate(zip(order, graded.fits, strict=True))
        ],
        top=top,
        hard=frozenset({"trl"}),
        canonical=side.canonical,
        cluster=side.cluster,
    )
    assert listed.chosen == plain


def made(trls: list[int]) -> tuple[SideIndex, Ranker, Graded, Need]:
    """A need that wants TRL 7, and its four nearest as candidates."""
    side = SideIndex.build(
        Side.ACHIEVEMENT,
        [Achievement(id=f"A{at:02}", title="花生脱壳机" + "破损" * at, trl=band(trl)) for at, trl in enumerate(trls)],
        HashingEncoder(64),
    )
    need = Need(id="N", title="花生脱壳机", trl_min=7)
    ranker = Ranker(side, LEVELS)
    return side, ranker, ranker.rank([query_text(need)], 4)[0], need


def test_too_few_candidates_that_pass_make_it_look_at_all_records() -> None:
    side, ranker, graded, need = made([3, 3, 3, 3, 3, 3, 8, 3, 8, 3, 8, 3])
    settings = Settings(candidates=10)
    listed = Shortlister(side, ranker, Checker(), settings).choose(need, graded, top=3, today=TODAY)
    assert {candidate.id for candidate in listed.chosen.shown} == {"A06", "A08", "A10"}
    assert [candidate.id for candidate in listed.chosen.excluded] == ["A00", "A01", "A02"]
    # None that may not be looked at is found.
    allowed = np.arange(12) < 8
    narrow = Shortlister(side, ranker, Checker(), settings).choose(need, graded, top=3, today=TODAY, allowed=allowed)
    assert {candidate.id for candidate in narrow.chosen.shown} == {"A06"}


def test_where_enough_pass_nothing_is_widened() -> None:
    side, ranker, graded, need = made([8] * 12)
    listed = Shortlister(side, ranker, Checker(), Settings(candidates=10)).choose(need, graded, top=3, today=TODAY)
    assert listed.graded is graded
    assert not any(failed(candidate.gates, frozenset({"trl"})) for candidate in listed.chosen.shown)


def test_a_copy_that_is_not_allowed_is_not_named_and_a_head_that_is_not_hides_none() -> None:
    heads = {"A1": "A0", "A2": "A0", "A3": "A0"}
    side = SideIndex.build(
        Side.ACHIEVEMENT,
        [Achievement(id=f"A{at}", title="花生脱壳机", duplicate_of=heads.get(f"A{at}", "")) for at in range(5)],
        HashingEncoder(64),
    )
    need, ranker, allowed = (
        Need(id="N", title="花生脱壳机"),
        Ranker(side, LEVELS),
        np.array([0, 1, 0, 1, 1], dtype=bool),
    )
    (graded,) = ranker.rank([query_text(need)], 5, allowed)
    listed = Shortlister(side, ranker, Checker(), Settings()).choose(need, graded, top=3, today=TODAY, allowed=allowed)
    assert [candidate.id for candidate in listed.chosen.shown] == ["A1", "A4"]
    assert listed.chosen.copies == {"A1": ("A3",), "A4": ()}


def test_a_head_that_left_the_index_is_not_named() -> None:
    side = SideIndex.build(
        Side.ACHIEVEMENT, [Achievement(id="A1", title="花生脱壳机", duplicate_of="gone")], HashingEncoder(64)
    )
    need, ranker = Need(id="N", title="花生脱壳机"), Ranker(side, LEVELS)
    (graded,) = ranker.rank([query_text(need)], 5)
    listed = Shortlister(side, ranker, Checker(), Settings()).choose(need, graded, top=3, today=TODAY)
    assert listed.chosen.copies == {"A1": ()}


def test_a_need_among_needs_is_refused() -> None:
    side, ranker, graded, _ = made([8] * 4)
    shortlister = Shortlister(side, ranker, Checker(), Settings())
    with pytest.raises(RecordError, match="需求用 match"):
        shortlister.choose(Achievement(id="X", title="成果"), graded, top=1, today=TODAY)
