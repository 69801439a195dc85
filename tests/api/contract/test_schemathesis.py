"""The API keeps to its own OpenAPI (schemathesis): no 5xx, no undocumented status, answers as described.

Every operation is called as an administrator, as an enterprise and by nobody, with values that fit the schema and
values that do not.
"""

from functools import cache
from typing import Any

import pytest
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode

from tests.api.contract.described import CHECKS, described, drawn, operations
from tests.api.world import World

pytestmark = pytest.mark.slow
EXAMPLES = {"sqlite": 8, "postgresql": 4}


@cache
def requests(document: str, mode: GenerationMode) -> list[tuple[str, list[tuple[Any, dict[str, Any]]]]]:
    """Requests to each operation, for whoever asks: drawing them takes far longer than asking them."""
    most = max(EXAMPLES.values())
    return [(operation.label, drawn(operation, mode, most)) for operation in operations(document)]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("who", ["administrator", "enterprise", "anonymous"])
def test_every_operation_keeps_to_its_description(world: World, who: str, mode: GenerationMode) -> None:
    backend = "sqlite" if world.service.database.is_sqlite else "postgresql"
    if (backend, who) == ("postgresql", "anonymous"):
        pytest.skip("nobody's requests end before the database")
    there = {"/needs/": world.need()["id"], "/achievements/": world.achievement()["id"]}
    world.index()
    called = 0
    for label, cases in requests(described(world), mode):
        for case, named in cases[: EXAMPLES[backend]]:
            called += 1
            # Every other one is about a record that is there.
            real = next((made for part, made in there.items() if part in case.path), None)
            about = {"record_id": real} if called % 2 and real and "record_id" in named else {}
            case.path_parameters = {**named, **about}
            # Readiness answers 503 as it says it does: no indexer runs here.
            excluded = [not_a_server_error] if case.path == "/readyz" else []
            try:
                case.call_and_validate(
                    app=world.client.app, headers=world[who], checks=CHECKS, excluded_checks=excluded
                )
            except Exception as error:
                raise AssertionError(f"{label} as {who}, {mode.value}: {error!r}") from error
    assert called > 100
