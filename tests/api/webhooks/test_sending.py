"""Deliveries to a real receiver: signed, at least once, never twice at a time, later and later, and not for ever."""

import datetime as dt
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest
from sqlalchemy import select, update

from api.db.tables import Account, AllowedHost, InboxItem, Webhook, WebhookDelivery
from api.inbox import tell
from api.outbound import SignatureRefusedError, verify
from api.outbound.backoff import DELAYS_S, next_attempt
from api.outbound.signing import new_secret
from api.webhooks import sending
from api.webhooks.lease import LEASE_S, due, settle, take
from api.webhooks.registry import OLD_SECRET_S, rotate
from api.webhooks.sending import clear_old, send_due
from tests.api.outbound.conftest import Site
from tests.api.world import World

BODY = {"total": 1, "items": [{"title": "耐高温涂层"}]}


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)

    def __call__(self) -> dt.datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def hook(
    world: World, site: Site, path: str = "/hook", *, person: str = "enterprise", events: tuple[str, ...] = ()
) -> str:
    with world.service.database.work() as session:
        made = Webhook(
            account_id=world.people[person].account_id, url=site.url + path, secret=new_secret(), events=list(events)
        )
        session.add(made)
        session.flush()
        return made.id


def say(world: World, key: str = "k", *, kind: str = "recommendation", person: str = "enterprise") -> str:
    account = world.people[person].account_id
    with world.service.database.work() as session:
        assert tell(session, account, key=key, kind=kind, subject="有新的匹配成果", body=BODY)
        return session.scalars(select(InboxItem.id).where(InboxItem.account_id == account, InboxItem.key == key)).one()


def stored(world: World, webhook_id: str) -> tuple[Webhook, list[WebhookDelivery]]:
    with world.service.database.reading() as session:
        wanted = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id).order_by(WebhookDelivery.id)
        return session.get_one(Webhook, webhook_id), list(session.scalars(wanted))


def test_delivered_as_the_inbox_has_it_and_signed(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook", status=204)
    webhook_id, event_id = hook(hooked, site), say(hooked)
    assert send_due(hooked.service, clock) == 1
    assert send_due(hooked.service, clock) == 0
    ((method, _, headers, body),) = site.seen
    webhook, (delivery,) = stored(hooked, webhook_id)
    assert (method, headers["webhook-id"]) == ("POST", event_id)
    verify([webhook.secret], headers, body, now=int(clock.now.timestamp()))
    with pytest.raises(SignatureRefusedError):
        verify([new_secret()], headers, body, now=int(clock.now.timestamp()))
    (item,) = hooked.client.get("/api/v1/inbox", headers=hooked["enterprise"]).json()["items"]
    sent = json.loads(body)
    assert set(sent) == {"id", "kind", "created_at", "subject", "body"}
    assert all(sent[name] == item[name] for name in ("id", "kind", "created_at", "subject", "body"))
    assert (delivery.state, delivery.attempts, delivery.last_status, delivery.delivered_at) == (
        "delivered",
        1,
        204,
        clock.now,
    )


def test_both_secrets_sign_for_a_day(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook")
    webhook_id = hook(hooked, site)
    old = stored(hooked, webhook_id)[0].secret
    with hooked.service.database.work() as session:
        new = rotate(session.get_one(Webhook, webhook_id), clock.now)
    say(hooked, "a")
    clock.on(OLD_SECRET_S - 1)
    send_due(hooked.service, clock)
    for secret in (old, new):
        verify([secret], site.seen[0][2], site.seen[0][3], now=int(clock.now.timestamp()))
    say(hooked, "b")
    clock.on(1)
    send_due(hooked.service, clock)
    verify([new], site.seen[1][2], site.seen[1][3], now=int(clock.now.timestamp()))
    with pytest.raises(SignatureRefusedError):
        verify([old], site.seen[1][2], site.seen[1][3], now=int(clock.now.timestamp()))


def test_later_and_later_then_given_up_and_told(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook", status=500)
    webhook_id, event_id = hook(hooked, site), say(hooked)
    for failed, delay_s in enumerate(DELAYS_S, 1):
        assert send_due(hooked.service, clock) == 1
        (delivery,) = stored(hooked, webhook_id)[1]
        expected = next_attempt(event_id, failed=failed, at=clock.now)
        assert expected is not None
        assert (delivery.state, delivery.attempts, delivery.due_at) == ("waiting", failed, expected)
        assert delay_s <= (delivery.due_at - clock.now).total_seconds() <= 1.2 * delay_s
        clock.now = delivery.due_at - dt.timedelta(seconds=1)
        assert send_due(hooked.service, clock) == 0
        clock.on(1)
    assert send_due(hooked.service, clock) == 1
    _, (delivery, complaint) = stored(hooked, webhook_id)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("given-up", 8, 500)
    assert "500" in delivery.last_error
    assert {seen[2]["webhook-id"] for seen in site.seen} == {event_id}
    assert len(site.seen) == 8
    # Told in the inbox; that message is not complained of when it is lost, too.
    inbox = hooked.client.get("/api/v1/inbox", headers=hooked["enterprise"]).json()["items"]
    assert [item["kind"] for item in inbox] == ["webhook", "recommendation"]
    for _ in range(8):
        clock.on(2 * 86400)
        assert send_due(hooked.service, clock) == 1
    assert [item.state for item in stored(hooked, webhook_id)[1]] == ["given-up", "given-up"]
    assert complaint.state == "waiting"
    clock.on(10 * 86400)
    assert send_due(hooked.service, clock) == 0


def test_retry_after_is_waited_for(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook", status=503, Retry_After="3600")
    webhook_id = hook(hooked, site)
    say(hooked)
    send_due(hooked.service, clock)
    assert stored(hooked, webhook_id)[1][0].due_at == clock.now + dt.timedelta(hours=1)


def test_gone_switches_off(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook", status=410)
    webhook_id = hook(hooked, site)
    for key in "abc":
        say(hooked, key)
    assert send_due(hooked.service, clock) == 1
    webhook, deliveries = stored(hooked, webhook_id)
    assert (webhook.active, "410" in webhook.disabled_reason) == (False, True)
    assert {item.state for item in deliveries} == {"given-up"}
    assert send_due(hooked.service, clock) == 0
    say(hooked, "d")
    assert len(stored(hooked, webhook_id)[1]) == 3


def test_a_refused_address_waits_for_somebody(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook")
    webhook_id = hook(hooked, site)
    say(hooked)
    host = f"127.0.0.1:{site.port}"
    with hooked.service.database.work() as session:
        session.delete(session.get_one(AllowedHost, host))
    send_due(hooked.service, clock)
    webhook, (delivery,) = stored(hooked, webhook_id)
    assert (webhook.active, delivery.state, site.seen) == (False, "waiting", [])
    url, headers = f"/api/v1/webhooks/{webhook_id}", hooked["enterprise"]
    assert hooked.client.patch(url, json={"active": True}, headers=headers).status_code == 422
    with hooked.service.database.work() as session:
        session.add(AllowedHost(host=host))
    answer = hooked.client.patch(url, json={"active": True}, headers=headers).json()
    assert (answer["active"], answer["disabled_reason"]) == (True, "")
    assert send_due(hooked.service, clock) == 1
    assert stored(hooked, webhook_id)[1][0].state == "delivered"


def test_only_the_kinds_that_are_wanted_and_only_the_own(hooked: World, site: Site, clock: Clock) -> None:
    for path in ("/all", "/jobs", "/other"):
        site.reply(path)
    hook(hooked, site, "/all")
    hook(hooked, site, "/jobs", events=("job",))
    hook(hooked, site, "/other", person="enterprise2")
    say(hooked, "a")
    say(hooked, "b", kind="job")
    # Each webhook's in turn, both webhooks side by side.
    assert send_due(hooked.service, clock) == 3
    assert sorted(seen[1] for seen in site.seen) == ["/all", "/all", "/jobs"]


def test_one_that_fails_holds_up_no_other(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/bad", status=500)
    site.reply("/good")
    bad, good = hook(hooked, site, "/bad"), hook(hooked, site, "/good")
    for number in range(3):
        say(hooked, f"k{number}")
    # Three to the good one; of the bad one's the first only.
    assert send_due(hooked.service, clock) == 4
    assert [item.state for item in stored(hooked, good)[1]] == ["delivered"] * 3
    assert [item.attempts for item in stored(hooked, bad)[1]] == [1, 0, 0]
    # The second is not kept waiting by the first one's delay.
    send_due(hooked.service, clock)
    assert [item.attempts for item in stored(hooked, bad)[1]] == [1, 1, 0]


def test_two_workers_never_send_the_same_at_once(hooked: World, site: Site, clock: Clock) -> None:
    entered, go_on = threading.Semaphore(0), threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        entered.release()
        assert go_on.wait(20)
        handler.send_response(200)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    site.answers["/hook"] = slow
    webhook_id = hook(hooked, site)
    say(hooked)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(send_due, hooked.service, clock)
        assert entered.acquire(timeout=20)
        second = send_due(hooked.service, clock)
        go_on.set()
        assert (first.result(20), second, len(site.seen)) == (1, 0, 1)
    assert stored(hooked, webhook_id)[1][0].state == "delivered"


def test_many_workers_take_each_delivery_once(hooked: World, site: Site, clock: Clock) -> None:
    hook(hooked, site)
    for number in range(20):
        say(hooked, f"k{number}")
    database = hooked.service.database
    with database.reading() as session:
        ids = [i for mine in due(session, clock(), webhooks=10, each=20).values() for i in mine]
    assert len(ids) == 20
    start = threading.Barrier(4)

    def take_all(_: int) -> list[str]:
        start.wait()
        taken = []
        for delivery_id in ids:
            with database.work() as session:
                if take(session, delivery_id, clock()) is not None:
                    taken.append(delivery_id)
        return taken

    with ThreadPoolExecutor(4) as pool:
        taken = [i for mine in pool.map(take_all, range(4)) for i in mine]
    assert sorted(taken) == sorted(ids)


def test_a_worker_that_dies_while_sending_is_made_up_for(
    hooked: World, site: Site, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.reply("/hook")
    webhook_id, event_id = hook(hooked, site), say(hooked)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        # It has sent, and dies before it can write that down.
        patched.setattr(sending, "settle", dies)
        with pytest.raises(KeyboardInterrupt):
            send_due(hooked.service, clock)
    clock.on(LEASE_S - 1)
    assert send_due(hooked.service, clock) == 0
    clock.on(1)
    assert send_due(hooked.service, clock) == 1
    assert [seen[2]["webhook-id"] for seen in site.seen] == [event_id, event_id]
    assert site.seen[0][3] == site.seen[1][3]
    (delivery,) = stored(hooked, webhook_id)[1]
    # Its attempt is not counted: nobody knows whether it failed.
    assert (delivery.state, delivery.attempts) == ("delivered", 1)


def test_who_lost_the_lease_changes_nothing(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook", status=500)
    webhook_id = hook(hooked, site)
    say(hooked)
    database = hooked.service.database
    (delivery,) = stored(hooked, webhook_id)[1]
    with database.work() as session:
        late = take(session, delivery.id, clock())
    assert late is not None
    clock.on(LEASE_S)
    send_due(hooked.service, clock)
    before = stored(hooked, webhook_id)[1][0]
    from api.outbound import Delivery, Outcome

    with database.work() as session:
        settle(session, late, Delivery(Outcome.GONE, 410, "x"), clock())
    webhook, (after,) = stored(hooked, webhook_id)
    assert (after.state, after.attempts, after.due_at, webhook.active) == ("waiting", 1, before.due_at, True)


def test_nothing_goes_to_a_disabled_account(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook")
    webhook_id = hook(hooked, site)
    say(hooked)
    with hooked.service.database.work() as session:
        session.get_one(Account, hooked.people["enterprise"].account_id).disabled_at = clock.now
    assert send_due(hooked.service, clock) == 0
    assert (stored(hooked, webhook_id)[1][0].state, site.seen) == ("given-up", [])


def test_old_ones_are_cleared(hooked: World, site: Site, clock: Clock) -> None:
    site.reply("/hook")
    webhook_id = hook(hooked, site)
    say(hooked, "a")
    say(hooked, "b")
    send_due(hooked.service, clock)
    with hooked.service.database.work() as session:
        first = stored(hooked, webhook_id)[1][0].id
        session.execute(update(WebhookDelivery).where(WebhookDelivery.id == first).values(state="waiting"))
    days = hooked.service.settings.keep_days
    assert clear_old(hooked.service, clock.now + dt.timedelta(days=days)) == 0
    assert clear_old(hooked.service, clock.now + dt.timedelta(days=days, seconds=LEASE_S + 1)) == 1
    assert [item.id for item in stored(hooked, webhook_id)[1]] == [first]
