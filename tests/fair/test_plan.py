"""Rules of planning, each on a fair small enough to be redone by hand."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.errors import PlanError
from matcher.fair.base import PartyKind, Reason, Status, Wish
from matcher.fair.greedy import greedy
from matcher.fair.grid import Grid
from matcher.fair.save import read_plan, write_plan
from matcher.fair.sheets import MetRow
from matcher.fair.value import value_of

Make = Callable[..., object]
TABLE = '[[table]]\nname = "A"\n'
HURRY = {"time_limit_s": 1e-6}


@pytest.fixture
def crossed(make: Make, graded: Make, day: Make) -> object:
    """Two enterprises, two teams, one slot, two tables: the best single pair stands in the way of the best two."""
    pairs = [graded("N1", "A1", 4, 0.9), graded("N1", "A2", 3, 0.85), graded("N2", "A1", 3, 0.85)]
    return make(
        "floor = 0\n" + day(1) + '[[table]]\nname = "A"\ncount = 2\n',
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李")},
        pairs,
    )


def test_greedy_takes_the_best_pair_first_and_the_plan_beats_it(crossed: object) -> None:
    grid = Grid(crossed.problem)
    by_hand = greedy(grid)
    assert [(c.enterprise, c.team) for c in (crossed.problem.candidates[i] for i in by_hand)] == [(0, 2)]
    # P(≥3) + P(4): 0.9 + 0.45 alone, against 0.85 + 0.85.
    assert value_of(crossed.problem, by_hand).total == 1350
    plan = crossed.plan()
    assert plan.objective.total == 1700
    assert (plan.objective.greedy_total, plan.objective.bound, plan.objective.status) == (1350, 1700, Status.OPTIMAL)
    assert {(plan.candidate(m).enterprise, plan.candidate(m).team) for m in plan.meetings} == {(0, 3), (1, 2)}
    assert crossed.check(plan) == ()


def test_greedy_fills_the_first_free_slot_and_keeps_what_is_fixed(make: Make, graded: Make, day: Make) -> None:
    fair = make(
        day(2) + TABLE,
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张")},
        [graded("N1", "A1", 4), graded("N2", "A1", 3)],
    )
    grid = Grid(fair.problem)
    assert greedy(grid) == {0: (0, 0), 1: (1, 0)}
    assert greedy(grid, {1: (0, 0)}) == {1: (0, 0), 0: (1, 0)}


def test_a_person_of_two_teams_is_in_one_place(make: Make, graded: Make, day: Make) -> None:
    achievements = {"A1": ("子大学", "张", "王"), "A2": ("子大学", "李", "王")}
    needs = {"N1": "甲", "N2": "乙"}
    pairs = [graded("N1", "A1", 4), graded("N2", "A2", 4)]
    tables = '[[table]]\nname = "A"\ncount = 2\n'
    one = make(day(1) + tables, needs, achievements, pairs)
    assert len(one.plan().meetings) == 1
    two = make(day(2) + tables, needs, achievements, pairs)
    assert sorted(m.slot for m in two.plan().meetings) == [0, 1]
    # Where only leaders come, the shared member binds nobody.
    leaders = make('team_members = "leader"\n' + day(1) + tables, needs, achievements, pairs)
    assert len(leaders.plan().meetings) == 2


def test_one_person_under_two_organisations_can_be_named_as_one(make: Make, graded: Make, day: Make) -> None:
    head = day(1) + '[[table]]\nname = "A"\ncount = 2\n'
    parts = ({"N1": "甲", "N2": "乙"}, {"A1": ("子大学", "张"), "A2": ("丑研究院", "张")})
    pairs = [graded("N1", "A1", 4), graded("N2", "A2", 4)]
    assert len(make(head, *parts, pairs).plan().meetings) == 2
    same = head + '[[same_person]]\nnames = ["子大学/张", "丑研究院/张"]\n'
    assert len(make(same, *parts, pairs).plan().meetings) == 1


@pytest.mark.parametrize(("number", "meetings"), [("138 0000 1234", 1), ("13800009999", 2), ("", 2)])
def test_one_leader_with_one_telephone_under_two_spellings_is_one_person(
    make: Make, graded: Make, day: Make, number: str, meetings: int
) -> None:
    head = day(1) + '[[table]]\nname = "A"\ncount = 2\n'
    achievements = {"A1": ("子材料院", "张"), "A2": ("子材料研究院", "张")}
    made = make(head, {"N1": "甲", "N2": "乙"}, achievements, [graded("N1", "A1", 4), graded("N2", "A2", 4)])
    known = {"A1": "张 +86 13800001234", "A2": number}
    fair = replace(made, achievements={i: replace(a, contact=known[i]) for i, a in made.achievements.items()})
    plan = fair.plan()
    assert len(plan.meetings) == meetings
    assert fair.check(plan) == ()
    # The checker, told of the same telephone only afterwards, finds the two meetings at one time.
    both = {i: replace(a, contact="13800001234") for i, a in made.achievements.items()}
    clash = any(
        "人员 子材料院/张" in told and "同时有" in told for told in replace(fair, achievements=both).check(plan)
    )
    assert clash is (meetings == 2)


def test_what_ran_out_before_the_fair_is_not_planned(make: Make, graded: Make, day: Make) -> None:
    pairs = [graded("N1", "A1", 4), graded("N1", "A2", 4)]
    made = make(day(3) + TABLE, {"N1": "甲"}, {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}, pairs)
    ends = {"A1": dt.date(2025, 11, 17), "A2": dt.date(2025, 11, 18)}
    fair = replace(made, achievements={i: replace(a, valid_until=ends[i]) for i, a in made.achievements.items()})
    plan = fair.plan()
    assert [plan.team(m).org for m in plan.meetings] == ["丑大学"]
    assert [(one.reason, one.text) for one in plan.unscheduled] == [
        (Reason.EXPIRED, "成果有效期到 2025-11-17，早于对接会第一天。")
    ]
    assert fair.check(plan) == ()
    assert any("A1 在对接会之前已过期" in told for told in fair.check(made.plan()))


def test_walking_keeps_meetings_in_two_halls_apart(make: Make, graded: Make, day: Make) -> None:
    tables = '[[table]]\nname = "A"\nhall = "东"\nclosed = [{ from = "09:20" }]\n[[table]]\nname = "B"\nhall = "西"\n'
    needs, achievements = {"N1": "甲"}, {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}
    pairs = [graded("N1", "A1", 4), graded("N1", "A2", 4)]
    walk = '[[walking]]\nhall = "东"\nother = "西"\nminutes = {}\n'
    head = day(2, gap=5)
    near = make(head + tables + walk.format(5), needs, achievements, pairs)
    assert len(near.plan().meetings) == 2
    # Table A closes after the first slot, and the second begins five minutes after its end: B twice.
    far = make(head + tables + walk.format(6), needs, achievements, pairs)
    assert {far.plan().table(m).name for m in far.plan().meetings} == {"B"}


def test_a_reserved_table_is_for_its_owner_and_used_by_it(make: Make, graded: Make, day: Make) -> None:
    tables = TABLE + '[[table]]\nname = "专用"\nonly_for = ["乙"]\n'
    fair = make(
        day(1) + tables,
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李")},
        [graded("N1", "A1", 4), graded("N2", "A2", 3)],
    )
    plan = fair.plan()
    assert {plan.enterprise(m).name: plan.table(m).name for m in plan.meetings} == {"甲": "A", "乙": "专用"}


def test_who_can_only_come_on_line_meets_on_line(make: Make, graded: Make, day: Make) -> None:
    tables = TABLE + '[[table]]\nname = "云"\nkind = "线上"\nlink = "会前告知"\n'
    wanted = '[[kind_wanted]]\nwho = "子大学"\nkinds = ["线上"]\n'
    fair = make(
        day(1) + tables + wanted,
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张"), "A2": ("丑大学", "李")},
        [graded("N1", "A1", 4), graded("N2", "A2", 3)],
    )
    plan = fair.plan()
    assert {plan.team(m).org: plan.table(m).name for m in plan.meetings} == {"子大学": "云", "丑大学": "A"}


def test_the_floor_gives_everyone_a_meeting_before_anyone_a_second(make: Make, graded: Make, day: Make) -> None:
    needs = {"N1": "甲", "N2": "乙"}
    achievements = {"A1": ("子大学", "张"), "A2": ("丑大学", "李"), "A3": ("寅大学", "赵")}
    pairs = [graded("N1", "A1", 4, 0.9), graded("N1", "A2", 4, 0.9), graded("N2", "A3", 3, 0.5)]
    free = make("floor = 0\n" + day(2) + TABLE, needs, achievements, pairs).plan()
    assert {free.enterprise(m).name for m in free.meetings} == {"甲"}
    fair = make("floor = 1\n" + day(2) + TABLE, needs, achievements, pairs).plan()
    assert {fair.enterprise(m).name for m in fair.meetings} == {"甲", "乙"}
    assert fair.objective.fairness == 2 * 3000


def test_no_team_takes_more_than_its_share_unless_wished_for(make: Make, graded: Make, day: Make, wish: Make) -> None:
    needs = {f"N{i}": f"企业{i}" for i in range(4)}
    pairs = [graded(need, "A1", 4) for need in needs]
    head = "team_share = 0.5\n" + day(4) + TABLE
    plain = make(head, needs, {"A1": ("子大学", "张")}, pairs)
    assert len(plain.plan().meetings) == 2
    wished = make(head, needs, {"A1": ("子大学", "张")}, pairs, wishes=(wish("企业3", "子大学", Wish.WANT),))
    assert len(wished.plan().meetings) == 3


def test_the_pair_that_was_named_is_what_they_meet_about(make: Make, graded: Make, day: Make, wish: Make) -> None:
    achievements = {"A1": ("子大学", "张"), "A2": ("子大学", "张")}
    pairs = [graded("N1", "A1", 4), graded("N1", "A2", 2)]
    fair = make(day(1) + TABLE, {"N1": "甲"}, achievements, pairs, wishes=(wish("甲", "A2", Wish.MUST),))
    candidate = fair.plan().candidate(fair.plan().meetings[0])
    assert candidate.best is not None
    assert candidate.best.achievement_id == "A2"
    assert [other.achievement_id for other in candidate.others] == ["A1"]


def test_a_no_of_either_side_is_never_scheduled(make: Make, graded: Make, day: Make, wish: Make) -> None:
    for side in PartyKind:
        fair = make(
            day(1) + TABLE,
            {"N1": "甲"},
            {"A1": ("子大学", "张")},
            [graded("N1", "A1", 4)],
            wishes=(wish("甲", "子大学", Wish.NO, side),),
        )
        plan = fair.plan()
        assert plan.meetings == ()
        assert {one.reason for one in plan.unscheduled} == {Reason.REFUSED}


def test_a_must_outweighs_better_pairs(make: Make, graded: Make, day: Make, wish: Make) -> None:
    achievements = {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}
    fair = make(
        day(1) + TABLE,
        {"N1": "甲"},
        achievements,
        [graded("N1", "A1", 4)],
        wishes=(wish("N1", "丑大学/李", Wish.MUST),),
    )
    plan = fair.plan()
    assert [plan.team(m).org for m in plan.meetings] == ["丑大学"]
    assert plan.candidate(plan.meetings[0]).best is None


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        ('[[absent]]\nwho = "甲"\n', "没有共同在场的时段"),
        ('[[kind_wanted]]\nwho = "甲"\nkinds = ["线上"]\n', "没有都能用的桌位"),
        ('[[limit]]\nwho = "子大学/张"\nmeetings = 0\n', "会面已满"),
        ('[[blocked]]\nenterprise = "甲"\norg = "子大学"\n', "对接会设置要求回避"),
    ],
)
def test_an_impossible_must_is_explained(
    make: Make, graded: Make, day: Make, wish: Make, *, extra: str, told: str
) -> None:
    fair = make(
        day(2) + TABLE + extra,
        {"N1": "甲"},
        {"A1": ("子大学", "张")},
        [graded("N1", "A1", 4)],
        wishes=(wish("甲", "子大学", Wish.MUST),),
    )
    plan = fair.plan()
    assert plan.meetings == ()
    assert [told in one.text for one in plan.missed] == [True]
    assert fair.check(plan) == ()


def test_two_musts_for_one_place_name_each_other(make: Make, graded: Make, day: Make, wish: Make) -> None:
    fair = make(
        day(3, team=1) + TABLE,
        {"N1": "甲", "N2": "乙"},
        {"A1": ("子大学", "张")},
        [graded("N1", "A1", 4), graded("N2", "A1", 3)],
        wishes=(wish("甲", "子大学", Wish.MUST), wish("乙", "子大学", Wish.MUST)),
    )
    plan = fair.plan()
    assert [plan.enterprise(m).name for m in plan.meetings] == ["甲"]
    assert "子大学 张团队 的 1 次会面已满，其中 1 次也是必见（甲与子大学 张团队）" in plan.missed[0].text


def test_every_reason_occurs(make: Make, graded: Make, day: Make, wish: Make) -> None:
    needs = {f"N{i}": name for i, name in enumerate("甲乙丙丁戊己")}
    achievements = {"A1": ("子大学", "张"), "A2": ("丑大学", "李"), "A3": ("寅大学", "赵")}
    pairs = [
        graded("N0", "A1", 4, 0.95),
        graded("N1", "A1", 3, 0.5),
        graded("N2", "A2", 2),
        graded("N3", "A2", 3),
        graded("N4", "A2", 4),
        graded("N5", "A3", 3),
    ]
    absent = '[[absent]]\nwho = "戊"\n'
    fair = make(
        "floor = 0\n" + day(1) + TABLE + absent,
        needs,
        achievements,
        pairs,
        wishes=(wish("丁", "丑大学", Wish.NO),),
    )
    reasons = {fair.problem.parties[one.party].name: one.reason for one in fair.plan().unscheduled}
    assert reasons == {
        "乙": Reason.LOWER_VALUE,
        "丙": Reason.NO_MATCH,
        "丁": Reason.REFUSED,
        "戊": Reason.WITHDRAWN,
        "己": Reason.CAPACITY,
        "丑大学 李团队": Reason.TIME,
        "寅大学 赵团队": Reason.CAPACITY,
    }


def test_two_who_met_already_or_are_one_organisation_do_not_meet(make: Make, graded: Make, day: Make) -> None:
    pairs = [graded("N1", "A1", 4), graded("N2", "A2", 4)]
    needs, achievements = {"N1": "甲", "N2": "子大学"}, {"A1": ("丑大学", "李"), "A2": ("子大学", "张")}
    fair = make(day(1) + TABLE, needs, achievements, pairs, met=(MetRow("甲", "丑大学", "见过.csv第 2 行"),))
    plan = fair.plan()
    assert plan.meetings == ()
    assert {one.why for one in plan.problem.excluded} == {"双方已经见过面（见过.csv第 2 行）", "双方是同一单位"}


def test_pauses_and_gaps_shape_the_slots(make: Make) -> None:
    toml = """
name = "测试"
[slots]
minutes = 20
gap_minutes = 5
[[table]]
name = "A"
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "10:45"
[[day.session.pause]]
name = "茶歇"
start = "09:40"
end = "09:50"
"""
    slots = make(toml, {"N1": "甲"}, {"A1": ("子大学", "张")}, []).problem.slots
    assert [(s.start.time(), s.end.time()) for s in slots] == [
        (dt.time(9, 0), dt.time(9, 20)),
        (dt.time(9, 50), dt.time(10, 10)),
        (dt.time(10, 15), dt.time(10, 35)),
    ]


def test_a_plan_is_saved_without_loss_and_byte_for_byte(random_fair: Callable[[int], object], tmp_path: Path) -> None:
    for seed in (3, 17, 40):
        first, second = random_fair(seed).plan(), random_fair(seed).plan()
        write_plan(first, tmp_path / "one")
        write_plan(second, tmp_path / "two")
        assert read_plan(tmp_path / "one") == first
        assert (tmp_path / "one" / "plan.json").read_bytes() == (tmp_path / "two" / "plan.json").read_bytes()


def test_a_damaged_plan_says_so(random_fair: Callable[[int], object], tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="读不了排期"):
        read_plan(tmp_path / "nowhere")
    path = write_plan(random_fair(3).plan(), tmp_path)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[: len(whole) // 2], encoding="utf-8")
    with pytest.raises(PlanError, match="已损坏"):
        read_plan(tmp_path)
    path.write_text(whole.replace('"version": 1', '"version": 99', 1), encoding="utf-8")
    with pytest.raises(PlanError, match="第 99 版"):
        read_plan(tmp_path)


def test_a_meeting_that_points_nowhere_is_damage(random_fair: Callable[[int], object], tmp_path: Path) -> None:
    plan = next(plan for seed in range(20) if (plan := random_fair(seed).plan()).meetings)
    write_plan(replace(plan, meetings=(replace(plan.meetings[0], table=99),)), tmp_path)
    with pytest.raises(PlanError, match="已损坏"):
        read_plan(tmp_path)


def test_out_of_time_a_plan_is_valid_and_its_bound_true(random_fair: Callable[[int], object]) -> None:
    unproven = 0
    for seed in range(40):
        fair = random_fair(seed)
        hurried = replace(fair, fair=replace(fair.fair, settings=fair.fair.settings.model_copy(update=HURRY)))
        plan, whole = hurried.plan(), fair.plan()
        assert hurried.check(plan) == ()
        if any(c.is_must for c in plan.problem.candidates):
            continue
        assert plan.objective.total <= whole.objective.total <= plan.objective.bound
        unproven += plan.objective.status is not Status.OPTIMAL
        assert plan.objective.status is not Status.OPTIMAL or plan.objective.total == whole.objective.total
    assert unproven > 0
