"""What waits, as the metrics tell it."""

import datetime as dt

from api.db.base import now
from api.db.tables import Feed, InboxItem, IndexQueue, Job, Webhook, WebhookDelivery
from api.ops.backlog import BacklogCollector, read_backlog
from api.ops.beat import Beat
from api.service import Service
from tests.api.world import World


def fill(world: World) -> None:
    account = world.people["institution"]
    with world.service.database.work() as session:
        early = now() - dt.timedelta(seconds=90)
        session.add_all([IndexQueue(record_id="a", queued_at=early), IndexQueue(record_id="b")])
        states = ("waiting", "waiting", "failed")
        session.add_all([Job(kind="import", account_id=account.account_id, state=state) for state in states])
        for failures, active in ((0, True), (3, True), (9, False)):
            session.add(
                Feed(
                    organisation_id=account.organisation_id,
                    account_id=account.account_id,
                    name="x",
                    kind="push",
                    side="need",
                    failures=failures,
                    active=active,
                )
            )
        hook = Webhook(account_id=account.account_id, url="https://a.example/", secret="s")  # noqa: S106
        items = [InboxItem(account_id=account.account_id, key=str(n), kind="job", subject="x") for n in range(2)]
        session.add_all([hook, *items])
        session.flush()
        for item, state in zip(items, ("waiting", "delivered"), strict=True):
            session.add(WebhookDelivery(webhook_id=hook.id, inbox_id=item.id, state=state))


def test_everything_that_waits_is_counted(world: World) -> None:
    with world.service.database.reading() as session:
        before = read_backlog(session)
    assert (before.index_queue, before.index_lag_s, before.jobs) == (0, 0.0, {})
    fill(world)
    with world.service.database.reading() as session:
        found = read_backlog(session)
    assert (found.index_queue, found.webhooks_waiting, found.feeds_failing) == (2, 1, 1)
    assert 90 <= found.index_lag_s < 150
    assert found.jobs == {"waiting": 2, "failed": 1}


def test_metrics_show_it_and_the_signs_of_life(world: World) -> None:
    fill(world)
    Beat(world.service.settings.data_dir, "indexer").touch()
    text = world.client.get("/metrics", headers=world["administrator"]).text.splitlines()
    assert "service_index_queue 2.0" in text
    assert 'service_jobs{state="waiting"} 2.0' in text
    assert "service_webhooks_waiting 1.0" in text
    assert "service_database_up 1.0" in text
    assert any(line.startswith('service_beat_age_seconds{process="indexer"} ') for line in text)


def test_a_database_that_does_not_answer_is_a_figure(world: World) -> None:
    assert isinstance(world.service, Service)
    with world.service.database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE index_queue")
    families = list(BacklogCollector(world.service.database, {}).collect())
    assert [(family.name, family.samples[0].value) for family in families] == [("service_database_up", 0)]
