"""How the operations on introductions are called."""

from collections.abc import Callable
from typing import Any

from tests.api.contract.call import TODAY, Call, Case, Make, sends
from tests.api.contract.introductions_made import make_asked_pair, make_introduction
from tests.api.contract.scene import Scene, Thing


def _ask(case: Case) -> dict[str, Any]:
    return {"json": {"need_id": case.thing.id, "achievement_id": case.thing.more["achievement_id"]}}


def _contract() -> dict[str, Any]:
    return {"kind": "技术开发", "amount_cny": 100_000, "signed_on": TODAY.isoformat()}


def _negotiating(scene: Scene, target: str, who: str) -> Thing:
    return make_introduction(scene, target, who)


def _new(scene: Scene, target: str, who: str) -> Thing:
    return make_introduction(scene, target, who, stage="new")


def _signed(scene: Scene, target: str, who: str) -> Thing:
    return make_introduction(scene, target, who, stage="signed")


def _about_introductions(**about: tuple[Make, Callable[[Case], dict[str, Any]]]) -> dict[str, Call]:
    return {name: Call(make, parts, "introduction") for name, (make, parts) in about.items()}


INTRODUCTIONS = {
    "request_introduction": Call(make_asked_pair, _ask, "need"),
    "list_introductions": Call(),
    "list_introduction_codes": Call(),
    "list_worklist": Call(),
    "list_leads_to_claim": Call(),
    "list_contracts": Call(),
    "list_refusals": Call(),
    "count_introductions": Call(),
    **_about_introductions(
        get_introduction=(_negotiating, lambda _: {}),
        accept_introduction=(_new, lambda _: {}),
        decline_introduction=(_new, sends(reason_code="too-early")),
        move_introduction=(_negotiating, sends(stage="negotiating")),
        plan_introduction=(_negotiating, sends(text="寄样品")),
        change_contract=(_signed, lambda _: {"json": _contract()}),
        claim_introduction=(_negotiating, lambda _: {}),
        release_introduction=(_negotiating, lambda _: {}),
        list_introduction_messages=(_negotiating, lambda _: {}),
        write_introduction_message=(_negotiating, sends(text="下周来看设备")),
        list_introduction_events=(_negotiating, lambda _: {}),
    ),
}
