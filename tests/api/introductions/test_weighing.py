"""The order of a worklist is that of whole records, though only the page that is shown is read whole."""

import datetime as dt
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Connection, event, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.days import china_day
from api.db.base import new_id, now
from api.db.tables import Grant, Introduction, RecordRow
from api.introductions import weighing
from api.introductions.brokers import claimable
from api.introductions.parts import Part
from api.introductions.showing import Shower
from api.introductions.stages import OPEN, Stage
from api.introductions.weighing import Weight
from api.introductions.worklist import Worklist, leads, worklist
from api.introductions.worth import chance, expected_amount, typical_amount
from api.records.content import to_content
from api.records.reading import Reader
from matcher.records import Achievement, Need, Price, PriceKind, Record, Tier
from tests.api.introductions.pairs import URL, caller_of
from tests.api.world import World

LISTS: dict[str, Callable[[Session, Caller, tuple[int, int], dt.date], Worklist]] = {
    "worklist": worklist,
    "leads": leads,
}
STAGES = [*OPEN, Stage.SIGNED, Stage.LOST]
STATES = ["published", "published", "published", "review", "draft", "withdrawn", "expired"]


def _filled(world: World, seed: int, count: int) -> None:
    """Random introductions: of both brokers' kinds, amounts that repeat, records closed in every way there is."""
    chosen = random.Random(seed)
    owners = [world.people[who].organisation_id for who in ("enterprise", "institution2", "enterprise2", "broker")]
    broker = world.people["broker"]
    with world.service.database.work() as session:
        for number in range(count):
            claimed = chosen.random() < 0.5
            # Of what nobody has claimed a broker sees only what is open; of much that is closed little would be left.
            closed = claimed or chosen.random() < 0.2
            sides = [_record(chosen, kind, chosen.choice(owners), closed) for kind in (Need, Achievement)]
            session.add_all(sides)
            session.flush()
            need, achievement = sides
            row = Introduction(
                need_id=need.id,
                achievement_id=achievement.id,
                need_owner_id=need.owner_id,
                achievement_owner_id=achievement.owner_id,
                requested_by=broker.account_id,
                asked_by="need",
                withheld=chosen.choice(["", "", "", "", "achievement"]),
                broker_id=broker.account_id if claimed else None,
                stage=chosen.choice(STAGES).value,
                need_answer=chosen.choice(["waiting", "accepted"]),
                achievement_answer=chosen.choice(["waiting", "accepted"]),
                fit=chosen.choice([None, 0.25, 0.5, chosen.random()]),
                due_on=chosen.choice([None, china_day() + dt.timedelta(days=chosen.randrange(-3, 4))]),
                contract_cny=chosen.choice([None, 123_456.0, 2_345_678.9]),
            )
            session.add(row)
            session.flush()
            if number % 9 == 0:
                reader = chosen.choice([{"account_id": broker.account_id}, {"organisation_id": broker.organisation_id}])
                opened = chosen.choice(sides).id
                session.add(Grant(record_id=opened, introduction_id=row.id, **reader))


def _record(chosen: random.Random, kind: type[Record], owner_id: str, closed: bool) -> RecordRow:
    low, high = (chosen.choice([None, 100_000, 500_000.0, round(chosen.uniform(1, 9e6), 2)]) for _ in range(2))
    title, visibility = f"涂层{chosen.randrange(1000)}", Tier(chosen.choice([1, 2, 3, 4] if closed else [1, 1, 2]))
    record: Record = (
        Need(id="", title=title, visibility=visibility, budget_low_cny=low, budget_high_cny=high)
        if kind is Need
        else Achievement(
            id="",
            title=title,
            summary="电极" * 500,
            visibility=visibility,
            price=chosen.choice([None, Price(kind=PriceKind.FIRM, low_cny=low, high_cny=high)]),
        )
    )
    return RecordRow(
        id=new_id(),
        side=record.side.value,
        owner_id=owner_id,
        external_id=new_id(),
        title=title,
        content=to_content(record),
        tiers=chosen.choice([{}, {"terms": chosen.randrange(1, 5)}, {"contact": 1, "owner": 3}]),
        visibility=int(visibility),
        state=chosen.choice(STATES) if closed else "published",
        deleted_at=now() if closed and chosen.random() < 0.1 else None,
    )


def _by_whole_records(session: Session, caller: Caller, name: str, today: dt.date) -> list[Weight]:
    """The same by another way: every record is read whole, and shown as the caller may see it."""
    reader = Reader(session, caller)
    mine: dict[str, Sequence[ColumnElement[bool]]] = {
        "worklist": [Introduction.broker_id == caller.account_id],
        "leads": [Introduction.broker_id.is_(None), claimable(reader)],
    }
    wanted = select(Introduction).where(Introduction.stage.in_([stage.value for stage in OPEN]), *mine[name])
    rows = session.scalars(wanted.order_by(Introduction.id.desc()).limit(weighing.MOST)).all()
    shower, typical = Shower(reader, rows), typical_amount(session)
    weights = []
    for row in rows:
        shown = shower.show(row, Part.BROKER if name == "worklist" else Part.LEAD)
        need, achievement = (
            None if brief.seen is None else brief.seen.record for brief in (shown.need, shown.achievement)
        )
        fit = row.fit if shown.graded else None
        amount = expected_amount(
            need if isinstance(need, Need) else None,
            achievement if isinstance(achievement, Achievement) else None,
            typical,
        )
        late = (today - row.due_on).days if row.due_on is not None and shown.inside else None
        weights.append(
            Weight(introduction_id=row.id, fit=fit, chance=chance(Stage(row.stage), fit), amount=amount, late_days=late)
        )
    return sorted(weights, key=lambda weight: (weight.urgency, -weight.value_cny, weight.introduction_id))


def _pages(world: World, name: str, limit: int) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = world.client.get(
            f"{URL}/{name}", params={"limit": limit, "cursor": cursor}, headers=world["broker"]
        ).json()
        yield from page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return


@contextmanager
def _counted(world: World) -> Iterator[list[tuple[str, int]]]:
    """Statements that read, each with how many rows it has."""
    found: list[tuple[str, int]] = []
    asking = False

    def count(connection: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal asking
        if asking or not statement.startswith("SELECT"):
            return
        asking = True
        counting = f"SELECT count(*) FROM ({statement}) AS asked"  # noqa: S608
        rows = connection.exec_driver_sql(counting, parameters).scalar_one()
        asking = False
        found.append((statement, rows))

    engine = world.service.database.engine
    event.listen(engine, "before_cursor_execute", count)
    yield found
    event.remove(engine, "before_cursor_execute", count)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(("seed", "most"), [(1, 2_000), (3, 60)])
def test_order_and_pages_are_those_of_whole_records(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, seed: int, most: int
) -> None:
    monkeypatch.setattr(weighing, "MOST", most)
    _filled(world, seed, 300)
    caller, today = caller_of(world, "broker"), china_day()
    with world.service.database.reading() as session:
        expected = _by_whole_records(session, caller, name, today)
    with world.service.database.reading() as session:
        whole = LISTS[name](session, caller, (0, 2_000), today)
    assert [item.weight for item in whole.items] == expected
    assert [item.shown.row.id for item in whole.items] == [weight.introduction_id for weight in expected]
    assert whole.total == len(expected) > 40
    # The second limit ends a page at the last line.
    for limit in (17, len(expected) // 2):
        lines = list(_pages(world, name, limit))
        assert [(line["introduction"]["id"], line["expected_cny"], line["overdue_days"]) for line in lines] == [
            (weight.introduction_id, round(weight.value_cny, 2), weight.overdue_days) for weight in expected
        ]
        assert [line["why"] for line in lines] == [item.why for item in whole.items]
    # All kinds are among them; who only looks at a lead is not told of days.
    assert {weight.urgency for weight in expected} == ({0, 1, 2} if name == "worklist" else {2})
    assert len({weight.amount.basis for weight in expected}) >= 3


@pytest.mark.parametrize("name", LISTS)
def test_one_page_is_read_whole_and_no_more(world: World, name: str) -> None:
    _filled(world, 4, 250)
    asked: dict[int, list[tuple[str, int]]] = {}
    for limit in (10, 30):
        with _counted(world) as asked[limit]:
            answer = world.client.get(f"{URL}/{name}", params={"limit": limit}, headers=world["broker"]).json()
        assert (len(answer["items"]), answer["next_cursor"] != "") == (limit, True)
        # Two records a line.
        assert [rows for statement, rows in asked[limit] if "records.content" in statement] == [2 * limit]
        assert [rows for statement, rows in asked[limit] if "introductions.next_action" in statement] == [limit]
    # Nothing is asked for line by line.
    assert len(asked[10]) == len(asked[30])


def test_a_page_behind_the_last_is_empty(world: World) -> None:
    _filled(world, 5, 20)
    with world.service.database.reading() as session:
        found = worklist(session, caller_of(world, "broker"), (100, 10), china_day())
    assert (list(found.items), 0 < found.total <= 20) == ([], True)


def test_what_was_claimed_between_order_and_page_is_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _filled(world, 6, 100)
    caller, weigh = caller_of(world, "broker"), weighing.weigh

    def weigh_and_lose_the_first(reader: Reader, *more: Any) -> list[Weight]:
        weights = weigh(reader, *more)
        reader.session.get_one(Introduction, weights[0].introduction_id).broker_id = caller.account_id
        return weights

    with world.service.database.reading() as session:
        first, second = (item.shown.row.id for item in leads(session, caller, (0, 2), china_day()).items)
        monkeypatch.setattr("api.introductions.worklist.weigh", weigh_and_lose_the_first)
        shown = [item.shown.row.id for item in leads(session, caller, (0, 2), china_day()).items]
    assert (first in shown, shown) == (False, [second])
