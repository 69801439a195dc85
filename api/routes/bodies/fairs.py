"""Fairs over the wire: settings, lists, wishes. Plans and the day are in `fair_boards`."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.schemas.base import Body, Line

__all__ = [
    "ChangesBody",
    "DraftBody",
    "DraftOut",
    "FairJobOut",
    "FairLine",
    "FairOut",
    "FairState",
    "LateBody",
    "ListOut",
    "ListPart",
    "NewFair",
    "PartyChoice",
    "PartyId",
    "SettingsBody",
    "StateBody",
    "TopicOut",
    "WishBody",
    "WishOut",
]

_Clock = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(examples=["09:00"])]
_Day = Annotated[dt.date, Field(ge=dt.date(2000, 1, 1), le=dt.date(2100, 12, 31))]
_Name = Annotated[Line, Field(min_length=1)]
PartyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{20}$")]
FairState = Literal["drafting", "planned", "held"]
ListPart = Literal["needs", "achievements", "wishes", "met", "attendance"]
Settings = Annotated[
    dict[str, Any],
    Field(
        description="fair.toml 的内容写成 JSON（docs/fair.md；时间写 “09:00”，日期写 “2026-12-01”；没有 files）；"
        "The content of fair.toml as JSON, without `files`"
    ),
]


class DraftBody(Body):
    """A few answers from which sensible settings are made; nothing is stored."""

    name: _Name
    place: Line = ""
    dates: Annotated[list[_Day], Field(min_length=1, max_length=10)]
    start: _Clock
    end: _Clock
    pause_start: Annotated[_Clock | None, Field(description="午休开始，可空；Noon pause")] = None
    pause_end: _Clock | None = None
    minutes: Annotated[Literal[15, 20, 30], Field(description="每次会面几分钟")] = 20
    gap_minutes: Annotated[int, Field(ge=0, le=60, description="两次会面之间几分钟")] = 5
    hall: Line = ""
    tables: Annotated[int | None, Field(ge=1, le=500, description="桌数；空则按预计会面数算")] = None
    enterprises: Annotated[int | None, Field(ge=1, le=5_000, description="预计参加的企业数，用来算桌数")] = None
    meetings_each: Annotated[int, Field(ge=1, le=20, description="每家企业预计见几次")] = 3


class DraftOut(BaseModel):
    """Settings to be looked at, changed and sent to `create_fair`; `why` tells how the tables were counted."""

    settings: Settings
    slots: int
    tables: int
    places: Annotated[int, Field(description="时段 × 桌数；Meetings there is room for")]
    expected_meetings: Annotated[int | None, Field(description="企业数 × 每家次数；空为没有给出企业数")]
    why: str


class NewFair(Body):
    """A fair to be made, in the state drafting; its name is that of the settings. Lists are uploaded afterwards."""

    settings: Settings


class SettingsBody(Body):
    """All settings anew."""

    settings: Settings


class StateBody(Body):
    """`held` closes a fair (and `planned` opens it again); `drafting` cannot be asked for once there is a plan."""

    state: FairState


class ListOut(BaseModel):
    """One list of a fair. `source`: an uploaded file, the platform's own published records, or nothing.

    `rows`, `rejected` and `problems` (at most 20 sentences naming row and reason) are of the file; null or empty
    without one.
    """

    part: ListPart
    source: Literal["file", "database", "none"]
    name: str
    bytes: int
    rows: int | None
    rejected: int | None
    problems: list[str]
    uploaded_at: dt.datetime | None


class FairJobOut(BaseModel):
    """The latest planning of a fair; anybody who sees the fair sees how far it is, and `message` why it failed."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int
    total: int
    message: str


class FairLine(BaseModel):
    """A fair in the list of fairs."""

    id: str
    name: str
    place: str
    first_day: dt.date
    last_day: dt.date
    state: FairState
    version: int
    current_plan: int | None
    created_at: dt.datetime
    updated_at: dt.datetime


class FairOut(FairLine):
    """A fair. `version` is the ETag.

    `stale`: settings, lists or wishes have changed since the current plan was made: replan. `matched`: match results
    are kept, so that the next planning takes seconds.
    """

    owner_name: str
    settings: Settings
    lists: list[ListOut]
    wishes: Annotated[int, Field(description="页面上录入的意愿数")]
    plans: int
    stale: bool
    matched: bool
    job: FairJobOut | None


class PartyChoice(BaseModel):
    """Somebody of the lists, to be offered where a name is typed: `write` is what wishes, limits and absences take."""

    id: PartyId
    kind: Literal["enterprise", "team"]
    name: str
    write: str
    records: list["TopicOut"]


class TopicOut(BaseModel):
    """A need or an achievement."""

    id: str
    title: str


class WishBody(Body):
    """One wish: `enterprise` a name or a need's id; `team` a 单位, 单位/负责人 or an achievement's id."""

    enterprise: _Name
    team: _Name
    wish: Literal["必见", "想见", "不见"]
    by: Annotated[Literal["企业", "单位"], Field(description="谁提出的")] = "企业"


class WishOut(BaseModel):
    """A wish that was typed in. `by_account` is the name of who typed it."""

    id: str
    enterprise: str
    team: str
    wish: Literal["必见", "想见", "不见"]
    by: Literal["企业", "单位"]
    by_account: str
    created_at: dt.datetime


class LateBody(Body):
    """Somebody who comes later: not there on that day before `until`."""

    who: _Name
    date: _Day
    until: _Clock


class ChangesBody(Body):
    """What happened, written into the settings; a replan follows. `now` as in a replan: from then on."""

    cancel: Annotated[list[_Name], Field(max_length=100, description="不来了的企业、单位、单位/姓名")] = []
    late: Annotated[list[LateBody], Field(max_length=100)] = []
    tables_lost: Annotated[list[_Name], Field(max_length=100, description="不能用了的桌位")] = []
    now: dt.datetime | None = None
