"""Search and matching through the API, as each reader may see it."""

import datetime as dt
import io
import itertools

from openpyxl import load_workbook
from sqlalchemy import update

from api.db.base import now
from api.db.tables import IndexQueue
from api.records.states import State
from api.records.store import Draft, RecordStore
from matcher.embed.hashing import HashingEncoder
from matcher.records import Achievement
from tests.api.world import World

SEARCH = "/api/v1/search"


def test_a_search_finds_and_explains(world: World) -> None:
    made = world.achievement()
    world.achievement(title="水稻育秧盘自动播种机", summary="每小时播种 800 盘")
    world.index()
    answer = world.client.post(SEARCH, json={"text": "石墨电极抗氧化涂层"}).json()
    assert answer["considered"] == 2
    first = answer["items"][0]
    assert (first["achievement_id"], first["need_id"], first["rank"]) == (made["id"], "", 1)
    assert first["partner"]["title"] == "耐高温抗氧化涂层制备技术"
    assert first["evidence"]
    assert abs(sum(first["level_probs"]) - 1) < 1e-6


def test_fields_are_chosen_by_the_caller(world: World) -> None:
    world.achievement(contact="李工 13800000000")
    world.index()
    body = {"text": "抗氧化涂层", "fields": ["summary", "contact"]}
    stranger = world.client.post(SEARCH, json=body, headers=world["enterprise"]).json()["items"][0]["partner"]
    assert stranger["content"] == {"summary": "石墨电极表面涂层，1300℃不氧化", "contact": ""}
    owner = world.client.post(SEARCH, json=body, headers=world["institution"]).json()["items"][0]["partner"]
    assert owner["content"]["contact"] == "李工 13800000000"
    wrong = world.client.post(SEARCH, json={"text": "涂层", "fields": ["password"]})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "fields"


def test_hidden_records_are_neither_found_nor_counted(world: World) -> None:
    world.achievement()
    world.achievement(title="石墨电极抗氧化涂层新工艺", visibility=2)
    world.achievement(title="石墨电极抗氧化涂层配方", visibility=3)
    world.achievement(title="石墨电极抗氧化涂层诀窍", visibility=4)
    world.index()
    seen = {}
    for who in ("anonymous", "enterprise", "institution2", "broker", "institution"):
        answer = world.client.post(SEARCH, json={"text": "石墨电极抗氧化涂层"}, headers=world[who]).json()
        seen[who] = (answer["considered"], len(answer["items"]))
    # A record that only its owner may see is searched for nobody: the index does not hold it.
    assert seen == {
        "anonymous": (1, 1),
        "enterprise": (2, 2),
        "institution2": (2, 2),
        "broker": (3, 3),
        "institution": (3, 3),
    }


def test_a_closed_field_group_cannot_be_searched_for(world: World) -> None:
    """Whoever may not read a text must not find out by searching whether a word is in it."""
    world.achievement(title="某型涂层", summary="采用氮化硼纳米片", tiers={"description": 3})
    world.index()
    for who in ("enterprise", "broker"):
        answer = world.client.post(SEARCH, json={"text": "氮化硼纳米片"}, headers=world[who]).json()
        assert answer["items"][0]["shared_words"] == []
        shown = [item["text"] for item in answer["items"][0]["evidence"] if item["side"] == "achievement"]
        assert not any("氮化硼" in text for text in shown)


def test_a_withdrawn_record_is_not_shown_even_before_the_index_knows(world: World) -> None:
    made = world.achievement()
    world.index()
    headers = {**world["institution"], "If-Match": '"1"'}
    world.client.post(f"/api/v1/achievements/{made['id']}/state", json={"state": "withdrawn"}, headers=headers)
    assert world.client.post(SEARCH, json={"text": "抗氧化涂层"}).json()["items"] == []


def test_pages_of_matches_follow_one_order(world: World) -> None:
    for number in range(7):
        world.achievement(title=f"抗氧化涂层制备技术{number}号", summary=f"方案{number}")
    world.index()
    whole = world.client.post(SEARCH, json={"text": "抗氧化涂层", "limit": 50}).json()
    paged: list[str] = []
    cursor = ""
    while True:
        page = world.client.post(SEARCH, json={"text": "抗氧化涂层", "limit": 3, "cursor": cursor}).json()
        paged += [item["achievement_id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert paged == [item["achievement_id"] for item in whole["items"]]
    assert len(paged) == len(set(paged)) == 7
    foreign = world.client.post(SEARCH, json={"text": "另一个问题", "cursor": "abc"})
    assert foreign.status_code == 422


def test_own_need_is_matched_with_its_confidential_text(world: World) -> None:
    need = world.need(title="某设备部件", problem="见保密详情", confidential_detail="水稻育秧盘自动播种机排种器")
    world.achievement(title="水稻育秧盘自动播种机", summary="排种器每小时 800 盘")
    world.achievement()
    world.index()
    url = f"/api/v1/needs/{need['id']}/matches"
    own = world.client.post(url, json={}, headers=world["enterprise"]).json()
    assert own["items"][0]["partner"]["title"] == "水稻育秧盘自动播种机"
    broker = world.client.post(url, json={}, headers=world["broker"])
    assert broker.status_code == 200
    assert all("播种" not in word for item in broker.json()["items"] for word in item["shared_words"])


def test_an_avoided_institution_does_not_see_the_need_as_a_lead(world: World) -> None:
    need = world.need(blocked_orgs=["institution单位"])
    mine, theirs = world.achievement(), world.achievement("institution2")
    world.index()
    avoided = world.client.post(f"/api/v1/achievements/{mine['id']}/leads", json={}, headers=world["institution"])
    assert avoided.json()["items"] == []
    other = world.client.post(f"/api/v1/achievements/{theirs['id']}/leads", json={}, headers=world["institution2"])
    assert [item["need_id"] for item in other.json()["items"]] == [need["id"]]


def test_a_pair_is_explained_and_an_own_draft_too(world: World) -> None:
    need, achievement = world.need(publish=False, indicators_text="耐温≥1200℃"), world.achievement()
    world.index()
    asked = {"need_id": need["id"], "achievement_id": achievement["id"]}
    told = world.client.get("/api/v1/explanation", params=asked, headers=world["enterprise"])
    assert told.status_code == 200, told.text
    assert told.json()["achievement_id"] == achievement["id"]
    assert world.client.get("/api/v1/explanation", params=asked, headers=world["broker"]).status_code == 404


def test_questions_go_to_the_side_that_is_asked(world: World) -> None:
    need, achievement = world.need(), world.achievement()
    world.index()
    asked = {"need_id": need["id"], "achievement_id": achievement["id"]}
    url = "/api/v1/explanation"
    holder = world.client.get(url, params=asked, headers=world["broker"]).json()
    enterprise = world.client.get(url, params={**asked, "ask": "need"}, headers=world["broker"]).json()
    assert any("耐高温抗氧化涂层" in text for text in holder["questions"])
    assert any("石墨电极抗氧化涂层" in text for text in enterprise["questions"])
    assert not any("耐高温抗氧化涂层" in text for text in enterprise["questions"])
    # The grade is of the pair, whoever is asked.
    assert (holder["level"], holder["fit"]) == (enterprise["level"], enterprise["fit"])


def test_similar_needs_and_the_institutions_behind(world: World) -> None:
    first = world.need()
    second = world.need("enterprise2", title="石墨电极防氧化涂层")
    world.achievement(team=["张教授"])
    world.index()
    url = f"/api/v1/needs/{first['id']}"
    similar = world.client.get(f"{url}/similar", headers=world["enterprise"]).json()
    assert [item["record"]["id"] for item in similar] == [second["id"]]
    (lead,) = world.client.get(f"{url}/institutions", headers=world["enterprise"]).json()
    assert (lead["name"], lead["people"]) == ("institution单位", ["张教授"])


def test_the_workbook_holds_the_leads(world: World) -> None:
    need = world.need()
    world.achievement(contact="李工 13800000000")
    world.index()
    url = f"/api/v1/needs/{need['id']}/matches?format=xlsx"
    answer = world.client.post(url, json={}, headers=world["enterprise"])
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    book = load_workbook(io.BytesIO(answer.content))
    texts = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value}
    assert any("耐高温抗氧化涂层制备技术" in text for text in texts)
    assert not any("13800000000" in text for text in texts)
    # There is a contact; that it is closed is another thing than that there is none.
    assert not any("成果未写联系人" in text for text in texts)
    assert any("联系方式在对接被接受后可见" in text for text in texts)
    # As on the last sheet of a workbook of `matcher match`.
    last = [[cell.value for cell in row] for row in book["使用说明"].iter_rows()]
    told = {name: value for row in last for name, value in itertools.pairwise(row) if name and value}
    with world.service.matching.use() as matcher:
        assert told["索引"] == f"服务（版本 {matcher.version}）"
        assert told["编码器"] == matcher.encoder_id == HashingEncoder().id
        assert told["分级模型"] == matcher.model.id
    assert told["重排模型"] == "未用，没有细读"


def test_a_checkup_reads_no_confidential_text(world: World) -> None:
    world.achievement()
    world.index()
    content = {"title": "想提高涂层质量", "confidential_detail": "用于某型发动机"}
    answer = world.client.post("/api/v1/checkup", json={"content": content})
    assert answer.status_code == 200
    assert answer.json()["need_class"] in {"清晰", "模糊", "概念", "无方向"}
    assert "发动机" not in answer.text


def test_indicators_of_a_text(world: World) -> None:
    (found,) = world.client.post("/api/v1/indicators", json={"text": "抗拉强度不低于500MPa"}).json()
    assert (found["parameter"], found["op"], found["low"], found["unit"]) == ("抗拉强度", ">=", 500.0, "MPa")


def test_facets_count_what_the_caller_sees(world: World) -> None:
    world.achievement()
    world.achievement(title="另一项涂层", visibility=3)
    world.index()
    body = {"side": "achievement"}
    orgs = {
        who: world.client.post("/api/v1/facets", json=body, headers=world[who]).json()["org"][0]["count"]
        for who in ("anonymous", "broker")
    }
    assert orgs == {"anonymous": 1, "broker": 2}


def test_a_place_named_in_words_is_found_by_its_code(world: World) -> None:
    made = world.achievement(region={"name": "河南省开封市兰考县"})
    world.achievement(title="另一项涂层", region={"name": "浙江省宁波市"})
    world.index()
    assert made["content"]["region"]["code"] == "410225"
    for place in ("41", "4102", "410225", "兰考", "开封", "河南省"):
        body = {"text": "涂层", "filters": {"regions": [place], "stated": True}}
        found = world.client.post(SEARCH, json=body).json()
        assert [item["achievement_id"] for item in found["items"]] == [made["id"]], place
    unknown = world.client.post(SEARCH, json={"text": "涂层", "filters": {"regions": ["火星"]}})
    assert unknown.status_code == 422
    assert "火星" in unknown.json()["detail"]


def test_an_index_that_is_behind_does_not_say_that_nothing_fits(world: World) -> None:
    world.achievement()
    fresh = world.client.post(SEARCH, json={"text": "抗氧化涂层"}).json()
    assert (fresh["none_fits"], fresh["catching_up"]) == (True, False)
    with world.service.database.work() as session:
        session.execute(update(IndexQueue).values(queued_at=now() - dt.timedelta(minutes=1)))
    behind = world.client.post(SEARCH, json={"text": "抗氧化涂层"}).json()
    assert behind["catching_up"] is True
    assert "正在收录" in behind["message"]
    world.index()
    caught_up = world.client.post(SEARCH, json={"text": "抗氧化涂层"}).json()
    assert (caught_up["catching_up"], len(caught_up["items"])) == (False, 1)


def test_what_is_entered_by_hand_does_not_wait_behind_an_import(world: World) -> None:
    with world.service.database.work() as session:
        store = RecordStore(session, None)
        owner = world.people["institution"].organisation_id
        for number in range(300):
            record = Achievement(id="", title=f"批量导入的成果{number}")
            draft = Draft(record=record, owner_id=owner, external_id=str(number))
            store.create(draft, state=State.PUBLISHED, action="import")
    world.achievement()
    assert world.follower.step() > 0
    world.service.matching.refresh()
    found = world.client.post(SEARCH, json={"text": "耐高温抗氧化涂层制备技术"}).json()
    assert found["items"][0]["partner"]["title"] == "耐高温抗氧化涂层制备技术"


def test_a_closed_contact_is_not_called_missing(world: World) -> None:
    need = world.need()
    world.achievement(contact="李工 13800000000")
    world.index()
    url = f"/api/v1/needs/{need['id']}/matches"
    (match,) = world.client.post(url, json={}, headers=world["enterprise"]).json()["items"]
    assert "成果未写联系人" not in match["unknowns"]
    assert "联系方式在对接被接受后可见" in match["unknowns"]
