"""After changes: what is confirmed stays unless it must move, and the rest is planned anew."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from matcher.fair.base import Plan, Wish
from matcher.fair.replan import replan
from matcher.fair.settings import Absence, Limit, TableClosed

Make = Callable[..., object]
TABLES = '[[table]]\nname = "A"\ncount = 2\n'


@pytest.fixture
def fair(make: Make, graded: Make, day: Make) -> object:
    """Three slots, two tables, three enterprises with every team."""
    needs = {"N1": "甲", "N2": "乙", "N3": "丙"}
    achievements = {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}
    return make(day(3) + TABLES, needs, achievements, [graded(n, a, 4) for n in needs for a in achievements])


def changed(fair: object, **lists: tuple[object, ...]) -> object:
    settings = fair.fair.settings
    update = {key: (*getattr(settings, key), *more) for key, more in lists.items()}
    return replace(fair, fair=replace(fair.fair, settings=settings.model_copy(update=update)))


def again(old: Plan, fair: object, **options: object) -> Plan:
    plan = replan(old, fair.fair.settings, fair.problem, **options)
    assert fair.check(plan) == ()
    return plan


def spots(plan: Plan) -> dict[tuple[str, str], tuple[str, dt.datetime, str]]:
    return {
        (plan.enterprise(m).name, plan.team(m).org): (m.code, plan.slot(m).start, plan.table(m).name)
        for m in plan.meetings
    }


def test_without_a_change_nothing_moves(fair: object) -> None:
    old = fair.plan()
    new = again(old, fair)
    assert spots(new) == spots(old)
    assert new.moves == ()
    assert all(meeting.confirmed for meeting in new.meetings)


def test_a_team_cancels(fair: object) -> None:
    old = fair.plan()
    new = again(old, changed(fair, absent=(Absence(who="子大学"),)))
    before, after = spots(old), spots(new)
    assert after == {two: spot for two, spot in before.items() if two[1] == "丑大学"}
    assert sorted(move.code for move in new.moves) == sorted(s[0] for two, s in before.items() if two[1] == "子大学")
    assert {(move.to, move.why) for move in new.moves} == {("", "子大学 张团队 已退出")}
    texts = {new.problem.parties[one.party].name: one.text for one in new.unscheduled}
    assert texts["子大学 张团队"] == "子大学 张团队 已退出。"


def test_why_somebody_is_away_is_told(fair: object) -> None:
    old = fair.plan()
    gone = again(old, changed(fair, absent=(Absence(who="子大学", why="航班取消"),)))
    assert {move.why for move in gone.moves} == {"子大学 张团队 已退出（航班取消）"}
    assert "子大学 张团队 已退出（航班取消）。" in [one.text for one in gone.unscheduled]
    late = Absence.model_validate({"who": "子大学", "to": "09:20", "why": "晚到"})
    assert any("在原时段不能到场（晚到）" in move.why for move in again(old, changed(fair, absent=(late,))).moves)


def test_a_lost_table_moves_only_what_sat_there(make: Make, graded: Make, day: Make) -> None:
    needs = {"N1": "甲", "N2": "乙"}
    pairs = [graded("N1", "A1", 4), graded("N2", "A2", 4)]
    fair = make(
        day(3) + '[[table]]\nname = "A"\ncount = 3\n', needs, {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}, pairs
    )
    old = fair.plan()
    lost = old.table(old.meetings[0]).name
    new = again(old, changed(fair, table_closed=(TableClosed(table=lost),)))
    before, after = spots(old), spots(new)
    stayed = {two for two, spot in before.items() if spot[2] != lost}
    assert {two: after[two] for two in stayed} == {two: before[two] for two in stayed}
    moved = set(before) - stayed
    # Another table in the same slot, under the same code.
    assert all(after[two][:2] == before[two][:2] and after[two][2] != lost for two in moved)
    assert [f"{lost} 在原时段不能使用" in move.why for move in new.moves] == [True]


def test_a_late_company_gets_another_slot(fair: object) -> None:
    old = fair.plan()
    first = min(old.meetings, key=lambda m: m.slot)
    name = old.enterprise(first).name
    late = Absence.model_validate({"who": name, "to": "09:20"})
    roomy = changed(fair, absent=(late,))
    new = again(old, roomy)
    before, after = spots(old), spots(new)
    for two, spot in before.items():
        if two[0] != name or spot[1].time() >= dt.time(9, 20):
            assert after[two] == spot
    assert all(spot[1].time() >= dt.time(9, 20) for two, spot in after.items() if two[0] == name)


def test_a_new_must_comes_in_beside_the_confirmed(make: Make, graded: Make, day: Make, wish: Make) -> None:
    achievements = {"A1": ("子大学", "张"), "A2": ("丑大学", "李")}
    fair = make(day(2) + TABLES, {"N1": "甲"}, achievements, [graded("N1", "A1", 4)])
    old = fair.plan()
    asked = replace(fair, fair=replace(fair.fair, wishes=(wish("甲", "丑大学", Wish.MUST),)))
    new = again(old, asked)
    before, after = spots(old), spots(new)
    assert after["甲", "子大学"] == before["甲", "子大学"]
    assert after["甲", "丑大学"][0] == "M002"
    assert new.moves == ()


def test_a_lower_limit_cancels_as_few_as_it_must(fair: object) -> None:
    old = fair.plan()
    most = max(len(old.meetings_of(party.index)) for party in old.problem.parties)
    team = next(party for party in old.problem.parties if len(old.meetings_of(party.index)) == most)
    new = again(old, changed(fair, limit=(Limit(who=team.org, meetings=most - 1),)))
    gone = [move for move in new.moves if not move.to]
    assert len(gone) == 1
    assert "上限改为" in gone[0].why
    kept = {two: spot for two, spot in spots(old).items() if spot[0] != gone[0].code}
    assert {two: spots(new)[two] for two in kept} == kept


def test_what_has_begun_is_history(fair: object) -> None:
    old = fair.plan()
    now = dt.datetime(2025, 11, 18, 9, 25)
    new = again(old, changed(fair, absent=(Absence(who="子大学"),)), now=now)
    before, after = spots(old), spots(new)
    begun = {two: spot for two, spot in before.items() if spot[1] <= now}
    assert begun
    assert {two: after[two] for two in begun} == begun
    assert all(two[1] != "子大学" for two, spot in after.items() if spot[1] > now)
    assert new.replanned_at == now


def test_only_the_confirmed_are_held(fair: object) -> None:
    old = fair.plan()
    code = old.meetings[-1].code
    new = again(old, fair, confirmed=[code])
    assert [m.code for m in new.meetings if m.confirmed] == [code]
    kept = next(spot for spot in spots(new).values() if spot[0] == code)
    assert kept in spots(old).values()


def test_a_meeting_the_new_run_grades_no_more_stays(fair: object) -> None:
    old = fair.plan()
    empty = replace(fair, pairs=())
    new = again(old, empty)
    assert spots(new) == spots(old)


def test_nothing_confirmed_moves_unless_it_must(random_fair: Callable[[int], object]) -> None:
    """Of random changes: whatever could stay where it was has stayed."""
    moves = 0
    for seed in range(60):
        fair = random_fair(seed)
        old = fair.plan()
        if not old.meetings:
            continue
        rng = random.Random(seed)
        victim = rng.choice([old.team(m).org for m in old.meetings])
        start = rng.choice(("09:00", "09:20", "09:40"))
        new_fair = changed(fair, absent=(Absence.model_validate({"who": victim, "from": start}),))
        new = again(old, new_fair)
        before, after = spots(old), spots(new)
        for meeting in old.meetings:
            two = (old.enterprise(meeting).name, old.team(meeting).org)
            hit = two[1] == victim and old.slot(meeting).end.time() > dt.time.fromisoformat(start)
            if not hit:
                assert after[two] == before[two]
        moves += len(new.moves)
    assert moves > 20
