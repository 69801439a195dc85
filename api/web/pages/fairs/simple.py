"""Settings that the wizard's few fields can show: the same one session on each of consecutive days."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

__all__ = ["UNDECIDED", "Simple", "simple_of"]

UNDECIDED = 1
"""How many tables a fair has until somebody says how many."""


@dataclass(frozen=True, slots=True)
class Simple:
    """The answers that lead to such settings; clock times are `HH:MM`, "" for no break."""

    name: str
    place: str
    dates: tuple[dt.date, ...]
    start: str
    end: str
    pause_start: str
    pause_end: str
    minutes: int
    gap_minutes: int

    def texts(self) -> dict[str, str]:
        """By the names of the API's body, as a form holds them; without the days."""
        names = ("name", "place", "start", "end", "pause_start", "pause_end", "minutes", "gap_minutes")
        return {name: str(getattr(self, name)) for name in names}


def simple_of(settings: Mapping[str, Any]) -> Simple | None:
    """What the wizard asked, read back from settings as the API keeps them; None where they say more than that."""
    days = settings["day"]
    sessions = [day["session"] for day in days]
    if any(len(session) != 1 or session != sessions[0] for session in sessions):
        return None
    dates = tuple(dt.date.fromisoformat(day["date"]) for day in days)
    if any((after - before).days != 1 for before, after in pairwise(dates)):
        return None
    session = sessions[0][0]
    pauses = session.get("pause", [])
    if len(pauses) > 1:
        return None
    slots = settings.get("slots", {})
    return Simple(
        name=settings["name"],
        place=settings.get("place", ""),
        dates=dates,
        start=session["start"][:5],
        end=session["end"][:5],
        pause_start=pauses[0]["start"][:5] if pauses else "",
        pause_end=pauses[0]["end"][:5] if pauses else "",
        minutes=slots.get("minutes", 20),
        gap_minutes=slots.get("gap_minutes", 0),
    )
