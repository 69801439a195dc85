"""`fair.toml` as data: what the organiser decides. Names are those of the records, positions come later."""

import datetime as dt
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

__all__ = [
    "Absence",
    "Blocked",
    "Closing",
    "Day",
    "FairSettings",
    "Files",
    "KindWanted",
    "Limit",
    "Limits",
    "Members",
    "Pause",
    "SamePerson",
    "Session",
    "Slots",
    "TableClosed",
    "TableGroup",
    "TableKind",
    "Walking",
    "Weights",
    "WishSaid",
]

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Level = Annotated[int, Field(ge=1, le=4)]


class TableKind(StrEnum):
    """Where people meet."""

    TABLE = "桌"
    ROOM = "洽谈室"
    ONLINE = "线上"


class Members(StrEnum):
    """Who of a team must be at the table: everybody the achievement names, or its leader."""

    ALL = "all"
    LEADER = "leader"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class _Stretch(_Part):
    """A stretch of time of one day; without `date` of every day, without times the whole day."""

    date: dt.date | None = None
    start: dt.time | None = Field(default=None, alias="from")
    end: dt.time | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start and self.end and self.start >= self.end:
            raise ValueError("from 应早于 to")
        return self

    def overlaps(self, start: dt.datetime, end: dt.datetime) -> bool:
        """Whether it shares a moment with the stretch given, which lies within one day."""
        if self.date is not None and self.date != start.date():
            return False
        return (self.start is None or self.start < end.time()) and (self.end is None or self.end > start.time())


class Pause(_Part):
    """A named pause within a session: no slot touches it."""

    name: Name
    start: dt.time
    end: dt.time


class Session(_Part):
    """A stretch of a day that is cut into slots from its start on."""

    name: Name
    start: dt.time
    end: dt.time
    pause: tuple[Pause, ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError("start 应早于 end")
        for pause in self.pause:
            if not self.start <= pause.start < pause.end <= self.end:
                raise ValueError(f"休息“{pause.name}”应在场次“{self.name}”之内，且 start 早于 end")
        return self


class Day(_Part):
    """One day of the fair."""

    date: dt.date
    session: Annotated[tuple[Session, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        ordered = sorted(self.session, key=lambda session: session.start)
        for one, other in pairwise(ordered):
            if other.start < one.end:
                raise ValueError(f"场次“{one.name}”与“{other.name}”时间重叠")
        return self


class Slots(_Part):
    """Length of a meeting and of the break after it, in minutes."""

    minutes: Literal[15, 20, 30] = 20
    gap_minutes: Annotated[int, Field(ge=0, le=60)] = 0


class Closing(_Stretch):
    """When a table cannot be used."""


class TableClosed(_Stretch):
    """When one table of a group cannot be used; without a date and times it is lost altogether."""

    table: Name


class TableGroup(_Part):
    """`count` tables of one kind in one hall; above 1 they are called `name` and a number.

    `only_for` names organisations it is kept for; a table kept for somebody is closed to everybody else.
    """

    name: Name
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    kind: TableKind = TableKind.TABLE
    hall: str = ""
    link: str = ""
    only_for: tuple[Name, ...] = ()
    closed: tuple[Closing, ...] = ()

    @model_validator(mode="after")
    def _linked(self) -> Self:
        if self.link and self.kind is not TableKind.ONLINE:
            raise ValueError(f'只有 kind = "线上" 的桌位才有 link，“{self.name}”是{self.kind.value}')
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its tables."""
        width = len(str(self.count))
        return (
            (self.name,) if self.count == 1 else tuple(f"{self.name}{at:0{width}}" for at in range(1, self.count + 1))
        )


class Limits(_Part):
    """How many meetings at most, over the whole fair."""

    per_enterprise: Annotated[int, Field(ge=1)] = 6
    per_team: Annotated[int, Field(ge=1)] = 8
    per_person: Annotated[int, Field(ge=1)] = 12


class Limit(_Part):
    """A limit of its own for one organisation, team or person."""

    who: Name
    meetings: Annotated[int, Field(ge=0)]


class Absence(_Stretch):
    """When an organisation or a person is not there; without a date and times it does not come at all."""

    who: Name
    why: str = ""


class KindWanted(_Part):
    """Which kinds of place an organisation can use; those not named can use tables and rooms."""

    who: Name
    kinds: Annotated[tuple[TableKind, ...], Field(min_length=1)]


class Walking(_Part):
    """Minutes on foot between two halls, either way."""

    hall: Name
    other: Name
    minutes: Annotated[int, Field(ge=0, le=240)]


class Blocked(_Part):
    """Two organisations that must not meet."""

    enterprise: Name
    org: Name


class SamePerson(_Part):
    """One person under several organisations, each written 单位/姓名."""

    names: Annotated[tuple[Name, ...], Field(min_length=2)]


class WishSaid(_Part):
    """A wish written in `fair.toml` instead of a spreadsheet; `by` is who said it."""

    enterprise: Name
    team: Name
    wish: Literal["必见", "想见", "不见"]
    by: Literal["企业", "单位"] = "企业"


class Files(_Part):
    """Spreadsheets beside `fair.toml`."""

    wishes: Path | None = None
    met: Path | None = None
    attendance: Path | None = None


class Weights(_Part):
    """What counts for how much, in worth: the worth of a pair is P(level ≥ 3) + P(level = 4), from 0 to 2.

    `want` for each side that said 想见, `floor` for each of the first meetings promised to an enterprise.
    """

    want: Annotated[float, Field(ge=0, le=10)] = 0.5
    floor: Annotated[float, Field(ge=0, le=100)] = 3.0


class FairSettings(_Part):
    """Everything `fair.toml` says.

    `min_level` is the lowest level at which two meet who did not ask for each other. `floor` meetings are promised to
    every enterprise with a match at `floor_level`. `team_share` is the part of all places that one team may take with
    meetings that nobody wished for.
    """

    name: Name
    place: str = ""
    day: Annotated[tuple[Day, ...], Field(min_length=1)]
    slots: Slots = Slots()
    table: Annotated[tuple[TableGroup, ...], Field(min_length=1)]
    table_closed: tuple[TableClosed, ...] = ()
    limits: Limits = Limits()
    limit: tuple[Limit, ...] = ()
    absent: tuple[Absence, ...] = ()
    kind_wanted: tuple[KindWanted, ...] = ()
    walking: tuple[Walking, ...] = ()
    walking_minutes: Annotated[int, Field(ge=0, le=240)] = 0
    blocked: tuple[Blocked, ...] = ()
    same_person: tuple[SamePerson, ...] = ()
    wish: tuple[WishSaid, ...] = ()
    files: Files = Files()
    weights: Weights = Weights()
    min_level: Level = 3
    floor: Annotated[int, Field(ge=0, le=20)] = 1
    floor_level: Level = 3
    team_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    team_members: Members = Members.ALL
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    time_limit_s: Annotated[float, Field(gt=0, le=3600)] = 60.0

    def closings(self, table: str) -> tuple[_Stretch, ...]:
        """Every stretch in which a table, called by its own name, cannot be used."""
        group = next(group for group in self.table if table in group.names)
        return (*group.closed, *(closing for closing in self.table_closed if closing.table == table))

    @model_validator(mode="after")
    def _distinct(self) -> Self:
        names = [name for group in self.table for name in group.names]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"桌位“{twice[0]}”出现了两次；table 的 name 不能相同")
        for closing in self.table_closed:
            if closing.table not in names:
                raise ValueError(
                    f"table_closed 写了“{closing.table}”，但没有这个桌位；成组的桌位名称带编号，如 {names[0]}"
                )
        dates = [day.date for day in self.day]
        if len(set(dates)) < len(dates):
            raise ValueError("同一天写了两个 [[day]]；请合并成一个，用多个 [[day.session]]")
        return self
