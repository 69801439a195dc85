"""The API keeps to its own OpenAPI (schemathesis): no 5xx, no undocumented status, answers as described.

Every operation is called as an administrator, as an enterprise and by nobody, with values that fit the schema and
values that do not.
"""

from collections.abc import Iterator
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


def operations(world: World) -> Iterator[Any]:
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", world.client.app)
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.parametrize("who", ["administrator", "enterprise", "anonymous"])
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_every_operation_keeps_to_its_description(world: World, who: str, mode: GenerationMode) -> None:
    backend = "sqlite" if world.service.database.is_sqlite else "postgresql"
    if (backend, who) == ("postgresql", "anonymous"):
        pytest.skip("nobody's requests end before the database")
    there = {"/needs/": world.need()["id"], "/achievements/": world.achievement()["id"]}
    world.index()
    called = 0
    for operation in operations(world):

        @seed(20_260_101)
        @settings(
            max_examples=EXAMPLES[backend],
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: Any) -> None:
            nonlocal called
            called += 1
            # Every other one is about a record that is there.
            named = case.path_parameters or {}
            if called % 2 and "record_id" in named:
                real = next((made for part, made in there.items() if part in case.path), named["record_id"])
                case.path_parameters = {**named, "record_id": real}
            # Readiness answers 503 as it says it does: no indexer runs here.
            excluded = [not_a_server_error] if case.path == "/readyz" else []
            case.call_and_validate(headers=world[who], checks=CHECKS, excluded_checks=excluded)

        try:
            call()
        except Unsatisfiable:
            # Nothing to get wrong in an operation without parameters.
            assert mode is GenerationMode.NEGATIVE, operation.label
        except Exception as error:
            raise AssertionError(f"{operation.label} as {who}, {mode.value}: {error!r}") from error
    assert called > 100
