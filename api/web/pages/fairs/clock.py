"""Which slot it is."""

import datetime as dt
from collections.abc import Sequence

from api.days import CHINA
from api.routes.bodies.fair_boards import SlotOut

__all__ = ["slot_now"]


def slot_now(slots: Sequence[SlotOut], now: dt.datetime | None = None) -> SlotOut:
    """The slot that runs or comes next, where the fair is; the first before the fair, the last after it.

    Args:
        slots: in order of time, at least one.
        now: with a time zone; else the clock's.
    """
    here = (now or dt.datetime.now(dt.UTC)).astimezone(CHINA)
    at = (here.date(), f"{here:%H:%M}")
    return next((slot for slot in slots if (slot.date, slot.end) > at), slots[-1])
