"""The inbox over the wire."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from api.db.tables import InboxItem
from api.inbox import tell, tell_organisation
from tests.api.world import World

URL = "/api/v1/inbox"


def test_read_one_read_all(world: World) -> None:
    account, organisation = world.people["enterprise"].account_id, world.people["enterprise"].organisation_id
    with world.service.database.work() as session:
        for number in range(4):
            assert tell(session, account, key=f"k{number}", kind="job", subject=f"第{number}条", body={"n": number})
        assert not tell(session, account, key="k0", kind="job", subject="又一次", body={})
        assert tell_organisation(session, organisation, key="k4", kind="feed", subject="第4条", body={}) == 1
    headers = world["enterprise"]
    first = world.client.get(URL, params={"limit": 3}, headers=headers).json()
    rest = world.client.get(URL, params={"limit": 3, "cursor": first["next_cursor"]}, headers=headers).json()
    items = first["items"] + rest["items"]
    assert sorted(item["subject"] for item in items) == [f"第{number}条" for number in range(5)]
    assert (len(first["items"]), rest["next_cursor"], first["unread"]) == (3, "", 5)
    one = f"{URL}/{items[0]['id']}/read"
    assert world.client.post(one, headers=world["enterprise2"]).status_code == 404
    read = world.client.post(one, headers=headers).json()
    assert read["read_at"] is not None
    assert world.client.post(one, headers=headers).json() == read
    left = world.client.get(URL, params={"unread": True}, headers=headers).json()
    assert (len(left["items"]), left["unread"]) == (4, 4)
    assert read["id"] not in {item["id"] for item in left["items"]}
    assert world.client.post(f"{URL}/read-all", headers=headers).json() == {"marked": 4, "unread": 0}
    assert world.client.post(f"{URL}/read-all", headers=headers).json() == {"marked": 0, "unread": 0}
    assert world.client.get(URL, headers=world["enterprise2"]).json()["items"] == []
    assert world.client.get(URL).status_code == 401
    assert world.client.post(f"{URL}/{'0' * 26}/read", headers=headers).status_code == 404
    with world.service.database.reading() as session:
        assert len(session.scalars(select(InboxItem.id)).all()) == 5


def test_told_at_the_same_moment_is_told_once_and_nothing_else_is_lost(world: World) -> None:
    account, start = world.people["enterprise"].account_id, threading.Barrier(4)

    def speak(number: int) -> bool:
        start.wait()
        with world.service.database.work() as session:
            tell(session, account, key=f"own{number}", kind="job", subject="各自的", body={})
            return tell(session, account, key="same", kind="job", subject="同一件事", body={})

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(speak, range(4))) == [False, False, False, True]
    with world.service.database.reading() as session:
        keys = session.scalars(select(InboxItem.key).where(InboxItem.account_id == account)).all()
    assert sorted(keys) == ["own0", "own1", "own2", "own3", "same"]
