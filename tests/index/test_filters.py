"""Masks against a judgement of each record by itself."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.index.columns import Columns
from matcher.index.filters import Filter
from matcher.records import (
    Achievement,
    FieldLabel,
    Need,
    Record,
    Region,
    Scheme,
    TransferMode,
    TrlBand,
    TrlSource,
)


def label(scheme: Scheme, code: str, name: str) -> FieldLabel:
    return FieldLabel(scheme=scheme, code=code, name=name, confidence=0.7, stated=False)


def band(low: int, high: int) -> TrlBand:
    return TrlBand(low=low, high=high, source=TrlSource.STATED)


def passes(record: Record, conditions: Filter) -> bool:
    return bool(Filter.mask(conditions, Columns.of([record]))[0])


FULL = Achievement(
    id="A",
    title="冷箱",
    labels=(label(Scheme.HIGHTECH, "8", "先进制造与自动化"), label(Scheme.INDUSTRY, "C34", "通用设备制造业")),
    industry_codes=("3463",),
    region=Region(name="河南省开封市", code="410200"),
    trl=band(5, 6),
    transfer_modes=(TransferMode.LICENCE, TransferMode.EQUITY),
    status="发布",
    org="开封空分研究院",
    published_on=dt.date(2024, 5, 1),
    valid_until=dt.date(2025, 5, 1),
)

CASES: list[tuple[Filter, bool]] = [
    (Filter(), True),
    (Filter(labels={Scheme.HIGHTECH: ("先进制造与自动化",)}), True),
    (Filter(labels={Scheme.HIGHTECH: ("新材料", "8")}), True),
    (Filter(labels={Scheme.HIGHTECH: ("新材料",)}), False),
    (Filter(labels={Scheme.HIGHTECH: ("先进制造",)}), False),
    (Filter(labels={Scheme.INDUSTRY: ("8",)}), False),
    (Filter(labels={Scheme.HIGHTECH: ()}), True),
    (Filter(industries=("C",)), True),
    (Filter(industries=("C34",)), True),
    (Filter(industries=("34",)), True),
    (Filter(industries=("346",)), True),
    (Filter(industries=("c3463",)), True),
    (Filter(industries=("35", "3463")), True),
    (Filter(industries=("D",)), False),
    (Filter(industries=("3464",)), False),
    (Filter(industries=("D34",)), False),
    (Filter(industries=("",)), False),
    (Filter(industries=("机械",)), False),
    (Filter(regions=("41",)), True),
    (Filter(regions=("410000",)), True),
    (Filter(regions=("4102",)), True),
    (Filter(regions=("410200",)), True),
    (Filter(regions=("410100", "开封")), True),
    (Filter(regions=("河南",)), True),
    (Filter(regions=("410203",)), True),
    (Filter(regions=("郑州",)), False),
    (Filter(regions=("",)), False),
    (Filter(trl=(6, 9)), True),
    (Filter(trl=(1, 5)), True),
    (Filter(trl=(7, 9)), False),
    (Filter(trl=(1, 4)), False),
    (Filter(modes=(TransferMode.EQUITY, TransferMode.SERVICE)), True),
    (Filter(modes=(TransferMode.SERVICE,)), False),
    (Filter(statuses=("发布", "洽谈")), True),
    (Filter(statuses=("撤回",)), False),
    (Filter(orgs=("空分研究院",)), True),
    (Filter(orgs=("大学",)), False),
    (Filter(exclude_orgs=("大学",)), True),
    (Filter(exclude_orgs=("开封空分",)), False),
    (Filter(published_after=dt.date(2024, 5, 1)), True),
    (Filter(published_after=dt.date(2024, 5, 2)), False),
    (Filter(published_before=dt.date(2024, 5, 1)), True),
    (Filter(published_before=dt.date(2024, 4, 30)), False),
    (Filter(valid_on=dt.date(2025, 5, 1)), True),
    (Filter(valid_on=dt.date(2025, 5, 2)), False),
    (Filter(statuses=("发布",), trl=(7, 9)), False),
]


@pytest.mark.parametrize(("conditions", "expected"), CASES, ids=lambda value: str(value)[:60])
def test_one_condition_on_a_record_that_states_everything(conditions: Filter, expected: bool) -> None:
    assert passes(FULL, conditions) is expected


# One condition of each kind, none of which the empty record can meet.
EACH = [
    Filter(labels={Scheme.PLAN: ("x",)}),
    Filter(industries=("C",)),
    Filter(regions=("41",)),
    Filter(trl=(1, 9)),
    Filter(modes=(TransferMode.SERVICE,)),
    Filter(statuses=("发布",)),
    Filter(orgs=("x",)),
    Filter(exclude_orgs=("x",)),
    Filter(published_after=dt.date(2020, 1, 1)),
    Filter(published_before=dt.date(2020, 1, 1)),
    Filter(valid_on=dt.date(2020, 1, 1)),
]


@pytest.mark.parametrize("conditions", EACH, ids=lambda value: str(value)[:60])
def test_a_record_that_does_not_say_passes_only_where_unknown_is_kept(conditions: Filter) -> None:
    for bare in (Need(id="N", title="甲"), Achievement(id="A", title="甲")):
        assert passes(bare, conditions)
        assert not passes(bare, replace(conditions, keep_unknown=False))


def test_a_need_counts_from_its_lowest_level_up() -> None:
    need = Need(id="N", title="甲", trl_min=6)
    assert passes(need, Filter(trl=(9, 9)))
    assert not passes(need, Filter(trl=(1, 5)))


@pytest.mark.parametrize(("code", "section"), [("01", "A"), ("43", "C"), ("44", "D"), ("65", "I"), ("97", "T")])
def test_a_division_without_a_letter_belongs_to_its_section(code: str, section: str) -> None:
    record = Need(id="N", title="甲", industry_codes=(code,))
    assert passes(record, Filter(industries=(section,)))
    assert not passes(record, Filter(industries=("K",)))


VALUES = ["", "发布", "洽谈", "撤回"]
REGIONS = [None, Region(name="开封市", code="410200"), Region(name="郑州市", code="410100"), Region(name="上海市")]


@st.composite
def records(draw: Callable[[st.SearchStrategy[object]], object]) -> Achievement:
    low, high = sorted(draw(st.tuples(st.integers(1, 9), st.integers(1, 9))))  # type: ignore[arg-type, type-var]
    return Achievement(
        id="A",
        title="甲",
        status=draw(st.sampled_from(VALUES)),  # type: ignore[arg-type]
        region=draw(st.sampled_from(REGIONS)),  # type: ignore[arg-type]
        trl=draw(st.sampled_from([None, band(low, high)])),  # type: ignore[arg-type]
        transfer_modes=draw(st.lists(st.sampled_from(TransferMode), max_size=2).map(tuple)),  # type: ignore[arg-type]
    )


@given(
    st.lists(records(), max_size=12),
    st.lists(st.sampled_from(VALUES[1:]), max_size=2).map(tuple),
    st.none() | st.tuples(st.integers(1, 9), st.integers(1, 9)).map(lambda pair: tuple(sorted(pair))),
    st.lists(st.sampled_from(TransferMode), max_size=2).map(tuple),
    st.booleans(),
)
def test_a_mask_over_many_is_the_judgement_of_each(
    corpus: list[Achievement],
    statuses: tuple[str, ...],
    trl: tuple[int, int] | None,
    modes: tuple[TransferMode, ...],
    keep_unknown: bool,
) -> None:
    def judged(record: Achievement) -> bool:
        checks: list[bool] = []
        if statuses:
            checks.append(record.status in statuses if record.status else keep_unknown)
        if trl:
            levels = set(range(record.trl.low, record.trl.high + 1)) if record.trl else None
            checks.append(bool(levels & set(range(trl[0], trl[1] + 1))) if levels else keep_unknown)
        if modes:
            checks.append(bool(set(modes) & set(record.transfer_modes)) if record.transfer_modes else keep_unknown)
        return all(checks)

    conditions = Filter(statuses=statuses, trl=trl, modes=modes, keep_unknown=keep_unknown)
    assert conditions.mask(Columns.of(corpus)).tolist() == [judged(record) for record in corpus]
