"""What the API says of itself, and requests made from it (schemathesis)."""

import json
from functools import cache
from typing import Any

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

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def described(world: World) -> str:
    """The OpenAPI document, as JSON."""
    app: Any = world.client.app
    return json.dumps(app.openapi(), ensure_ascii=False)


@cache
def operations(document: str) -> list[Any]:
    """The operations of an OpenAPI document."""
    schema: Any = schemathesis.openapi.from_file(document)
    return [found.ok() for found in schema.get_all_operations()]


def drawn(operation: Any, mode: GenerationMode, examples: int) -> list[tuple[Any, dict[str, Any]]]:
    """Requests to one operation with what stands in their paths, the same ones every time.

    Those that are to be wrong are none where there is no parameter to get wrong.
    """
    found: list[tuple[Any, dict[str, Any]]] = []

    @seed(20_260_101)
    @settings(
        max_examples=examples,
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
