"""The application as a whole."""

import pytest
from fastapi import APIRouter

from api import app as module
from api.errors import ServiceError
from api.routes import audit
from tests.api.world import World


def test_a_route_that_does_not_say_who_may_call_it_does_not_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()

    @router.get("/forgotten", operation_id="forgotten")
    def forgotten() -> None:
        """Nobody said who may call it."""

    monkeypatch.setattr(audit, "router", router)
    with pytest.raises(ServiceError, match="forgotten"):
        module.create_app(world.service)


def test_operation_ids_are_unique(world: World) -> None:
    paths = world.client.get("/api/openapi.json").json()["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names)) > 100
