"""What is logged of readings."""

from sqlalchemy import select

from api.db.tables import Audit
from tests.api.world import World


def lines(world: World, record_id: str) -> int:
    with world.service.database.reading() as session:
        return len(session.scalars(select(Audit.id).where(Audit.thing_id == record_id, Audit.action == "read")).all())


def test_a_page_that_asks_twice_reads_once(world: World) -> None:
    need = world.need("enterprise", visibility=3)
    path = f"/api/v1/needs/{need['id']}"
    one, other = ({**world["broker"], "X-Request-ID": f"page-number-{number}"} for number in (1, 2))
    assert world.client.get(path, headers=one).status_code == 200
    assert world.client.get(path, headers=one).status_code == 200
    assert lines(world, need["id"]) == 1
    world.client.get(path, headers=other)
    assert lines(world, need["id"]) == 2
    # The number of a request is whatever its sender says: another reader's counts for itself.
    world.client.get(path, headers={**world["organiser"], "X-Request-ID": "page-number-1"})
    assert lines(world, need["id"]) == 3
    # Nor does it cover another version.
    changed = {"content": {"title": "石墨电极抗氧化涂层（改）", "visibility": 3}}
    saved = world.client.put(path, json=changed, headers={**world["enterprise"], "If-Match": f'"{need["version"]}"'})
    assert saved.status_code == 200
    world.client.get(path, headers=one)
    assert lines(world, need["id"]) == 4
