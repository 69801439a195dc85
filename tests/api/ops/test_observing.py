"""Numbers of requests, the access log, and faults of ours."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from starlette.types import Message, Receive, Scope, Send

from api.access.rights import needs
from api.access.roles import EVERYBODY
from api.ops.logs import set_up_logs
from api.ops.metrics import Metrics
from api.ops.observing import Observing, request_id_of
from tests.api.world import World

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    set_up_logs("info", process="web", file=stream)
    yield lambda: [line for text in stream.getvalue().splitlines() if (line := json.loads(text))["event"] == "request"]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("given", ["abcd1234", "A.b_c-12", "0" * 64])
def test_a_sane_number_is_kept(given: str) -> None:
    assert request_id_of(given) == given


@pytest.mark.parametrize(
    "given", [None, "", "short12", "0" * 65, "a b c d e f", "x\nset-cookie", "-leading1", "编号编号编号编号"]
)
def test_any_other_is_replaced(given: str | None) -> None:
    assert re.fullmatch("[0-9a-f]{16}", request_id_of(given))


def test_every_answer_bears_a_number_and_problems_quote_it(world: World) -> None:
    for path, status in (("/healthz", 200), ("/api/v1/needs", 200), ("/api/nowhere", 404), ("/api/v1/needs/x", 404)):
        answer = world.client.get(path, headers={"X-Request-ID": "caller-0001"})
        assert (answer.status_code, answer.headers["x-request-id"]) == (status, "caller-0001")
        if status == 404:
            assert answer.json()["request_id"] == "caller-0001"
    assert world.client.get("/healthz").headers["x-request-id"] != world.client.get("/healthz").headers["x-request-id"]


def test_who_has_the_answer_finds_it_counted_and_once() -> None:
    metrics = Metrics()
    counted: list[bool] = []
    line = b'service_requests_total{method="GET",route="/x",status="200"} 1.0'

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a", "more_body": True})
        await send({"type": "http.response.body", "body": b"b"})

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        counted.append(line in metrics.text())

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": [], "endpoint": None}
    asyncio.run(Observing(app, metrics=metrics)(scope, receive, send))
    assert counted == [False, False, True]
    assert line in metrics.text()


def test_the_log_has_the_template_and_never_what_was_asked(world: World, lines: Lines) -> None:
    made = world.need()
    headers = {**world["broker"], "X-Request-ID": "caller-0002"}
    world.client.get(f"/api/v1/needs/{made['id']}", params={"q": "某厂的秘密"}, headers=headers)
    world.client.get("/api/v1/needs/某厂的秘密")
    world.client.get("/api/某厂的秘密")
    world.client.get("/某厂的秘密")
    first, second, third, page = lines()[-4:]
    assert (first["method"], first["route"], first["status"]) == ("GET", "/api/v1/needs/{record_id}", 200)
    assert (first["account"], first["request_id"]) == (world.people["broker"].account_id, "caller-0002")
    assert 0 < first["ms"] < 60_000
    assert (second["route"], second["status"], second["account"]) == ("/api/v1/needs/{record_id}", 404, None)
    assert (third["route"], third["status"]) == ("unmatched", 404)
    assert (page["route"], page["status"]) == ("unmatched", 404)
    text = json.dumps(lines(), ensure_ascii=False)
    for secret in ("某厂", "%E6", made["id"], world.people["broker"].key):
        assert secret not in text


def test_health_is_not_logged(world: World, lines: Lines) -> None:
    for path in ("/healthz", "/readyz", "/metrics"):
        world.client.get(path, headers=world["administrator"])
    assert lines() == []


def test_a_fault_of_ours_is_answered_with_its_number(world: World, lines: Lines) -> None:
    app = world.client.app
    assert isinstance(app, FastAPI)

    @app.get("/api/broken", dependencies=[needs(EVERYBODY, None)])
    def broken() -> None:
        raise RuntimeError("客户是某厂")

    answer = world.client.get("/api/broken", headers={"X-Request-ID": "caller-0003"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "caller-0003")
    assert "caller-0003" in answer.json()["detail"]
    assert "某厂" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert [(line["route"], line["status"]) for line in lines()] == [("/api/broken", 500)]


def test_a_fault_of_a_page_is_a_page_with_its_number(
    world: World, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("客户是某厂")

    monkeypatch.setattr("api.web.application.check_origin", broken)
    answer = world.client.post("/sign-in", headers={"X-Request-ID": "caller-0004"})
    assert (answer.status_code, answer.headers["x-request-id"]) == (500, "caller-0004")
    assert "caller-0004" in answer.text
    assert "某厂" not in answer.text
    assert [(line["route"], line["status"]) for line in lines()] == [("/sign-in", 500)]
