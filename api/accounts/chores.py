"""Regular work on accounts: what nobody can use any more is removed."""

import datetime as dt

from sqlalchemy import delete, or_

from api.chores import Chore
from api.db.base import now
from api.db.tables import Registration, SignedIn
from api.service import Service

__all__ = ["CHORES"]

_UNDECIDED_DAYS = 90


def _end_sign_ins(service: Service) -> int:
    """Remove sign-ins that are over; how many."""
    lifetime, moment = service.lifetime, now()
    over = or_(
        SignedIn.seen_at <= moment - dt.timedelta(seconds=lifetime.idle_s),
        SignedIn.created_at <= moment - dt.timedelta(seconds=lifetime.absolute_s),
    )
    with service.database.work() as session:
        return len(session.scalars(delete(SignedIn).where(over).returning(SignedIn.token_hash)).all())


def _forget_registrations(service: Service) -> int:
    """Remove registrations nobody decided on for `_UNDECIDED_DAYS`, with the data of those who asked; how many."""
    old = Registration.created_at < now() - dt.timedelta(days=_UNDECIDED_DAYS)
    with service.database.work() as session:
        gone = delete(Registration).where(Registration.decision == "", old).returning(Registration.id)
        return len(session.scalars(gone).all())


CHORES: tuple[Chore, ...] = (
    Chore("sign-ins", 3600, _end_sign_ins),
    Chore("registrations", 86_400, _forget_registrations),
)
