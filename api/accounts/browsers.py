"""Where an account is signed in: one row a browser, of whose token only the hash is kept."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.tokens import Lifetime, new_token, token_hash
from api.audit import note
from api.db.base import now
from api.db.tables import Account, SignedIn
from api.errors import NotFoundError

__all__ = ["begin", "browser_id", "end", "end_all", "end_one", "live"]

# Of the hash; enough to name one of an account's, and no use for anything else.
_ID_LENGTH = 16


def begin(
    session: Session, account: Account, caller: Caller, lifetime: Lifetime, *, browser: str, old_token: str | None
) -> str:
    """Sign an account in: a token of its own each time; what the browser held before is ended.

    Returns:
        the token for the cookie.
    """
    if old_token:
        end(session, token_hash(old_token))
    moment = now()
    for row in session.scalars(select(SignedIn).where(SignedIn.account_id == account.id)):
        if not lifetime.is_live(row.created_at, row.seen_at, moment):
            session.delete(row)
    token = new_token()
    session.add(
        SignedIn(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=moment,
            seen_at=moment,
            address=caller.address[:60],
            browser="".join(char for char in browser if char.isprintable())[:300],
        )
    )
    who = replace(caller, account_id=account.id, organisation_id=account.organisation_id)
    note(session, who, "sign-in", kind="account", thing_id=account.id)
    return token


def end(session: Session, hashed: str) -> None:
    """End the sign-in of that token hash, if there is one."""
    session.execute(delete(SignedIn).where(SignedIn.token_hash == hashed))


def end_all(session: Session, account_id: str, *, but: str | None = None) -> None:
    """End all of an account, or all but the one of that token hash."""
    session.execute(delete(SignedIn).where(SignedIn.account_id == account_id, SignedIn.token_hash != (but or "")))


def live(session: Session, account_id: str, lifetime: Lifetime, moment: dt.datetime) -> Sequence[SignedIn]:
    """Those of an account that are good at `moment`, newest first."""
    rows = session.scalars(
        select(SignedIn)
        .where(SignedIn.account_id == account_id)
        .order_by(SignedIn.created_at.desc(), SignedIn.token_hash)
    )
    return [row for row in rows if lifetime.is_live(row.created_at, row.seen_at, moment)]


def browser_id(row: SignedIn) -> str:
    """What a sign-in is called towards its account."""
    return row.token_hash[:_ID_LENGTH]


def end_one(session: Session, account_id: str, named: str) -> None:
    """End the one of that `browser_id`.

    Raises:
        NotFoundError: the account has none of that name.
    """
    rows = session.scalars(select(SignedIn).where(SignedIn.account_id == account_id)).all()
    for row in rows:
        if browser_id(row) == named:
            session.delete(row)
            return
    raise NotFoundError("没有这个登录；它可能已经退出。", "No such sign-in.")
