"""The achievements of a showcase: adding, moving, remarks, taking out."""

from urllib.parse import quote

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.showcases import ItemBody
from api.web.asking import RefusedError
from api.web.page import writing
from api.web.pages.admin.showcases import draw, version_of
from api.web.visit import Visit

__all__ = ["PAGES"]


async def _putting(visit: Visit) -> Response:
    """Adds an achievement, changes its remark, or moves it to `place`."""
    form = await visit.form()
    record_id = form.text("record_id").strip()
    body = form.read(ItemBody, "item.", note=form.text("item.note"))
    if not record_id or body is None:
        form.errors.setdefault("", visit.say("请写明要加入的成果。"))
        return await draw(visit, fault=form.errors[""], status=422)
    path = f"/showcases/{visit.path('slug')}/items/{quote(record_id, safe='')}"
    try:
        await visit.api.send("PUT", path, body=body, version=version_of(form))
    except RefusedError as error:
        return await _again(visit, error)
    return visit.go(f"/admin/showcases/{visit.path('slug')}", said="saved", find=form.text("find"))


async def _removing(visit: Visit) -> Response:
    form = await visit.form()
    path = f"/showcases/{visit.path('slug')}/items/{quote(form.text('record_id'), safe='')}"
    try:
        await visit.api.send("DELETE", path, version=version_of(form))
    except RefusedError as error:
        return await _again(visit, error)
    return visit.go(f"/admin/showcases/{visit.path('slug')}", said="saved")


async def _again(visit: Visit, error: RefusedError) -> Response:
    """The newest state below the API's sentence."""
    return await draw(visit, fault=error.problem.detail, status=error.status)


PAGES = (
    writing("/admin/showcases/{slug}/items", _putting, STAFF),
    writing("/admin/showcases/{slug}/items/remove", _removing, STAFF),
)
