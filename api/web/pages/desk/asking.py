"""What several pages of a desk ask: things the page stands without, and how records stand by state."""

from collections.abc import Sequence
from typing import TypeVar

from api.records.states import State
from api.routes.bodies.introductions import IntroductionOut
from api.schemas.base import Page
from api.schemas.records import RecordOut
from api.web.asking import RefusedError
from api.web.visit import Visit

__all__ = ["ORDER", "grouped", "introductions_of", "or_none", "state_asked"]

T = TypeVar("T")
R = TypeVar("R", bound=RecordOut)
_MOST = 100
ORDER = (State.REVIEW, State.DRAFT, State.EXPIRED, State.PUBLISHED, State.WITHDRAWN, State.DONE)
"""What asks for something to be done comes first."""


def state_asked(visit: Visit) -> State | None:
    """The state that the address asks for; None for all."""
    given = visit.query.get("state", "")
    return State(given) if given in {item.value for item in State} else None


def grouped(records: Sequence[R]) -> list[tuple[State, list[R]]]:
    """By state, in order, without states that have none."""
    groups = [(state, [record for record in records if record.state is state]) for state in ORDER]
    return [(state, items) for state, items in groups if items]


async def or_none(visit: Visit, answer: type[T], path: str, **query: object) -> T | None:
    """What the API answers, or None where it has nothing to say: the page stands without it."""
    try:
        return await visit.api.get(answer, path, **query)
    except RefusedError:
        return None


async def introductions_of(visit: Visit, record_id: str) -> list[IntroductionOut]:
    """The newest hundred of a record."""
    found = await or_none(visit, Page[IntroductionOut], "/introductions", record_id=record_id, limit=_MOST)
    return list(found.items) if found else []
