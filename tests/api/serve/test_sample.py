"""The sample data in a fresh service."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.db.tables import IndexQueue, Organisation, RecordRow
from api.serve.sample import load_sample
from matcher.corpus.load import load
from matcher.errors import FileFormatError
from tests.api.world import World

SAMPLE = Path("corpora/sample")


def test_all_of_it_comes_in_published_and_named_fictional(world: World) -> None:
    read = load([SAMPLE / "needs.csv", SAMPLE / "achievements.csv"], max_bytes=10_000_000)
    database = world.service.database
    sample = load_sample(database)
    assert sample is not None
    assert sample.records == len(read.needs) + len(read.achievements)
    with database.reading() as session:
        assert session.scalar(select(func.count(RecordRow.id))) == len(read.needs) + len(read.achievements)
        assert set(session.scalars(select(RecordRow.state))) == {"published"}
        assert set(session.scalars(select(RecordRow.valid_until))) == {None}
        owners = session.scalars(select(Organisation.name).where(Organisation.id.in_(select(RecordRow.owner_id)))).all()
        assert len(owners) == 2
        assert all("虚构" in name for name in owners)
        assert session.scalar(select(func.count(IndexQueue.id))) == len(read.needs) + len(read.achievements)


def test_it_never_joins_records_that_are_there(world: World) -> None:
    world.need()
    assert load_sample(world.service.database) is None
    assert world.client.get("/api/v1/needs", headers=world["broker"]).json()["items"][0]["id"]


def test_a_second_start_adds_nothing(world: World) -> None:
    assert load_sample(world.service.database) is not None
    assert load_sample(world.service.database) is None


def test_it_can_be_tried_as_everybody(world: World) -> None:
    sample = load_sample(world.service.database)
    assert sample is not None
    assert [one.role.value for one in sample.visitors] == ["enterprise", "institution", "broker", "organiser"]
    assert len({one.password for one in sample.visitors}) == 4
    for one in sample.visitors:
        answer = world.client.post("/api/v1/session", json={"login": one.login, "password": one.password})
        assert answer.status_code == 200
        assert answer.json()["account"]["role"] == one.role.value
        assert "虚构" in answer.json()["account"]["organisation_name"]


def test_missing_files_are_named(world: World, tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"needs\.csv"):
        load_sample(world.service.database, tmp_path)
