"""The last administrator: whoever could lock everybody out is refused."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from api.access.roles import Role
from api.db.tables import Account, Organisation
from api.errors import ConflictError

__all__ = ["keep_one"]


def keep_one(session: Session, *, without_account: str | None = None, without_organisation: str | None = None) -> None:
    """Refuse what would leave nobody who can sign in as administrator.

    Raises:
        ConflictError: without that account, or that organisation, there would be none.
    """
    administrators = select(Account.id).where(Account.role == Role.ADMINISTRATOR.value, Account.disabled_at.is_(None))
    # Two who disable each other wait here for one another; only then is read what is left.
    session.scalars(administrators.order_by(Account.id).with_for_update()).all()
    left = session.scalars(
        administrators.add_columns(Account.organisation_id)
        .outerjoin(Organisation, Account.organisation_id == Organisation.id)
        .where(
            or_(Account.organisation_id.is_(None), Organisation.disabled_at.is_(None)),
            Account.id != (without_account or ""),
            or_(Account.organisation_id.is_(None), Account.organisation_id != (without_organisation or "")),
        )
        .limit(1)
    ).first()
    if left is None:
        raise ConflictError(
            "这是最后一位可用的系统管理员；请先另设一位系统管理员，再停用或改变其身份。",
            "The last administrator cannot be disabled or given another role.",
        )
