import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.rank.gates import GATES, check_gates, failed, failing, is_over, sets_conditions
from matcher.records import (
    Achievement,
    Gate,
    GateState,
    Need,
    Price,
    PriceKind,
    Region,
    Side,
    TransferMode,
    TrlBand,
    TrlSource,
)

TODAY = dt.date(2025, 6, 1)
PASS, FAIL, UNKNOWN = GateState.PASS, GateState.FAIL, GateState.UNKNOWN


def need(**given: object) -> Need:
    return Need(id="N", title="甲", **given)  # type: ignore[arg-type]


def achievement(**given: object) -> Achievement:
    return Achievement(id="A", title="乙", **given)  # type: ignore[arg-type]


def state(name: str, left: Need, right: Achievement) -> GateState | None:
    found = {gate.name: gate.state for gate in check_gates(left, right, today=TODAY)}
    return found.get(name)


HENAN, KAIFENG = Region(name="河南省", code="410000"), Region(name="开封市", code="410200")
LANKAO, WUHAN = Region(name="兰考县", code="410225"), Region(name="武汉市", code="420100")


@pytest.mark.parametrize(
    ("scope", "place", "expected"),
    [
        ((), WUHAN, None),
        ((HENAN,), KAIFENG, PASS),
        ((HENAN,), WUHAN, FAIL),
        ((KAIFENG,), LANKAO, PASS),
        ((LANKAO,), KAIFENG, UNKNOWN),
        ((KAIFENG,), HENAN, UNKNOWN),
        ((KAIFENG,), Region(name="鼓楼区"), UNKNOWN),
        ((HENAN, WUHAN), WUHAN, PASS),
        ((KAIFENG,), None, UNKNOWN),
        ((Region(name="河南"),), Region(name="河南省南阳市"), PASS),
    ],
)
def test_region(scope: tuple[Region, ...], place: Region | None, expected: GateState | None) -> None:
    assert state("region", need(region_scope=scope), achievement(region=place)) is expected


@pytest.mark.parametrize(
    ("floor", "band", "expected"),
    [
        (None, (1, 2), None),
        (6, (7, 8), PASS),
        (6, (6, 6), PASS),
        (6, (5, 6), UNKNOWN),
        (6, (4, 5), FAIL),
        (6, None, UNKNOWN),
    ],
)
def test_trl(floor: int | None, band: tuple[int, int] | None, expected: GateState | None) -> None:
    trl = TrlBand(low=band[0], high=band[1], source=TrlSource.STATED) if band else None
    assert state("trl", need(trl_min=floor), achievement(trl=trl)) is expected


@pytest.mark.parametrize(
    ("wanted", "offered", "expected"),
    [
        ((), (TransferMode.LICENCE,), None),
        ((TransferMode.LICENCE,), (), UNKNOWN),
        ((TransferMode.LICENCE, TransferMode.DEVELOPMENT), (TransferMode.DEVELOPMENT,), PASS),
        ((TransferMode.LICENCE,), (TransferMode.EQUITY,), FAIL),
    ],
)
def test_modes(wanted: tuple[TransferMode, ...], offered: tuple[TransferMode, ...], expected: GateState | None) -> None:
    assert state("modes", need(modes=wanted), achievement(transfer_modes=offered)) is expected


@pytest.mark.parametrize(
    ("budget", "price", "expected"),
    [
        (None, Price(kind=PriceKind.FIRM, low_cny=5e5, high_cny=5e5), None),
        (5e5, Price(kind=PriceKind.FIRM, low_cny=5e5, high_cny=5e5), PASS),
        (5e5, Price(kind=PriceKind.INDICATIVE, low_cny=3e5, high_cny=8e5), PASS),
        (5e5, Price(kind=PriceKind.FLOOR, low_cny=6e5), FAIL),
        (5e5, Price(kind=PriceKind.INDICATIVE, high_cny=4e5), PASS),
        (5e5, Price(kind=PriceKind.INDICATIVE, high_cny=6e5), UNKNOWN),
        (5e5, Price(kind=PriceKind.NEGOTIABLE), UNKNOWN),
        (5e5, None, UNKNOWN),
    ],
)
def test_budget(budget: float | None, price: Price | None, expected: GateState | None) -> None:
    assert state("budget", need(budget_high_cny=budget), achievement(price=price)) is expected


@pytest.mark.parametrize(
    ("need_until", "achievement_until", "status", "expected"),
    [
        (None, None, "发布", UNKNOWN),
        (None, dt.date(2025, 6, 1), "发布", PASS),
        (None, dt.date(2025, 5, 31), "发布", FAIL),
        (dt.date(2025, 5, 31), dt.date(2026, 1, 1), "发布", UNKNOWN),
        (None, dt.date(2026, 1, 1), "撤回", FAIL),
    ],
)
def test_validity(
    need_until: dt.date | None, achievement_until: dt.date | None, status: str, expected: GateState
) -> None:
    right = achievement(valid_until=achievement_until, status=status)
    assert state("validity", need(valid_until=need_until), right) is expected


@pytest.mark.parametrize(
    ("blocked", "org", "expected"),
    [
        ((), "甲大学", None),
        (("甲大学",), "甲大学化工学院", FAIL),
        (("甲大学化工学院",), "甲大学", FAIL),
        (("乙大学",), "甲大学", PASS),
        (("大学",), "甲大学", PASS),
        (("甲校",), "甲校", FAIL),
        (("乙大学",), "", UNKNOWN),
    ],
)
def test_blocked(blocked: tuple[str, ...], org: str, expected: GateState | None) -> None:
    assert state("blocked", need(blocked_orgs=blocked), achievement(org=org)) is expected


def test_every_gate_has_its_own_name_and_every_answer_a_reason() -> None:
    assert len({info.name for info in GATES}) == len(GATES)
    gates = check_gates(need(budget_high_cny=2.5e8), achievement(), today=TODAY)
    assert [gate.name for gate in gates] == ["budget", "validity"]
    assert "2.5 亿元" in gates[0].reason


def test_unknown_never_removes_and_only_hard_gates_do() -> None:
    gates = (Gate(name="modes", state=FAIL, reason=""), Gate(name="budget", state=UNKNOWN, reason=""))
    assert failed(gates, frozenset({"modes"}))
    assert not failed(gates, frozenset({"budget", "region"}))


def test_a_lead_is_a_need_that_is_still_valid() -> None:
    over = need(valid_until=dt.date(2025, 5, 31))
    gates = check_gates(over, achievement(), today=TODAY, query_side=Side.ACHIEVEMENT)
    assert [(gate.name, gate.state) for gate in gates] == [("validity", FAIL)]


def test_a_validity_without_an_end_passes_and_an_odd_one_is_quoted() -> None:
    assert state("validity", need(), achievement(extra={"有效期": "长期有效"})) is PASS
    gates = check_gates(need(), achievement(extra={"有效期": "两年"}), today=TODAY)
    assert [(gate.state, gate.reason) for gate in gates] == [(UNKNOWN, "成果有效期写作“两年”，须确认是否仍有效")]


def test_words_that_are_no_mode_are_quoted() -> None:
    gates = check_gates(need(modes=(TransferMode.LICENCE,)), achievement(extra={"合作方式": "产品销售"}), today=TODAY)
    assert gates[0].reason == "需求希望技术许可，成果合作方式写作“产品销售”"


REGIONS = [Region(name="河南省", code="410000"), Region(name="武汉市", code="420100")]
STATUSES = st.sampled_from(["", "发布", "已签约", "已转化"])
DAYS = st.none() | st.sampled_from([TODAY - dt.timedelta(days=1), TODAY, TODAY + dt.timedelta(days=1)])


@given(
    st.builds(
        need,
        region_scope=st.lists(st.sampled_from(REGIONS), max_size=1).map(tuple),
        trl_min=st.none() | st.integers(1, 9),
        modes=st.lists(st.sampled_from(TransferMode), max_size=1).map(tuple),
        budget_high_cny=st.none() | st.just(100.0),
        blocked_orgs=st.lists(st.just("第一大学"), max_size=1).map(tuple),
        status=STATUSES,
        valid_until=DAYS,
    ),
    st.builds(
        achievement,
        region=st.none() | st.sampled_from(REGIONS),
        trl=st.none() | st.integers(1, 9).map(lambda at: TrlBand(low=at, high=at, source=TrlSource.STATED)),
        transfer_modes=st.lists(st.sampled_from(TransferMode), max_size=1).map(tuple),
        price=st.none() | st.just(Price(kind=PriceKind.FIRM, low_cny=200.0)),
        org=st.sampled_from(["", "第一大学", "第二大学"]),
        status=STATUSES,
        valid_until=DAYS,
    ),
)
def test_failing_names_what_fails_whoever_asks(left: Need, right: Achievement) -> None:
    names = {
        gate.name
        for side in Side
        for gate in check_gates(left, right, today=TODAY, query_side=side)
        if gate.state is FAIL
    }
    assert failing(left, right, today=TODAY) == tuple(info.name for info in GATES if info.name in names)
    if not sets_conditions(left):
        assert names <= {"validity"}
    assert ("validity" in names) == (is_over(left, TODAY) or is_over(right, TODAY))
