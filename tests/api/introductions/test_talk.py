"""Messages: between the parties, after both have accepted."""

from tests.api.introductions.pairs import URL, asked, inbox, opened
from tests.api.world import World


def test_parties_talk_after_acceptance(world: World) -> None:
    made = asked(world, "broker", note="双方方向一致")
    url = f"{URL}/{made['id']}/messages"
    hello = {"text": "您好"}
    assert world.client.post(url, json=hello, headers=world["broker"]).status_code == 409
    for side in ("enterprise", "institution"):
        world.client.post(f"{URL}/{made['id']}/acceptance", headers=world[side])
    for who in ("enterprise", "institution", "broker"):
        assert world.client.post(url, json={"text": f"{who}说"}, headers=world[who]).status_code == 201
    listed = world.client.get(url, headers=world["institution"]).json()["items"]
    assert [(item["part"], item["mine"], item["text"]) for item in listed] == [
        ("broker", False, "broker说"),
        ("achievement", True, "institution说"),
        ("need", False, "enterprise说"),
        ("broker", False, "双方方向一致"),
    ]
    assert world.client.post(url, json=hello, headers=world["enterprise2"]).status_code == 404
    assert world.client.get(url, headers=world["institution2"]).status_code == 404
    assert world.client.post(url, json=hello, headers=world["organiser"]).status_code == 403
    # The text stays in the introduction: an inbox item may leave by a webhook.
    assert inbox(world, "enterprise")[-1] == "《石墨电极抗氧化涂层》对接中有新的留言"


def test_messages_have_limits_and_pages(world: World) -> None:
    made = opened(world)
    url = f"{URL}/{made['id']}/messages"
    for text in ("", "  \n", "长" * 4001, "a\x00b"):
        assert world.client.post(url, json={"text": text}, headers=world["enterprise"]).status_code == 422
    assert world.client.post(url, json={"text": "长" * 4000}, headers=world["enterprise"]).status_code == 201
    for number in range(4):
        world.client.post(url, json={"text": f"第{number}条"}, headers=world["enterprise"])
    seen: list[str] = []
    cursor = ""
    while True:
        page = world.client.get(url, params={"limit": 2, "cursor": cursor}, headers=world["institution"]).json()
        seen += [item["text"][:3] for item in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == ["第0条", "第1条", "第2条", "第3条", "长长长"]
