"""Messages lead to what they are about."""

from collections.abc import Callable

from tests.api.web.people import clients
from tests.api.web.site import hidden
from tests.api.world import World


def test_what_a_review_came_to_is_a_step_away(make_world: Callable[..., World]) -> None:
    world = make_world(review=True)
    need = world.need("enterprise")
    people = clients(world)
    reviewed = f"/review/needs/{need['id']}"
    token = hidden(people["organiser"].get(reviewed).text, "csrf_token")
    said = {"csrf_token": token, "version": "1", "note": "请写明 <考核指标>"}
    assert people["organiser"].post(f"{reviewed}/return", data=said).status_code == 303
    inbox = people["enterprise"].get("/inbox").text
    assert f'<a href="/my/needs/{need["id"]}">需求“石墨电极抗氧化涂层”已退回修改：请写明 &lt;考核指标&gt;</a>' in inbox
    assert people["enterprise"].get(f"/my/needs/{need['id']}").status_code == 200
    read = people["enterprise"].post("/inbox/read-all", data={"csrf_token": hidden(inbox, "csrf_token")})
    assert read.status_code == 303
    assert 'class="unread"' not in people["enterprise"].get("/inbox").text
