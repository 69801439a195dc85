"""How the operations on subscriptions, messages, webhooks, feeds and jobs are called."""

from typing import Any

from matcher.records import Side
from tests.api.contract.belongings_made import (
    CLOSED_PORT,
    make_folder_feed,
    make_job,
    make_message,
    make_push_feed,
    make_recommendation,
    make_room,
    make_subscription,
    make_waiting_feed,
    make_webhook,
)
from tests.api.contract.call import Call, Case, content, owner_named, sends
from tests.api.contract.records_made import make_record
from tests.api.contract.scene import Scene, Thing

FAIR = """
name = "小对接会"
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "10:00"
[[table]]
name = "A"
count = 2
"""


def _fair(_: Case) -> dict[str, Any]:
    return {"files": [("fair", ("fair.toml", FAIR.encode(), "application/toml"))]}


def _sheet(case: Case) -> dict[str, Any]:
    sheet = "需求名称,技术需求\n石墨电极抗氧化涂层,高温下氧化掉渣\n".encode()
    return {
        "files": [("files", ("needs.csv", sheet, "text/csv"))],
        "data": {"side": "need"} | owner_named(case, "owner_id"),
    }


def _subscribed(case: Case) -> dict[str, Any]:
    return {"json": {"text": "石墨电极涂层"} if case.target == "-" else {"record_id": case.thing.id}}


def _watched(scene: Scene, target: str, who: str) -> Thing:
    return Thing("-") if target == "-" else make_record(scene, Side.NEED, target, who)


def _of_subscription(scene: Scene, target: str, who: str) -> Thing:
    return Thing("-") if target == "-" else make_subscription(scene, target, who)


_SUBSCRIPTIONS = {
    "list_subscriptions": Call(),
    "create_subscription": Call(_watched, _subscribed, "need"),
    "get_subscription": Call(make_subscription),
    "change_subscription": Call(make_subscription, sends(active=False)),
    "delete_subscription": Call(make_subscription),
    "list_recommendations": Call(
        _of_subscription, lambda case: {"params": {} if case.target == "-" else {"subscription": case.thing.id}}
    ),
    "judge_recommendation": Call(make_recommendation, sends(verdict="wanted")),
    "list_inbox": Call(),
    "read_inbox_item": Call(make_message),
    "read_all_inbox": Call(),
    "list_webhooks": Call(),
    "create_webhook": Call(make_room, sends(url=f"http://{CLOSED_PORT}/")),
    "get_webhook": Call(make_webhook),
    "change_webhook": Call(make_webhook, sends(active=False)),
    "delete_webhook": Call(make_webhook),
    "rotate_webhook_secret": Call(make_webhook),
    "test_webhook": Call(make_webhook),
    "list_webhook_deliveries": Call(make_webhook),
}


def _new_feed(case: Case) -> dict[str, Any]:
    return {"json": {"name": "成果库", "kind": "push", "side": "achievement"} | owner_named(case, "organisation_id")}


def _pushed(case: Case) -> dict[str, Any]:
    item = {"external_id": case.thing.more["external_id"], **content(Side.ACHIEVEMENT)}
    return {"json": {"items": [item]}}


def _confirmed(case: Case) -> dict[str, Any]:
    return {"json": {"run_id": case.thing.more["run_id"], "withdraw": True}}


_FEEDS = {
    "list_feeds": Call(),
    "create_feed": Call(parts=_new_feed),
    "get_feed": Call(make_push_feed, kind="feed"),
    "change_feed": Call(make_push_feed, sends(name="新成果库"), "feed"),
    "delete_feed": Call(make_push_feed, kind="feed"),
    "run_feed": Call(make_folder_feed, sends({}), "feed"),
    "list_feed_runs": Call(make_waiting_feed, kind="feed"),
    "get_feed_health": Call(make_push_feed, kind="feed"),
    "confirm_feed_withdrawals": Call(make_waiting_feed, _confirmed, "feed"),
    "push_record": Call(make_push_feed, sends(content(Side.ACHIEVEMENT)), "feed"),
    "push_records": Call(make_push_feed, _pushed, "feed"),
    "withdraw_pushed_record": Call(make_push_feed, kind="feed"),
}
_JOBS = {
    "create_import": Call(parts=_sheet),
    "list_jobs": Call(),
    "get_job": Call(make_job, kind="job"),
    "cancel_job": Call(make_job, kind="job"),
    "get_job_file": Call(make_job, kind="job"),
    "create_batch_job": Call(parts=sends({})),
    "create_fair_job": Call(parts=_fair),
    "create_reindex_job": Call(parts=sends({})),
    "create_training_job": Call(parts=sends({})),
}
BELONGINGS = {**_SUBSCRIPTIONS, **_FEEDS, **_JOBS}
