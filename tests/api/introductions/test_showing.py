"""Before acceptance a side learns of the other what it could read anyway."""

from tests.api.introductions.pairs import URL, ask, audited, read
from tests.api.world import World


def test_a_closed_owner_stays_closed_until_acceptance(world: World) -> None:
    need = world.need(tiers={"owner": 3})
    made = ask(world, "enterprise", need, world.achievement()).json()
    before = read(world, made["id"], "institution")
    assert (before["need"]["title"], before["need"]["organisation"]) == ("石墨电极抗氧化涂层", None)
    assert "enterprise单位" not in str(before)
    world.client.post(f"{URL}/{made['id']}/acceptance", headers=world["institution"])
    after = read(world, made["id"], "institution")["need"]
    assert (after["organisation"], after["org"]) == ("enterprise单位", "enterprise单位")


def test_who_a_record_names_is_told_beside_who_entered_it(world: World) -> None:
    made = ask(world, "enterprise", world.need(org="某炭素有限公司"), world.achievement()).json()
    need = read(world, made["id"], "institution")["need"]
    assert (need["organisation"], need["org"]) == ("enterprise单位", "某炭素有限公司")


def test_reading_what_is_closed_to_most_is_logged_and_reading_ones_own_is_not(world: World) -> None:
    need = world.need(tiers={"owner": 3}, contact="王工")
    made = ask(world, "enterprise", need, world.achievement()).json()
    read(world, made["id"], "institution")
    assert audited(world, "read") == []
    world.client.get(URL, headers=world["organiser"])
    assert _reads(world) == [("need", need["id"], ["owner"])]
    world.client.post(f"{URL}/{made['id']}/acceptance", headers=world["institution"])
    assert _reads(world)[1:] == [("need", need["id"], ["contact", "owner"])]
    read(world, made["id"])
    assert _reads(world)[2:] == [("achievement", made["achievement"]["id"], ["contact"])]


def _reads(world: World) -> list[tuple[str, str, list[str]]]:
    return [(kind, thing, detail["groups"]) for kind, thing, detail in audited(world, "read")]


def test_staff_sees_the_course_and_no_texts(world: World) -> None:
    made = ask(world, "enterprise", world.need(contact="王工"), world.achievement(), note="请尽快").json()
    url = f"{URL}/{made['id']}"
    world.client.post(f"{url}/acceptance", headers=world["institution"])
    headers = {**world["enterprise"], "If-Match": '"2"'}
    planned = world.client.put(f"{url}/next-action", json={"text": "寄样品到三号楼"}, headers=headers)
    assert planned.status_code == 200
    headers["If-Match"] = '"3"'
    lost = {"stage": "lost", "reason_code": "other", "note": "对方报价外泄"}
    assert world.client.post(f"{url}/stage", json=lost, headers=headers).status_code == 200
    for who in ("organiser", "administrator"):
        seen = world.client.get(url, headers=world[who])
        assert (seen.json()["stage"], seen.json()["reason_code"]) == ("lost", "other")
        events = world.client.get(f"{url}/events", headers=world[who])
        assert [event["action"] for event in events.json()] == ["request", "accept", "next-action", "stage"]
        for text in ("王工", "寄样品", "外泄", "请尽快"):
            assert text not in seen.text + events.text
        assert world.client.get(f"{url}/messages", headers=world[who]).status_code == 403
