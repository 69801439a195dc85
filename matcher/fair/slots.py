"""Sessions and pauses → the slots in which meetings are held."""

import datetime as dt

from matcher.errors import ConfigError
from matcher.fair.base import Slot
from matcher.fair.settings import Day, FairSettings, Session

__all__ = ["slots_of"]


def slots_of(settings: FairSettings) -> tuple[Slot, ...]:
    """All slots in order of time: each session cut from its start on, going on after a pause a slot would touch.

    Raises:
        ConfigError: no session is long enough for one slot.
    """
    stretches = [
        (start, end, session.name)
        for day in sorted(settings.day, key=lambda day: day.date)
        for session in sorted(day.session, key=lambda session: session.start)
        for start, end in _cut(day, session, settings)
    ]
    if not stretches:
        raise ConfigError(
            f"对接会“{settings.name}”一个时段也排不出：没有一个场次长到 {settings.slots.minutes} 分钟；"
            "请加长 [[day.session]] 或缩短 slots.minutes。"
        )
    return tuple(Slot(index=at, start=start, end=end, session=name) for at, (start, end, name) in enumerate(stretches))


def _cut(day: Day, session: Session, settings: FairSettings) -> list[tuple[dt.datetime, dt.datetime]]:
    length, gap = (dt.timedelta(minutes=n) for n in (settings.slots.minutes, settings.slots.gap_minutes))
    last = dt.datetime.combine(day.date, session.end)
    pauses = [(dt.datetime.combine(day.date, p.start), dt.datetime.combine(day.date, p.end)) for p in session.pause]
    at = dt.datetime.combine(day.date, session.start)
    found = []
    while at + length <= last:
        hit = [end for start, end in pauses if start < at + length and end > at]
        if hit:
            at = max(hit)
            continue
        found.append((at, at + length))
        at += length + gap
    return found
