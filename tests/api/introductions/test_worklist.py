"""What pays most next, by arithmetic a reader can redo."""

import datetime as dt
from typing import Any

import pytest

from api.db.tables import Introduction
from api.introductions.worklist import leads, worklist
from tests.api.introductions.pairs import URL, ask, audited, caller_of
from tests.api.world import World

DAY = dt.date(2026, 6, 10)
WAITS = "等待需求方和成果方答复"


def _made(world: World, who: str, budget: float | None, **row: object) -> str:
    need = world.need(budget_high_cny=budget)
    introduction_id: str = ask(world, who, need, world.achievement()).json()["id"]
    with world.service.database.work() as session:
        found = session.get_one(Introduction, introduction_id)
        for name, value in row.items():
            setattr(found, name, value)
    return introduction_id


def test_overdue_first_then_what_is_due_today_then_by_expected_value(world: World) -> None:
    # Chance × amount: 0.35·1.4·500,000 = 245,000; 0.1·1·1,000,000 = 100,000; 0.05·1·300,000 = 15,000.
    negotiated = _made(world, "broker", 500_000, stage="negotiating", fit=0.9, level=4)
    contacted = _made(world, "broker", 1_000_000, stage="contacted", fit=0.5, level=3, due_on=DAY)
    late = _made(world, "broker", None, due_on=DAY - dt.timedelta(days=3))
    _made(world, "broker", 9_000_000, stage="lost")
    with world.service.database.reading() as session:
        items = worklist(session, caller_of(world, "broker"), (0, 20), DAY).items
    assert [item.shown.row.id for item in items] == [late, contacted, negotiated]
    assert [item.weight.value_cny for item in items] == pytest.approx([15_000, 100_000, 245_000])
    assert [item.weight.overdue_days for item in items] == [3, 0, 0]
    assert [item.why for item in items] == [
        f"已逾期 3 天；{WAITS}；预计收益 1.5 万元 = 签约机会 5.0%（新线索，匹配度未知）× 30 万元（未写金额，按默认值）",
        f"今天到期；{WAITS}；预计收益 10 万元 = 签约机会 10.0%（已联系，匹配度 50%）× 100 万元（按预算）",
        f"{WAITS}；预计收益 24.5 万元 = 签约机会 49.0%（洽谈，匹配度 90%）× 50 万元（按预算）",
    ]


def test_a_budget_that_is_closed_does_not_show_in_the_order(world: World) -> None:
    closed = world.need(budget_high_cny=9_000_000, tiers={"terms": 4})
    made = ask(world, "broker", closed, world.achievement()).json()["id"]
    with world.service.database.reading() as session:
        (item,) = worklist(session, caller_of(world, "broker"), (0, 20), DAY).items
    assert (item.shown.row.id, item.weight.amount.cny) == (made, 300_000)


def test_a_restricted_budget_that_a_line_tells_is_logged_and_of_no_other_line(world: World) -> None:
    def made(who: str, budget: float) -> tuple[str, str]:
        need = world.need(budget_high_cny=budget, tiers={"terms": 3})
        return need["id"], ask(world, who, need, world.achievement()).json()["id"]

    shown, beyond, mine = made("enterprise", 2_000_000), made("enterprise", 1_000_000), made("broker", 500_000)
    before = len(audited(world, "read"))
    (line,) = world.client.get(f"{URL}/leads", params={"limit": 1}, headers=world["broker"]).json()["items"]
    assert (line["introduction"]["id"], line["amount_cny"]) == (shown[1], 2_000_000)
    world.client.get(f"{URL}/worklist", headers=world["broker"])
    # Whoever only counts has read nothing; a list without amounts tells no budget.
    assert world.client.get(f"{URL}/counts", headers=world["broker"]).json()["unclaimed"] == 2
    world.client.get(URL, headers=world["broker"])
    assert [(kind, thing, detail["groups"]) for kind, thing, detail in audited(world, "read")[before:]] == [
        ("need", shown[0], ["terms"]),
        ("need", mine[0], ["terms"]),
    ]
    assert beyond[0] not in {thing for _, thing, _ in audited(world, "read")}


def test_leads_are_what_nobody_has_claimed(world: World) -> None:
    small = _made(world, "enterprise", 100_000, due_on=DAY - dt.timedelta(days=30), next_action="秘密安排")
    large = _made(world, "institution", 2_000_000)
    mine = _made(world, "broker", 5_000_000)
    with world.service.database.reading() as session:
        items = leads(session, caller_of(world, "broker"), (0, 20), DAY).items
    assert [(item.shown.row.id, item.weight.overdue_days) for item in items] == [(large, 0), (small, 0)]
    answer = world.client.get(f"{URL}/leads", headers=world["broker"])
    assert "秘密安排" not in answer.text
    assert mine not in answer.text
    assert {item["introduction"]["part"] for item in answer.json()["items"]} == {"lead"}


def test_pages_of_the_worklist(world: World) -> None:
    made = {_made(world, "broker", 1_000_000.0 * number) for number in range(1, 6)}
    seen: list[tuple[float, str]] = []
    cursor = ""
    while True:
        params: dict[str, Any] = {"limit": 2, "cursor": cursor}
        page = world.client.get(f"{URL}/worklist", params=params, headers=world["broker"]).json()
        seen += [(item["expected_cny"], item["introduction"]["id"]) for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert [value for value, _ in seen] == [250_000, 200_000, 150_000, 100_000, 50_000]
    assert {introduction_id for _, introduction_id in seen} == made
    assert world.client.get(f"{URL}/worklist", headers=world["enterprise"]).status_code == 403
