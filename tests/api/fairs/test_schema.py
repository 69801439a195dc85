"""The operations on fairs keep to their OpenAPI about a fair that is there (schemathesis): see `tests/api/contract`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.generation import GenerationMode

from api.db.tables import Fair
from tests.api.contract.test_schemathesis import CHECKS, operations
from tests.api.fairs.making import put_fair
from tests.api.world import World

pytestmark = pytest.mark.slow
EXAMPLES = 2


def test_operations_on_a_fair_keep_to_their_description(world: World) -> None:
    if not world.service.database.is_sqlite:
        pytest.skip("what the database makes of odd values is asked of every operation in tests/api/contract")
    person = world.people["organiser"]
    known = {"id": put_fair(world.service, person.account_id, person.organisation_id)}
    called = 0
    for operation in operations(world):
        if "/fairs" not in operation.path:
            continue

        @seed(20_260_101)
        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        def call(case: Any) -> None:
            nonlocal called
            called += 1
            named = case.path_parameters or {}
            if "fair_id" in named:
                with world.service.database.reading() as session:
                    fair = session.get(Fair, known["id"])
                if fair is None:
                    # What may be deleted was.
                    known["id"] = put_fair(world.service, person.account_id, person.organisation_id)
                code = {"code": "M003"} if "code" in named else {}
                case.path_parameters = {**named, **code, "fair_id": known["id"]}
                case.headers = {**(case.headers or {}), "If-Match": f'"{fair.version if fair else 2}"'}
            case.call_and_validate(headers=world["organiser"], checks=CHECKS)

        try:
            call()
        except Exception as error:
            raise AssertionError(f"{operation.label}: {error!r}") from error
    assert called > 50
