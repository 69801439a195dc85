"""The account behind a subscription, as the caller it would be."""

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import Role
from api.db.tables import Account, Organisation

__all__ = ["watcher"]


def watcher(session: Session, account_id: str) -> Caller | None:
    """Who would call if the account called now; None where it, or its organisation, may not any more."""
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        return None
    organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
    if organisation is not None and organisation.disabled_at is not None:
        return None
    return Caller(
        role=Role(account.role),
        account_id=account.id,
        organisation_id=account.organisation_id,
        organisation_name=organisation.name if organisation else "",
        display_name=account.display_name,
    )
