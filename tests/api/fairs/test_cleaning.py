"""What no row of a fair names goes from the medium after a day, and nothing else."""

import datetime as dt
import os
from pathlib import Path

from api.db.base import Base, new_id, now
from api.db.engine import Database
from api.db.tables import Fair, FairPlan
from api.fairs.cleaning import sweep_fairs
from api.fairs.files import fair_folder
from api.service import Service
from api.work.schedule import CHORES
from matcher.config import Settings
from tests.api.fairs.making import SETTINGS
from tests.api.world import World

OLD, YOUNG = 1.1, 0.9


def aged(path: Path, days: float) -> Path:
    """A folder with a file in it that was made so many days ago, as were those above it."""
    path.mkdir(parents=True)
    (path / "a.csv").write_text("x")
    moment = now().timestamp() - days * 86_400
    for place in (path, *path.parents[:2]):
        os.utime(place, (moment, moment))
    return path


def fair(world: World, *, days: float, **given: object) -> str:
    with world.service.database.work() as session:
        row = Fair(name="春季对接会", created_by=world.people["organiser"].account_id, **given)
        row.updated_at = now() - dt.timedelta(days=days)
        session.add(row)
        session.flush()
        return row.id


def lists(world: World, fair_id: str, days: float, upload: str = "") -> Path:
    return aged(fair_folder(world.service, fair_id) / "lists" / (upload or new_id()), days)


def test_folders_of_deleted_fairs_go_after_a_day(world: World) -> None:
    kept = fair(world, days=OLD)
    there = [fair_folder(world.service, kept), *(fair_folder(world.service, new_id()) for _ in range(3))]
    aged(there[0], OLD)
    aged(there[1], OLD)
    aged(there[2], YOUNG)
    # The fair is old, what was uploaded for it last is not.
    lists(world, there[3].name, YOUNG)
    os.utime(there[3], (0, 0))
    # Not of our making.
    other = aged(world.service.settings.data_dir / "fairs" / "lost+found", OLD)
    assert sweep_fairs(world.service) == 1
    assert [path.is_dir() for path in (*there, other)] == [True, False, True, True, True]
    assert sweep_fairs(world.service) == 0
    # A day later the other two are due.
    assert sweep_fairs(world.service, moment=now() + dt.timedelta(days=1)) == 2
    assert [path.is_dir() for path in there] == [True, False, False, False]


def test_the_folders_of_another_database_stay(world: World, tmp_path: Path) -> None:
    there = aged(fair_folder(world.service, new_id()), OLD)
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    Base.metadata.create_all(empty.engine)
    assert sweep_fairs(Service.of(world.service.settings, Settings(), empty)) == 0
    empty.close()
    assert there.is_dir()
    assert sweep_fairs(world.service) == 1
    assert not there.exists()


def test_lists_that_were_replaced_go_and_those_that_are_named_stay(world: World) -> None:
    named = new_id()
    quiet = fair(world, days=OLD, lists={"needs": {"file": f"{named}/a.csv"}})
    busy = fair(world, days=YOUNG, lists={})
    stays = [lists(world, quiet, 99, named), lists(world, quiet, YOUNG), lists(world, busy, 99)]
    goes = [lists(world, quiet, OLD), lists(world, quiet, 99)]
    assert sweep_fairs(world.service) == 2
    assert all((path / "a.csv").is_file() for path in stays)
    assert not any(path.exists() for path in goes)


def test_results_that_count_stay(world: World) -> None:
    latest = new_id()
    fair_id = fair(world, days=OLD, run="run-" + "a" * 26, job_id=latest)
    with world.service.database.work() as session:
        session.add(
            FairPlan(
                fair_id=fair_id,
                number=1,
                how="planned",
                inputs=1,
                run="run-" + "b" * 26,
                meetings=0,
                total=0,
                made_by=world.people["organiser"].account_id,
                data=b"",
            )
        )
    folder = fair_folder(world.service, fair_id)
    names = ["run-" + "a" * 26, "run-" + "b" * 26, f"run-{latest}", f"run-{new_id()}"]
    for name in names:
        aged(folder / name, 99)
    assert sweep_fairs(world.service) == 1
    assert {path.name for path in folder.iterdir()} == set(names[:3])


def test_an_upload_that_was_replaced_and_a_fair_that_was_deleted_while_its_folder_stayed(world: World) -> None:
    """As a user makes them: only the list that counts is left, and of a deleted fair nothing."""
    made = world.client.post("/api/v1/fairs", json={"settings": SETTINGS}, headers=world["organiser"])
    assert made.status_code == 201, made.text
    fair_id, etag = made.json()["id"], made.headers["etag"]
    for title in ("旧", "新"):
        answer = world.client.put(
            f"/api/v1/fairs/{fair_id}/lists/needs",
            files={"file": ("需求.csv", f"需求编号,需求名称,需求内容,企业名称\n1,{title},涂层,甲公司\n".encode())},
            headers={**world["organiser"], "If-Match": etag},
        )
        assert answer.status_code in {200, 204}, answer.text
        etag = answer.headers["etag"]
    places = fair_folder(world.service, fair_id) / "lists"
    assert len([*places.iterdir()]) == 2
    assert sweep_fairs(world.service) == 0
    later = now() + dt.timedelta(days=1, minutes=1)
    assert sweep_fairs(world.service, moment=later) == 1
    (left,) = places.rglob("*.csv")
    assert "新" in left.read_text()
    with world.service.database.work() as session:
        session.delete(session.get_one(Fair, fair_id))
    assert sweep_fairs(world.service, moment=later) == 1
    assert not places.parent.exists()


def test_the_worker_does_it_once_a_day() -> None:
    assert [chore.every_s for chore in CHORES if chore.run is sweep_fairs] == [86_400]
