"""Parties of a fair over the wire: an id that stays through every replan, and the names they go by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from api.errors import NotFoundError
from matcher.fair.base import Party, PartyKind, Plan
from matcher.fair.cast import Group, cast_of
from matcher.fair.settings import FairSettings
from matcher.records import Achievement, Need

__all__ = ["Choice", "choices", "find_party", "party_id"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who can be named; `write` is the name that settings and wishes understand."""

    group: Group
    write: str


def party_id(key: str) -> str:
    """20 hexadecimal digits for the key of a party, the same in every plan."""
    return blake2b(key.encode("utf-8", "replace"), digest_size=10).hexdigest()


def find_party(plan: Plan, wanted: str) -> Party:
    """The party of an id.

    Raises:
        NotFoundError: nobody in the plan has it.
    """
    for party in plan.problem.parties:
        if party_id(party.key) == wanted:
            return party
    raise NotFoundError(f"现在的排期里没有编号为“{wanted}”的参会方；请重新读取排期。", "No such party in the plan.")


def choices(needs: Mapping[str, Need], achievements: Mapping[str, Achievement], settings: FairSettings) -> list[Choice]:
    """Everybody of two lists, enterprises first."""
    groups: Iterable[Group] = cast_of(
        needs.values(), achievements.values(), members=settings.team_members, same=settings.same_person
    ).groups
    return [Choice(group, _write(group)) for group in groups]


def _write(group: Group) -> str:
    if group.kind is PartyKind.TEAM and group.org and group.leader:
        return f"{group.org}/{group.leader}"
    return group.org or group.records[0].id
