"""Rows with the moments a test needs, entered without the routes, which only know the present."""

import datetime as dt
from typing import Any

from api.db.base import new_id, now
from api.db.tables import Introduction, Outlook, RecordRow
from matcher.records import Side, Tier
from tests.api.world import World

URL = "/api/v1/statistics"


def at(text: str) -> dt.datetime:
    """A moment: `2026-03-01T00:00+08:00`."""
    return dt.datetime.fromisoformat(text)


def record(world: World, side: Side, *, owner: str = "", **given: Any) -> str:
    """A record; published, seen by everybody, of the enterprise or the institution, entered now."""
    record_id = new_id()
    who = owner or {Side.NEED: "enterprise", Side.ACHIEVEMENT: "institution"}[side]
    with world.service.database.work() as session:
        values = {
            "id": record_id,
            "side": side.value,
            "owner_id": world.people[who].organisation_id,
            "external_id": record_id,
            "title": f"涂层{record_id}",
            "content": {"title": f"涂层{record_id}"},
            "visibility": 1,
            "state": "published",
            "published_at": now(),
        }
        session.add(RecordRow(**values | given))
    return record_id


def introduction(world: World, asked: str, **given: Any) -> str:
    """An introduction of a new pair, asked for at a moment."""
    need_id, achievement_id = (record(world, side, created_at=at(asked)) for side in (Side.NEED, Side.ACHIEVEMENT))
    row = Introduction(
        need_id=need_id,
        achievement_id=achievement_id,
        need_owner_id=world.people["enterprise"].organisation_id,
        achievement_owner_id=world.people["institution"].organisation_id,
        requested_by=world.people["enterprise"].account_id,
        asked_by="need",
        created_at=at(asked),
        **given,
    )
    with world.service.database.work() as session:
        session.add(row)
    return row.id


def signed(world: World, day: str, kind: str, amount: float) -> None:
    """A contract of a new pair."""
    introduction(
        world,
        f"{day}T12:00+08:00",
        stage="signed",
        contract_kind=kind,
        contract_cny=amount,
        signed_on=dt.date.fromisoformat(day),
    )


def look(world: World, need_id: str, best: int, *codes: str) -> None:
    """What the outlook says of a need: its best level and its plan fields."""
    with world.service.database.work() as session:
        session.add(
            Outlook(
                need_id=need_id,
                tier=int(Tier.RESTRICTED),
                need_version=session.get_one(RecordRow, need_id).version,
                looked_at=now(),
                best_level=best,
                best_fit=best / 4,
                fitting=int(best >= 3),
                none_fits=best < 3,
                open_fit=best >= 3,
                avoids=False,
                fields=f"|{'|'.join(codes)}|" if codes else "",
            )
        )


def get(world: World, path: str, who: str = "organiser", **params: Any) -> Any:
    """The answer of a route, as JSON."""
    answer = world.client.get(f"{URL}/{path}", params=params, headers=world[who])
    assert answer.status_code == 200, answer.text
    return answer.json()
