"""What is needed to call one operation so that a caller who may call it gets through."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from matcher.records import Side
from tests.api.contract.records_made import TITLES
from tests.api.contract.scene import Scene, Thing

Make = Callable[[Scene, str, str], Thing]
TODAY = dt.date(2025, 6, 1)


def no_thing(_scene: Scene, _target: str, _who: str) -> Thing:
    """For operations that are about nothing that exists."""
    return Thing("-")


@dataclass(frozen=True, slots=True)
class Case:
    """One call to be made."""

    scene: Scene
    who: str
    target: str
    thing: Thing


@dataclass(frozen=True, slots=True)
class Call:
    """`kind` names what the thing is, for `matrix.READS`; `parts` are the arguments of the request besides its path."""

    make: Make = no_thing
    parts: Callable[[Case], dict[str, Any]] = lambda _: {}
    kind: str = ""


def sends(body: Any = None, **fields: Any) -> Callable[[Case], dict[str, Any]]:
    """The same JSON for everybody."""
    return lambda _: {"json": fields if body is None else body}


def content(side: Side) -> dict[str, Any]:
    return {"content": {"title": TITLES[side]}}


def owner_named(case: Case, name: str) -> dict[str, Any]:
    """Whose the new thing shall be: nobody is named, or another organisation is."""
    return {name: case.scene.people["institution2"].organisation_id} if case.target == "other" else {}
