"""The application as a whole."""

import gc
import weakref
from pathlib import Path

import pytest
from fastapi import APIRouter
from fastapi.testclient import TestClient

from api import app as module
from api.db.base import Base
from api.db.engine import Database
from api.errors import ServiceError
from api.routes import audit
from api.service import Service
from api.settings import ServiceSettings
from matcher.config import Settings
from tests.api.world import World


def test_a_route_that_does_not_say_who_may_call_it_does_not_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()

    @router.get("/forgotten", operation_id="forgotten")
    def forgotten() -> None:
        """Nobody said who may call it."""

    monkeypatch.setattr(audit, "router", router)
    # Made anew for this test alone.
    monkeypatch.setattr(module, "api_routes", module.api_routes.__wrapped__)
    with pytest.raises(ServiceError, match="forgotten"):
        module.create_app(world.service)


def test_applications_share_the_routes_and_nothing_else(world: World, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    Base.metadata.create_all(other.engine)
    service = Service.of(ServiceSettings(data_dir=tmp_path / "other"), Settings(), other)
    client = TestClient(module.create_app(service))
    published = world.need()
    assert client.get("/api/v1/needs", headers=world["enterprise"]).status_code == 401
    assert client.get(f"/api/v1/needs/{published['id']}").status_code == 404
    assert world.client.get(f"/api/v1/needs/{published['id']}", headers=world["enterprise"]).status_code == 200
    assert client.get("/api/openapi.json").json() == world.client.get("/api/openapi.json").json()
    client.close()
    other.close()


def test_operation_ids_are_unique(world: World) -> None:
    paths = world.client.get("/api/openapi.json").json()["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names)) > 100


def test_an_application_that_is_gone_lets_its_database_go(tmp_path: Path) -> None:
    """Some megabytes of compiled statements each: what makes many applications must not keep them all."""

    def used() -> weakref.ref[Database]:
        settings = ServiceSettings(data_dir=tmp_path)
        database = Database(settings.database)
        Base.metadata.create_all(database.engine)
        client = TestClient(module.create_app(Service.of(settings, Settings(), database)))
        for path in ("/healthz", "/metrics", "/api/v1/home", "/"):
            client.get(path)
        client.close()
        database.close()
        return weakref.ref(database)

    kept = used()
    gc.collect()
    assert kept() is None
