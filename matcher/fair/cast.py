"""Who takes part: records → enterprises, teams and people, and how a name in a file finds them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matcher.corpus.values.plain import plain
from matcher.fair.base import PartyKind
from matcher.fair.same import telephones
from matcher.fair.settings import Members, SamePerson
from matcher.records import Achievement, Need, Record

__all__ = ["Cast", "Group", "cast_of", "namesakes"]


@dataclass(frozen=True, slots=True)
class Group:
    """One enterprise or team before anything of the fair is known about it."""

    kind: PartyKind
    key: str
    name: str
    org: str
    records: tuple[Record, ...]
    leader: str = ""
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cast:
    """Parties (enterprises first) and people by position, with the ways in which files call them."""

    groups: tuple[Group, ...]
    people: tuple[tuple[str, str], ...]
    party_of: Mapping[tuple[PartyKind, str], int]
    people_of: Mapping[str, tuple[int, ...]]
    parties_called: Mapping[tuple[PartyKind, str], tuple[int, ...]]
    people_called: Mapping[str, tuple[int, ...]]

    def enterprises(self, text: str) -> tuple[int, ...]:
        """The enterprise of a name or a need's id; empty where there is none."""
        return self._parties(PartyKind.ENTERPRISE, text)

    def teams(self, text: str) -> tuple[int, ...]:
        """The teams of a 单位, of 单位/负责人 or of an achievement's id; empty where there is none."""
        return self._parties(PartyKind.TEAM, text)

    def persons(self, text: str) -> tuple[int, ...]:
        """The people of a name, or of 单位/姓名."""
        return self.people_called.get(_called(text), ())

    def _parties(self, kind: PartyKind, text: str) -> tuple[int, ...]:
        of_record = self.party_of.get((kind, text.strip()))
        return (of_record,) if of_record is not None else self.parties_called.get((kind, _called(text)), ())


def cast_of(
    needs: Iterable[Need], achievements: Iterable[Achievement], *, members: Members, same: Iterable[SamePerson]
) -> Cast:
    """Group needs by organisation, and achievements by organisation and leader; one without either stands for itself.

    People are told apart by organisation and name. `same` joins those who are one, and so do a leader's name and a
    telephone that two organisations have in common: one organisation spelt in two ways.
    """
    enterprises = _grouped(PartyKind.ENTERPRISE, needs)
    teams = _grouped(PartyKind.TEAM, achievements)
    groups = (*enterprises, *teams)
    aliases = _aliases(teams, same)
    people: dict[str, int] = {}
    named: list[tuple[str, str]] = []
    called: dict[str, dict[int, None]] = {}
    people_of: dict[str, tuple[int, ...]] = {}
    for group in teams:
        for record in group.records:
            theirs = []
            for name in _presenting(record, members):
                full = _called(f"{record.org}/{name}")
                at = people.setdefault(aliases.get(full, full), len(people))
                if at == len(named):
                    named.append((name, record.org))
                theirs.append(at)
                for text in (full, _called(name)):
                    called.setdefault(text, {})[at] = None
            people_of[record.id] = tuple(sorted(set(theirs)))
    return Cast(
        groups=groups,
        people=tuple(named),
        party_of={(group.kind, record.id): at for at, group in enumerate(groups) for record in group.records},
        people_of=people_of,
        parties_called=_parties_called(groups),
        people_called={text: tuple(found) for text, found in called.items()},
    )


def _aliases(teams: Iterable[Group], same: Iterable[SamePerson]) -> Mapping[str, str]:
    """单位/姓名 → the one name of that person, for those who are called in several ways."""
    joined: dict[str, str] = {}

    def root(name: str) -> str:
        while name in joined:
            name = joined[name]
        return name

    def join(one: str, other: str) -> None:
        if root(one) != root(other):
            joined[root(other)] = root(one)

    for person in same:
        for name in person.names:
            join(_called(person.names[0]), _called(name))
    first: dict[tuple[str, str], str] = {}
    for group in teams:
        for number in sorted({n for record in group.records for n in telephones(record.contact)}):
            if group.leader:
                full = _called(f"{group.org}/{group.leader}")
                join(first.setdefault((_called(group.leader), number), full), full)
    return {name: root(name) for name in joined}


def namesakes(cast: Cast) -> tuple[tuple[str, ...], ...]:
    """Leaders of one name at several organisations who are taken for different people, each as 单位/姓名."""
    found: dict[str, dict[int, str]] = {}
    for group in cast.groups:
        if group.leader and group.org:
            full = f"{group.org}/{group.leader}"
            for person in cast.persons(full):
                found.setdefault(_called(group.leader), {}).setdefault(person, full)
    return tuple(tuple(names.values()) for names in found.values() if len(names) > 1)


def _called(text: str) -> str:
    """A name as it is compared: one spelling, one slash between organisation and person."""
    return plain(text).replace("／", "/")


def _presenting(record: Record, members: Members) -> tuple[str, ...]:
    team = record.team if isinstance(record, Achievement) else ()
    return team[:1] if members is Members.LEADER else team


def _grouped(kind: PartyKind, records: Iterable[Record]) -> tuple[Group, ...]:
    found: dict[str, list[Record]] = {}
    for record in records:
        leader = record.team[0] if isinstance(record, Achievement) and record.team else ""
        org = record.org.strip()
        key = _called(f"{org}/{leader}" if leader else org) or f"#{record.id}"
        found.setdefault(key, []).append(record)
    return tuple(_group(kind, key, tuple(theirs)) for key, theirs in found.items())


def _group(kind: PartyKind, key: str, records: tuple[Record, ...]) -> Group:
    first = records[0]
    org = first.org.strip()
    leader = first.team[0] if isinstance(first, Achievement) and first.team else ""
    team = f"{leader}团队" if leader else ""
    members = [name for record in records if isinstance(record, Achievement) for name in record.team]
    return Group(
        kind=kind,
        key=f"{kind.value}:{key}",
        name=" ".join(filter(None, (org, team))) or f"{first.title}（{first.id}）",
        org=org,
        records=records,
        leader=leader,
        members=tuple(dict.fromkeys(members)),
    )


def _parties_called(groups: tuple[Group, ...]) -> Mapping[tuple[PartyKind, str], tuple[int, ...]]:
    found: dict[tuple[PartyKind, str], dict[int, None]] = {}
    for at, group in enumerate(groups):
        names = {group.org, group.name, f"{group.org}/{group.leader}" if group.leader else ""}
        for name in sorted(filter(None, map(_called, names))):
            found.setdefault((group.kind, name), {})[at] = None
    return {key: tuple(places) for key, places in found.items()}
