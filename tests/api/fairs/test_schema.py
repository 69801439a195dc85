"""The operations on fairs keep to their OpenAPI about a fair that is there (schemathesis): see `tests/api/contract`."""

import pytest
from schemathesis.generation import GenerationMode

from api.db.tables import Fair
from tests.api.contract.described import CHECKS, described, drawn, operations
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
    for operation in operations(described(world)):
        if "/fairs" not in operation.path:
            continue
        for case, named in drawn(operation, GenerationMode.POSITIVE, EXAMPLES):
            called += 1
            if "fair_id" in named:
                with world.service.database.reading() as session:
                    fair = session.get(Fair, known["id"])
                if fair is None:
                    # What may be deleted was.
                    known["id"] = put_fair(world.service, person.account_id, person.organisation_id)
                code = {"code": "M003"} if "code" in named else {}
                case.path_parameters = {**named, **code, "fair_id": known["id"]}
                case.headers = {**(case.headers or {}), "If-Match": f'"{fair.version if fair else 2}"'}
            try:
                case.call_and_validate(app=world.client.app, headers=world["organiser"], checks=CHECKS)
            except Exception as error:
                raise AssertionError(f"{operation.label}: {error!r}") from error
    assert called > 50
