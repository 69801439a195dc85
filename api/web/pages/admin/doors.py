"""Whom the pages of administration greet, and how their lists are asked for."""

from api.access.roles import Role
from api.web.visit import Visit

__all__ = ["ADMINISTRATORS", "asked"]

ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


def asked(visit: Visit, *names: str) -> dict[str, str | None]:
    """The filters of a list from the address; what is empty is none."""
    return {name: visit.query.get(name, "").strip() or None for name in names}
