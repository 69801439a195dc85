"""Who somebody of the city's identity provider is here."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.errors import IdentityRefusedError
from api.access.oidc import Identity
from api.accounts import browsers
from api.accounts.logins import fold_login
from api.accounts.registrations import register_identity
from api.audit import note
from api.db.tables import Account, Organisation
from api.errors import ConflictError
from api.inbox import tell

__all__ = ["account_of"]


def account_of(session: Session, caller: Caller, identity: Identity) -> Account | None:
    """The account of an identity: the one linked to it, or the one whose login is its verified address.

    Returns:
        the account; None where there is none: a registration waits for an administrator then.

    Raises:
        IdentityRefusedError: the account, or its organisation, is disabled.
        ConflictError: the account was linked to another identity at the same moment.
        NotReadyError: too many registrations wait already.
    """
    found = session.scalar(
        select(Account).where(Account.oidc_issuer == identity.issuer, Account.oidc_subject == identity.subject)
    )
    if found is None:
        found = _by_address(session, identity)
        if found is None:
            register_identity(session, identity)
            return None
        _check_open(session, found)
        _link(session, caller, found, identity)
    _check_open(session, found)
    return found


def _by_address(session: Session, identity: Identity) -> Account | None:
    if not identity.email or not identity.email_verified:
        return None
    login = fold_login(identity.email)
    return session.scalar(select(Account).where(Account.login == login, Account.oidc_subject.is_(None)))


def _link(session: Session, caller: Caller, account: Account, identity: Identity) -> None:
    """From now on it signs in there: who knew its password may have been somebody else with that address as login."""
    account.oidc_issuer, account.oidc_subject = identity.issuer, identity.subject
    account.password_hash, account.must_change_password = None, False
    browsers.end_all(session, account.id)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("这个统一身份刚刚关联了账号；请重新登录。", "It was just linked.") from error
    who = replace(caller, account_id=account.id, organisation_id=account.organisation_id)
    note(session, who, "link-identity", kind="account", thing_id=account.id)
    tell(
        session,
        account.id,
        key=f"identity:{account.id}",
        kind="account",
        subject="账号已与统一身份认证关联，原密码已失效；请检查密钥，停用不认识的",
        body={},
    )


def _check_open(session: Session, account: Account) -> None:
    organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
    if account.disabled_at is not None or (organisation is not None and organisation.disabled_at is not None):
        raise IdentityRefusedError("账号已停用；请联系管理员。", "The account is disabled.", reason="disabled")
