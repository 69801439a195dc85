"""What an account has: subscriptions and what they found, messages, webhooks, jobs; what an organisation has: feeds."""

from typing import Any

from api.db.base import new_id
from api.db.tables import (
    AllowedHost,
    Feed,
    FeedRun,
    InboxItem,
    Job,
    Recommendation,
    RecordRow,
    Subscription,
    Webhook,
)
from api.outbound.signing import new_secret
from api.records.states import State
from api.records.store import RecordStore
from matcher.records import Side
from tests.api.contract.accounts_made import owner_of
from tests.api.contract.records_made import STANDS, put_record
from tests.api.contract.scene import Scene, Thing

# Nothing listens there, so a test of a webhook is over at once.
CLOSED_PORT = "127.0.0.1:9"
FILE = "a.csv"


def _kept(scene: Scene, row: Any, **more: Any) -> Thing:
    with scene.service.database.work() as session:
        session.add(row)
        session.flush()
        return Thing(row.id, 1, more)


def _account(scene: Scene, target: str, who: str) -> str:
    return scene.people[owner_of(target, who)].account_id


def make_subscription(scene: Scene, target: str, who: str) -> Thing:
    """A saved search."""
    return _kept(
        scene, Subscription(account_id=_account(scene, target, who), looks_for="achievement", text="石墨电极涂层")
    )


def make_recommendation(scene: Scene, target: str, who: str) -> Thing:
    """A recommendation; `hidden`: the caller's, of a record that was open to it once."""
    subscription = make_subscription(scene, "own" if target == "hidden" else target, who)
    stands = STANDS["withdrawn" if target == "hidden" else "public"]
    with scene.service.database.work() as session:
        record = put_record(session, scene, Side.ACHIEVEMENT, "institution2", stands)
        row = Recommendation(
            subscription_id=subscription.id, record_id=record.id, version=1, text_key=new_id(), level=3, fit=0.7
        )
        session.add(row)
        session.flush()
        return Thing(row.id)


def make_message(scene: Scene, target: str, who: str) -> Thing:
    """A message in an inbox."""
    return _kept(scene, InboxItem(account_id=_account(scene, target, who), key=new_id(), kind="job", subject="消息"))


def make_webhook(scene: Scene, target: str, who: str) -> Thing:
    """A webhook to an allowed address at which nobody is."""
    account_id = _account(scene, target, who)
    shared = {thing.id for thing in scene.shared.values()}
    with scene.service.database.work() as session:
        # Not more of them than an account may have, however often this is asked for.
        for webhook in session.query(Webhook).filter_by(account_id=account_id):
            if webhook.id not in shared:
                session.delete(webhook)
        session.merge(AllowedHost(host=CLOSED_PORT))
    return _kept(scene, Webhook(account_id=account_id, url=f"http://{CLOSED_PORT}/", secret=new_secret()))


def make_room(scene: Scene, _target: str, who: str) -> Thing:
    """Room for one more webhook."""
    return Thing("-") if who == "anonymous" else make_webhook(scene, "own", who)


def make_job(scene: Scene, target: str, who: str) -> Thing:
    """A job that is done and left a file."""
    job = Job(
        id=new_id(),
        kind="batch",
        account_id=_account(scene, target, who),
        state="done",
        files={FILE: {"path": FILE, "media_type": "text/csv", "bytes": 1}},
    )
    folder = scene.service.results / job.id
    folder.mkdir(parents=True)
    (folder / FILE).write_text("x")
    return _kept(scene, job, name=FILE)


def _feed(scene: Scene, target: str, who: str, kind: str, **values: Any) -> Feed:
    member = scene.people[owner_of(target, who)]
    return Feed(
        organisation_id=member.organisation_id,
        account_id=member.account_id,
        name="成果库",
        kind=kind,
        side="achievement",
        **values,
    )


def make_push_feed(scene: Scene, target: str, who: str) -> Thing:
    """A feed to push into, with a record of its own under the number E1."""
    feed = _feed(scene, target, who, "push")
    made = _kept(scene, feed)
    with scene.service.database.work() as session:
        row = put_record(session, scene, Side.ACHIEVEMENT, owner_of(target, who), STANDS["public"])
        row.feed_id, row.external_id = made.id, f"E{made.id}"
        return Thing(made.id, 1, {"external_id": row.external_id})


def make_folder_feed(scene: Scene, target: str, who: str) -> Thing:
    """A feed that is read from a folder."""
    return _kept(scene, _feed(scene, target, who, "folder", source="kfu"))


def make_waiting_feed(scene: Scene, target: str, who: str) -> Thing:
    """A feed with a withdrawal that waits for somebody to confirm it."""
    feed = _feed(scene, target, who, "folder", source="kfu", complete=True)
    with scene.service.database.work() as session:
        session.add(feed)
        session.flush()
        run = FeedRun(feed_id=feed.id)
        row: RecordRow = put_record(session, scene, Side.ACHIEVEMENT, owner_of(target, who), STANDS["draft"])
        row.feed_id = feed.id
        RecordStore(session, None).move(row, State.PUBLISHED, action="publish")
        session.add(run)
        session.flush()
        feed.pending = {"run_id": run.id, "ids": [row.id]}
        return Thing(feed.id, 1, {"run_id": run.id})
