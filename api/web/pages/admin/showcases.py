"""Showcases: making them, their texts, and opening them to everybody."""

from starlette.responses import Response

from api.access.roles import STAFF
from api.days import china_day
from api.routes.bodies.showcases import NewShowcase, PublishedBody, ShowcaseBody, ShowcaseLine, ShowcaseOut
from api.schemas.base import Page as Listed
from api.schemas.matching import MatchesOut, SearchBody
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.submitting import submit
from api.web.visit import Visit

__all__ = ["PAGES", "draw", "version_of"]

_FOUND = 10


async def _showcases(visit: Visit) -> Response:
    found = await visit.api.get(Listed[ShowcaseLine], "/showcases", cursor=visit.query.get("cursor"))
    return visit.page("admin/showcases.html", found=found)


async def _new(visit: Visit) -> Response:
    # A name that can stay as it is: few know what may stand in an address.
    return await _draw_new(visit, Form({"entry.slug": [f"showcase-{china_day().isoformat()}"]}), 200)


async def _draw_new(visit: Visit, form: Form, status: int) -> Response:
    return visit.page("admin/showcase_new.html", status=status, form=form)


async def _making(visit: Visit) -> Response:
    async def act(entry: NewShowcase) -> Response:
        await visit.api.send("POST", "/showcases", body=entry)
        return visit.go(f"/admin/showcases/{entry.slug}", said="created")

    return await submit(visit, NewShowcase, _draw_new, act)


async def _showcase(visit: Visit) -> Response:
    return await draw(visit)


async def draw(visit: Visit, form: Form | None = None, status: int = 200, *, fault: str = "") -> Response:
    """One showcase as it is now; `form` has what was typed of its texts and could not be used, `fault` why."""
    answer = await visit.api.send("GET", f"/showcases/{visit.path('slug')}")
    shown = ShowcaseOut.model_validate_json(answer.content)
    version = answer.headers["etag"].strip('"')
    text = visit.query.get("find", "").strip()
    found = []
    if text:
        answered = await visit.api.ask(MatchesOut, "/search", SearchBody(text=text[:5000], limit=_FOUND))
        listed = {item.achievement.id for item in shown.items}
        found = [match.partner for match in answered.items if match.partner.id not in listed]
    return visit.page(
        "admin/showcase.html",
        status=status,
        shown=shown,
        version=version,
        fault=fault or (form.errors.get("", "") if form else ""),
        form=form or Form.showing({"title": shown.title, "introduction": shown.introduction}, "entry"),
        find=text,
        found=found,
    )


def version_of(form: Form) -> int:
    """The version that a form was made from; 0, which no thing has, where it names none."""
    text = form.text("version")
    return int(text) if text.isascii() and text.isdigit() else 0


async def _describing(visit: Visit) -> Response:
    version = version_of(await visit.form())

    async def act(entry: ShowcaseBody) -> Response:
        await visit.api.send("PUT", f"/showcases/{visit.path('slug')}", body=entry, version=version)
        return visit.go(f"/admin/showcases/{visit.path('slug')}", said="saved")

    return await submit(visit, ShowcaseBody, draw, act)


async def _publishing(visit: Visit) -> Response:
    form = await visit.form()
    body = PublishedBody(published=form.text("published") == "true")
    await visit.api.send("POST", f"/showcases/{visit.path('slug')}/state", body=body, version=version_of(form))
    return visit.go(f"/admin/showcases/{visit.path('slug')}", said="saved")


async def _deleting(visit: Visit) -> Response:
    form = await visit.form()
    await visit.api.send("DELETE", f"/showcases/{visit.path('slug')}", version=version_of(form))
    return visit.go("/admin/showcases", said="deleted")


PAGES = (
    reading("/admin/showcases", _showcases, STAFF),
    reading("/admin/showcases/new", _new, STAFF),
    writing("/admin/showcases/new", _making, STAFF),
    reading("/admin/showcases/{slug}", _showcase, STAFF),
    writing("/admin/showcases/{slug}", _describing, STAFF),
    writing("/admin/showcases/{slug}/publish", _publishing, STAFF),
    writing("/admin/showcases/{slug}/delete", _deleting, STAFF),
)
