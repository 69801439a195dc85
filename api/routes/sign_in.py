"""Signing in and out, and what somebody does with the own account."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import EVERYBODY, SIGNED_IN
from api.access.tokens import Cookie, csrf_token, session_cookie
from api.accounts import browsers
from api.accounts.origins import check_origin
from api.accounts.signing_in import Entry, Passwords
from api.audit import note
from api.db.base import now
from api.db.tables import Account, Organisation
from api.identify import cookie_token
from api.inbox import unread
from api.problems import problems
from api.routes.bodies.accounts import AccountOut, BrowserOut, MeOut, NewPassword, SignIn, ThingId
from api.service import CallerDep, Service, ServiceDep

__all__ = ["cookie_of", "router"]

router = APIRouter(tags=["sign-in"])
_PERSON = [needs(SIGNED_IN, None)]
_NO_STORE = {"Cache-Control": "no-store"}


def cookie_of(service: Service) -> Cookie:
    """The cookie of a sign-in, as long as it can last."""
    return session_cookie(secure=service.settings.secure_cookies, max_age_s=service.settings.session_hours * 3600)


@router.post(
    "/session",
    operation_id="sign_in",
    response_model=MeOut,
    dependencies=[needs(EVERYBODY, None, with_old_password=True)],
    summary="登录 Sign in",
)
def sign_in(
    service: ServiceDep,
    caller: CallerDep,
    request: Request,
    response: Response,
    entry: SignIn,
    user_agent: Annotated[str, Header()] = "",
) -> Any:
    """Sets the session cookie; needs no CSRF token, and refuses pages of other sites."""
    check_origin(request.headers, service.settings.public_url)
    passwords = Passwords(service.database, service.sign_in_throttle, service.lifetime)
    typed = Entry(
        login=entry.login,
        password=entry.password.get_secret_value(),
        browser=user_agent,
        old_token=cookie_token(service, request),
    )
    account, token = passwords.sign_in(typed, caller)
    response.set_cookie(value=token, **cookie_of(service).attributes())
    response.headers.update(_NO_STORE)
    return _me(service, account, token)


@router.delete(
    "/session",
    operation_id="sign_out",
    status_code=204,
    response_class=Response,
    dependencies=[needs(SIGNED_IN, None, with_old_password=True)],
    summary="退出登录 Sign out",
)
def sign_out(service: ServiceDep, caller: CallerDep, response: Response) -> None:
    """Ends this sign-in and removes its cookie."""
    with service.database.work() as session:
        browsers.end(session, caller.session_hash or "")
        note(session, caller, "sign-out", kind="account", thing_id=caller.account_id or "")
    response.delete_cookie(**cookie_of(service).deletion())


@router.get(
    "/me",
    operation_id="get_me",
    response_model=MeOut,
    dependencies=[needs(SIGNED_IN, Scope.RECORDS_READ, with_old_password=True)],
    summary="当前账号 The account that is signed in",
)
def get_me(service: ServiceDep, caller: CallerDep, request: Request, response: Response) -> Any:
    """With a new CSRF token for the changes that follow."""
    with service.database.reading() as session:
        account = session.get_one(Account, caller.account_id)
    response.headers.update(_NO_STORE)
    return _me(service, account, cookie_token(service, request) if caller.session_hash else None)


@router.put(
    "/me/password",
    operation_id="change_my_password",
    status_code=204,
    response_class=Response,
    dependencies=[needs(SIGNED_IN, None, with_old_password=True)],
    responses=problems(409),
    summary="修改密码 Change the password",
)
def change_my_password(service: ServiceDep, caller: CallerDep, entry: NewPassword) -> None:
    """Ends all other sign-ins of the account."""
    passwords = Passwords(service.database, service.sign_in_throttle, service.lifetime)
    passwords.change(caller, entry.current_password.get_secret_value(), entry.new_password.get_secret_value())


@router.get(
    "/me/sessions",
    operation_id="list_my_sessions",
    response_model=list[BrowserOut],
    dependencies=_PERSON,
    summary="登录过的浏览器 Where I am signed in",
)
def list_my_sessions(service: ServiceDep, caller: CallerDep) -> Any:
    """Newest first."""
    with service.database.reading() as session:
        rows = browsers.live(session, caller.account_id or "", service.lifetime, now())
    return [
        BrowserOut(
            id=browsers.browser_id(row),
            created_at=row.created_at,
            seen_at=row.seen_at,
            address=row.address,
            browser=row.browser,
            current=row.token_hash == caller.session_hash,
        )
        for row in rows
    ]


@router.delete(
    "/me/sessions/{session_id}",
    operation_id="end_my_session",
    status_code=204,
    response_class=Response,
    dependencies=_PERSON,
    responses=problems(404),
    summary="退出另一个浏览器 End one sign-in",
)
def end_my_session(service: ServiceDep, caller: CallerDep, session_id: ThingId) -> None:
    """One of the list, the current one as well."""
    with service.database.work() as session:
        browsers.end_one(session, caller.account_id or "", session_id)
        note(session, caller, "sign-out", kind="account", thing_id=caller.account_id or "")


def _me(service: Service, account: Account, token: str | None) -> MeOut:
    with service.database.reading() as session:
        organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
        waiting = unread(session, account.id)
    return MeOut(
        account=AccountOut.of(account, organisation.name if organisation else ""),
        csrf_token=csrf_token(token, service.secret) if token else "",
        must_change_password=account.must_change_password,
        unread=waiting,
    )
