"""What day it is where the service is for, wherever the machine stands."""

import datetime as dt

__all__ = ["CHINA", "china_day"]

CHINA = dt.timezone(dt.timedelta(hours=8))
"""China has one zone, and no summer time since 1991; no database of zones is needed for it."""


def china_day(moment: dt.datetime | None = None) -> dt.date:
    """The day in China at a moment with a time zone; now where none is given."""
    return (moment or dt.datetime.now(dt.UTC)).astimezone(CHINA).date()
