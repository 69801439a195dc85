"""Teams and institutions ranked through their records, never by a blurb about themselves."""

import math
from collections.abc import Iterable, Mapping

from matcher.records import Achievement, Match, OrganisationLead, Record, Side

__all__ = ["rank_organisations"]


def _partner_id(match: Match, query_side: Side) -> str:
    return match.achievement_id if query_side is Side.NEED else match.need_id


def _name(record: Record) -> str:
    if record.org.strip() or not isinstance(record, Achievement) or not record.team:
        return record.org.strip()
    return f"{record.team[0]}团队"


def _chance(found: Iterable[Match]) -> float:
    return 1.0 - math.prod(1.0 - match.fit for match in found)


def _people(found: Iterable[Match], partners: Mapping[str, Record], query_side: Side) -> tuple[str, ...]:
    theirs: dict[str, list[Match]] = {}
    for match in found:
        record = partners[_partner_id(match, query_side)]
        for person in record.team if isinstance(record, Achievement) else ():
            theirs.setdefault(person, []).append(match)
    # Stable: people of one record keep the order in which it names them.
    return tuple(sorted(theirs, key=lambda person: -_chance(theirs[person])))


def rank_organisations(
    matches: Iterable[Match], partners: Mapping[str, Record], query_side: Side
) -> tuple[OrganisationLead, ...]:
    """Organisations behind the matches of one query, best chance first, ties by name.

    The chance that at least one record of an organisation fits is 1 − ∏(1 − fit), its records taken as independent.
    Its people come in the order of the same chance over their own records. A team that names no organisation stands
    by itself, under its first member.

    Args:
        matches: matches of one query.
        partners: the records on the other side, by id.
        query_side: the side the query is on.

    Raises:
        KeyError: a match names a partner that is not in `partners`.
    """
    grouped: dict[str, list[Match]] = {}
    for match in matches:
        name = _name(partners[_partner_id(match, query_side)])
        if name:
            grouped.setdefault(name, []).append(match)
    leads = []
    for org, found in grouped.items():
        ids = tuple(_partner_id(match, query_side) for match in found)
        leads.append(
            OrganisationLead(
                name=org,
                chance=_chance(found),
                best_level=max(match.level for match in found),
                record_ids=ids,
                people=_people(found, partners, query_side),
                contact=next((partners[i].contact for i in ids if partners[i].contact), ""),
            )
        )
    return tuple(sorted(leads, key=lambda lead: (-lead.chance, lead.name)))
