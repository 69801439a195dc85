"""The stable interface: programs rely on these methods, paths and operation ids.

What is new is added to `operations.txt`; what is changed or removed there breaks somebody's program.
"""

from collections.abc import Callable
from pathlib import Path

from tests.api.world import World

FILE = Path(__file__).with_name("operations.txt")


def test_the_interface_is_the_one_that_was_promised(make_world: Callable[..., World]) -> None:
    paths = make_world().client.get("/api/openapi.json").json()["paths"]
    found = [
        f"{method.upper()} {path} {paths[path][method]['operationId']}" for path in paths for method in paths[path]
    ]
    assert sorted(found) == FILE.read_text(encoding="utf-8").splitlines()


def test_operation_ids_are_unique_and_snake_case() -> None:
    ids = [line.split()[2] for line in FILE.read_text(encoding="utf-8").splitlines()]
    assert len(set(ids)) == len(ids)
    assert all(name.isidentifier() and name == name.lower() for name in ids)
