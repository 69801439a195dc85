"""Making one call of the matrix: who calls, about what, and what of the answer can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from httpx import Response

from api.access.roles import OWNERS
from api.db.base import new_id
from tests.api.contract.call import Case
from tests.api.contract.calls import CALLS
from tests.api.contract.matrix import Row
from tests.api.contract.records_made import STANDS
from tests.api.contract.scene import Scene, Thing

EVERYBODYS = frozenset(STANDS) - {"own", "own-by-others", "deleted", "opened", "avoided"} | {"published"}
"""Targets that stand alike to all callers."""
# A question that changes nothing can be asked of the same thing again.
QUESTIONS = frozenset({"match_need", "lead_achievement"})
# Signing in puts a new sign-in in the place of the one that is sent along.
ENDS_SIGN_IN = frozenset({"sign_in", "sign_out", "change_my_password"})


def caller_of(operation: str, target: str, role: str) -> str:
    """Who calls: the manager of the organisation where the target says so, else somebody who manages nothing."""
    manages = target.startswith("managed") or (operation, target) == ("disable_colleague", "other")
    return f"{role}3" if manages and role in OWNERS else role


def body_of(answer: Response, thing: Thing) -> Any:
    """A problem without what differs between any two calls."""
    problem = answer.json()
    problem.pop("request_id")
    return {name: value.replace(thing.id, "…") if isinstance(value, str) else value for name, value in problem.items()}


@dataclass(frozen=True, slots=True)
class Calls:
    """The operations of a service, each called as the matrix says."""

    scene: Scene
    routes: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, scene: Scene) -> "Calls":
        """Method and path by operation id, from the OpenAPI."""
        paths = scene.app.openapi()["paths"]
        found = {item["operationId"]: (method.upper(), path) for path in paths for method, item in paths[path].items()}
        return cls(scene, found)

    def case(self, row: Row, role: str, *, fresh: bool = False) -> Case:
        """A thing that stands to the caller as the row says; one that was used before, where the call changes nothing.

        What is refused changes nothing either.
        """
        reads = self.routes[row.operation][0] == "GET" or row.operation in QUESTIONS
        again = not fresh and (reads or row.cells[role] != "ok")
        make, shared = CALLS[row.operation].make, self.scene.shared
        key = (make, row.target, "" if row.target in EVERYBODYS else role)
        thing = shared[key] if again and key in shared else make(self.scene, row.target, role)
        if again:
            shared[key] = thing
        return Case(self.scene, role, row.target, thing)

    def send(self, case: Case, operation: str, name: str, headers: dict[str, str] | None = None) -> Response:
        """Call as a signed-in person, or with other headers."""
        method, path = self.routes[operation]
        for part in path.split("/"):
            if part.startswith("{"):
                path = path.replace(part, str(case.thing.more.get(part.strip("{}"), case.thing.id)))
        sent = self.scene.headers(name) if headers is None else headers
        if method != "GET":
            sent = {"If-Match": f'"{case.thing.version}"', **sent}
        answer = self.scene.send(method, path, sent, **CALLS[operation].parts(case))
        if operation in ENDS_SIGN_IN:
            self.scene.tokens.pop(name, None)
        return answer

    def absent(self, case: Case, operation: str, name: str) -> Any:
        """What the same call is answered about a thing that never was."""
        told = self.scene.absent
        if (operation, name) not in told:
            nothing = replace(case, thing=replace(case.thing, id=new_id()))
            told[operation, name] = body_of(self.send(nothing, operation, name), nothing.thing)
        return told[operation, name]
