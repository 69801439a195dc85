"""What happens on the day, written into the settings: who cancels, who is late, which table is lost."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from api.days import CHINA
from api.errors import InvalidError
from api.fairs.deciding import decided, kept
from matcher.fair.settings import FairSettings

__all__ = ["Late", "fair_moment", "with_changes"]

Late = tuple[str, dt.date, str]
"""Who comes later, on which day, not before which clock time (`HH:MM`)."""


def fair_moment(moment: dt.datetime) -> dt.datetime:
    """A moment as the clocks at the fair show it, to the minute; one without a zone is taken as theirs."""
    there = moment.astimezone(CHINA) if moment.tzinfo is not None else moment
    return there.replace(tzinfo=None, second=0, microsecond=0)


def with_changes(
    settings: FairSettings,
    *,
    cancel: Sequence[str],
    late: Sequence[Late],
    tables_lost: Sequence[str],
    now: dt.datetime | None,
) -> FairSettings:
    """The settings with what happened added.

    Args:
        settings: as they are.
        cancel: organisations and people who do not come (any more).
        late: those who come later.
        tables_lost: names of single tables.
        now: a moment of the fair, without a zone; what is lost is lost from then on. None: altogether.

    Raises:
        InvalidError: a table is unknown.
    """
    names = {name for group in settings.table for name in group.names}
    for table in tables_lost:
        if table not in names:
            raise InvalidError(
                f"没有桌位“{table[:40]}”；成组的桌位名称带编号，请照排期表上的写法。", "No such table.",
                field="body.tables_lost",
            )  # fmt: skip
    spans = _left(settings, now)
    told: dict[str, Any] = kept(settings)
    absent = [
        *({"who": who, "why": "临时取消", **span} for who in cancel for span in spans),
        *({"who": who, "date": str(day), "to": until, "why": "晚到"} for who, day, until in late),
    ]
    closed = [{"table": table, **span} for table in tables_lost for span in spans]
    told["absent"] = [*told.get("absent", ()), *(one for one in absent if one not in told.get("absent", ()))]
    told["table_closed"] = [*told.get("table_closed", ()), *closed]
    return decided(told)


def _left(settings: FairSettings, now: dt.datetime | None) -> list[Mapping[str, str]]:
    """What is left of the fair from a moment on: all of it without one."""
    if now is None:
        return [{}]
    later: list[Mapping[str, str]] = [{"date": str(day.date)} for day in settings.day if day.date > now.date()]
    return [{"date": str(now.date()), "from": now.strftime("%H:%M")}, *later]
