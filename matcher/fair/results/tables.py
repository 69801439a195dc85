"""Results as rows for other commands: feedback to learn from, and attendance for the next fair."""

from collections.abc import Iterator
from dataclasses import dataclass

from matcher.fair.base import PartyKind, Plan
from matcher.fair.outcomes import Outcome
from matcher.fair.results.base import Results

__all__ = ["Attended", "Lesson", "attendance", "lessons", "untaught"]

# What a broker would have called it (`rank/model/labels.tsv`); nothing follows from a meeting that was not held.
_VERDICTS = {
    Outcome.SIGNED: "签约",
    Outcome.INTENT: "合适",
    Outcome.FOLLOW_UP: "感兴趣",
    Outcome.NO_INTENT: "不合适",
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """A graded pair and what came of it, in the words `matcher train ranker --feedback` reads; `day` as ISO 8601."""

    need_id: str
    achievement_id: str
    verdict: str
    reason: str
    day: str
    code: str


@dataclass(frozen=True, slots=True)
class Attended:
    """At how many meetings an organisation was expected, and to how many it came."""

    org: str
    invited: int
    came: int


def lessons(plan: Plan, read: Results) -> Iterator[Lesson]:
    """One for each meeting that was held about a graded pair, in the order of the plan."""
    meetings = {meeting.code: meeting for meeting in plan.meetings}
    for result in read.results:
        meeting = meetings[result.code]
        best = plan.candidate(meeting).best
        if best is not None and result.outcome in _VERDICTS:
            verdict, day = _VERDICTS[result.outcome], plan.slot(meeting).start.date().isoformat()
            yield Lesson(best.need_id, best.achievement_id, verdict, result.reason, day, result.code)


def untaught(plan: Plan, read: Results) -> int:
    """Meetings that were held about no graded pair, so that nothing can be learned from them."""
    meetings = {meeting.code: meeting for meeting in plan.meetings}
    return sum(result.outcome.held and plan.candidate(meetings[result.code]).best is None for result in read.results)


def attendance(plan: Plan, read: Results) -> tuple[Attended, ...]:
    """By name; a party without an organisation is left out, since `fair.toml` knows attendance by organisation."""
    meetings = {meeting.code: meeting for meeting in plan.meetings}
    found: dict[str, list[bool]] = {}
    for result in read.results:
        meeting = meetings[result.code]
        for party in (plan.enterprise(meeting), plan.team(meeting)):
            came = result.outcome.enterprise_came if party.kind is PartyKind.ENTERPRISE else result.outcome.team_came
            if party.org:
                found.setdefault(party.org, []).append(came)
    return tuple(Attended(org, len(there), sum(there)) for org, there in sorted(found.items()))
