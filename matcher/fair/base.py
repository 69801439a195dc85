"""What a fair and its plan are made of: frozen, coded by position, lossless in `plan.json`.

`Problem` is the fair as data: who may meet whom, when and where. `Plan` is what was decided about it. Every reference
is a position: `Candidate.enterprise` and `.team` in `Problem.parties`, `Meeting.candidate` in `Problem.candidates`,
`Meeting.slot` in `Problem.slots`, `Meeting.table` in `Problem.tables`. Points are thousandths of the calibrated worth,
integers so that sums are exact.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from matcher.fair.settings import FairSettings, TableKind

__all__ = [
    "POINTS",
    "VERSION",
    "Candidate",
    "Exclusion",
    "Meeting",
    "Missed",
    "Move",
    "Objective",
    "Pair",
    "Party",
    "PartyKind",
    "Person",
    "Plan",
    "Problem",
    "Reason",
    "Slot",
    "StandBy",
    "Status",
    "Table",
    "TableKind",
    "Unscheduled",
    "Walk",
    "Wish",
]

VERSION = 1
"""Of `plan.json`; raised when a reader of the old form would misread the new one."""

POINTS = 1000
"""Points of a worth of 1."""


class PartyKind(StrEnum):
    """Which side of the table."""

    ENTERPRISE = "enterprise"
    TEAM = "team"


class Wish(StrEnum):
    """What one side said about meeting the other."""

    MUST = "必见"
    WANT = "想见"
    NO = "不见"


class Reason(StrEnum):
    """Why somebody has no meeting, or fewer than the floor promises."""

    NO_MATCH = "没有达到等级的匹配"
    CAPACITY = "名额不够"
    TIME = "时间不合"
    REFUSED = "被拒绝"
    LOWER_VALUE = "价值较低"
    WITHDRAWN = "已退出"
    EXPIRED = "已过期"


class Status(StrEnum):
    """How a plan ended. `CLOCK`: the wall clock stopped the search, so another run may end elsewhere."""

    OPTIMAL = "optimal"
    WITHIN_GAP = "within_gap"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A stretch of time in which every table holds at most one meeting; slots are in order and never overlap."""

    index: int
    start: dt.datetime
    end: dt.datetime
    session: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table, a room or an on-line link. `only_for`: parties it is kept for (empty: everybody); `closed`: slots."""

    index: int
    name: str
    kind: TableKind
    hall: str = ""
    link: str = ""
    only_for: tuple[int, ...] = ()
    closed: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who presents; in one place at a time whatever teams they belong to. `absent`: slots."""

    index: int
    name: str
    org: str
    limit: int
    absent: tuple[int, ...] = ()
    why_absent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One who sits at a table: an enterprise, or a team (an organisation and the leader of its achievements).

    `key` is stable between runs; `name` is what is printed. `records` are ids of its needs or achievements, `leader`
    and `members` names of a team. `attendance` in [0, 1] is the chance that it turns up, 1.0 where nothing is known.
    `why_absent` is what `fair.toml` says of its absences, `expired_on` when the last of its records ran out before the
    fair (None: at least one is valid).
    """

    index: int
    kind: PartyKind
    key: str
    name: str
    org: str
    records: tuple[str, ...]
    limit: int
    leader: str = ""
    members: tuple[str, ...] = ()
    contact: str = ""
    absent: tuple[int, ...] = ()
    table_kinds: tuple[TableKind, ...] = ()
    attendance: float = 1.0
    why_absent: str = ""
    expired_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A need and an achievement as the batch run graded them."""

    need_id: str
    achievement_id: str
    level: int
    level_probs: tuple[float, float, float, float]
    fit: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A meeting that may be held: `best` is what it is about, `others` are further pairs of the two, best first.

    `people` are those who must be there. `worth` are points of the pair, `bonus` those for wishes. `best` is None where
    the two were asked to meet though no pair of theirs was graded. A wish is "" where none was said.
    """

    index: int
    enterprise: int
    team: int
    best: Pair | None
    others: tuple[Pair, ...]
    people: tuple[int, ...]
    worth: int
    bonus: int = 0
    enterprise_wish: Wish | None = None
    team_wish: Wish | None = None

    @property
    def points(self) -> int:
        """What holding it adds to the objective, fairness apart."""
        return self.worth + self.bonus

    @property
    def is_must(self) -> bool:
        """Whether one of the two said 必见."""
        return Wish.MUST in {self.enterprise_wish, self.team_wish}

    @property
    def is_wished(self) -> bool:
        """Whether one of the two said 必见 or 想见."""
        return self.enterprise_wish is not None or self.team_wish is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Two that a match or a wish would bring together and that must not meet, with a Chinese sentence why."""

    enterprise: int
    team: int
    why: str
    was_must: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """Minutes on foot between two halls, either way."""

    hall: str
    other: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A fair as data, `parties` enterprises first.

    `floor` is the number of meetings promised to each of `promised` (enterprises with a match at the floor's level);
    `team_cap` bounds a team's meetings that nobody wished for. `best_levels` are the best level of each party in the
    run, 0 where it has no pair. `floor_points` reward each of the first `floor` meetings of a promised enterprise.
    """

    name: str
    place: str
    slots: tuple[Slot, ...]
    tables: tuple[Table, ...]
    people: tuple[Person, ...]
    parties: tuple[Party, ...]
    candidates: tuple[Candidate, ...]
    excluded: tuple[Exclusion, ...]
    best_levels: tuple[int, ...]
    walks: tuple[Walk, ...]
    floor: int
    floor_points: int
    promised: tuple[int, ...]
    team_cap: int

    @cached_property
    def of_party(self) -> Mapping[int, tuple[int, ...]]:
        """Candidates of each party."""
        found: dict[int, list[int]] = {party.index: [] for party in self.parties}
        for candidate in self.candidates:
            found[candidate.enterprise].append(candidate.index)
            found[candidate.team].append(candidate.index)
        return {party: tuple(theirs) for party, theirs in found.items()}

    @cached_property
    def _minutes(self) -> Mapping[tuple[str, str], int]:
        return {
            pair: walk.minutes for walk in self.walks for pair in ((walk.hall, walk.other), (walk.other, walk.hall))
        }

    def walk_minutes(self, hall: str, other: str) -> int:
        """Minutes on foot between two halls; 0 within one, and from or to a place on line."""
        return self._minutes.get((hall, other), 0) if hall != other else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One meeting of the plan. `code` is what people write on the result sheet; it stays through every replan."""

    code: str
    candidate: int
    slot: int
    table: int
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscheduled:
    """A party without any meeting, or with fewer than the floor promises (`got` of `wanted`), and why."""

    party: int
    reason: Reason
    text: str
    got: int = 0
    wanted: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A 必见 that could not be kept, with the constraint that stands in the way."""

    enterprise: int
    team: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandBy:
    """Whom `party` meets at the table of `meeting` if its partner does not come; `order` 1 is asked first.

    `points` are the candidate's, weighted by the chance that the stand-in turns up.
    """

    meeting: str
    party: int
    candidate: int
    order: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a replan did to a confirmed meeting, and why; an empty `to` means it was cancelled."""

    code: str
    before: str
    to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a plan is worth, in points: `total` = `worth` + `wishes` + `fairness` ≤ `bound`; `gap` = bound / total − 1.

    `greedy_total` and `greedy_worth` are those of the greedy plan the search started from.
    """

    total: int
    worth: int
    wishes: int
    fairness: int
    bound: int
    gap: float
    greedy_total: int
    greedy_worth: int
    status: Status


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A fair and its meetings, in the order of slot and table; `plan.json` holds exactly this.

    `replanned_at` is the moment of the fair from which on the last replan could change anything; None: all of it.
    `revision` counts the replans: 0 for the first plan.
    """

    version: int
    settings: FairSettings
    problem: Problem
    meetings: tuple[Meeting, ...]
    unscheduled: tuple[Unscheduled, ...]
    missed: tuple[Missed, ...]
    standby: tuple[StandBy, ...]
    objective: Objective
    moves: tuple[Move, ...] = ()
    replanned_at: dt.datetime | None = None
    revision: int = 0

    def candidate(self, meeting: Meeting) -> Candidate:
        """Who meets and about what."""
        return self.problem.candidates[meeting.candidate]

    def enterprise(self, meeting: Meeting) -> Party:
        """The enterprise at the table."""
        return self.problem.parties[self.candidate(meeting).enterprise]

    def team(self, meeting: Meeting) -> Party:
        """The team at the table."""
        return self.problem.parties[self.candidate(meeting).team]

    def slot(self, meeting: Meeting) -> Slot:
        """When."""
        return self.problem.slots[meeting.slot]

    def table(self, meeting: Meeting) -> Table:
        """Where."""
        return self.problem.tables[meeting.table]

    def meetings_of(self, party: int) -> tuple[Meeting, ...]:
        """A party's meetings in order of time."""
        return self._by_party.get(party, ())

    @cached_property
    def _by_party(self) -> Mapping[int, tuple[Meeting, ...]]:
        found: dict[int, list[Meeting]] = {}
        for meeting in self.meetings:
            candidate = self.candidate(meeting)
            found.setdefault(candidate.enterprise, []).append(meeting)
            found.setdefault(candidate.team, []).append(meeting)
        return {party: tuple(theirs) for party, theirs in found.items()}
