"""Stand-ins, and holes filled on the day."""

import datetime as dt
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.errors import PlanError
from matcher.fair.base import Meeting, Plan, Status
from matcher.fair.greedy import greedy
from matcher.fair.grid import Grid
from matcher.fair.noshow import fill, parties_named, slot_at
from matcher.fair.plan import assemble
from matcher.fair.save import read_plan, write_plan
from matcher.fair.search import Searched
from matcher.fair.seating import seat
from matcher.fair.sheets import Attendance
from matcher.fair.value import value_of

Make = Callable[..., object]
TABLE = '[[table]]\nname = "A"\n'


@pytest.fixture
def fair(make: Make, graded: Make, day: Make) -> object:
    """One table: 甲 meets 子 at nine; 丑 (better) and 寅 could stand in, but nobody has a place besides."""
    pairs = [
        graded("N1", "A1", 4, 0.9),
        graded("N1", "A2", 3, 0.7),
        graded("N1", "A3", 3, 0.6),
    ]
    return make(
        day(1) + TABLE,
        {"N1": "甲"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李"), "A3": ("寅大学", "赵")},
        pairs,
    )


def named(plan: object, standby: list[object]) -> list[str]:
    return [plan.problem.parties[plan.problem.candidates[one.candidate].team].org for one in standby]


def test_stand_ins_by_points(fair: object) -> None:
    plan = fair.plan()
    assert named(plan, [one for one in plan.standby if one.party == 0]) == ["丑大学", "寅大学"]
    assert [one.points for one in plan.standby] == [700, 600]


def test_stand_ins_weighted_by_attendance(fair: object) -> None:
    # Of all 8 invitations 4 were kept; 丑 kept none of 4: (0 + 2·0.5)/(4 + 2); 寅 all of 4: (4 + 1)/6.
    history = {"丑大学": Attendance(4, 0), "寅大学": Attendance(4, 4)}
    plan = replace(fair, fair=replace(fair.fair, attendance=history)).plan()
    assert named(plan, list(plan.standby)) == ["寅大学", "丑大学"]
    assert [one.points for one in plan.standby] == [500, 117]


def test_a_hole_is_filled_with_the_best_free_partner(fair: object) -> None:
    plan = fair.plan()
    (one,) = fill(plan, 0, parties_named(plan, "子大学"))
    assert one.alone == 0
    assert plan.problem.parties[plan.problem.candidates[one.candidate].team].org == "丑大学"
    both = fill(plan, 0, [*parties_named(plan, "子大学"), *parties_named(plan, "丑大学/李")])
    assert plan.problem.parties[plan.problem.candidates[both[0].candidate].team].org == "寅大学"
    nobody = [party.index for party in plan.problem.parties if party.index]
    assert fill(plan, 0, nobody)[0].candidate is None
    assert fill(plan, 0, [0, *nobody])[0].alone is None


@pytest.mark.parametrize(
    ("who", "numbers"),
    [
        (("丑大学", "张"), ("", "")),
        (("丑大学", "李"), ("张 0371-6633 8888", "（0371）66338888")),
    ],
)
def test_the_missing_one_under_another_name_is_no_stand_in(
    make: Make, graded: Make, day: Make, who: tuple[str, str], numbers: tuple[str, str]
) -> None:
    pairs = [graded("N1", "A1", 4, 0.9), graded("N1", "A2", 3, 0.7), graded("N1", "A3", 3, 0.6)]
    made = make(day(1) + TABLE, {"N1": "甲"}, {"A1": ("子大学", "张"), "A2": who, "A3": ("寅大学", "赵")}, pairs)
    contacts = dict(zip(("A1", "A2", "A3"), (*numbers, ""), strict=True))
    known = {i: replace(a, contact=contacts[i]) for i, a in made.achievements.items()}
    fair = replace(made, achievements=known)
    plan = fair.plan()
    assert fair.check(plan) == ()
    assert named(plan, [one for one in plan.standby if one.party == 0]) == ["寅大学"]
    (one,) = fill(plan, 0, parties_named(plan, "子大学"))
    assert plan.problem.parties[plan.problem.candidates[one.candidate].team].org == "寅大学"


def test_two_left_alone_meet_each_other(make: Make, graded: Make, day: Make) -> None:
    pairs = [graded("N1", "A1", 4), graded("N2", "A2", 4), graded("N1", "A2", 3)]
    fair = make(
        day(1) + '[[table]]\nname = "A"\ncount = 2\n',
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李")},
        pairs,
    )
    plan = fair.plan()
    filled = fill(plan, 0, [*parties_named(plan, "子大学"), *parties_named(plan, "乙")])
    assert len({one.candidate for one in filled}) == 1
    assert None not in {one.candidate for one in filled}


def test_names_and_times_that_are_not_in_the_plan(fair: object) -> None:
    plan = fair.plan()
    with pytest.raises(PlanError, match="没有叫“某某”的"):
        parties_named(plan, "某某")
    assert slot_at(plan, dt.time(9, 10)) == 0
    with pytest.raises(PlanError, match="之后没有时段了"):
        slot_at(plan, dt.time(9, 20))


def by_hand(made: object) -> Plan:
    """The greedy plan, seated."""
    grid = Grid(made.problem)
    placed = greedy(grid)
    seats = seat(grid, placed, {})
    value = value_of(made.problem, placed)
    meetings = tuple(Meeting(code=f"M{i:04}", candidate=i, slot=placed[i][0], table=seats[i]) for i in placed)
    found = Searched(placed, value, value.total, value, Status.WITHIN_GAP)
    return assemble(made.fair.settings, grid, found, meetings)


def test_a_big_fair_is_read_and_filled_in_under_a_second(make: Make, graded: Make, day: Make, tmp_path: Path) -> None:
    rng = random.Random(7)
    needs = {f"N{i}": f"企业{i}" for i in range(300)}
    achievements = {f"A{i}": (f"大学{i % 40}", f"教授{i}") for i in range(200)}
    pairs = [
        graded(need, f"A{a}", 3, round(rng.uniform(0.5, 0.9), 3)) for need in needs for a in rng.sample(range(200), 20)
    ]
    made = make(day(12, enterprise=4) + '[[table]]\nname = "A"\ncount = 40\n', needs, achievements, pairs)
    write_plan(by_hand(made), tmp_path)
    begin = time.process_time()
    saved = read_plan(tmp_path)
    gone = parties_named(saved, saved.team(saved.meetings[0]).name)
    filled = fill(saved, saved.meetings[0].slot, gone)
    assert time.process_time() - begin < 1.0
    assert filled[0].alone is not None
