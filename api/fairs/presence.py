"""Who came: noted from a phone at the door or at a table, as often as one likes."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import Attendance, Fair

__all__ = ["note_presence", "presence_of"]


def presence_of(session: Session, fair: Fair, *, party: str = "", meeting: str | None = None) -> Sequence[Attendance]:
    """What was noted: of everybody, of one party (all its meetings), or of one meeting; by party and meeting."""
    wanted = select(Attendance).where(Attendance.fair_id == fair.id)
    if party:
        wanted = wanted.where(Attendance.party == party)
    if meeting is not None:
        wanted = wanted.where(Attendance.meeting == meeting)
    return session.scalars(wanted.order_by(Attendance.party, Attendance.meeting)).all()


def note_presence(session: Session, caller: Caller, fair: Fair, meeting: str, states: Mapping[str, str | None]) -> None:
    """Note a state (came, not, late; None: nothing any more) for parties; the same again changes nothing.

    Args:
        session: of the transaction, the fair's row locked in it.
        caller: who noted it.
        fair: of the parties.
        meeting: a code, "" for the whole fair.
        states: by party id.
    """
    for party, state in states.items():
        row = session.get(Attendance, (fair.id, party, meeting))
        if state is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(
                Attendance(fair_id=fair.id, party=party, meeting=meeting, state=state, noted_by=str(caller.account_id))
            )
        elif row.state != state:
            row.state, row.noted_by, row.at = state, str(caller.account_id), now()
    session.flush()
