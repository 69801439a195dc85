"""A plan and the records behind it → what is printed, nothing confidential in it."""

import datetime as dt
from collections.abc import Iterator, Mapping

from matcher.corpus.values.plain import plain
from matcher.explain import Explanation
from matcher.fair.base import Candidate, Meeting, Pair, Party, PartyKind, Plan
from matcher.fair.books.base import Books, Contact, Gone, Held
from matcher.fair.books.changes import changes
from matcher.fair.books.explaining import Explain
from matcher.records import Achievement, Need, Record, Side, Tier
from matcher.report.public import public_record

__all__ = ["gather"]

_MORE = 2
_LETTERS = {PartyKind.ENTERPRISE: "E", PartyKind.TEAM: "T"}
_READERS = {PartyKind.ENTERPRISE: Side.NEED, PartyKind.TEAM: Side.ACHIEVEMENT}


def gather(
    plan: Plan,
    *,
    needs: Mapping[str, Need],
    achievements: Mapping[str, Achievement],
    explain: Explain | None,
    created: dt.datetime,
    before: Plan | None = None,
) -> Books:
    """Everything that is printed of a plan.

    Args:
        plan: made from these records.
        needs: of the run, by id.
        achievements: likewise.
        explain: told of the scheduled pairs only; None where nothing is written that says why.
        created: the date of everything written; it is no clock, so that the same plan gives the same bytes.
        before: the plan this one replaces.

    Raises:
        ModelError: the encoder's files are missing or damaged.
    """
    return _Gathering(plan, needs, achievements, created).books(explain, before)


class _Gathering:
    def __init__(
        self, plan: Plan, needs: Mapping[str, Need], achievements: Mapping[str, Achievement], created: dt.datetime
    ) -> None:
        self._plan = plan
        self._needs = needs
        self._achievements = achievements
        self._created = created
        parties = plan.problem.parties
        self._names = tuple(map(self._name, parties))
        self._contacts = tuple(self._contact(party, None) for party in parties)
        self._numbers = _numbers(plan)
        self._by_key = {party.key: party for party in parties}

    def books(self, explain: Explain | None, before: Plan | None) -> Books:
        held = tuple(self._all_held(explain))
        return Books(
            plan=self._plan,
            held=held,
            gone=tuple(_gone(before, self._plan)) if before else (),
            names=self._names,
            contacts=self._contacts,
            numbers=self._numbers,
            created=self._created,
            changes=tuple(changes(before, self._plan, held, self._to_phone)) if before else None,
        )

    def _to_phone(self, party: Party) -> Contact:
        """A party of this plan or of the one before."""
        now = self._by_key.get(party.key)
        if now is not None:
            return Contact(self._numbers[now.index], self._names[now.index], self._contacts[now.index])
        return Contact("", self._name(party), self._contact(party, None))

    def _all_held(self, explain: Explain | None) -> Iterator[Held]:
        meetings = self._plan.meetings
        pairs = {m.code: self._records(best) for m in meetings if (best := self._plan.candidate(m).best)}
        told: dict[PartyKind, dict[str, Explanation]] = {
            kind: dict(zip(pairs, explain(list(pairs.values()), side), strict=True)) if explain else {}
            for kind, side in _READERS.items()
        }
        for meeting in meetings:
            yield self._held(
                meeting, {kind: found[meeting.code] for kind, found in told.items() if meeting.code in found}
            )

    def _held(self, meeting: Meeting, told: Mapping[PartyKind, Explanation]) -> Held:
        plan = self._plan
        candidate = plan.candidate(meeting)
        need, achievement = self._records(candidate.best) if candidate.best else self._asked(candidate)
        parties = {PartyKind.ENTERPRISE: plan.enterprise(meeting), PartyKind.TEAM: plan.team(meeting)}
        about: dict[PartyKind, Record | None] = {
            PartyKind.ENTERPRISE: need,
            PartyKind.TEAM: achievement,
        }
        return Held(
            meeting=meeting,
            slot=plan.slot(meeting),
            table=plan.table(meeting),
            parties=parties,
            names={kind: self._names[party.index] for kind, party in parties.items()},
            contacts={kind: self._contact(party, about[kind]) for kind, party in parties.items()},
            need=public_record(need) if need else None,
            achievement=public_record(achievement) if achievement else None,
            candidate=candidate,
            more=tuple(self._titles(candidate)),
            told=told,
        )

    def _records(self, pair: Pair) -> tuple[Need, Achievement]:
        return self._needs[pair.need_id], self._achievements[pair.achievement_id]

    def _asked(self, candidate: Candidate) -> tuple[Need | None, Achievement | None]:
        """The records that wishes in `fair.toml` name by id; wishes of a spreadsheet are not kept in a plan."""
        enterprise, team = (self._plan.problem.parties[at] for at in (candidate.enterprise, candidate.team))
        need, achievement = None, None
        for said in self._plan.settings.wish:
            names = (said.enterprise.strip(), said.team.strip())
            if _is_called(enterprise, names[0]) and _is_called(team, names[1]):
                need = need or (self._needs.get(names[0]) if names[0] in enterprise.records else None)
                achievement = achievement or (self._achievements.get(names[1]) if names[1] in team.records else None)
        return need, achievement

    def _titles(self, candidate: Candidate) -> Iterator[tuple[str, str]]:
        for pair in candidate.others[:_MORE]:
            need, achievement = self._records(pair)
            yield public_record(need).title, public_record(achievement).title

    def _of(self, party: Party) -> Iterator[Record]:
        records: Mapping[str, Record] = self._needs if party.kind is PartyKind.ENTERPRISE else self._achievements
        return (records[i] for i in party.records if i in records)

    def _name(self, party: Party) -> str:
        """One that stands for its record alone is called by its title, where that may be shown."""
        record = next(self._of(party), None)
        if party.org or (record and record.visibility <= Tier.PUBLIC):
            return party.name
        if record is None:
            # Of the plan before, withdrawn since: nobody can tell any more whether its title may be shown.
            return f"编号 {'、'.join(party.records)}"
        return public_record(record).title

    def _contact(self, party: Party, about: Record | None) -> str:
        """That of the record the meeting is about, or of the party's first public record that has one."""
        records = [about, *self._of(party)] if about else list(self._of(party))
        contacts = (public_record(record).contact for record in records if record)
        return next((contact for contact in contacts if contact), "")


def _is_called(party: Party, text: str) -> bool:
    """Whether a wish's text is an id of a record of the party's, or the party's name."""
    names = (party.name, party.org, f"{party.org}/{party.leader}")
    return text in party.records or plain(text).replace("／", "/") in set(map(plain, filter(None, names)))


def _numbers(plan: Plan) -> tuple[str, ...]:
    """E001, T001 … in the order of the parties: the same after a replan of the same run."""
    sizes = {kind: sum(party.kind is kind for party in plan.problem.parties) for kind in PartyKind}
    counts = dict.fromkeys(PartyKind, 0)
    found = []
    for party in plan.problem.parties:
        counts[party.kind] += 1
        width = max(2, len(str(sizes[party.kind])))
        found.append(f"{_LETTERS[party.kind]}{counts[party.kind]:0{width}}")
    return tuple(found)


def _gone(before: Plan, plan: Plan) -> Iterator[Gone]:
    kept = {meeting.code for meeting in plan.meetings}
    for meeting in before.meetings:
        if meeting.code not in kept:
            parties = {PartyKind.ENTERPRISE: before.enterprise(meeting), PartyKind.TEAM: before.team(meeting)}
            yield Gone(
                code=meeting.code,
                slot=before.slot(meeting),
                table=before.table(meeting),
                keys={kind: party.key for kind, party in parties.items()},
            )
