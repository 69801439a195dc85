"""What may leave the house: public texts only. Every report goes through here before a word is written.

Unknown columns may hold anything, so `extra` stays out too.
"""

from dataclasses import replace
from typing import TypeVar

from matcher.rank.gates import GATES
from matcher.records import Achievement, Match, MatchList, Need, OrganisationLead, Tier
from matcher.report.base import Leads

__all__ = ["public_leads"]

_R = TypeVar("_R", Need, Achievement)
_WITHHELD = "涉及非公开内容，理由从略"


def public_leads(leads: Leads) -> Leads:
    """A copy without confidential texts.

    A record that is not public keeps its id only. A match that quotes or rests on anything not public loses its reason,
    words and questions, and keeps level, rank and the outcome of each hard condition.
    """
    return replace(
        leads,
        results=tuple(_result(result, leads) for result in leads.results),
        needs={i: _record(need, "需求") for i, need in leads.needs.items()},
        achievements={i: _record(achievement, "成果") for i, achievement in leads.achievements.items()},
        organisations={
            i: tuple(public for lead in found if (public := _organisation(lead, leads)) is not None)
            for i, found in leads.organisations.items()
        },
    )


def _record(record: _R, side: str) -> _R:
    if record.visibility > Tier.PUBLIC:
        return type(record)(id=record.id, title=f"（非公开{side}，编号 {record.id}）", visibility=record.visibility)
    return replace(record, confidential_detail="", extra={})


def _result(result: MatchList, leads: Leads) -> MatchList:
    return replace(
        result,
        matches=tuple(_match(match, leads) for match in result.matches),
        excluded=tuple(_match(match, leads) for match in result.excluded),
    )


def _match(match: Match, leads: Leads) -> Match:
    evidence = tuple(
        item for item in match.evidence if item.tier <= Tier.PUBLIC and item.field != "confidential_detail"
    )
    records = (leads.needs[match.need_id], leads.achievements[match.achievement_id])
    if len(evidence) == len(match.evidence) and all(record.visibility <= Tier.PUBLIC for record in records):
        return match
    labels = {info.name: info.label for info in GATES}
    return replace(
        match,
        evidence=evidence,
        shared_words=(),
        reason=_WITHHELD,
        unknowns=(),
        gates=tuple(replace(gate, reason=labels.get(gate.name, gate.name)) for gate in match.gates),
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
