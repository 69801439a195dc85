"""What may be shown: public texts only. Files and the terminal both go through here before a word is written.

Unknown columns may hold anything, so `extra` stays out too.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from matcher.rank.gates import LABELS
from matcher.records import Achievement, Match, MatchList, OrganisationLead, Record, Side, Tier
from matcher.report.base import Leads

__all__ = ["public_leads", "public_record", "public_result"]

_R = TypeVar("_R", bound=Record)
_WITHHELD = "涉及非公开内容，理由从略"


def public_leads(leads: Leads, partners: Mapping[str, Record]) -> Leads:
    """A copy without confidential texts: each record as `public_record`, each result as `public_result` gives it.

    Args:
        leads: what is to be written.
        partners: all records given on the partners' side, by id; a copy that is not among them is not named.
    """
    return replace(
        leads,
        results=tuple(public_result(result, leads.queries[result.query_id], partners) for result in leads.results),
        needs={i: public_record(need) for i, need in leads.needs.items()},
        achievements={i: public_record(achievement) for i, achievement in leads.achievements.items()},
        organisations={
            i: tuple(public for lead in found if (public := _organisation(lead, leads)) is not None)
            for i, found in leads.organisations.items()
        },
    )


def public_record(record: _R) -> _R:
    """The record without what is confidential in it; one that is not public keeps its id only."""
    if record.visibility > Tier.PUBLIC:
        side = "需求" if record.side is Side.NEED else "成果"
        return type(record)(id=record.id, title=f"（非公开{side}，编号 {record.id}）", visibility=record.visibility)
    return replace(record, confidential_detail="", extra={})


def public_result(result: MatchList, query: Record, partners: Mapping[str, Record]) -> MatchList:
    """The matches as public texts tell them.

    A match that quotes or rests on anything not public loses its reason, words, checks and questions, and keeps level,
    rank and the outcome of each hard condition. Copies are named only where they are among the partners and public.

    Raises:
        KeyError: a match names a partner that is not in `partners`.
    """
    by_need = result.query_side is Side.NEED

    def shown(match: Match) -> Match:
        partner = partners[match.achievement_id if by_need else match.need_id]
        copies = tuple(i for i in match.duplicates if i in partners and partners[i].visibility <= Tier.PUBLIC)
        return _match(replace(match, duplicates=copies), query, partner)

    return replace(result, matches=tuple(map(shown, result.matches)), excluded=tuple(map(shown, result.excluded)))


def _match(match: Match, *records: Record) -> Match:
    evidence = tuple(
        item for item in match.evidence if item.tier <= Tier.PUBLIC and item.field != "confidential_detail"
    )
    if len(evidence) == len(match.evidence) and all(record.visibility <= Tier.PUBLIC for record in records):
        return match
    return replace(
        match,
        evidence=evidence,
        shared_words=(),
        reason=_WITHHELD,
        unknowns=(),
        checks=(),
        lines=(),
        questions=(),
        gates=tuple(replace(gate, reason=LABELS.get(gate.name, gate.name)) for gate in match.gates),
    )


def _organisation(lead: OrganisationLead, leads: Leads) -> OrganisationLead | None:
    """The lead as its public records tell it; None where it has none."""
    named = [leads.partners.get(i) for i in lead.record_ids]
    public = [record for record in named if record is not None and record.visibility <= Tier.PUBLIC]
    if len(public) == len(named):
        return lead
    if not public:
        return None
    team = {person for record in public if isinstance(record, Achievement) for person in record.team}
    return replace(
        lead,
        record_ids=tuple(record.id for record in public),
        people=tuple(person for person in lead.people if person in team),
        contact=next((record.contact for record in public if record.contact), ""),
    )
