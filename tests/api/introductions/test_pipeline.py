"""Stages, next actions and contracts, each change from the version it names."""

import datetime as dt

from api.days import china_day
from tests.api.introductions.pairs import URL, asked, inbox, moved, opened, read
from tests.api.world import World

CONTRACT = {"kind": "技术许可", "amount_cny": 800_000, "signed_on": "2026-01-05", "with_equity": True}


def _put(world: World, made: dict[str, object], path: str, body: object, who: str = "enterprise") -> int:
    version = read(world, str(made["id"]), who)["version"]
    headers = {**world[who], "If-Match": f'"{version}"'}
    return world.client.put(f"{URL}/{made['id']}/{path}", json=body, headers=headers).status_code


def test_from_a_lead_to_a_contract(world: World) -> None:
    made = opened(world, "broker")
    assert made["stage"] == "contacted"
    assert moved(world, made, "negotiating", "broker").status_code == 200
    assert moved(world, made, "signed", "institution").status_code == 422
    signed = moved(world, made, "signed", "institution", contract=CONTRACT)
    assert signed.status_code == 200, signed.text
    assert signed.json()["contract"] == {**CONTRACT, "number": ""}
    assert moved(world, made, "lost", reason_code="price").status_code == 409
    assert _put(world, made, "contract", {**CONTRACT, "number": "2026410200001"}) == 200
    assert read(world, str(made["id"]))["contract"]["number"] == "2026410200001"
    assert "合同登记信息已更正" in inbox(world, "broker")[-1]
    assert "对接阶段由“洽谈”改为“签约”" in inbox(world, "enterprise")[-1]


def test_a_change_names_its_version(world: World) -> None:
    made = opened(world)
    url, body = f"{URL}/{made['id']}/stage", {"stage": "negotiating"}
    assert world.client.post(url, json=body, headers=world["enterprise"]).status_code == 428
    old = {**world["enterprise"], "If-Match": f'"{made["version"] - 1}"'}
    assert world.client.post(url, json=body, headers=old).status_code == 412
    new = {**world["enterprise"], "If-Match": f'"{made["version"]}"'}
    answer = world.client.post(url, json=body, headers=new)
    assert (answer.status_code, answer.headers["etag"]) == (200, f'"{made["version"] + 1}"')
    assert world.client.post(url, json=body, headers=new).status_code == 412


def test_nothing_is_negotiated_before_both_have_accepted(world: World) -> None:
    made = asked(world)
    assert moved(world, made, "contacted", "institution").status_code == 403
    assert moved(world, made, "contacted").status_code == 200
    assert moved(world, made, "negotiating").status_code == 409
    assert moved(world, made, "signed", contract=CONTRACT).status_code == 409
    assert moved(world, made, "lost").status_code == 422
    assert moved(world, made, "lost", reason_code="has-solution").status_code == 200
    # Who was asked has to know that there is nothing more to answer.
    assert "改为“未成”" in inbox(world, "institution")[-1]


def test_a_contract_is_plausible(world: World) -> None:
    made = opened(world)
    tomorrow = (china_day() + dt.timedelta(days=1)).isoformat()
    for wrong in ({"signed_on": tomorrow}, {"amount_cny": -1}, {"kind": "作价入股"}, {"amount_cny": "1e400"}):
        answer = moved(world, made, "signed", contract=CONTRACT | wrong)
        assert answer.status_code == 422, wrong
    assert moved(world, made, "negotiating", contract=CONTRACT).status_code == 422
    assert moved(world, made, "negotiating", reason_code="price").status_code == 422
    assert _put(world, made, "contract", CONTRACT) == 409
    assert moved(world, made, "signed", contract=CONTRACT | {"amount_cny": 0}).status_code == 200


def test_what_is_next_is_for_those_who_work_on_it(world: World) -> None:
    made = asked(world)
    due = china_day().isoformat()
    assert _put(world, made, "next-action", {"text": "打电话", "due_on": due}) == 200
    assert (read(world, str(made["id"]))["next_action"], read(world, str(made["id"]))["due_on"]) == ("打电话", due)
    assert read(world, str(made["id"]), "institution")["next_action"] == ""
    assert _put(world, made, "next-action", {"text": "x"}, "institution") == 403
    yesterday = (china_day() - dt.timedelta(days=1)).isoformat()
    assert _put(world, made, "next-action", {"text": "x", "due_on": yesterday}) == 422
    assert _put(world, made, "next-action", {"due_on": due}) == 422
    assert _put(world, made, "next-action", {}) == 200
    assert read(world, str(made["id"]))["due_on"] is None
    moved(world, made, "lost", reason_code="price")
    assert _put(world, made, "next-action", {"text": "x"}) == 409
