"""Fairs, plans and boards as they are answered (`api.routes.bodies.fairs`)."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.tables import Attendance, Fair, FairPlan, FairWish, Job, Organisation
from api.fairs.access import account_names
from api.fairs.parties import Choice, party_id
from api.fairs.plans import is_stale
from api.fairs.standins import StandIn
from api.routes.bodies.fair_boards import (
    AttendanceOut,
    BoardOut,
    FilledOut,
    MeetingOut,
    MissedOut,
    MoveOut,
    ObjectiveOut,
    PartyOut,
    PlanLine,
    SlotOut,
    StandByOut,
    TableOut,
    UnscheduledOut,
    WishedOut,
)
from api.routes.bodies.fairs import (
    FairJobOut,
    FairLine,
    FairOut,
    ListOut,
    PartyChoice,
    TopicOut,
    WishOut,
)
from matcher.batch.base import Run
from matcher.fair.base import POINTS, Candidate, Meeting, Objective, Pair, Party, Plan
from matcher.fair.settings import FairSettings
from matcher.records import Achievement, Need

__all__ = ["attendance_out", "board_out", "choice_out", "fair_line", "fair_out", "filled_out", "plan_line", "wish_outs"]

_PARTS = ("needs", "achievements", "wishes", "met", "attendance")
_SIDES = frozenset({"needs", "achievements"})


def fair_line(fair: Fair) -> FairLine:
    """A fair in the list of fairs."""
    settings = FairSettings.model_validate(fair.settings)
    days = [day.date for day in settings.day]
    return FairLine(
        id=fair.id,
        name=fair.name,
        place=settings.place,
        first_day=min(days),
        last_day=max(days),
        state=fair.state,
        version=fair.version,
        current_plan=fair.current,
        created_at=fair.created_at,
        updated_at=fair.updated_at,
    )


def fair_out(session: Session, fair: Fair) -> FairOut:
    """A fair with what is needed to go on with it."""
    owner = session.get(Organisation, fair.owner_id) if fair.owner_id else None
    current = session.scalars(
        select(FairPlan).where(FairPlan.fair_id == fair.id, FairPlan.number == fair.current)
    ).one_or_none()
    job = session.get(Job, fair.job_id) if fair.job_id else None
    return FairOut(
        **fair_line(fair).model_dump(),
        owner_name=owner.name if owner else "",
        settings=fair.settings,
        lists=[_list(fair, part) for part in _PARTS],
        wishes=session.scalar(select(func.count()).where(FairWish.fair_id == fair.id)) or 0,
        plans=session.scalar(select(func.count()).where(FairPlan.fair_id == fair.id)) or 0,
        stale=is_stale(fair, current),
        matched=bool(fair.run),
        job=_job(job) if job else None,
    )


def _list(fair: Fair, part: str) -> ListOut:
    told = fair.lists.get(part)
    if told is None:
        return ListOut(
            part=part,
            source="database" if part in _SIDES else "none",
            name="",
            bytes=0,
            rows=None,
            rejected=None,
            problems=[],
            uploaded_at=None,
        )
    return ListOut(
        part=part,
        source="file",
        name=told["name"],
        bytes=told["bytes"],
        rows=told["rows"],
        rejected=told["rejected"],
        problems=told["problems"],
        uploaded_at=told["at"],
    )


def _job(job: Job) -> FairJobOut:
    return FairJobOut(id=job.id, kind=job.kind, state=job.state, done=job.done, total=job.total, message=job.message)


def wish_outs(session: Session, wishes: Sequence[FairWish]) -> list[WishOut]:
    """Wishes with who typed them."""
    names = account_names(session, (wish.made_by for wish in wishes))
    return [
        WishOut(
            id=wish.id,
            enterprise=wish.enterprise,
            team=wish.team,
            wish=wish.wish,
            by=wish.by,
            by_account=names.get(wish.made_by, ""),
            created_at=wish.created_at,
        )
        for wish in wishes
    ]


def choice_out(choice: Choice) -> PartyChoice:
    """Somebody to be offered."""
    group = choice.group
    return PartyChoice(
        id=party_id(group.key),
        kind=group.kind.value,
        name=group.name,
        write=choice.write,
        records=[TopicOut(id=record.id, title=record.title) for record in group.records],
    )


def plan_line(plan: FairPlan, fair: Fair, names: Mapping[str, str]) -> PlanLine:
    """A plan in the list of plans."""
    return PlanLine(
        number=plan.number,
        before=plan.before,
        how=plan.how,
        note=plan.note,
        made_at=plan.made_at,
        by_account=names.get(plan.made_by, ""),
        meetings=plan.meetings,
        total=plan.total / POINTS,
        current=plan.number == fair.current,
    )


def board_out(session: Session, fair: Fair, row: FairPlan, plan: Plan, run: Run) -> BoardOut:
    """A whole plan with the titles of the records it is about."""
    ids = _ids(plan)
    by_code = {meeting.code: meeting for meeting in plan.meetings}
    return BoardOut(
        fair_id=fair.id,
        version=fair.version,
        number=row.number,
        current=row.number == fair.current,
        stale=is_stale(fair, row),
        how=row.how,
        note=row.note,
        made_at=row.made_at,
        by_account=account_names(session, [row.made_by]).get(row.made_by, ""),
        slots=[
            SlotOut(
                index=slot.index,
                date=slot.start.date(),
                start=f"{slot.start:%H:%M}",
                end=f"{slot.end:%H:%M}",
                session=slot.session,
            )
            for slot in plan.problem.slots
        ],
        tables=[
            TableOut(
                index=table.index,
                name=table.name,
                kind=table.kind.value,
                hall=table.hall,
                link=table.link,
                closed=list(table.closed),
                only_for=[ids[party] for party in table.only_for],
            )
            for table in plan.problem.tables
        ],
        parties=[_party(plan, party, run) for party in plan.problem.parties],
        meetings=[_meeting(plan, meeting, run, ids) for meeting in plan.meetings],
        unscheduled=[
            UnscheduledOut(party=ids[one.party], reason=one.reason.value, text=one.text, got=one.got, wanted=one.wanted)
            for one in plan.unscheduled
        ],
        missed=[MissedOut(enterprise=ids[one.enterprise], team=ids[one.team], text=one.text) for one in plan.missed],
        standby=[
            StandByOut(
                meeting=one.meeting,
                party=ids[one.party],
                partner=ids[_partner(plan.problem.candidates[one.candidate], one.party)],
                order=one.order,
                level=_level(plan.problem.candidates[one.candidate]),
            )
            for one in plan.standby
            if one.meeting in by_code
        ],
        moves=[MoveOut(code=move.code, before=move.before, to=move.to, why=move.why) for move in plan.moves],
        doubts=[str(line) for line in row.doubts],
        objective=_objective(plan.objective),
    )


def _ids(plan: Plan) -> list[str]:
    return [party_id(party.key) for party in plan.problem.parties]


def _partner(candidate: Candidate, party: int) -> int:
    return candidate.team if candidate.enterprise == party else candidate.enterprise


def _level(candidate: Candidate) -> int:
    return candidate.best.level if candidate.best else 0


def _topic(records: Mapping[str, Need] | Mapping[str, Achievement], record_id: str) -> TopicOut:
    record = records.get(record_id)
    return TopicOut(id=record_id, title=record.title if record else "")


def _topics(pair: Pair, run: Run) -> tuple[TopicOut, TopicOut]:
    return _topic(run.needs, pair.need_id), _topic(run.achievements, pair.achievement_id)


def _party(plan: Plan, party: Party, run: Run) -> PartyOut:
    records: Mapping[str, Need] | Mapping[str, Achievement] = (
        run.needs if party.kind.value == "enterprise" else run.achievements
    )
    return PartyOut(
        id=party_id(party.key),
        kind=party.kind.value,
        name=party.name,
        org=party.org,
        leader=party.leader,
        records=[_topic(records, record) for record in party.records],
        meetings=len(plan.meetings_of(party.index)),
        limit=party.limit,
        absent=list(party.absent),
        why_absent=party.why_absent,
        chance=party.attendance,
    )


def _meeting(plan: Plan, meeting: Meeting, run: Run, ids: Sequence[str]) -> MeetingOut:
    candidate = plan.candidate(meeting)
    best = candidate.best
    about = _topics(best, run) if best else (None, None)
    said = (("企业", candidate.enterprise_wish), ("单位", candidate.team_wish))
    return MeetingOut(
        code=meeting.code,
        slot=meeting.slot,
        table=meeting.table,
        enterprise=ids[candidate.enterprise],
        team=ids[candidate.team],
        need=about[0],
        achievement=about[1],
        more=[_topics(pair, run) for pair in candidate.others],
        people=[plan.problem.people[person].name for person in candidate.people],
        level=_level(candidate),
        fit=best.fit if best else None,
        worth=candidate.worth / POINTS,
        wishes=[WishedOut(by=side, wish=wish.value) for side, wish in said if wish is not None],
        confirmed=meeting.confirmed,
    )


def _objective(goal: Objective) -> ObjectiveOut:
    return ObjectiveOut(
        total=goal.total / POINTS,
        worth=goal.worth / POINTS,
        wishes=goal.wishes / POINTS,
        fairness=goal.fairness / POINTS,
        bound=goal.bound / POINTS,
        gap=goal.gap,
        greedy_total=goal.greedy_total / POINTS,
        status=goal.status.value,
    )


def filled_out(plan: Plan, run: Run, found: StandIn) -> FilledOut:
    """One stand-in."""
    best = found.candidate.best if found.candidate else None
    about = _topics(best, run) if best else (None, None)
    return FilledOut(
        meeting=found.filled.meeting.code,
        table=plan.table(found.filled.meeting).name,
        alone=party_id(found.alone.key) if found.alone else None,
        partner=party_id(found.partner.key) if found.partner else None,
        need=about[0],
        achievement=about[1],
        level=best.level if best else 0,
        fit=best.fit if best else None,
        text=found.text,
    )


def attendance_out(session: Session, rows: Iterable[Attendance], plan: Plan | None) -> list[AttendanceOut]:
    """What was noted; the name of a party that is in the plan no more is ""."""
    noted = list(rows)
    accounts = account_names(session, (row.noted_by for row in noted))
    names = {party_id(party.key): party.name for party in plan.problem.parties} if plan else {}
    return [
        AttendanceOut(
            party=row.party,
            party_name=names.get(row.party, ""),
            meeting=row.meeting,
            state=row.state,
            at=row.at,
            by_account=accounts.get(row.noted_by, ""),
        )
        for row in noted
    ]
