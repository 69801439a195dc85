"""Signing in and out, asking for an account, the own account, and the language."""

from urllib.parse import urlsplit

from starlette.responses import Response

from api.access.roles import SIGNED_IN, Role
from api.routes.bodies.accounts import BrowserOut, MeOut, NewPassword, RegistrationEntry, SignIn
from api.web.browsers import browser_name
from api.web.forms import Form
from api.web.languages import COOKIE, Language
from api.web.page import reading, writing
from api.web.submitting import submit
from api.web.visit import Visit

__all__ = ["PAGES"]

_YEAR_S = 365 * 24 * 3600
_HOMES = {
    Role.ENTERPRISE: "/my/needs",
    Role.INSTITUTION: "/my/achievements",
    Role.BROKER: "/broker/today",
    Role.ORGANISER: "/fairs",
    Role.ADMINISTRATOR: "/bureau",
}


def _inside(path: str) -> str:
    """A path of ours to go back to, or "": nobody is sent to another site."""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if safe and not urlsplit(path).netloc else ""


async def _sign_in(visit: Visit) -> Response:
    if visit.me is not None:
        return visit.go(_HOMES[visit.role])
    return await _sign_in_page(visit, Form({"back": [visit.query.get("back", "")]}), 200)


async def _sign_in_page(visit: Visit, form: Form, status: int) -> Response:
    return visit.page(
        "account/sign_in.html",
        status=status,
        form=form,
        by_identity=visit.service.oidc is not None,
        open_registration=visit.service.settings.open_registration,
    )


async def _signing_in(visit: Visit) -> Response:
    back = _inside((await visit.form()).text("back"))

    async def act(entry: SignIn) -> Response:
        me = await visit.api.post(MeOut, "/session", entry)
        return visit.go(back or _HOMES[me.account.role])

    return await submit(visit, SignIn, _sign_in_page, act)


async def _signing_out(visit: Visit) -> Response:
    await visit.api.send("DELETE", "/session")
    return visit.go("/", said="signed-out")


async def _register(visit: Visit) -> Response:
    return await _register_page(visit, Form({"entry.kind": ["enterprise"]}), 200)


async def _register_page(visit: Visit, form: Form, status: int) -> Response:
    return visit.page("account/register.html", status=status, form=form)


async def _registering(visit: Visit) -> Response:
    async def act(entry: RegistrationEntry) -> Response:
        await visit.api.send("POST", "/registrations", body=entry)
        return visit.go("/sign-in", said="registered")

    return await submit(visit, RegistrationEntry, _register_page, act)


async def _account(visit: Visit) -> Response:
    browsers = await visit.api.get(list[BrowserOut], "/me/sessions")
    named = {item.id: browser_name(item.browser) for item in browsers}
    return visit.page("account/account.html", browsers=browsers, browsers_named=named)


async def _ending(visit: Visit) -> Response:
    await visit.api.send("DELETE", f"/me/sessions/{visit.path('id')}")
    return visit.go("/account", said="saved")


async def _password(visit: Visit) -> Response:
    return await _password_page(visit, Form(), 200)


async def _password_page(visit: Visit, form: Form, status: int) -> Response:
    return visit.page("account/password.html", status=status, form=form)


async def _changing_password(visit: Visit) -> Response:
    form = await visit.form()
    if form.text("entry.new_password") != form.text("again"):
        form.errors["again"] = form.errors[""] = visit.say("两次输入的新密码不一致；请重新输入。")
        return await _password_page(visit, form, 422)

    async def act(entry: NewPassword) -> Response:
        await visit.api.send("PUT", "/me/password", body=entry)
        return visit.go("/account", said="saved")

    return await submit(visit, NewPassword, _password_page, act)


async def _language(visit: Visit) -> Response:
    form = await visit.form()
    wanted = Language.ENGLISH if form.text("to") == Language.ENGLISH else Language.CHINESE
    response = visit.go(_inside(form.text("back")) or "/")
    secure = visit.service.settings.secure_cookies
    response.set_cookie(COOKIE, wanted.value, max_age=_YEAR_S, secure=secure, httponly=True, samesite="lax")
    return response


PAGES = (
    reading("/sign-in", _sign_in, with_old_password=True),
    writing("/sign-in", _signing_in, with_old_password=True),
    writing("/sign-out", _signing_out, SIGNED_IN, with_old_password=True),
    reading("/register", _register),
    writing("/register", _registering),
    reading("/account", _account, SIGNED_IN),
    writing("/account/sessions/{id}/end", _ending, SIGNED_IN),
    reading("/account/password", _password, SIGNED_IN, with_old_password=True),
    writing("/account/password", _changing_password, SIGNED_IN, with_old_password=True),
    writing("/language", _language, with_old_password=True),
)
