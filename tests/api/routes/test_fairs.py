"""A fair through its routes, from the first answers to who came; jobs run as the worker runs them."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from openpyxl import load_workbook

from api.access.roles import Role
from api.db.base import new_id
from api.db.tables import Account, Fair, Job
from api.fairs.files import fair_folder
from api.fairs.parties import party_id
from api.jobs.child import perform
from api.jobs.claims import claim
from api.ops.archive import open_archive
from api.ops.backup import back_up
from api.work.kinds import KINDS
from tests.api.conftest import BACKENDS
from tests.api.fairs.lasting import database_for, world_at
from tests.api.fairs.making import NEEDS, OFFERS, SETTINGS, put_fair
from tests.api.world import World, make_person

FAIRS = "/api/v1/fairs"
A1, A2, B = 0, 1, 2


@pytest.fixture(scope="module", autouse=True)
def toy_encoder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MATCHER_ENCODER", "hashing")
        patch.setenv("MATCHER_RERANK", "0")
        patch.setenv("MATCHER_BROWSER", "none")
        patch.setenv("MATCHER_MODEL_DIR", str(tmp_path_factory.mktemp("models")))
        yield


@pytest.fixture(scope="module", params=BACKENDS)
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One service for all: each test has a fair of its own."""
    folder = tmp_path_factory.mktemp("fairs")
    with database_for(request.param, folder) as url, world_at(url, folder) as made:
        yield made


class Organiser:
    """Somebody at a fair: remembers the version it read last."""

    def __init__(self, world: World, fair_id: str, who: str = "organiser") -> None:
        self.world, self.url, self.who, self.etag = world, f"{FAIRS}/{fair_id}", who, ""
        self.get()

    def call(self, method: str, path: str = "", **parts: Any) -> Response:
        headers = {**self.world[self.who], "If-Match": self.etag}
        answer = self.world.client.request(method, f"{self.url}{path}", headers=headers, **parts)
        self.etag = answer.headers.get("etag", self.etag)
        return answer

    def get(self, path: str = "") -> Response:
        answer = self.world.client.get(f"{self.url}{path}", headers=self.world[self.who])
        assert answer.status_code == 200, answer.text
        self.etag = answer.headers.get("etag", self.etag)
        return answer

    def board(self) -> dict[str, Any]:
        found: dict[str, Any] = self.get("/board").json()
        return found

    def places(self) -> dict[str, tuple[int, int]]:
        return {meeting["code"]: (meeting["slot"], meeting["table"]) for meeting in self.board()["meetings"]}


def run(world: World, answer: Response, state: str = "done") -> Job:
    assert answer.status_code == 202, answer.text
    job_id = answer.json()["id"]
    with world.service.database.work() as session:
        assert claim(session, job_id) is not None
    perform(world.service, job_id, KINDS)
    with world.service.database.reading() as session:
        job = session.get_one(Job, job_id)
    assert job.state == state, job.message
    return job


def planned(world: World, who: str = "organiser") -> Organiser:
    person = world.people[who]
    return Organiser(world, put_fair(world.service, person.account_id, person.organisation_id), who)


def colleague(world: World) -> str:
    """Another organiser of the same organisation."""
    name = new_id()
    world.people[name] = make_person(world.service.database, Role.ORGANISER, name)
    with world.service.database.work() as session:
        session.get_one(Account, world.people[name].account_id).organisation_id = world.people[
            "organiser"
        ].organisation_id
    return name


def test_a_fair_from_the_first_answers_to_the_books(world: World) -> None:
    """The wizard's way: answers, settings, lists, wishes, a plan; then a change, a replan, and what is printed."""
    answers = {"name": "小对接会", "dates": ["2026-12-01"], "start": "09:00", "end": "10:20", "enterprises": 3}
    drafted = world.client.post(f"{FAIRS}/drafts", json={**answers, "gap_minutes": 0}, headers=world["organiser"])
    # 3 enterprises × 3 meetings ÷ 4 slots × 1.15 = 2.6.
    assert (drafted.json()["slots"], drafted.json()["tables"]) == (4, 3)
    settings = {**drafted.json()["settings"], "min_level": 1}
    made = world.client.post(FAIRS, json={"settings": settings}, headers=world["organiser"])
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["lists"][0]["source"]) == ("drafting", "database")
    fair = Organiser(world, made.json()["id"])
    for part, text in (("needs", NEEDS), ("achievements", OFFERS)):
        answer = fair.call("PUT", f"/lists/{part}", files={"file": (f"{part}.csv", text.encode(), "text/csv")})
        assert answer.status_code == 200, answer.text
    assert [(one["source"], one["rows"]) for one in answer.json()["lists"][:2]] == [("file", 3), ("file", 3)]
    names = {one["write"] for one in fair.get("/parties").json()}
    assert names == {"甲公司", "乙公司", "丙公司", "子大学/张三", "丑大学/李四", "寅大学/王五"}
    wish = {"enterprise": "甲公司", "team": "丑大学/李四", "wish": "必见"}
    assert [fair.call("POST", "/wishes", json=wish).status_code for _ in range(2)] == [201, 201]
    assert len(fair.get("/wishes").json()) == 1

    first = run(world, fair.call("POST", "/plans", json={}))
    found = fair.get().json()
    assert (found["state"], found["current_plan"], found["stale"]) == ("planned", 1, False)
    assert (found["matched"], found["job"]["state"]) == (True, "done")
    board = fair.board()
    names_of = {party["id"]: party["org"] for party in board["parties"]}
    met = {(names_of[m["enterprise"]], names_of[m["team"]]): m["code"] for m in board["meetings"]}
    assert ("甲公司", "丑大学") in met
    assert first.result["meetings"] == len(board["meetings"])

    # 甲公司 cancels: its meetings fall out, all others stay where they are.
    before = fair.places()
    theirs = {code for (enterprise, _), code in met.items() if enterprise == "甲公司"}
    assert fair.call("POST", "/changes", json={"cancel": ["甲公司"]}).json()["stale"] is True
    job = run(world, fair.call("POST", "/replans", json={}))
    with world.service.database.reading() as session:
        # Matched once: the second planning used what was kept.
        assert session.get_one(Fair, made.json()["id"]).run == f"run-{first.id}"
    after = fair.places()
    assert {code: before[code] for code in before if code not in theirs}.items() <= after.items()
    assert not theirs & set(after)
    assert {move["code"] for move in fair.board()["moves"]} == theirs
    assert job.result["number"] == 2

    printed = run(world, fair.call("POST", "/books", json={}))
    assert (printed.result["fair_id"], printed.result["number"]) == (found["id"], 2)
    package = world.client.get(f"/api/v1/jobs/{printed.id}/files/对接会.zip", headers=world["organiser"]).content
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        assert {"plan.json", "对接安排.xlsx", "结果登记.xlsx"} <= set(archive.namelist())
        assert "变动" in load_workbook(io.BytesIO(archive.read("对接安排.xlsx"))).sheetnames


def test_changes_are_told_against_what_people_hold_in_their_hands(world: World) -> None:
    """Plan 1 is printed; then M003 is moved twice, and M001 as well: both moves are told, each from where it was."""
    fair = planned(world)
    run(world, fair.call("POST", "/books", json={}))
    for place in ({"code": "M003", "slot": 2, "table": A2}, {"code": "M003", "slot": 2, "table": B}):
        assert fair.call("POST", "/moves", json=place).status_code == 200
    assert fair.call("POST", "/moves", json={"code": "M001", "slot": 0, "table": A2}).status_code == 200
    book = load_workbook(io.BytesIO(fair.get("/workbook").content))
    rows = [" ".join(str(cell) for cell in row if cell) for row in book["变动"].iter_rows(values_only=True)]
    told = [row for row in rows if "M003" in row or "M001" in row]
    assert len(told) == 2
    assert any("A2" in row and "B" in row and "M003" in row for row in told)


def test_the_board_tells_a_plan_whole(world: World) -> None:
    board = planned(world).board()
    assert [(slot["start"], slot["end"]) for slot in board["slots"]] == [
        ("09:00", "09:20"), ("09:20", "09:40"), ("09:40", "10:00"), ("10:00", "10:20"),
    ]  # fmt: skip
    assert [(table["name"], table["hall"], table["closed"]) for table in board["tables"]] == [
        ("A1", "一号馆", []), ("A2", "一号馆", [3]), ("B", "二号馆", []),
    ]  # fmt: skip
    meeting = next(one for one in board["meetings"] if one["code"] == "M004")
    assert (meeting["slot"], meeting["table"], meeting["level"]) == (2, A1, 1)
    assert (meeting["need"]["title"], meeting["achievement"]["title"]) == ("铝合金压铸件气孔", "耐高温涂层")
    assert (meeting["people"], meeting["wishes"]) == (["李四"], [{"by": "企业", "wish": "想见"}])
    away = next(party for party in board["parties"] if party["org"] == "丙公司")
    assert (away["absent"], away["why_absent"], away["meetings"], away["limit"]) == ([0], "晚到", 1, 2)
    # 3 wishes of 0.5, and next to nothing for the pairs.
    assert board["objective"]["wishes"] == 1.5
    assert (board["unscheduled"], board["missed"], board["how"]) == ([], [], "planned")


def test_a_move_is_checked_made_and_taken_back(world: World) -> None:
    fair = planned(world)
    wrong = {"code": "M003", "slot": 0, "table": A1}
    told = fair.call("POST", "/moves/check", json=wrong).json()
    assert not told["ok"]
    assert set(told["conflicts"]) == {
        "桌位 A1 在 12-01 09:00 同时有 M001 和 M003",
        "M003：丙公司 在 12-01 09:00 不在场",
    }
    refused = fair.call("POST", "/moves", json=wrong)
    assert refused.status_code == 409
    assert all(conflict in refused.json()["detail"] for conflict in told["conflicts"])
    swap = {"code": "M003", "slot": 1, "table": A1, "swap": True, "note": "靠门"}
    assert fair.call("POST", "/moves/check", json=swap).json() == {
        "ok": True,
        "conflicts": [],
        "moved": [{"code": "M003", "slot": 1, "table": A1}, {"code": "M002", "slot": 1, "table": A2}],
    }
    before = fair.places()
    moved = fair.call("POST", "/moves", json=swap).json()
    assert (moved["number"], moved["how"], moved["note"]) == (2, "moved", "靠门")
    assert {code: place for code, place in fair.places().items() if before[code] != place} == {
        "M003": (1, A1),
        "M002": (1, A2),
    }
    assert fair.call("PUT", "/plan", json={"number": 1}).json()["current_plan"] == 1
    assert fair.places() == before
    assert fair.call("PUT", "/plan", json={"number": 2}).json()["current_plan"] == 2
    assert [(one["number"], one["before"], one["how"], one["current"]) for one in fair.get("/plans").json()] == [
        (2, 1, "moved", True),
        (1, None, "planned", False),
    ]
    assert fair.call("PUT", "/plan", json={"number": 3}).status_code == 404


def test_a_place_that_is_offered_can_be_taken(world: World) -> None:
    fair = planned(world)
    offered = fair.get("/meetings/M003/places").json()["places"]
    # 丙公司 is away at 9:00, A1 is taken all the time, A2 is closed at 10:00; B is free, and 丙公司 has no other walk.
    assert [(one["slot"], one["table"]) for one in offered] == [(1, B), (2, A2), (2, B), (3, B)]
    assert fair.call("POST", "/moves", json={"code": "M003", **offered[-1]}).status_code == 200
    assert fair.places()["M003"] == (3, B)


def test_of_two_who_move_at_once_the_second_is_told(world: World) -> None:
    helper = colleague(world)
    one = planned(world)
    other = Organiser(world, one.url.rsplit("/", 1)[1], helper)
    assert one.call("POST", "/moves", json={"code": "M003", "slot": 2, "table": A2}).status_code == 200
    late = other.call("POST", "/moves", json={"code": "M003", "slot": 2, "table": B})
    assert late.status_code == 412
    assert one.places()["M003"] == (2, A2)
    assert other.call("PUT", "/settings", json={"settings": SETTINGS}).status_code == 412
    other.get()
    assert other.call("POST", "/moves", json={"code": "M003", "slot": 2, "table": B}).status_code == 200


def test_a_planning_does_not_write_over_a_move_made_meanwhile(world: World) -> None:
    fair = planned(world)
    asked = fair.call("POST", "/replans", json={})
    assert fair.call("POST", "/plans", json={}).status_code == 409
    assert fair.call("POST", "/moves", json={"code": "M003", "slot": 2, "table": A2}).status_code == 200
    job = run(world, asked, "failed")
    assert "有人改动了排期" in job.message
    assert fair.places()["M003"] == (2, A2)
    # Asked again, with M003 confirmed where it is now and nothing else.
    run(world, fair.call("POST", "/replans", json={"confirmed": ["M003"]}))
    assert fair.places()["M003"] == (2, A2)
    unknown = fair.call("POST", "/replans", json={"confirmed": ["M999"]})
    assert (unknown.status_code, "M999" in unknown.json()["detail"]) == (422, True)


def test_the_same_job_twice_makes_one_plan(world: World) -> None:
    """What runs a job may be killed after the plan was kept and before the job's end was written."""
    fair = planned(world)
    job = run(world, fair.call("POST", "/replans", json={}))
    with world.service.database.work() as session:
        again = session.get_one(Job, job.id)
        again.state, again.result = "waiting", {}
    with world.service.database.work() as session:
        claim(session, job.id)
    perform(world.service, job.id, KINDS)
    assert len(fair.get("/plans").json()) == 2
    with world.service.database.reading() as session:
        assert session.get_one(Job, job.id).result["number"] == 2


def test_a_wish_for_somebody_unknown_is_told_by_the_job_to_all(world: World) -> None:
    helper = colleague(world)
    fair = planned(world)
    fair.call("POST", "/wishes", json={"enterprise": "丁公司", "team": "子大学", "wish": "必见"})
    job = run(world, fair.call("POST", "/plans", json={}), "failed")
    assert "录入的第 1 条意愿的“丁公司”不是这次匹配里的企业或需求" in job.message
    assert Organiser(world, fair.url.rsplit("/", 1)[1], helper).get().json()["job"]["message"] == job.message


def test_a_refusal_keeps_two_apart(world: World) -> None:
    fair = planned(world)
    wish = fair.call("POST", "/wishes", json={"enterprise": "丙公司", "team": "寅大学", "wish": "不见", "by": "单位"})
    run(world, fair.call("POST", "/plans", json={}))
    board = fair.board()
    assert [one["text"] for one in board["missed"]] == ["无法安排：寅大学 王五团队 表示不见。"]
    assert fair.call("DELETE", f"/wishes/{wish.json()['id']}").status_code == 204
    assert fair.get().json()["stale"] is True
    assert fair.call("DELETE", f"/wishes/{wish.json()['id']}").status_code == 404


def test_lists_of_wishes_are_read_at_once(world: World) -> None:
    fair = planned(world)
    bad = "企业,单位,意愿\n甲公司,子大学,随便\n"
    answer = fair.call("PUT", "/lists/wishes", files={"file": ("../../意愿.csv", bad.encode(), "text/csv")})
    assert answer.status_code == 422
    assert answer.json()["detail"] == "意愿.csv第 2 行的意愿“随便”不认识；请填 必见、想见 或 不见。"
    assert not list((fair_folder(world.service, fair.url.rsplit("/", 1)[1]) / "lists").iterdir())
    good = bad.replace("随便", "不见")
    told = fair.call("PUT", "/lists/wishes", files={"file": ("意愿.csv", good.encode(), "text/csv")}).json()
    assert next(one for one in told["lists"] if one["part"] == "wishes")["rows"] == 1
    run(world, fair.call("POST", "/plans", json={}))
    board = fair.board()
    named = {party["id"]: party["org"] for party in board["parties"]}
    assert ("甲公司", "子大学") not in {(named[m["enterprise"]], named[m["team"]]) for m in board["meetings"]}
    assert fair.call("DELETE", "/lists/wishes").json()["stale"] is True
    assert fair.call("DELETE", "/lists/wishes").status_code == 404


def test_somebody_is_missing(world: World) -> None:
    """At 9:40 only 甲公司 and 丑大学 meet, and 甲公司 is missing: 丙公司 is free, and 乙公司 has its two meetings."""
    fair = planned(world)
    body = {"missing": [party_id("enterprise:甲公司")], "slot": 2}
    filled = fair.call("POST", "/noshows", json=body).json()["filled"]
    assert [(one["meeting"], one["partner"]) for one in filled] == [("M004", party_id("enterprise:丙公司"))]
    assert filled[0]["text"] == "A1：丑大学 李四团队 改见 丙公司（1 级）。"
    assert fair.call("POST", "/noshows", json={**body, "slot": 0}).json()["filled"] == []
    assert fair.call("POST", "/noshows", json={**body, "slot": 9}).status_code == 422
    assert fair.call("POST", "/noshows", json={"missing": ["0" * 20], "slot": 0}).status_code == 404


def test_who_came_is_noted_as_often_as_one_likes(world: World) -> None:
    fair = planned(world)
    enterprise = party_id("enterprise:甲公司")
    first, again = (fair.call("PUT", f"/attendance/{enterprise}", json={"state": "came"}).json() for _ in range(2))
    assert first == again
    assert (first[0]["party_name"], first[0]["meeting"], first[0]["state"]) == ("甲公司", "", "came")
    states = {"enterprise": "came", "team": "late"}
    noted = fair.call("PUT", "/meetings/M004/attendance", json=states).json()
    assert {one["party_name"]: one["state"] for one in noted} == {"甲公司": "came", "丑大学 李四团队": "late"}
    # Two helpers note one side each: what is not sent stays, null takes back.
    said = [fair.call("PUT", "/meetings/M004/attendance", json=one).json() for one in ({"team": "not"}, {})]
    for noted in said:
        assert {one["party_name"]: one["state"] for one in noted} == {"甲公司": "came", "丑大学 李四团队": "not"}
    (left,) = fair.call("PUT", "/meetings/M004/attendance", json={"team": None}).json()
    assert (left["party_name"], left["state"]) == ("甲公司", "came")
    fair.call("PUT", "/meetings/M004/attendance", json={"team": "late"})
    assert len(fair.get("/attendance").json()) == 3
    assert fair.call("PUT", f"/attendance/{enterprise}", json={"state": None}).json()[0]["meeting"] == "M004"
    # Nothing of that is a change of the plan: whoever has the board open can go on.
    assert fair.call("POST", "/moves", json={"code": "M003", "slot": 2, "table": A2}).status_code == 200


def test_a_workbook_comes_at_once(world: World) -> None:
    fair = planned(world)
    book = load_workbook(io.BytesIO(fair.get("/workbook").content))
    assert "按企业" in book.sheetnames
    cells = {cell for row in book["按时间"].iter_rows(values_only=True) for cell in row}
    assert {"甲公司", "M005", "09:20–09:40"} <= cells


def test_a_fair_is_its_organisations(world: World) -> None:
    helper = colleague(world)
    fair = planned(world)
    fair_id = fair.url.rsplit("/", 1)[1]
    assert world.client.get(FAIRS, headers=world[helper]).json()["items"][0]["id"] == fair_id
    assert world.client.get(FAIRS, headers=world["administrator"]).json()["items"] == []
    assert world.client.get(fair.url, headers=world["administrator"]).status_code == 404


def test_the_state_follows_what_there_is(world: World) -> None:
    fair = planned(world)
    assert fair.call("PUT", "/state", json={"state": "drafting"}).status_code == 409
    assert fair.call("PUT", "/state", json={"state": "held"}).json()["state"] == "held"
    made = world.client.post(FAIRS, json={"settings": SETTINGS}, headers=world["organiser"]).json()
    empty = Organiser(world, made["id"])
    assert empty.call("PUT", "/state", json={"state": "held"}).status_code == 409
    missing = world.client.get(f"{empty.url}/board", headers=world["organiser"])
    assert (missing.status_code, "还没有排期" in missing.json()["detail"]) == (409, True)


def test_a_backup_holds_the_files_of_fairs_and_a_deleted_fair_leaves_none(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not world.service.database.is_sqlite:
        pytest.skip("the files are the same with either database")
    fair = planned(world)
    fair_id = fair.url.rsplit("/", 1)[1]
    files = {"file": ("意愿.csv", "企业,单位,意愿\n甲公司,子大学,想见\n".encode(), "text/csv")}
    assert fair.call("PUT", "/lists/wishes", files=files).status_code == 200
    # The tables of a test are not made by migrations.
    monkeypatch.setattr("api.ops.backup.migrate.current", lambda _: "test")
    back_up(world.service.settings, world.service.database, tmp_path / "backup.zip")
    with open_archive(tmp_path / "backup.zip") as archive:
        archive.verify()
        names = [part.name for part in archive.manifest.parts if part.name.startswith(f"fairs/{fair_id}/")]
    assert {name.rsplit("/", 1)[1] for name in names} >= {"意愿.csv", "matches.csv", "manifest.json"}
    assert fair.call("DELETE").status_code == 204
    assert not fair_folder(world.service, fair_id).exists()
    assert world.client.get(fair.url, headers=world["organiser"]).status_code == 404
