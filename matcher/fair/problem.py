"""Settings, files and graded pairs → `Problem`."""

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping

from matcher.batch.base import RunPair
from matcher.corpus.values.plain import plain
from matcher.errors import ConfigError
from matcher.fair.base import POINTS, Party, PartyKind, Person, Problem, Slot, Table, TableKind, Walk
from matcher.fair.candidates import Meetable, meetable
from matcher.fair.cast import Cast, Group, cast_of
from matcher.fair.expiry import expired
from matcher.fair.read import Fair
from matcher.fair.settings import FairSettings
from matcher.fair.sheets import Attendance
from matcher.fair.slots import slots_of
from matcher.records import Achievement, Need

__all__ = ["build_problem"]

_ON_SITE = (TableKind.TABLE, TableKind.ROOM)
_PRIOR = 2.0


def build_problem(
    fair: Fair, needs: Mapping[str, Need], achievements: Mapping[str, Achievement], pairs: Iterable[RunPair]
) -> Problem:
    """The fair as data.

    Raises:
        ConfigError: `fair.toml` names somebody who is not in the run, or has no slot.
        RecordError: a spreadsheet names somebody who is not in the run.
    """
    settings = fair.settings
    slots = slots_of(settings)
    cast = cast_of(needs.values(), achievements.values(), members=settings.team_members, same=settings.same_person)
    known = _Known(fair, cast, slots)
    parties = tuple(known.party(at, group) for at, group in enumerate(cast.groups))
    people = tuple(known.person(at) for at in range(len(cast.people)))
    tables = known.tables()
    found = meetable(fair, cast, pairs)
    places = sum(len(slots) - len(table.closed) for table in tables)
    return Problem(
        name=settings.name,
        place=settings.place,
        slots=slots,
        tables=tables,
        people=people,
        parties=parties,
        candidates=found.candidates,
        excluded=found.excluded,
        best_levels=found.best_levels,
        walks=_walks(settings, tables),
        floor=settings.floor,
        floor_points=round(settings.weights.floor * POINTS),
        promised=_promised(found, settings),
        team_cap=max(1, int(settings.team_share * places)),
    )


def _promised(found: Meetable, settings: FairSettings) -> tuple[int, ...]:
    if not settings.floor:
        return ()
    strong = {c.enterprise for c in found.candidates if c.best is not None and c.best.level >= settings.floor_level}
    return tuple(sorted(strong))


def _walks(settings: FairSettings, tables: tuple[Table, ...]) -> tuple[Walk, ...]:
    halls = sorted({table.hall for table in tables if table.kind is not TableKind.ONLINE})
    told = {frozenset((walk.hall, walk.other)): walk.minutes for walk in settings.walking}
    for at, walk in enumerate(settings.walking, 1):
        for hall in (walk.hall, walk.other):
            if hall not in halls:
                raise ConfigError(f"对接会设置中 walking 第 {at} 项的“{hall}”不是任何桌位的 hall；请改成已有的馆名。")
    pairs = [(one, other) for at, one in enumerate(halls) for other in halls[at + 1 :]]
    return tuple(
        Walk(hall=one, other=other, minutes=told.get(frozenset((one, other)), settings.walking_minutes))
        for one, other in pairs
    )


class _Known:
    """What `fair.toml` says of each party, person and table, with every name looked up once."""

    def __init__(self, fair: Fair, cast: Cast, slots: tuple[Slot, ...]) -> None:
        self._fair, self._cast, self._slots = fair, cast, slots
        settings = fair.settings
        size = len(cast.groups)
        self._away: list[set[int]] = [set() for _ in range(size + len(cast.people))]
        self._whys: list[dict[str, None]] = [{} for _ in self._away]
        self._limits = [
            *(
                settings.limits.per_enterprise if group.kind is PartyKind.ENTERPRISE else settings.limits.per_team
                for group in cast.groups
            ),
            *(settings.limits.per_person for _ in cast.people),
        ]
        self._kinds: dict[int, tuple[TableKind, ...]] = {}
        for at, absence in enumerate(settings.absent, 1):
            hit = {s.index for s in slots if absence.overlaps(s.start, s.end)}
            for who in self._who(absence.who, f"absent 第 {at} 项的 who"):
                self._away[who] |= hit
                if hit and absence.why:
                    self._whys[who][absence.why] = None
        for at, limit in enumerate(settings.limit, 1):
            for who in self._limited(limit.who, f"limit 第 {at} 项的 who"):
                self._limits[who] = limit.meetings
        for at, wanted in enumerate(settings.kind_wanted, 1):
            for who in self._parties(wanted.who, f"kind_wanted 第 {at} 项的 who"):
                self._kinds[who] = wanted.kinds

    def party(self, at: int, group: Group) -> Party:
        """One party with its limits."""
        return Party(
            index=at,
            kind=group.kind,
            key=group.key,
            name=group.name,
            org=group.org,
            records=tuple(record.id for record in group.records),
            limit=self._limits[at],
            leader=group.leader,
            members=group.members,
            contact=next((record.contact for record in group.records if record.contact), ""),
            absent=tuple(sorted(self._away[at])),
            table_kinds=self._kinds.get(at, _ON_SITE),
            attendance=_chance(self._fair.attendance, group.org),
            why_absent="；".join(self._whys[at]),
            expired_on=_expired_on(group, self._fair.settings),
        )

    def person(self, at: int) -> Person:
        """One person with their limits."""
        name, org = self._cast.people[at]
        place = len(self._cast.groups) + at
        return Person(
            index=at,
            name=name,
            org=org,
            limit=self._limits[place],
            absent=tuple(sorted(self._away[place])),
            why_absent="；".join(self._whys[place]),
        )

    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order of `fair.toml`."""
        found: list[Table] = []
        for at, group in enumerate(self._fair.settings.table, 1):
            kept = sorted(
                {who for name in group.only_for for who in self._parties(name, f"table 第 {at} 项的 only_for")}
            )
            found += [
                Table(
                    index=len(found) + place,
                    name=name,
                    kind=group.kind,
                    hall="" if group.kind is TableKind.ONLINE else group.hall,
                    link=group.link,
                    only_for=tuple(kept),
                    closed=self._closed(name),
                )
                for place, name in enumerate(group.names)
            ]
        return tuple(found)

    def _closed(self, table: str) -> tuple[int, ...]:
        closings = self._fair.settings.closings(table)
        return tuple(s.index for s in self._slots if any(closing.overlaps(s.start, s.end) for closing in closings))

    def _parties(self, name: str, key: str) -> tuple[int, ...]:
        found = (*self._cast.enterprises(name), *self._cast.teams(name))
        return found or self._unknown(name, key)

    def _who(self, name: str, key: str) -> tuple[int, ...]:
        """Parties and people of a name; a leader's team goes with its leader."""
        size = len(self._cast.groups)
        people = tuple(size + person for person in self._cast.persons(name))
        found = (*self._cast.enterprises(name), *self._cast.teams(name), *people)
        return found or self._unknown(name, key)

    def _limited(self, name: str, key: str) -> tuple[int, ...]:
        """Parties of a name, or people where it is no party's."""
        size = len(self._cast.groups)
        parties = (*self._cast.enterprises(name), *self._cast.teams(name))
        found = parties or tuple(size + person for person in self._cast.persons(name))
        return found or self._unknown(name, key)

    def _unknown(self, name: str, key: str) -> tuple[int, ...]:
        names = sorted({group.org for group in self._cast.groups} | {person for person, _ in self._cast.people})
        near = difflib.get_close_matches(plain(name), names, n=1)
        like = f"，最接近的是“{near[0]}”" if near else ""
        raise ConfigError(
            f"对接会设置 {self._fair.source} 中 {key}“{name}”不在这次匹配的企业、单位和人员里{like}；"
            "请改成需求表、成果表里的写法（人写作 单位/姓名）。"
        )


def _expired_on(group: Group, settings: FairSettings) -> dt.date | None:
    gone = expired(group.records, settings)
    return max(record.valid_until for record in gone if record.valid_until) if len(gone) == len(group.records) else None


def _chance(history: Mapping[str, Attendance], org: str) -> float:
    """P(comes) = (came + 2 r) / (invited + 2), r the share of all who came: two invitations' worth of the common rate.

    1.0 without any history.
    """
    invited = sum(one.invited for one in history.values())
    if not invited:
        return 1.0
    rate = sum(one.came for one in history.values()) / invited
    own = history.get(plain(org), Attendance(0, 0))
    return round((own.came + _PRIOR * rate) / (own.invited + _PRIOR), 6)
