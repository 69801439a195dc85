"""What the checker knows: meetings spelled out from `fair.toml`, spreadsheets and records, by name and by clock.

Shares no code with what makes plans (only settings, records and the plan's types): a fault there is not repeated.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from matcher.batch.base import RunPair
from matcher.corpus.values.plain import plain
from matcher.fair.base import Meeting, Plan, TableKind
from matcher.fair.read import Fair
from matcher.fair.settings import Members, TableGroup
from matcher.records import Achievement, Need

__all__ = ["Facts", "Told", "folded", "names_team", "told_meetings"]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a plan is held against; `pairs` by the two ids, `waived` is up to when the past excuses a meeting."""

    fair: Fair
    needs: Mapping[str, Need]
    achievements: Mapping[str, Achievement]
    pairs: Mapping[tuple[str, str], RunPair]
    waived: dt.datetime | None = None

    def ran_out(self, record: Need | Achievement) -> bool:
        """Whether a record was valid only until before the first day."""
        return record.valid_until is not None and all(record.valid_until < day.date for day in self.fair.settings.day)

    @cached_property
    def one_name(self) -> Mapping[str, str]:
        """单位/姓名 → the name it is counted under: as declared, or the same leader's name with the same telephone."""
        declared = self.fair.settings.same_person
        same = {folded(name): folded(one.names[0]) for one in declared for name in one.names}
        seen: dict[tuple[str, str], str] = {}
        for achievement in self.achievements.values():
            leader = folded(achievement.team[0]) if achievement.team else ""
            full = folded(f"{achievement.org}/{leader}")
            for number in _numbers(achievement.contact) if leader else ():
                same.setdefault(full, seen.setdefault((leader, number), same.get(full, full)))
        return same


@dataclass(frozen=True, kw_only=True)
class Told:
    """One meeting in words: `people` by folded 单位/姓名, `topic` where it is about a graded pair."""

    meeting: Meeting
    code: str
    start: dt.datetime
    end: dt.datetime
    table: str
    group: TableGroup | None
    needs: tuple[Need, ...]
    achievements: tuple[Achievement, ...]
    topic: tuple[str, str] | None
    people: frozenset[str]
    past: bool

    @property
    def enterprise(self) -> str:
        """Folded name of the enterprise, or the id of a need without one."""
        return folded(self.needs[0].org) or self.needs[0].id

    @property
    def org(self) -> str:
        """Folded organisation of the team."""
        return folded(self.achievements[0].org)

    @property
    def leader(self) -> str:
        """Folded leader of the team."""
        return folded(self.achievements[0].team[0]) if self.achievements[0].team else ""

    @property
    def team(self) -> str:
        """What tells the team apart."""
        return f"{self.org}/{self.leader}" if self.org or self.leader else self.achievements[0].id

    @property
    def hall(self) -> str:
        """Where one has to walk to; "" on line."""
        return self.group.hall if self.group and self.group.kind is not TableKind.ONLINE else ""

    @property
    def on_line(self) -> bool:
        """Whether nobody has to walk."""
        return self.group is not None and self.group.kind is TableKind.ONLINE

    def overlaps(self, other: "Told") -> bool:
        """Whether both are going on at some moment."""
        return self.start < other.end and other.start < self.end

    def is_enterprise(self, name: str) -> bool:
        """Whether a name or a need's id in a file means this enterprise."""
        shown = {folded(f"{need.title}({need.id})") for need in self.needs if not need.org.strip()}
        return name.strip() in {need.id for need in self.needs} or folded(name) in {self.enterprise, *shown}

    def is_team(self, name: str) -> bool:
        """Whether a name or an achievement's id in a file means this team."""
        return any(names_team(name, achievement) for achievement in self.achievements)


def folded(text: str) -> str:
    """One spelling of a name."""
    return plain(text).replace("／", "/")


def _numbers(contact: str) -> list[str]:
    """Telephone numbers of a contact as bare digits."""
    bare = "".join(
        char for char in unicodedata.normalize("NFKC", contact) if not char.isspace() and char not in "()-—–"
    )
    runs = ("".join(run) for is_digits, run in groupby(bare, lambda char: "0" <= char <= "9") if is_digits)
    return [run[2:] if len(run) == 13 and run.startswith("861") else run for run in runs if len(run) >= 7]


def names_team(name: str, achievement: Achievement) -> bool:
    """Whether a name in a file means the team of this achievement."""
    if name.strip() == achievement.id:
        return True
    org, leader = folded(achievement.org), folded(achievement.team[0]) if achievement.team else ""
    called = (
        {org, f"{org}/{leader}", f"{org}{leader}团队"}
        if leader
        else {org, folded(f"{achievement.title}({achievement.id})")}
    )
    return folded(name) in called - {""}


def told_meetings(plan: Plan, facts: Facts) -> Iterator[Told | str]:
    """Every meeting in words, or a sentence where it names a record that does not exist."""
    groups = {name: group for group in facts.fair.settings.table for name in group.names}
    for meeting in plan.meetings:
        candidate, slot = plan.candidate(meeting), plan.slot(meeting)
        best = candidate.best
        ids = plan.enterprise(meeting).records, plan.team(meeting).records
        needs = tuple(facts.needs[i] for i in ids[0] if i in facts.needs)
        achievements = tuple(facts.achievements[i] for i in ids[1] if i in facts.achievements)
        if len(needs) < len(ids[0]) or len(achievements) < len(ids[1]) or not needs or not achievements:
            yield f"{meeting.code}：双方的需求或成果不在匹配结果里"
            continue
        known = (best.need_id, best.achievement_id) if best else None
        presented = next((a for a in achievements if best and a.id == best.achievement_id), None)
        yield Told(
            meeting=meeting,
            code=meeting.code,
            start=slot.start,
            end=slot.end,
            table=plan.table(meeting).name,
            group=groups.get(plan.table(meeting).name),
            needs=needs,
            achievements=achievements,
            topic=known,
            people=_people(presented or _least(achievements), facts),
            past=facts.waived is not None and slot.start <= facts.waived,
        )


def _least(achievements: tuple[Achievement, ...]) -> Achievement:
    """Of a meeting about no graded pair: the achievement with the fewest people, who must surely be there."""
    return min(achievements, key=lambda a: len(a.team))


def _people(achievement: Achievement, facts: Facts) -> frozenset[str]:
    settings = facts.fair.settings
    names = achievement.team[:1] if settings.team_members is Members.LEADER else achievement.team
    full = (folded(f"{achievement.org}/{name}") for name in names)
    return frozenset(facts.one_name.get(name, name) for name in full)
