"""From the engine's answer to what goes over the wire."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from api.errors import InvalidError
from api.matching.asking import Answer
from api.records.reading import Seen
from api.records.states import State
from api.schemas.matching import (
    CheckOut,
    EvidenceOut,
    GateOut,
    MatchesOut,
    MatchOut,
    OrganisationLeadOut,
    PartnerOut,
)
from api.schemas.records import CONTENT, content_out
from matcher.records import Achievement, Evidence, Match, Record, Side

__all__ = ["check_fields", "evidence_out", "match_out", "matches_out", "organisations_out", "partner_out"]

_BEHIND = "索引正在收录新的记录，结果可能不全；请稍后再试。"
_NONE = {
    Side.ACHIEVEMENT: "没有合适的成果；可以订阅此需求、发布需求，或请技术经纪人帮忙。",
    Side.NEED: "目前没有合适的需求；可以订阅，有新需求时通知您。",
}


def check_fields(names: Sequence[str], side: Side) -> tuple[str, ...]:
    """The fields of a partner's content that were asked for.

    Raises:
        InvalidError: there is no such field on that side.
    """
    known = CONTENT[side].model_fields
    for name in names:
        if name not in known:
            raise InvalidError(f"没有字段“{name[:40]}”；可用：{'、'.join(known)}。", "No such field.", field="fields")
    return tuple(names)


def matches_out(answer: Answer, *, start: int, stop: int, fields: Sequence[str], next_cursor: str) -> MatchesOut:
    """One page of an answer: matches [start, stop), and on the first page those that were excluded."""
    found = answer.found
    looks_for = found.query_side.other
    told = (
        _BEHIND
        if found.none_fits and answer.catching_up
        else _NONE[looks_for]
        if found.none_fits
        else f"共比较 {found.considered} 条，按把握从高到低排列。"
    )
    return MatchesOut(
        none_fits=found.none_fits,
        message=told,
        considered=found.considered,
        items=[_one(match, answer, fields) for match in found.matches[start:stop]],
        excluded=[_one(match, answer, fields) for match in found.excluded] if start == 0 else [],
        next_cursor=next_cursor,
        catching_up=answer.catching_up,
    )


def _one(match: Match, answer: Answer, fields: Sequence[str]) -> MatchOut:
    by_need = answer.found.query_side is Side.NEED
    partner = answer.partners[match.achievement_id if by_need else match.need_id]
    return match_out(match, partner, fields)


def match_out(match: Match, partner: Seen, fields: Sequence[str] = ()) -> MatchOut:
    """One match; the id of a text query is not told, it has none."""
    return MatchOut(
        need_id="" if match.need_id == "query" else match.need_id,
        achievement_id="" if match.achievement_id == "query" else match.achievement_id,
        rank=match.rank,
        level=match.level,
        level_name=match.level_name,
        fit=match.fit,
        level_probs=list(match.level_probs),
        reason=match.reason,
        lines=list(match.lines),
        questions=list(match.questions),
        unknowns=list(match.unknowns),
        gates=[GateOut(name=gate.name, state=gate.state, reason=gate.reason) for gate in match.gates],
        checks=[
            CheckOut(
                parameter=check.parameter,
                state=check.state,
                must=check.must,
                need=evidence_out(check.need),
                achievement=None if check.achievement is None else evidence_out(check.achievement),
                margin=check.margin,
                unit=check.unit,
                reason=check.reason,
                question=check.question,
            )
            for check in match.checks
        ],
        evidence=[evidence_out(item) for item in match.evidence],
        shared_words=list(match.shared_words),
        duplicates=list(match.duplicates),
        partner=partner_out(partner, fields),
    )


def partner_out(seen: Seen, fields: Sequence[str] = ()) -> PartnerOut:
    """What is shown of a record in a list."""
    record = seen.record
    content: dict[str, Any] = content_out(seen).model_dump(mode="json", include=set(fields)) if fields else {}
    return PartnerOut(
        id=record.id,
        side=record.side,
        title=record.title,
        org=record.org,
        region=record.region.name if record.region else "",
        trl=_trl(record),
        modes=[mode.value for mode in record.modes_wanted],
        published_on=record.published_on,
        own=seen.own,
        state=State(seen.row.state),
        content=content,
    )


def _trl(record: Record) -> str:
    if not isinstance(record, Achievement) or record.trl is None:
        return ""
    low, high = record.trl.low, record.trl.high
    return f"TRL {low}" if low == high else f"TRL {low}–{high}"


def evidence_out(item: Evidence) -> EvidenceOut:
    """A stretch of a record without its tier, which is nobody's business."""
    values = asdict(item)
    values.pop("tier")
    return EvidenceOut(**{**values, "words": list(item.words)})


def organisations_out(answer: Answer) -> list[OrganisationLeadOut]:
    """The organisations behind an answer, with people only where their names are open to the caller."""
    found = []
    for lead in answer.organisations:
        team = {
            person
            for record_id in lead.record_ids
            if isinstance(record := answer.partners[record_id].record, Achievement)
            for person in record.team
        }
        found.append(
            OrganisationLeadOut(
                name=lead.name,
                chance=lead.chance,
                best_level=lead.best_level,
                record_ids=list(lead.record_ids),
                people=[person for person in lead.people if person in team],
            )
        )
    return found
