"""Signing in at the city's identity provider, where one is set."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access.errors import IdentityRefusedError
from api.access.oidc import OidcProvider, Pending
from api.access.rights import needs
from api.access.roles import EVERYBODY
from api.access.tokens import pending_cookie, seal, unseal
from api.accounts import browsers
from api.accounts.identities import account_of
from api.errors import NotFoundError
from api.identify import cookie_token
from api.problems import problems
from api.routes.bodies.accounts import RegistrationReceived
from api.routes.sign_in import cookie_of
from api.service import CallerDep, Service, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/oidc", tags=["sign-in"])
_PURPOSE = "oidc"
_ANYBODY = [needs(EVERYBODY, None, with_old_password=True)]
Given = Annotated[str, Query(max_length=4000)]


@router.get(
    "/start",
    operation_id="start_oidc",
    status_code=302,
    response_class=RedirectResponse,
    dependencies=_ANYBODY,
    responses=problems(404),
    summary="去统一身份认证登录 Sign in at the identity provider",
)
def start_oidc(service: ServiceDep) -> Any:
    """Sends the browser to the provider; 404 where none is set."""
    url, pending = _provider(service).authorization_request()
    answer = RedirectResponse(url, status_code=302)
    cookie = pending_cookie(secure=service.settings.secure_cookies)
    answer.set_cookie(value=seal(pending.to_text(), service.secret, _PURPOSE), **cookie.attributes())
    return answer


@router.get(
    "/callback",
    operation_id="finish_oidc",
    status_code=303,
    response_class=RedirectResponse,
    dependencies=_ANYBODY,
    responses={
        **problems(404, 409),
        202: {"model": RegistrationReceived, "description": "等待管理员审核 Waits for approval"},
    },
    summary="从统一身份认证返回 Back from the identity provider",
)
def finish_oidc(
    service: ServiceDep,
    caller: CallerDep,
    request: Request,
    code: Given = "",
    state: Given = "",
    iss: Given | None = None,
    error: Given = "",
    user_agent: Annotated[str, Header()] = "",
) -> Any:
    """Signs in and goes to the first page; who has no account here waits for an administrator."""
    provider = _provider(service)
    cookie = pending_cookie(secure=service.settings.secure_cookies)
    pending = Pending.from_text(unseal(request.cookies.get(cookie.name), service.secret, _PURPOSE))
    if error:
        raise IdentityRefusedError(
            "统一身份认证没有同意登录；请从登录页重新开始。", "The provider did not agree.", reason=error[:60]
        )
    identity = provider.finish(code, state, pending, issuer=iss)
    answer: Response
    with service.database.work() as session:
        account = account_of(session, caller, identity)
        if account is None:
            received = RegistrationReceived(detail="申请已收到；管理员审核后即可通过统一身份认证登录。")
            answer = Response(received.model_dump_json(), status_code=202, media_type="application/json")
        else:
            token = browsers.begin(
                session,
                account,
                caller,
                service.lifetime,
                browser=user_agent,
                old_token=cookie_token(service, request),
            )
            answer = RedirectResponse("/", status_code=303)
            answer.set_cookie(value=token, **cookie_of(service).attributes())
    answer.delete_cookie(**cookie.deletion())
    return answer


def _provider(service: Service) -> OidcProvider:
    if service.oidc is None:
        raise NotFoundError("本系统没有启用统一身份认证；请用密码登录。", "No identity provider is set.")
    return service.oidc
