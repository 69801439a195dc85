"""Yes and no: what opens, when, and what stays open."""

from concurrent.futures import ThreadPoolExecutor

from api.db.tables import Grant
from tests.api.introductions.pairs import URL, ask, asked, audited, inbox, moved, opened, read
from tests.api.world import World

SECRETS = ("王工 13900000000", "客户是某厂", "李教授 0371-1", "配方在此")
NO = {"reason_code": "price"}


def _pair(world: World, who: str = "enterprise") -> dict[str, str]:
    need = world.need(contact=SECRETS[0], confidential_detail=SECRETS[1])
    achievement = world.achievement(contact=SECRETS[2], confidential_detail=SECRETS[3])
    body = {"need_id": need["id"], "achievement_id": achievement["id"]}
    made = world.client.post(URL, json=body, headers=world[who]).json()
    return {"id": made["id"], "need": need["id"], "achievement": achievement["id"]}


def _answer(world: World, made: dict[str, str], who: str, what: str = "acceptance", body: object = None) -> int:
    return world.client.post(f"{URL}/{made['id']}/{what}", json=body, headers=world[who]).status_code


def _readable(world: World, made: dict[str, str], who: str) -> set[str]:
    """The secrets somebody can read, wherever they are."""
    found = ""
    for path in (f"needs/{made['need']}", f"achievements/{made['achievement']}", f"introductions/{made['id']}"):
        found += world.client.get(f"/api/v1/{path}", headers=world[who]).text
    return {secret for secret in (*SECRETS, "enterprise总机", "institution总机") if secret in found}


OWN_NEED, OWN_ACHIEVEMENT = set(SECRETS[:2]), set(SECRETS[2:])
ALL = {*SECRETS, "enterprise总机", "institution总机"}


def test_nothing_is_open_before_acceptance_and_all_after_it(world: World) -> None:
    made = _pair(world)
    assert _readable(world, made, "enterprise") == OWN_NEED
    assert _readable(world, made, "institution") == OWN_ACHIEVEMENT
    assert _answer(world, made, "institution") == 200
    assert _readable(world, made, "enterprise") == ALL
    assert _readable(world, made, "institution") == ALL
    for who in ("enterprise2", "institution2", "broker", "organiser", "administrator", "anonymous"):
        assert _readable(world, made, who) == set(), who
    seen = read(world, made["id"])
    assert seen["stage"] == "contacted"
    assert [(c["side"], c["organisation_contact"], c["record_contact"]) for c in seen["contacts"]] == [
        ("need", "enterprise总机", SECRETS[0]),
        ("achievement", "institution总机", SECRETS[2]),
    ]


def test_every_opening_is_in_the_audit_log(world: World) -> None:
    made = _pair(world, "broker")
    _answer(world, made, "enterprise")
    assert audited(world, "open") == []
    assert _readable(world, made, "broker") == set()
    _answer(world, made, "institution")
    assert _readable(world, made, "broker") == ALL
    people = world.people
    lines = [(kind, thing, d.get("organisation"), d.get("account")) for kind, thing, d in audited(world, "open")]
    broker = people["broker"].account_id
    assert sorted(lines[:4], key=str) == sorted(
        [
            ("need", made["need"], people["institution"].organisation_id, None),
            ("achievement", made["achievement"], people["enterprise"].organisation_id, None),
            ("need", made["need"], None, broker),
            ("achievement", made["achievement"], None, broker),
        ],
        key=str,
    )
    assert {thing for kind, thing, _ in audited(world, "open") if kind == "organisation"} == {
        people["enterprise"].organisation_id,
        people["institution"].organisation_id,
    }
    assert not any(secret in str(audited(world, "open")) for secret in SECRETS)


def test_accepting_again_changes_nothing(world: World) -> None:
    made = opened(world)
    again = world.client.post(f"{URL}/{made['id']}/acceptance", headers=world["institution"])
    assert again.json()["version"] == made["version"]
    with world.service.database.reading() as session:
        assert session.query(Grant).count() == 2


def test_a_no_opens_nothing_and_says_why(world: World) -> None:
    made = _pair(world)
    assert _answer(world, made, "institution", "refusal", {"reason_code": "other"}) == 422
    assert _answer(world, made, "institution", "refusal", {"reason_code": "other", "note": "课题已停"}) == 200
    seen = read(world, made["id"])
    assert (seen["stage"], seen["reason_label"], seen["reason_note"]) == ("lost", "其他", "课题已停")
    assert seen["contacts"] == []
    assert _readable(world, made, "enterprise") == OWN_NEED
    assert inbox(world, "enterprise") == ["《石墨电极抗氧化涂层》成果方婉拒了对接，原因：其他"]
    # Nobody but the one who declined can take it up again.
    assert moved(world, made, "contacted").status_code == 409
    assert _answer(world, made, "institution") == 200
    assert read(world, made["id"])["stage"] == "contacted"


def test_who_asked_can_take_it_back_until_the_other_accepts(world: World) -> None:
    made = _pair(world)
    assert _answer(world, made, "enterprise", "refusal", NO) == 200
    assert _answer(world, made, "institution") == 409
    assert audited(world, "open") == []
    later = opened(world)
    assert _answer(world, later, "enterprise", "refusal", NO) == 409


def test_what_was_opened_stays_open_when_it_is_lost(world: World) -> None:
    made = _pair(world)
    _answer(world, made, "institution")
    assert moved(world, made, "lost", reason_code="price").status_code == 200
    assert _readable(world, made, "institution") == ALL
    assert moved(world, made, "contacted").json()["reason_code"] is None


def test_only_the_two_sides_answer(world: World) -> None:
    made = asked(world, "broker")
    assert _answer(world, made, "broker") == 403
    assert _answer(world, made, "organiser") == 403
    assert _answer(world, made, "institution2") == 404
    assert _answer(world, made, "enterprise2", "refusal", NO) == 404


def test_withdrawn_records_do_not_end_what_goes_on(world: World) -> None:
    made = _pair(world)
    headers = {**world["enterprise"], "If-Match": '"1"'}
    world.client.post(f"/api/v1/needs/{made['need']}/state", json={"state": "withdrawn"}, headers=headers)
    assert read(world, made["id"], "institution")["need"]["title"] is None
    assert _answer(world, made, "institution") == 200
    assert read(world, made["id"], "institution")["need"]["title"] == "石墨电极抗氧化涂层"
    headers = {**world["institution"], "If-Match": '"1"'}
    assert world.client.delete(f"/api/v1/achievements/{made['achievement']}", headers=headers).status_code == 204
    seen = read(world, made["id"])
    assert (seen["achievement"]["title"], seen["contacts"][1]["record_contact"]) == (None, "")


def test_both_sides_may_accept_at_the_same_moment(world: World) -> None:
    for _ in range(4):
        made = asked(world, "broker")
        both = [("enterprise", made["id"]), ("institution", made["id"])]
        with ThreadPoolExecutor(2) as threads:
            statuses = list(threads.map(lambda pair: _answer(world, {"id": pair[1]}, pair[0]), both))
        assert statuses == [200, 200]
        seen = read(world, made["id"])
        assert (seen["stage"], seen["version"], len(seen["contacts"])) == ("contacted", 3, 2)


def test_the_bureau_answers_for_a_record_of_its_own(world: World) -> None:
    need, fits = world.need("organiser"), world.achievement()
    made = ask(world, "institution", need, fits).json()
    url, version = f"{URL}/{made['id']}", {"If-Match": '"1"'}
    seen = read(world, made["id"], "organiser")
    assert (seen["part"], seen["need_answer"]) == ("need", "waiting")
    assert world.client.get(f"{URL}/counts", headers=world["organiser"]).json()["waiting"] == 1
    # Another bureau's staff sees how it goes, and answers for nobody.
    assert world.client.post(f"{url}/acceptance", headers=world["administrator"]).status_code == 403
    refusal = {"reason_code": "too-early"}
    assert world.client.post(f"{url}/refusal", json=refusal, headers=world["organiser"]).status_code == 200
    assert read(world, made["id"], "institution")["stage"] == "lost"
    assert world.client.post(f"{url}/acceptance", headers=world["organiser"]).status_code == 200
    seen = read(world, made["id"], "organiser")
    assert (seen["stage"], len(seen["contacts"])) == ("contacted", 2)
    assert moved(world, made, "negotiating", "organiser").status_code == 200
    assert (
        world.client.post(f"{url}/messages", json={"text": "下周来看"}, headers=world["organiser"]).status_code == 201
    )
    action = {"text": "寄样品", "due_on": None}
    answers = {
        who: world.client.put(f"{url}/next-action", json=action, headers={**world[who], **version}).status_code
        for who in ("organiser", "administrator")
    }
    # The version is an old one by now; whoever is no side is refused before that is looked at.
    assert answers == {"organiser": 412, "administrator": 403}
