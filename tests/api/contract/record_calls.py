"""How the operations on records, on what hangs on them and on matching are called."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from api.db.base import new_id
from matcher.records import Side
from tests.api.contract.call import TODAY, Call, Case, content, owner_named, sends
from tests.api.contract.records_made import (
    TITLES,
    make_evaluated,
    make_listed,
    make_place,
    make_record,
    make_showcase,
)
from tests.api.contract.scene import Scene, Thing


def _entry(side: Side, case: Case) -> dict[str, Any]:
    return {"json": content(side) | owner_named(case, "owner_id")}


def _move(case: Case) -> dict[str, Any]:
    return {"json": {"state": "withdrawn" if case.thing.more.get("state") == "published" else "published"}}


def _pair(case: Case) -> dict[str, Any]:
    return {"params": {"need_id": case.thing.id, "achievement_id": indexed_achievement(case.scene).id}}


def _compared(case: Case) -> dict[str, Any]:
    return {"json": {"need_id": case.thing.id, "achievement_ids": [indexed_achievement(case.scene).id]}}


def indexed_achievement(scene: Scene) -> Thing:
    """A public achievement that the index knows."""
    key = ("indexed",)
    if key not in scene.shared:
        scene.shared[key] = make_record(scene, Side.ACHIEVEMENT, "public", "anonymous")
        scene.index()
    return scene.shared[key]


def _need(scene: Scene, target: str, who: str) -> Thing:
    return make_record(scene, Side.NEED, target, who)


def _achievement(scene: Scene, target: str, who: str) -> Thing:
    return make_record(scene, Side.ACHIEVEMENT, target, who)


def _records(side: Side) -> dict[str, Call]:
    """The operations that both sides have."""
    one, many = side.value, f"{side.value}s"
    record = _need if side is Side.NEED else _achievement
    about: Mapping[str, Callable[[Case], dict[str, Any]]] = {
        f"get_{one}": lambda _: {},
        f"change_{one}": sends(content(side)),
        f"delete_{one}": lambda _: {},
        f"move_{one}": _move,
        f"renew_{one}": sends(valid_until="2099-12-31"),
        f"list_{one}_versions": lambda _: {},
        f"similar_{many}": lambda _: {},
        f"{one}_quality": lambda _: {},
    }
    return {
        f"list_{many}": Call(),
        f"export_{many}": Call(),
        f"create_{one}": Call(parts=partial(_entry, side)),
        **{name: Call(record, parts, one) for name, parts in about.items()},
    }


_EVALUATION = {"evaluator": "某评价中心", "evaluated_on": TODAY.isoformat(), "scores": {"technical": 80}}
_MATCHING: Mapping[str, Call] = {
    "search": Call(parts=sends(text=TITLES[Side.NEED])),
    "count_facets": Call(parts=sends(side="achievement")),
    "check_need": Call(parts=sends(content(Side.NEED))),
    "read_indicators": Call(parts=sends(text="耐温≥1200℃")),
    "match_need": Call(_need, sends({}), "need"),
    "lead_achievement": Call(_achievement, sends({}), "achievement"),
    "institutions_for_need": Call(_need, kind="need"),
    "enterprises_for_achievement": Call(_achievement, kind="achievement"),
    "explain_pair": Call(_need, _pair, "need"),
    "compare": Call(_need, _compared, "need"),
    "list_quality": Call(parts=lambda _: {"params": {"side": "achievement"}}),
    "get_home": Call(),
    "list_leads": Call(),
    "list_unmet_needs": Call(),
    "get_need_outlook": Call(_need, kind="need"),
}
_ABOUT_RECORDS = {
    "list_record_readers": Call(_achievement, kind="achievement"),
    "create_evaluation": Call(_achievement, sends(_EVALUATION), "achievement"),
    "list_evaluations": Call(make_evaluated, kind="achievement"),
    "get_evaluation_summary": Call(make_evaluated, kind="achievement"),
    "withdraw_evaluation": Call(make_evaluated, kind="achievement"),
}
_SHOWCASES = {
    "list_showcases": Call(),
    "create_showcase": Call(parts=lambda _: {"json": {"slug": f"s-{new_id()}", "title": "重点成果"}}),
    "get_showcase": Call(make_showcase, kind="showcase"),
    "change_showcase": Call(make_showcase, sends(title="重点成果展示"), "showcase"),
    "delete_showcase": Call(make_showcase, kind="showcase"),
    "publish_showcase": Call(make_showcase, sends(published=True), "showcase"),
    "order_showcase": Call(make_showcase, lambda case: {"json": {"record_ids": [case.thing.more["item"]]}}, "showcase"),
    "put_showcase_item": Call(make_place, sends(note="推荐"), "achievement"),
    "remove_showcase_item": Call(make_listed, kind="achievement"),
}
RECORDS: Mapping[str, Call] = {
    **_records(Side.NEED),
    **_records(Side.ACHIEVEMENT),
    **_MATCHING,
    **_ABOUT_RECORDS,
    **_SHOWCASES,
}
