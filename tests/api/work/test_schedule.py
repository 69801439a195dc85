"""Every room's chores are done, and all of them are safe to repeat on a database without anything to do."""

import importlib
import pkgutil

import api
from api.chores import Chore
from api.work.schedule import CHORES
from tests.api.world import World


def test_no_rooms_chores_are_forgotten() -> None:
    found: set[Chore] = set()
    for module in pkgutil.walk_packages(api.__path__, "api."):
        if module.name.rpartition(".")[2] in {"chore", "chores", "cleaning", "expiry"}:
            found |= set(getattr(importlib.import_module(module.name), "CHORES", ()))
    assert found == set(CHORES)
    assert len({chore.name for chore in CHORES}) == len(CHORES)


def test_there_may_be_nothing_to_do(world: World) -> None:
    for _ in range(2):
        for chore in CHORES:
            assert chore.run(world.service) >= 0, chore.name
