"""Targets of a year: set as a whole, by staff, with a line in the audit log."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from api.access.caller import Caller
from api.access.roles import Role
from api.statistics.targets import Measure, put_targets, read_targets
from tests.api.introductions.pairs import audited
from tests.api.statistics.entered import URL, get
from tests.api.world import World

NONE = dict.fromkeys(("contracts_cny", "contracts", "introductions", "needs", "achievements"))


def _put(world: World, year: int = 2026, who: str = "organiser", **body: Any) -> Any:
    return world.client.put(f"{URL}/targets/{year}", json=body, headers=world[who])


def test_set_read_and_replaced(world: World) -> None:
    assert get(world, "targets/2026") == {"year": 2026, **NONE, "changed_at": None}
    answer = _put(world, contracts_cny=2e9, contracts=120)
    assert answer.status_code == 200, answer.text
    first = get(world, "targets/2026", "administrator")
    assert first == answer.json()
    assert {**first, "changed_at": None} == {
        **NONE,
        "year": 2026,
        "contracts_cny": 2e9,
        "contracts": 120,
        "changed_at": None,
    }
    assert get(world, "targets/2027")["contracts"] is None
    # What is left out is gone; a target of nothing is one.
    _put(world, who="administrator", contracts=0, needs=300)
    second = get(world, "targets/2026")
    assert (second["contracts_cny"], second["contracts"], second["needs"]) == (None, 0, 300)
    assert second["changed_at"] > first["changed_at"]
    assert audited(world, "targets") == [
        ("targets", "2026", {"contracts_cny": 2e9, "contracts": 120.0}),
        ("targets", "2026", {"contracts": 0.0, "needs": 300.0}),
    ]


def test_what_is_no_target_is_refused(world: World) -> None:
    for body in ({"contracts": -1}, {"contracts": 1.5}, {"contracts_cny": -0.01}, {"patents": 3}):
        assert _put(world, **body).status_code == 422, body
    for year in (1999, 2101):
        assert _put(world, year=year, contracts=1).status_code == 422
    for who, status in (("anonymous", 401), ("enterprise", 403), ("institution", 403), ("broker", 403)):
        assert _put(world, who=who, contracts=1).status_code == status
    assert audited(world, "targets") == []


@pytest.mark.parametrize(
    ("before", "first", "second"),
    [
        ({}, {Measure.CONTRACTS: 1, Measure.NEEDS: 2}, {Measure.CONTRACTS: 3, Measure.ACHIEVEMENTS: 4}),
        ({}, {Measure.CONTRACTS: 1}, {Measure.NEEDS: 2}),
        ({Measure.CONTRACTS: 9, Measure.NEEDS: 9}, {Measure.NEEDS: 1}, {Measure.CONTRACTS: 2}),
        ({Measure.CONTRACTS: 9}, {}, {Measure.CONTRACTS: 2}),
    ],
)
def test_of_two_at_once_the_last_one_counts_whole(
    world: World, before: Mapping[Measure, float], first: Mapping[Measure, float], second: Mapping[Measure, float]
) -> None:
    """Nothing of the first is left between what the second set, and neither of them is told of an error."""
    database, person = world.service.database, world.people["organiser"]
    caller = Caller(role=Role.ORGANISER, account_id=person.account_id, organisation_id=person.organisation_id)
    has_put, other_done = threading.Event(), threading.Event()

    def put_slowly() -> None:
        with database.work() as session:
            put_targets(session, caller, 2026, first)
            has_put.set()
            # The other one may have to wait for us.
            other_done.wait(1)

    def put() -> None:
        with database.work() as session:
            put_targets(session, caller, 2026, second)
        other_done.set()

    with database.work() as session:
        put_targets(session, caller, 2026, before)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(put_slowly)
        assert has_put.wait(60)
        for done in (pool.submit(put), slow):
            done.result(60)
    with database.reading() as session:
        assert read_targets(session, 2026).values == second
    # The one before, then these two, each in one line of the log.
    assert len(audited(world, "targets")) == 3
