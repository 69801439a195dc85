"""Every role × every route × own, other's, public and hidden things, as `permissions.tsv` states it."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from httpx import Response

from api.access.keys import Scope
from api.access.rights import Needs
from api.access.roles import Role
from api.accounts.keys import SCOPE_ROLES
from api.db.tables import Account
from tests.api.contract.calling import Calls, body_of, caller_of
from tests.api.contract.calls import CALLS
from tests.api.contract.matrix import READS, ROLES, Row, read_matrix
from tests.api.contract.scene import Scene

pytestmark = pytest.mark.slow
ROWS = read_matrix()
CELLS = {(row.operation, row.target): row.cells for row in ROWS}
# The row that stands for its operation where only the credential matters.
FIRST = {row.operation: row for row in reversed(ROWS)}
OPERATIONS = sorted(FIRST)

NO_PROVIDER = (404, "no identity provider is set; tests/api/routes/test_oidc.py signs in at one")
ANSWERS: Mapping[tuple[str, str], tuple[int, str]] = {
    ("start_oidc", "-"): NO_PROVIDER,
    ("finish_oidc", "-"): NO_PROVIDER,
    ("get_readiness", "-"): (503, "nothing indexes in the background; tests/api/ops/test_readiness.py gets through"),
    ("claim_introduction", "stranger"): (409, "another broker has it"),
    ("decline_introduction", "party"): (409, "both sides have accepted"),
    ("move_introduction", "asked"): (409, "no talks before both sides have accepted"),
    ("write_introduction_message", "asked"): (409, "nobody writes before both sides have accepted"),
    ("put_showcase_item", "review"): (409, "staff know of it, and it is not published"),
    ("request_introduction", "review"): (409, "staff know of it, and it is not published"),
    ("request_introduction", "avoided-by-both"): (
        409,
        "said to brokers like that of a pair that is taken: decision 0118",
    ),
}
"""What an `ok` is answered with where it is not 2xx or 3xx: the caller may call, and the state stands against it."""
WITH_OLD_PASSWORD = frozenset(
    {"sign_in", "sign_out", "get_me", "change_my_password", "start_oidc", "finish_oidc", "get_health", "get_readiness"}
)
"""All that somebody may do who has not yet replaced a one-time password."""
LISTS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "list_needs": ("get_need", {}),
    "list_achievements": ("get_achievement", {}),
    "list_introductions": ("get_introduction", {}),
    "list_showcases": ("get_showcase", {}),
    "list_feeds": ("get_feed", {}),
    "list_jobs": ("get_job", {"everybody": True}),
    "list_subscriptions": ("get_subscription", {}),
    "list_webhooks": ("get_webhook", {}),
    "list_fairs": ("get_fair", {}),
}
"""Lists, and the operation that shows one of the same things; with what is asked for beside the number."""


@pytest.fixture(scope="module")
def calls(scene: Scene) -> Calls:
    return Calls.of(scene)


def expected(row: Row, answer: Response) -> bool:
    """Whether an answer is what `ok` means for this row."""
    wanted, _ = ANSWERS.get((row.operation, row.target), (0, ""))
    return answer.status_code == wanted if wanted else 200 <= answer.status_code < 400


def is_known(row: Row, role: str) -> bool:
    """Whether the caller may learn elsewhere that the thing exists."""
    shows = READS.get(CALLS[row.operation].kind, "")
    return CELLS.get((shows, row.target), {}).get(role) == "ok"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_each_cell_is_as_stated(calls: Calls, row: Row) -> None:
    wrong: dict[str, str] = {}
    for role in ROLES:
        stated = row.cells[role]
        if stated == "-":
            continue
        case, name = calls.case(row, role), caller_of(row.operation, row.target, role)
        answer = calls.send(case, row.operation, name)
        right = expected(row, answer) if stated == "ok" else answer.status_code == int(stated)
        if not right:
            wrong[role] = f"stated {stated}, answered {answer.status_code}: {answer.text[:300]}"
        elif stated == "404" and not is_known(row, role):
            told, nothing = body_of(answer, case.thing), calls.absent(case, row.operation, name)
            wrong |= {} if told == nothing else {role: f"what exists is answered {told}, what does not {nothing}"}
    assert not wrong, wrong


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_key_does_what_its_scopes_say(calls: Calls, operation: str) -> None:
    """With its one scope a key gets as far as its account; with all others, or where keys never do, it does not."""
    row, keys = FIRST[operation], calls.scene.key_headers
    needed = {Scope(row.scope)} if row.scope not in {"none", "any"} else set()
    able = [role for role in ROLES[1:] if row.cells[role] == "ok" and all(Role(role) in SCOPE_ROLES[s] for s in needed)]
    assert able, "nobody's key could have the scope"
    for role in dict.fromkeys((able[0], able[-1])):
        name = caller_of(operation, row.target, role)
        if row.scope != "any":
            headers = keys(name, frozenset(Scope) - needed)
            answer = calls.send(calls.case(row, role), operation, name, headers)
            assert answer.status_code == 403, (name, answer.text)
        if row.scope != "none":
            headers = keys(name, frozenset(needed or {Scope.JOBS}))
            answer = calls.send(calls.case(row, role), operation, name, headers)
            assert expected(row, answer), (name, answer.text)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_one_time_password_opens_nothing_but_its_change(calls: Calls, operation: str) -> None:
    row = FIRST[operation]
    role = next(role for role in ROLES[1:] if row.cells[role] == "ok")
    name = caller_of(operation, row.target, role)
    case = calls.case(row, role)
    _must_change(calls.scene, name, wanted=True)
    try:
        answer = calls.send(case, operation, name)
    finally:
        _must_change(calls.scene, name, wanted=False)
    if operation in WITH_OLD_PASSWORD:
        assert expected(row, answer), answer.text
    else:
        assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("listing", LISTS)
def test_lists_hold_what_can_be_read_one_by_one(calls: Calls, listing: str) -> None:
    """Each of two new things is listed for exactly those who may read it."""
    shows, params = LISTS[listing]
    found = {"yes": 0, "no": 0}
    for row in (row for row in ROWS if row.operation == shows):
        for role in (role for role in ROLES if row.cells[role] != "-" and CELLS[listing, "-"][role] == "ok"):
            thing = calls.case(row, role, fresh=True).thing
            path, headers = calls.routes[listing][1], calls.scene.headers(role)
            answer = calls.scene.send("GET", path, headers, params={"limit": 100, **params}).json()
            items = answer if isinstance(answer, list) else answer["items"]
            listed = thing.id in {item.get("id", item.get("slug")) for item in items}
            assert listed == (row.cells[role] == "ok"), (row.name, role)
            found["yes" if listed else "no"] += 1
    assert min(found.values()) > 0, found


@pytest.mark.parametrize("role", ["broker", "organiser", "administrator"])
def test_somebody_of_no_organisation_owns_nothing(calls: Calls, role: str) -> None:
    """Brokers and staff may be of no organisation: what is nobody's is not theirs, and no call is too much for that."""
    for row in ROWS:
        if calls.routes[row.operation][0] == "GET" and row.target in {"-", "public", "secret", "draft", "withdrawn"}:
            answer = calls.send(calls.case(row, role), row.operation, f"{role}0")
            stated = row.cells[role]
            right = expected(row, answer) if stated == "ok" else answer.status_code == int(stated)
            assert right, (row.name, answer.status_code, answer.text)


def test_every_operation_has_rows_and_a_call(calls: Calls) -> None:
    assert set(calls.routes) == set(OPERATIONS) == set(CALLS)
    for operation in OPERATIONS:
        assert len({row.scope for row in ROWS if row.operation == operation}) == 1, operation
    assert set(ANSWERS) <= set(CELLS)
    assert {operation for operation, row in FIRST.items() if operation.startswith("list_") and row.target == "-"} > set(
        LISTS
    )


def test_every_route_is_described_and_says_who_may_call_it(calls: Calls) -> None:
    found = [context.original_route for context in iter_route_contexts(calls.scene.app.routes)]
    routes = {str(route.operation_id): route for route in found if isinstance(route, APIRoute)}
    assert set(routes) == set(calls.routes)
    for operation, route in routes.items():
        stated = [item.dependency for item in route.dependencies if isinstance(item.dependency, Needs)]
        assert len(stated) == 1, operation
        scope = FIRST[operation].scope
        assert stated[0].scope == (None if scope in {"none", "any"} else Scope(scope)), operation


def _must_change(scene: Scene, name: str, *, wanted: bool) -> None:
    with scene.service.database.work() as session:
        session.get_one(Account, scene.people[name].account_id).must_change_password = wanted
