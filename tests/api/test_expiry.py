"""Records end on their last day, and their owners hear of it in time, once."""

import datetime as dt

from sqlalchemy import select

from api.db.tables import InboxItem, RecordRow
from api.expiry import expire, remind
from tests.api.world import World

TODAY = dt.date(2026, 3, 10)


def day(days: int) -> str:
    return (TODAY + dt.timedelta(days=days)).isoformat()


def states(world: World) -> dict[str, str]:
    with world.service.database.reading() as session:
        return {row.title: row.state for row in session.scalars(select(RecordRow))}


def told(world: World, who: str) -> list[InboxItem]:
    with world.service.database.reading() as session:
        account = world.people[who].account_id
        return list(session.scalars(select(InboxItem).where(InboxItem.account_id == account).order_by(InboxItem.id)))


def test_published_records_end_after_their_last_day(world: World) -> None:
    world.need(title="昨天到期", valid_until=day(-1))
    world.need(title="今天到期", valid_until=day(0))
    world.need(title="没有期限")
    world.need(title="草稿昨天到期", valid_until=day(-1), publish=False)
    assert (expire(world.service, today=TODAY), expire(world.service, today=TODAY)) == (1, 0)
    assert states(world) == {
        "昨天到期": "expired", "今天到期": "published", "没有期限": "published", "草稿昨天到期": "draft"
    }  # fmt: skip
    (item,) = told(world, "enterprise")
    assert (item.kind, item.body["about"], item.body["records"][0]["title"]) == ("renewal", "expired", "昨天到期")


def test_more_than_fit_in_one_transaction_all_end(world: World) -> None:
    for at in range(53):
        world.need(title=f"需求{at}号", valid_until=day(-1))
    assert expire(world.service, today=TODAY) == 53
    assert set(states(world).values()) == {"expired"}
    # Two transactions of 50 and 3.
    assert [item.body["count"] for item in told(world, "enterprise")] == [50, 3]


def test_owners_are_reminded_once_for_each_last_day(world: World) -> None:
    # 14 days ahead by default: the 14th is told of, the 15th is not yet.
    near = world.need(title="还有十四天", valid_until=day(14))
    world.need(title="还有十五天", valid_until=day(15))
    world.achievement(title="还有一天的成果", valid_until=day(1))
    assert (remind(world.service, today=TODAY), remind(world.service, today=TODAY)) == (2, 0)
    assert [item.body["records"][0]["title"] for item in told(world, "enterprise")] == ["还有十四天"]
    assert [item.body["records"][0]["title"] for item in told(world, "institution")] == ["还有一天的成果"]
    assert told(world, "enterprise2") == []
    # Renewed, it is told of again when its new last day comes near.
    headers = {**world["enterprise"], "If-Match": '"1"'}
    renewed = world.client.post(f"/api/v1/needs/{near['id']}/renewal", json={"valid_until": day(30)}, headers=headers)
    assert renewed.status_code == 200, renewed.text
    assert remind(world.service, today=TODAY + dt.timedelta(days=20)) == 1
    titles = [item.body["records"][0]["title"] for item in told(world, "enterprise")]
    assert titles == ["还有十四天", "还有十四天"]
