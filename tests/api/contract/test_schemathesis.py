"""The API keeps to its own OpenAPI (schemathesis): no 5xx, no undocumented status, answers as described.

Every operation is called as an administrator, as an enterprise and by nobody, with values that fit the schema and
values that do not.
"""

import json
from functools import cache
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.world import World

pytestmark = pytest.mark.slow
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {"sqlite": 8, "postgresql": 4}


def drawn(operation: Any, mode: GenerationMode) -> list[tuple[Any, dict[str, Any]]]:
    """Requests to one operation with what stands in their paths, the same ones every time.

    Those that are to be wrong are none where there is no parameter to get wrong.
    """
    found: list[tuple[Any, dict[str, Any]]] = []

    @seed(20_260_101)
    @settings(
        max_examples=max(EXAMPLES.values()),
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def keep(case: Any) -> None:
        found.append((case, dict(case.path_parameters or {})))

    try:
        keep()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE, operation.label
    return found


@cache
def requests(described: str, mode: GenerationMode) -> list[tuple[str, list[tuple[Any, dict[str, Any]]]]]:
    """Requests to each operation of an OpenAPI document: drawing them takes far longer than asking them."""
    schema: Any = schemathesis.openapi.from_file(described)
    operations = [found.ok() for found in schema.get_all_operations()]
    return [(operation.label, drawn(operation, mode)) for operation in operations]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("who", ["administrator", "enterprise", "anonymous"])
def test_every_operation_keeps_to_its_description(world: World, who: str, mode: GenerationMode) -> None:
    backend = "sqlite" if world.service.database.is_sqlite else "postgresql"
    if (backend, who) == ("postgresql", "anonymous"):
        pytest.skip("nobody's requests end before the database")
    there = {"/needs/": world.need()["id"], "/achievements/": world.achievement()["id"]}
    world.index()
    app: Any = world.client.app
    called = 0
    for label, cases in requests(json.dumps(app.openapi(), ensure_ascii=False), mode):
        for case, named in cases[: EXAMPLES[backend]]:
            called += 1
            # Every other one is about a record that is there.
            real = next((made for part, made in there.items() if part in case.path), None)
            about = {"record_id": real} if called % 2 and real and "record_id" in named else {}
            case.path_parameters = {**named, **about}
            # Readiness answers 503 as it says it does: no indexer runs here.
            excluded = [not_a_server_error] if case.path == "/readyz" else []
            try:
                case.call_and_validate(app=app, headers=world[who], checks=CHECKS, excluded_checks=excluded)
            except Exception as error:
                raise AssertionError(f"{label} as {who}, {mode.value}: {error!r}") from error
    assert called > 100
