"""What most forms do when they are sent: read, do, and where that is refused come back with what was typed and why."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.visit import Visit

__all__ = ["ENTRY", "Again", "submit"]

B = TypeVar("B", bound=BaseModel)
ENTRY = "entry."
"""What the names of a body's fields begin with."""
Again: TypeAlias = Callable[[Visit, Form, int], Awaitable[Response]]
"""Draws the form's page with the form as it was sent, and a status."""


async def submit(
    visit: Visit, kind: type[B], again: Again, act: Callable[[B], Awaitable[Response]], **more: Any
) -> Response:
    """The answer to a form.

    Args:
        visit: the request.
        kind: of the body that the form fills in, under `ENTRY`.
        again: draws the page where something cannot be used.
        act: asks the API with the body and answers.
        more: values of the body that are not of the form as they stand.
    """
    form = await visit.form()
    entry = form.read(kind, ENTRY, **more)
    if entry is None:
        return await again(visit, form, 422)
    try:
        return await act(entry)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, ENTRY)
        return await again(visit, form, error.status)
