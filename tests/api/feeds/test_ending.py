"""The end of a read: when the next one is, and what settings that changed meanwhile do to it."""

import datetime as dt

import pytest

from api.db.base import now
from api.db.tables import Feed
from api.feeds.ending import end_unchanged, next_due
from api.feeds.lease import claim
from tests.api.feeds.farm import Farm

START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("every", "failures", "minutes"),
    [(15, 0, 15), (15, 1, 30), (15, 6, 960), (15, 7, 1440), (15, 500, 1440), (1440, 3, 1440), (10_080, 4, 10_080)],
)
def test_doubled_up_to_a_day_never_sooner_than_usual(every: int, failures: int, minutes: int) -> None:
    assert next_due(START, every, failures) - START == dt.timedelta(minutes=minutes)


def test_settings_that_changed_meanwhile_want_a_full_read_at_once(farm: Farm) -> None:
    feed = farm.feed(kind="folder", source="kfu")
    database = farm.world.service.database
    lease = claim(database, feed["id"], now())
    assert lease is not None
    body = {"name": "另一个名称", "source": "kfu"}
    headers = {**farm.world["institution"], "If-Match": '"1"'}
    assert farm.world.client.put(f"/api/v1/feeds/{feed['id']}", json=body, headers=headers).status_code == 200
    with database.work() as session:
        end_unchanged(session, session.get_one(Feed, feed["id"]), lease, {"sha256": "old"}, version=1)
    after = farm.row_feed(feed)
    assert after.validators == {}
    assert after.due_at <= now()
    assert (after.lease, after.leased_until) == ("", None)
