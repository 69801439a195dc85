"""When digests are due: at eight in the morning in China, every day or on Mondays. A function of the clock alone."""

import datetime as dt
from enum import StrEnum

from api.days import CHINA

__all__ = ["Digest", "slot"]

_HOUR = 8


class Digest(StrEnum):
    """How often a subscription tells."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


def slot(digest: Digest, now: dt.datetime) -> dt.datetime:
    """The last moment up to `now` (with a time zone) at which such a digest was due, in UTC; of an instant one: now."""
    if digest is Digest.INSTANT:
        return now
    local = now.astimezone(CHINA)
    at = local.replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    if at > local:
        at -= dt.timedelta(days=1)
    if digest is Digest.WEEKLY:
        at -= dt.timedelta(days=at.weekday())
    return at.astimezone(dt.UTC)
