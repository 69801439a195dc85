"""Withdrawals that wait: kept on request, and out of date when the source was read again."""

from typing import Any

from tests.api.feeds.farm import Farm, csv_of, rows_of


def answer(farm: Farm, feed: dict[str, Any], run_id: str, *, withdraw: bool) -> tuple[int, Any]:
    url = f"/api/v1/feeds/{feed['id']}/confirmation"
    body = {"run_id": run_id, "withdraw": withdraw}
    found = farm.world.client.post(url, json=body, headers=farm.world["institution"])
    return found.status_code, found.json()


def waiting(farm: Farm, feed: dict[str, Any]) -> int:
    url = f"/api/v1/feeds/{feed['id']}/health"
    return int(farm.world.client.get(url, headers=farm.world["institution"]).json()["waiting"])


def test_what_is_kept_stays_and_is_not_asked_about_again(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of(range(15))), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of(range(4))))
    run = farm.read(feed)
    assert waiting(farm, feed) == 11
    # Nothing new at the source: the question stands.
    assert farm.read(feed).outcome == "unchanged"
    assert waiting(farm, feed) == 11
    assert answer(farm, feed, run.id, withdraw=False) == (200, {"withdrawn": 0})
    assert waiting(farm, feed) == 0
    assert {row.state for row in farm.rows().values()} == {"published"}


def test_a_source_that_was_mended_takes_the_question_back(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of(range(15))), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of(range(4))))
    broken = farm.read(feed)
    farm.put(csv_of(rows_of(range(13))))
    # Two of fifteen may go without a question.
    assert farm.read(feed).withdrawn == 2
    assert answer(farm, feed, broken.id, withdraw=True)[0] == 409
    assert sum(row.state == "published" for row in farm.rows().values()) == 13


def test_what_a_person_did_meanwhile_is_not_undone(farm: Farm) -> None:
    feed = farm.folder(csv_of(rows_of(range(15))), complete=True)
    farm.read(feed)
    farm.put(csv_of(rows_of(range(4))))
    run = farm.read(feed)
    url = f"/api/v1/achievements/{farm.rows()['A14'].id}/state"
    headers = {**farm.world["institution"], "If-Match": '"1"'}
    assert farm.world.client.post(url, json={"state": "done"}, headers=headers).status_code == 200
    assert answer(farm, feed, run.id, withdraw=True) == (200, {"withdrawn": 10})
    assert farm.rows()["A14"].state == "done"
