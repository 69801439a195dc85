"""How a page is written down: its address, its function, and who may open it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from starlette.responses import Response

from api.access.roles import EVERYBODY, Role
from api.web.visit import Visit

__all__ = ["Draw", "Page", "reading", "writing"]

Draw: TypeAlias = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One address. `roles` only decides whom the page greets; what may be read and done is decided by the API."""

    path: str
    draw: Draw
    method: str
    roles: frozenset[Role]
    with_old_password: bool = False


def reading(path: str, draw: Draw, roles: frozenset[Role] = EVERYBODY, *, with_old_password: bool = False) -> Page:
    """A page that is looked at (GET)."""
    return Page(path, draw, "GET", roles, with_old_password)


def writing(path: str, draw: Draw, roles: frozenset[Role] = EVERYBODY, *, with_old_password: bool = False) -> Page:
    """A form that is sent (POST); the token against forged forms is checked by the API with each change."""
    return Page(path, draw, "POST", roles, with_old_password)
