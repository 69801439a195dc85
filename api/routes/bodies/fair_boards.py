"""The plans and the day of a fair over the wire; how they are made is in `api.routes.showing_fairs`."""

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from api.routes.bodies.fairs import PartyId, TopicOut
from api.schemas.base import Body, Line

__all__ = [
    "AttendanceBody",
    "AttendanceOut",
    "BoardOut",
    "BooksBody",
    "CurrentBody",
    "FilledOut",
    "MeetingAttendanceBody",
    "MeetingOut",
    "MissedOut",
    "MoveBody",
    "MoveCheckOut",
    "MoveOut",
    "MovedOut",
    "NoShowBody",
    "NoShowOut",
    "ObjectiveOut",
    "PartyOut",
    "PlaceOut",
    "PlacesOut",
    "PlanBody",
    "PlanLine",
    "ReplanBody",
    "SlotOut",
    "StandByOut",
    "TableOut",
    "UnscheduledOut",
    "WishedOut",
]

_Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^M[0-9]{1,18}$"), Field(examples=["M001"])]
_At = Annotated[int, Field(ge=0, le=100_000)]
PlanHow = Literal["planned", "replanned", "moved"]
PartyState = Literal["came", "not", "late"]


class PlanBody(Body):
    """Plan from nothing."""

    rematch: Annotated[bool, Field(description="重新匹配（用数据库的名单而记录有变时）；Match again")] = False


class ReplanBody(Body):
    """Plan again; confirmed meetings stay where they can."""

    confirmed: Annotated[
        list[_Code] | None, Field(max_length=20_000, description="已确认的会面编号；空为全部 null: all of them")
    ] = None
    now: Annotated[
        dt.datetime | None,
        Field(description="此刻（会场时间）；已开始的时段不再改动；不写时区则为北京时间"),
    ] = None
    rematch: bool = False


class PlanLine(BaseModel):
    """A plan in the list of plans, newest first. `total` is in points/1000 of worth; `before` it replaced (undo)."""

    number: int
    before: int | None
    how: PlanHow
    note: str
    made_at: dt.datetime
    by_account: str
    meetings: int
    total: float
    current: bool


class CurrentBody(Body):
    """Which plan counts from now on: undo takes the one before back."""

    number: Annotated[int, Field(ge=1, le=1_000_000)]


class SlotOut(BaseModel):
    """A slot; `index` is how meetings and moves name it. Times are the fair's own (Beijing), `HH:MM`."""

    index: int
    date: dt.date
    start: str
    end: str
    session: str


class TableOut(BaseModel):
    """A place; `index` is how meetings and moves name it. `closed` are slots, `only_for` party ids (empty: anybody)."""

    index: int
    name: str
    kind: Literal["桌", "洽谈室", "线上"]
    hall: str
    link: str
    closed: list[int]
    only_for: list[PartyId]


class WishedOut(BaseModel):
    """What one side said of the other."""

    by: Literal["企业", "单位"]
    wish: Literal["必见", "想见", "不见"]


class MeetingOut(BaseModel):
    """A meeting on the board. `level` 0 and `fit` null: they asked to meet, nothing was graded.

    `fit` is P(level ≥ 3) in [0, 1], `worth` in [0, 2]; `more` are further topics, best first.
    """

    code: str
    slot: int
    table: int
    enterprise: PartyId
    team: PartyId
    need: TopicOut | None
    achievement: TopicOut | None
    more: list[tuple[TopicOut, TopicOut]]
    people: list[str]
    level: int
    fit: float | None
    worth: float
    wishes: list[WishedOut]
    confirmed: bool


class PartyOut(BaseModel):
    """One who sits at a table. `absent` are slots; `chance` in [0, 1] that it turns up; `limit` of meetings."""

    id: PartyId
    kind: Literal["enterprise", "team"]
    name: str
    org: str
    leader: str
    records: list[TopicOut]
    meetings: int
    limit: int
    absent: list[int]
    why_absent: str
    chance: float


class UnscheduledOut(BaseModel):
    """A party without a meeting, or with fewer than promised, and why. `text` is for the organiser alone."""

    party: PartyId
    reason: str
    text: str
    got: int
    wanted: int


class MissedOut(BaseModel):
    """A 必见 that could not be kept, and why; for the organiser alone."""

    enterprise: PartyId
    team: PartyId
    text: str


class StandByOut(BaseModel):
    """Whom `party` meets at the table of `meeting` if its partner does not come; `order` 1 is asked first."""

    meeting: str
    party: PartyId
    partner: PartyId
    order: int
    level: int


class MoveOut(BaseModel):
    """What a replan did to a confirmed meeting; an empty `to`: cancelled."""

    code: str
    before: str
    to: str
    why: str


class ObjectiveOut(BaseModel):
    """How good the plan is, in worth: `total` = `worth` + `wishes` + `fairness` ≤ `bound`; `gap` = bound / total − 1.

    `status`: optimal (proven), within_gap, clock (time ran out; another run may end elsewhere).
    """

    total: float
    worth: float
    wishes: float
    fairness: float
    bound: float
    gap: float
    greedy_total: float
    status: Literal["optimal", "within_gap", "clock"]


class BoardOut(BaseModel):
    """A whole plan as a board of slots × tables. `version` is the fair's (ETag); moves need it in If-Match.

    `doubts` are sentences about what to look at (records that ran out, people who may be one).
    """

    fair_id: str
    version: int
    number: int
    current: bool
    stale: bool
    how: PlanHow
    note: str
    made_at: dt.datetime
    by_account: str
    slots: list[SlotOut]
    tables: list[TableOut]
    parties: list[PartyOut]
    meetings: list[MeetingOut]
    unscheduled: list[UnscheduledOut]
    missed: list[MissedOut]
    standby: list[StandByOut]
    moves: list[MoveOut]
    doubts: list[str]
    objective: ObjectiveOut


class MoveBody(Body):
    """A meeting to another slot and table; with `swap` whoever sits there comes to where the meeting was."""

    code: _Code
    slot: _At
    table: _At
    swap: bool = False
    note: Annotated[Line, Field(max_length=200)] = ""


class MovedOut(BaseModel):
    """Where a meeting would be."""

    code: str
    slot: int
    table: int


class MoveCheckOut(BaseModel):
    """Whether a move can be made: every conflict at once, each a Chinese sentence; `moved` is what would move."""

    ok: bool
    conflicts: list[str]
    moved: list[MovedOut]


class PlaceOut(BaseModel):
    """A free place."""

    slot: int
    table: int


class PlacesOut(BaseModel):
    """Every place to which a meeting can go without a conflict, in order of time; its own place is not among them."""

    code: str
    places: list[PlaceOut]


class NoShowBody(Body):
    """Who is missing in a slot."""

    missing: Annotated[list[PartyId], Field(min_length=1, max_length=500)]
    slot: _At


class FilledOut(BaseModel):
    """A meeting that fell out: who is left alone (null: both are missing), whom they meet instead (null: nobody).

    `text` says it in one Chinese sentence.
    """

    meeting: str
    table: str
    alone: PartyId | None
    partner: PartyId | None
    need: TopicOut | None
    achievement: TopicOut | None
    level: int
    fit: float | None
    text: str


class NoShowOut(BaseModel):
    """Stand-ins for a slot; empty where nobody of those missing has a meeting then. Nothing is stored."""

    slot: int
    filled: list[FilledOut]


class AttendanceBody(Body):
    """Whether a party came to the fair; null takes back what was said. The same again changes nothing."""

    state: PartyState | None


class MeetingAttendanceBody(Body):
    """Who of the two came to one meeting; null takes back what was said of a side, one that is not sent stays."""

    enterprise: PartyState | None = None
    team: PartyState | None = None


class AttendanceOut(BaseModel):
    """What was noted; `meeting` is "" where it is of the whole fair. `at` is when it was noted first."""

    party: PartyId
    party_name: str
    meeting: str
    state: PartyState
    at: dt.datetime
    by_account: str


class BooksBody(Body):
    """Print the current plan: workbooks, booklets, table cards and calendars in one zip."""
