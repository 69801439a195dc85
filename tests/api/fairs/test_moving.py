"""Meetings moved by hand. Slots are 9:00, 9:20, 9:40, 10:00; tables A1, A2 (一号馆) and B (二号馆), ten minutes apart.

======  ====  =====  ======  ======
M001    9:00  A1     乙公司  丑大学
M002    9:20  A1     乙公司  子大学
M003    9:20  A2     丙公司  寅大学
M004    9:40  A1     甲公司  丑大学
M005   10:00  A1     甲公司  子大学
======  ====  =====  ======  ======
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api.errors import InvalidError, NotFoundError
from api.fairs.moving import conflicts, free_places, meeting_of, propose, settle
from matcher.batch.base import Run
from matcher.fair.check import check_plan
from matcher.fair.plan import plan_fair
from tests.api.fairs.making import small_fair, small_plan, small_run
from tests.fair.conftest import Made

A1, A2, B = 0, 1, 2


def against(code: str, slot: int, table: int, *, swap: bool = False) -> tuple[str, ...]:
    plan = small_plan()
    return conflicts(plan, propose(plan, code, slot=slot, table=table, swap=swap).plan, small_fair(), small_run())


def test_the_plan_is_the_one_that_is_written_above() -> None:
    plan = small_plan()
    assert [
        (m.code, m.slot, m.table, plan.enterprise(m).org, plan.team(m).org) for m in plan.meetings
    ] == [
        ("M001", 0, A1, "乙公司", "丑大学"),
        ("M002", 1, A1, "乙公司", "子大学"),
        ("M003", 1, A2, "丙公司", "寅大学"),
        ("M004", 2, A1, "甲公司", "丑大学"),
        ("M005", 3, A1, "甲公司", "子大学"),
    ]  # fmt: skip


def test_who_is_busy_absent_or_too_far_away_is_told_all_at_once() -> None:
    assert against("M003", 0, A2) == ("M003：丙公司 在 12-01 09:00 不在场",)
    assert against("M003", 3, A2) == ("M003：A2 在 12-01 10:00 不开放",)
    # Both 丑大学 and its professor would be at two tables.
    assert against("M001", 2, A2) == (
        "团队 丑大学/李四 在 12-01 09:40 同时有 M004 和 M001",
        "人员 丑大学/李四 在 12-01 09:40 同时有 M004 和 M001",
    )
    far = against("M002", 1, B)
    assert "企业 乙公司 从 一号馆 到 二号馆 要走 10 分钟，M001 与 M002 之间只有 0 分钟" in far
    everything = against("M003", 0, A1)
    assert {"桌位 A1 在 12-01 09:00 同时有 M001 和 M003", "M003：丙公司 在 12-01 09:00 不在场"} == set(everything)


def test_two_change_places() -> None:
    plan = small_plan()
    assert against("M003", 1, A1)
    assert against("M003", 1, A1, swap=True) == ()
    proposal = propose(plan, "M003", slot=1, table=A1, swap=True)
    assert {(m.code, m.slot, m.table) for m in proposal.moved} == {("M003", 1, A1), ("M002", 1, A2)}
    settled = settle(plan, proposal, "企业要求靠门")
    assert [m.code for m in settled.meetings] == ["M001", "M003", "M002", "M004", "M005"]
    assert {(move.code, move.before, move.to, move.why) for move in settled.moves} == {
        ("M003", "2026-12-01 09:20 A2", "2026-12-01 09:20 A1", "企业要求靠门"),
        ("M002", "2026-12-01 09:20 A1", "2026-12-01 09:20 A2", "企业要求靠门"),
    }
    run = small_run()
    assert check_plan(settled, small_fair(), run.needs, run.achievements, run.pairs) == ()


def test_what_is_not_there_is_refused() -> None:
    plan = small_plan()
    with pytest.raises(NotFoundError, match="M999"):
        propose(plan, "M999", slot=0, table=0, swap=False)
    with pytest.raises(InvalidError, match="时段"):
        propose(plan, "M001", slot=4, table=0, swap=False)
    with pytest.raises(InvalidError, match="桌位"):
        propose(plan, "M001", slot=0, table=3, swap=False)
    assert against("M001", 0, A1) == ("会面已经在这个时段和桌位；请选择别的位置。",)


def test_a_finding_that_was_there_before_does_not_stand_against_a_move() -> None:
    """Settings changed since: 甲公司 is away at 9:40, which M004 does not keep to. M003 can be moved all the same."""
    fair = small_fair()
    settings = fair.settings.model_copy(
        update={"absent": (*fair.settings.absent, fair.settings.absent[0].model_copy(update={"who": "甲公司"}))}
    )
    # 甲公司 is away before 9:20 then, and only a move there is refused.
    changed, plan, run = replace(fair, settings=settings), small_plan(), small_run()
    assert conflicts(plan, propose(plan, "M003", slot=2, table=A2, swap=False).plan, changed, run) == ()
    told = conflicts(plan, propose(plan, "M005", slot=0, table=A2, swap=False).plan, changed, run)
    assert told == ("M005：甲公司 在 12-01 09:00 不在场",)


def test_free_places_are_those_the_checker_has_nothing_against(random_fair: Callable[[int], Made]) -> None:
    """The planner's rules offer places and the independent checker judges them: they must agree on every one."""
    free = refused = 0
    for seed in range(40):
        fair = random_fair(seed)
        plan = plan_fair(fair.fair.settings, fair.problem)
        run = Run(Path(), None, fair.needs, fair.achievements, fair.pairs)  # type: ignore[arg-type]
        taken = {(m.slot, m.table) for m in plan.meetings}
        for meeting in plan.meetings:
            offered = set(free_places(plan, meeting.code))
            for slot in range(len(plan.problem.slots)):
                for table in range(len(plan.problem.tables)):
                    if (slot, table) in taken:
                        assert (slot, table) not in offered
                        continue
                    proposal = propose(plan, meeting.code, slot=slot, table=table, swap=False)
                    clean = conflicts(plan, proposal.plan, fair.fair, run) == ()
                    assert ((slot, table) in offered) == clean, (seed, meeting.code, slot, table)
                    free, refused = free + clean, refused + (not clean)
                    if clean:
                        assert fair.check(settle(plan, proposal)) == ()
    assert min(free, refused) > 100


def test_a_meeting_is_found_by_its_code() -> None:
    assert meeting_of(small_plan(), "M003").table == A2
