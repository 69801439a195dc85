"""Teams and institutions ranked through their records, never by a blurb about themselves."""

import math
from collections.abc import Iterable, Mapping

from matcher.records import Achievement, Match, OrganisationLead, Record, Side

__all__ = ["rank_organisations"]


def _partner_id(match: Match, query_side: Side) -> str:
    return match.achievement_id if query_side is Side.NEED else match.need_id


def rank_organisations(
    matches: Iterable[Match], partners: Mapping[str, Record], query_side: Side
) -> tuple[OrganisationLead, ...]:
    """Organisations behind the matches of one query, best chance first, ties by name.

    The chance that at least one record of an organisation fits is 1 − ∏(1 − fit), its records taken as independent.

    Args:
        matches: matches of one query.
        partners: the records on the other side, by id.
        query_side: the side the query is on.

    Raises:
        KeyError: a match names a partner that is not in `partners`.
    """
    grouped: dict[str, list[Match]] = {}
    for match in matches:
        org = partners[_partner_id(match, query_side)].org.strip()
        if org:
            grouped.setdefault(org, []).append(match)
    leads = []
    for org, found in grouped.items():
        ids = tuple(_partner_id(match, query_side) for match in found)
        people = [person for i in ids if isinstance(record := partners[i], Achievement) for person in record.team]
        leads.append(
            OrganisationLead(
                name=org,
                chance=1.0 - math.prod(1.0 - match.fit for match in found),
                best_level=max(match.level for match in found),
                record_ids=ids,
                people=tuple(dict.fromkeys(people)),
                contact=next((partners[i].contact for i in ids if partners[i].contact), ""),
            )
        )
    return tuple(sorted(leads, key=lambda lead: (-lead.chance, lead.name)))
