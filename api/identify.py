"""Finds out who is calling: a session cookie, an API key, or nobody. Every request goes through here first."""

import datetime as dt
from typing import Any

import structlog
from fastapi import BackgroundTasks, Request
from sqlalchemy import Select, select, update
from sqlalchemy.exc import SQLAlchemyError

from api.access.address import address_group, client_address
from api.access.caller import Caller
from api.access.errors import SignInError
from api.access.keys import key_is_live, key_matches, parse_scopes, split_key
from api.access.rate_headers import STATE
from api.access.roles import Role
from api.access.throttle import Allowance, RateLimiter
from api.access.tokens import csrf_matches, session_cookie, token_hash
from api.db.base import now
from api.db.tables import Account, ApiKey, Organisation, SignedIn
from api.errors import ForbiddenError, InvalidError, TooManyError
from api.service import Service

__all__ = ["cookie_token", "identify"]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# Signing in asks for a login and a password; what else the browser sends is replaced by it.
_BY_BODY_ONLY = frozenset({"sign_in"})
_TOUCH_S = 60
_BAD_KEY = "密钥无效或已停用；请检查密钥，或请账号所有人另发一个。"
_NONE: tuple[Any, Any, Any] = (None, None, None)
_PEOPLE = select(Account, Organisation).outerjoin(Organisation, Account.organisation_id == Organisation.id)


def identify(request: Request, background: BackgroundTasks) -> None:
    """Leave the caller on `request.state.caller`, and count the request against its rate.

    A key or cookie that proves nothing, and a change without its CSRF token, count for the address; an address that
    sent too many of them is refused before the database is asked about another.

    Raises:
        SignInError: a key was sent that is not valid, or not any more.
        ForbiddenError: a change with a session cookie, but without its CSRF token.
        TooManyError: over the rate limit.
        InvalidError: a character NUL in the address, which no database keeps and nothing of ours holds.
    """
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise InvalidError("网址中有不可用的字符（NUL）；请去掉后重试。", "NUL in the address.", field="path")
    service: Service = request.app.state.service
    peer = request.client.host if request.client else None
    address = client_address(peer, request.headers.getlist("x-forwarded-for"), service.trusted_proxies)
    nobody = Caller(address=address, request_id=getattr(request.state, "request_id", ""))
    group = address_group(address)
    token = None if _by_body_only(request) else cookie_token(service, request)
    caller = nobody
    if "authorization" in request.headers or token:
        _go_on(request, service.refused_rate.look(group))
        try:
            caller = _by_credential(service, request, background, token, nobody)
        except (SignInError, ForbiddenError):
            _leave(request, service.refused_rate.hit(group))
            raise
        if caller.account_id is None:
            service.refused_rate.hit(group)
    request.state.caller = caller
    _go_on(request, _hit(service, caller, group))


def cookie_token(service: Service, request: Request) -> str | None:
    """The token in the cookie of a sign-in, if there is one."""
    return request.cookies.get(session_cookie(secure=service.settings.secure_cookies, max_age_s=0).name) or None


def _hit(service: Service, caller: Caller, group: str) -> Allowance:
    limiter: RateLimiter = service.signed_in_rate if caller.account_id else service.anonymous_rate
    return limiter.hit(caller.key_id or caller.account_id or group)


def _leave(request: Request, allowance: Allowance) -> None:
    setattr(request.state, STATE, allowance.headers())


def _go_on(request: Request, allowance: Allowance) -> None:
    """Raises TooManyError unless the request may go on."""
    _leave(request, allowance)
    if not allowance.allowed:
        raise TooManyError(
            f"请求过于频繁；请在 {allowance.reset_s} 秒后重试。", "Too many requests.", retry_after_s=allowance.reset_s
        )


def _by_body_only(request: Request) -> bool:
    return getattr(request.scope.get("route"), "operation_id", None) in _BY_BODY_ONLY


def _by_credential(
    service: Service, request: Request, background: BackgroundTasks, token: str | None, nobody: Caller
) -> Caller:
    header = request.headers.get("authorization")
    if header is not None:
        return _by_key(service, background, _bearer(header), nobody)
    return _by_cookie(service, request, background, token or "", nobody)


def _bearer(header: str) -> str:
    kind, _, value = header.partition(" ")
    if kind.lower() != "bearer" or not value.strip():
        raise SignInError("Authorization 头应为“Bearer 密钥”；请改正后重试。", reason="not a bearer key")
    return value.strip()


def _by_key(service: Service, background: BackgroundTasks, text: str, nobody: Caller) -> Caller:
    key_id, secret = split_key(text)
    moment = now()
    wanted: Select[Any] = _PEOPLE.add_columns(ApiKey).join(ApiKey, ApiKey.account_id == Account.id)
    with service.database.reading() as session:
        found = session.execute(wanted.where(ApiKey.id == key_id)).one_or_none()
    account, organisation, key = found or _NONE
    good = key_matches(key.secret_hash if key else None, secret)
    if key is None or not good or not key_is_live(moment, expires_at=key.expires_at, revoked_at=key.revoked_at):
        raise SignInError(_BAD_KEY, "The key is not valid.", reason="bad key")
    if not _has_access(account, organisation):
        raise SignInError(_BAD_KEY, "The key is not valid.", reason="account disabled")
    if key.used_at is None or moment - key.used_at >= dt.timedelta(seconds=_TOUCH_S):
        background.add_task(_note_use, service, update(ApiKey).where(ApiKey.id == key_id).values(used_at=moment))
    return _caller(account, organisation, nobody, key_id=key_id, scopes=parse_scopes(map(str, key.scopes)))


def _by_cookie(service: Service, request: Request, background: BackgroundTasks, token: str, nobody: Caller) -> Caller:
    moment, hashed = now(), token_hash(token)
    wanted: Select[Any] = _PEOPLE.add_columns(SignedIn).join(SignedIn, SignedIn.account_id == Account.id)
    with service.database.reading() as session:
        found = session.execute(wanted.where(SignedIn.token_hash == hashed)).one_or_none()
    if found is None:
        return nobody
    account, organisation, signed_in = found
    if not service.lifetime.is_live(signed_in.created_at, signed_in.seen_at, moment):
        return nobody
    if not _has_access(account, organisation):
        return nobody
    if request.method not in _SAFE and not csrf_matches(request.headers.get("x-csrf-token"), token, service.secret):
        raise ForbiddenError(
            "缺少或错误的 X-CSRF-Token；请先 GET /api/v1/me 取得 csrf_token，再随请求头发送。", "CSRF token missing."
        )
    if service.lifetime.touch_due(signed_in.seen_at, moment):
        seen = update(SignedIn).where(SignedIn.token_hash == hashed).values(seen_at=moment)
        background.add_task(_note_use, service, seen)
    return _caller(account, organisation, nobody, session_hash=hashed)


def _note_use(service: Service, change: Any) -> None:
    """After the answer, so that nobody waits for the one writer of SQLite; the next request makes up for a failure."""
    try:
        with service.database.work() as session:
            session.execute(change)
    except SQLAlchemyError as error:
        structlog.get_logger("identify").warning("use_not_noted", error=type(error).__name__)


def _has_access(account: Account, organisation: Organisation | None) -> bool:
    return account.disabled_at is None and (organisation is None or organisation.disabled_at is None)


def _caller(account: Account, organisation: Organisation | None, nobody: Caller, **credential: Any) -> Caller:
    return Caller(
        role=Role(account.role),
        account_id=account.id,
        organisation_id=account.organisation_id,
        organisation_name=organisation.name if organisation else "",
        display_name=account.display_name,
        must_change_password=account.must_change_password,
        address=nobody.address,
        request_id=nobody.request_id,
        **credential,
    )
