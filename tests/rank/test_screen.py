"""The columns' answer against the conditions of each pair."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from matcher.index.columns import Columns
from matcher.rank.gates import GATES, OVER, check_gates, failed
from matcher.rank.screen import failing_rows
from matcher.records import Achievement, Need, Price, PriceKind, Region, Side, TransferMode, TrlBand, TrlSource

TODAY = dt.date(2025, 6, 1)
REGIONS = st.sampled_from(
    [
        Region(name="河南省", code="410000"),
        Region(name="河南省开封市", code="410200"),
        Region(name="兰考县", code="410225"),
        Region(name="浙江省", code="330000"),
        Region(name="开封"),
        Region(name=""),
    ]
)
ORGS = st.sampled_from(["", "大学", "丙大学", "丙大学农机系", "戊学院", "戊  学院", " "])
MODES = st.lists(st.sampled_from(TransferMode), max_size=2, unique=True).map(tuple)
MONEY = st.none() | st.sampled_from([0.0, 0.1, 1e5, 123_456.789, 1e6])
DATES = st.none() | st.sampled_from([dt.date(2025, 5, 31), TODAY, dt.date(2026, 1, 1)])
STATUS = st.sampled_from(["", "发布", *sorted(OVER)])
HARD = st.frozensets(st.sampled_from([info.name for info in GATES]))


@st.composite
def bands(draw: st.DrawFn) -> TrlBand:
    low = draw(st.integers(1, 9))
    return TrlBand(low=low, high=draw(st.integers(low, 9)), source=TrlSource.STATED)


@st.composite
def prices(draw: st.DrawFn) -> Price:
    return Price(kind=PriceKind.INDICATIVE, low_cny=draw(MONEY), high_cny=draw(MONEY))


def needs(at: int) -> st.SearchStrategy[Need]:
    return st.builds(
        Need,
        id=st.just(f"N{at}"),
        title=st.just("花生脱壳"),
        region_scope=st.lists(REGIONS, max_size=2).map(tuple),
        trl_min=st.none() | st.integers(1, 9),
        modes=MODES,
        budget_high_cny=MONEY,
        blocked_orgs=st.lists(ORGS, max_size=2).map(tuple),
        status=STATUS,
        valid_until=DATES,
    )


def achievements(at: int) -> st.SearchStrategy[Achievement]:
    return st.builds(
        Achievement,
        id=st.just(f"A{at}"),
        title=st.just("花生脱壳机"),
        region=st.none() | REGIONS,
        trl=st.none() | bands(),
        transfer_modes=MODES,
        price=st.none() | prices(),
        org=ORGS,
        status=STATUS,
        valid_until=DATES,
    )


@given(needs(0), st.tuples(*map(achievements, range(8))), HARD)
def test_a_need_against_all_achievements(need: Need, found: tuple[Achievement, ...], hard: frozenset[str]) -> None:
    told = failing_rows(need, Columns.of(found), hard=hard, today=TODAY)
    assert told.tolist() == [failed(check_gates(need, one, today=TODAY), hard) for one in found]


@given(achievements(0), st.tuples(*map(needs, range(8))), HARD)
def test_an_achievement_against_all_needs(one: Achievement, found: tuple[Need, ...], hard: frozenset[str]) -> None:
    told = failing_rows(one, Columns.of(found), hard=hard, today=TODAY)
    gates = [check_gates(need, one, today=TODAY, query_side=Side.ACHIEVEMENT) for need in found]
    assert told.tolist() == [failed(checked, hard) for checked in gates]
