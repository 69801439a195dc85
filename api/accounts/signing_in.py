"""Signing in with a password, and setting a new one."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.errors import PasswordRefusedError, SignInError
from api.access.onetime import normal_one_time_password
from api.access.passwords import Verified, check_new_password, hash_password, verify_password
from api.access.throttle import SignInThrottle
from api.access.tokens import Lifetime
from api.accounts import browsers
from api.accounts.logins import fold_login
from api.audit import note
from api.db.engine import Database
from api.db.tables import Account, Organisation
from api.errors import ConflictError, InvalidError

__all__ = ["Entry", "Passwords"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What somebody typed, and what the browser says of itself."""

    login: str
    password: str = field(repr=False)
    browser: str = ""
    old_token: str | None = field(default=None, repr=False)


class Passwords:
    """Passwords of one service. Each is looked at outside of any transaction: a hash takes 20 ms."""

    def __init__(self, database: Database, throttle: SignInThrottle, lifetime: Lifetime) -> None:
        """Nothing is asked of the database yet."""
        self._database = database
        self._throttle = throttle
        self._lifetime = lifetime

    def sign_in(self, entry: Entry, caller: Caller) -> tuple[Account, str]:
        """The account, and the token for its cookie.

        Raises:
            SignInError: login or password wrong, or the account disabled: all answered alike, in the same time.
            ThrottledError: too many tries.
        """
        login = fold_login(entry.login)
        self._throttle.begin(login, caller.address)
        with self._database.reading() as session:
            account = session.scalar(select(Account).where(Account.login == login))
        verified = _verify(account, entry.password)
        if account is not None and verified.ok:
            with self._database.work() as session:
                # As it is by now: it may have been disabled, or given another password, while the hash was made.
                now_ = session.get_one(Account, account.id)
                if now_.password_hash == account.password_hash and _may_sign_in(session, now_):
                    now_.password_hash = verified.new_hash or now_.password_hash
                    token = browsers.begin(
                        session,
                        now_,
                        caller,
                        self._lifetime,
                        browser=entry.browser,
                        old_token=entry.old_token,
                    )
                    self._throttle.succeeded(login, caller.address)
                    return now_, token
        self._throttle.failed(login, caller.address)
        with self._database.work() as session:
            # What was typed as a login is not written down: people type their password there.
            note(session, caller, "sign-in-failed", kind="account", thing_id=account.id if account else "")
        raise SignInError(
            "登录名或密码不对，或账号已停用；请检查后重试，忘记密码请联系管理员重置。",
            "The login or the password is wrong, or the account is disabled.",
            reason="password",
        )

    def change(self, caller: Caller, current: str, new: str) -> None:
        """Set a new password for the caller; its other sign-ins end.

        Raises:
            InvalidError: the current password is wrong.
            PasswordRefusedError: the new one breaks the rules, or is the current one.
            ConflictError: the account has no password, or it was changed at the same moment.
            ThrottledError: too many tries.
        """
        with self._database.reading() as session:
            account = session.get_one(Account, caller.account_id)
        if account.password_hash is None:
            raise ConflictError(
                "本账号通过统一身份认证登录，没有密码；如需密码请联系管理员重置。", "This account has no password."
            )
        self._throttle.begin(account.login, caller.address)
        if not _verify(account, current).ok:
            self._throttle.failed(account.login, caller.address)
            raise InvalidError("当前密码不对；请重新输入。", "Wrong current password.", field="current_password")
        self._throttle.succeeded(account.login, caller.address)
        check_new_password(new, account.login)
        if _verify(account, new).ok:
            raise PasswordRefusedError("新密码与当前密码相同；请换一个。", "The same as before.", field="new_password")
        hashed = hash_password(new)
        with self._database.work() as session:
            now_ = session.get_one(Account, account.id)
            if now_.password_hash != account.password_hash:
                raise ConflictError("密码刚刚被改过；请用新密码登录后再试。", "The password was just changed.")
            now_.password_hash, now_.must_change_password = hashed, False
            browsers.end_all(session, account.id, but=caller.session_hash)
            note(session, caller, "password-change", kind="account", thing_id=account.id)


def _verify(account: Account | None, password: str) -> Verified:
    """The same work whoever it is."""
    typed = normal_one_time_password(password) if account is not None and account.must_change_password else password
    return verify_password(account.password_hash if account is not None else None, typed)


def _may_sign_in(session: Session, account: Account) -> bool:
    organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
    return account.disabled_at is None and (organisation is None or organisation.disabled_at is None)
