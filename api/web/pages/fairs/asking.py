"""What the pages of one fair ask of the API, and read out of forms."""

from typing import Any

from api.routes.bodies.fairs import FairOut, SettingsBody
from api.web.forms import Form
from api.web.visit import Visit

__all__ = ["CHANGED", "REFUSED", "fair_of", "number", "put_settings", "root", "version_of"]

CHANGED = 412
"""The status of a change to what somebody else has changed meanwhile."""

REFUSED = 409
"""The status of what the state of a fair forbids."""


def root(visit: Visit) -> str:
    """The path of the fair, the same for pages and the API."""
    return f"/fairs/{visit.path('id')}"


async def fair_of(visit: Visit) -> FairOut:
    """The fair that the address names. Raises RefusedError."""
    return await visit.api.get(FairOut, root(visit))


def number(text: str, *, least: int = 0, most: int = 1_000_000) -> int | None:
    """A whole number of a form or an address, None for anything else."""
    try:
        found = int(text)
    except ValueError:
        return None
    return found if least <= found <= most else None


async def version_of(visit: Visit, form: Form) -> int:
    """The version that a form was drawn with; the newest where it does not say."""
    found = number(form.text("version"), most=2**31)
    return (await fair_of(visit)).version if found is None else found


async def put_settings(visit: Visit, settings: dict[str, Any], version: int) -> FairOut:
    """All settings anew.

    Raises:
        RefusedError: they cannot be used (422), or somebody else changed the fair (412).
    """
    body = SettingsBody(settings=settings)
    answer = await visit.api.send("PUT", f"{root(visit)}/settings", body=body, version=version)
    return FairOut.model_validate_json(answer.content)
