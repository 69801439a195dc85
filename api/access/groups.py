"""Field groups of a record, who may read each, and the record as one reader may see it."""

from collections.abc import Mapping
from dataclasses import fields, replace
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from matcher.records import Record, Tier

__all__ = ["ALWAYS_SECRET", "DEFAULT_TIERS", "GROUPS", "Group", "closed_groups", "group_tier", "projected"]

R = TypeVar("R", bound=Record)


class Group(StrEnum):
    """What is opened and closed together."""

    BASIC = "basic"
    OWNER = "owner"
    DESCRIPTION = "description"
    INDICATORS = "indicators"
    TERMS = "terms"
    TEAM = "team"
    CONTACT = "contact"
    CONFIDENTIAL = "confidential"
    OWN = "own"


GROUPS: Mapping[Group, frozenset[str]] = MappingProxyType(
    {
        Group.BASIC: frozenset(
            {
                "id",
                "title",
                "keywords",
                "fields",
                "industry_codes",
                "labels",
                "region",
                "published_on",
                "valid_until",
                "status",
                "source",
                "source_url",
                "visibility",
                "duplicate_of",
                "level",
                "trl",
                "trl_min",
                "last_confirmed_on",
            }
        ),
        Group.OWNER: frozenset({"org"}),
        Group.DESCRIPTION: frozenset({"summary", "problem", "current_state", "application_scope", "prior_use"}),
        Group.INDICATORS: frozenset({"indicators_text"}),
        Group.TERMS: frozenset(
            {"price", "budget_low_cny", "budget_high_cny", "modes", "transfer_modes", "ip_items", "region_scope"}
        ),
        Group.TEAM: frozenset({"team"}),
        Group.CONTACT: frozenset({"contact"}),
        # Unknown columns may hold anything.
        Group.CONFIDENTIAL: frozenset({"confidential_detail", "extra"}),
        # Whom an enterprise would rather not meet is nobody's business, not even an accepted partner's.
        Group.OWN: frozenset({"preferred_orgs", "blocked_orgs", "provenance"}),
    }
)
"""Every field of a record is in exactly one group (a test says so)."""

_SECRET = frozenset({Group.CONTACT, Group.CONFIDENTIAL, Group.OWN})
DEFAULT_TIERS: Mapping[Group, Tier] = MappingProxyType(
    {group: Tier.SECRET if group in _SECRET else Tier.PUBLIC for group in Group}
)
ALWAYS_SECRET = frozenset({Group.CONFIDENTIAL, Group.OWN})
"""Groups whose tier cannot be lowered."""


def group_tier(group: Group, tiers: Mapping[str, int], visibility: Tier) -> Tier:
    """Who may read a group: as the owner set it or by default, and never more open than the record as a whole.

    Args:
        group: which.
        tiers: those the owner set, by name of group.
        visibility: of the record as a whole.
    """
    set_by_owner = DEFAULT_TIERS[group] if group in ALWAYS_SECRET else Tier(tiers.get(group, DEFAULT_TIERS[group]))
    return max(set_by_owner, visibility)


def closed_groups(tiers: Mapping[str, int], visibility: Tier, reader: Tier, *, own: bool = False) -> frozenset[Group]:
    """The groups a reader of that tier does not see; `own`: the record is the reader's own."""
    closed = {group for group in Group if group_tier(group, tiers, visibility) > reader}
    return frozenset(closed if own else closed | {Group.OWN})


def projected(record: R, tiers: Mapping[str, int], reader: Tier, *, own: bool = False) -> R:
    """The record with every field that the reader may not see at its default.

    Raises:
        ValueError: the record as a whole is closed to the reader; it must not be shown at all.
    """
    if record.visibility > reader:
        raise ValueError(f"{record.id} is closed to tier {reader}")
    closed = closed_groups(tiers, record.visibility, reader, own=own)
    names = {name for group in closed for name in GROUPS[group]}
    return replace(record, **{name: value for name, value in _defaults(type(record)).items() if name in names})


@lru_cache(maxsize=2)
def _defaults(kind: type[Record]) -> Mapping[str, Any]:
    blank = kind(id="", title="")
    return {item.name: getattr(blank, item.name) for item in fields(kind) if item.name not in _KEPT}


_KEPT = frozenset({"id", "title", "visibility"})
