"""Who takes part: spreadsheets, or the platform's published records. The wizard's second step, and later the same."""

from starlette.responses import Response

from api.access.roles import STAFF
from api.routes.bodies.fairs import FairOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.page import reading, writing
from api.web.pages.fairs.asking import fair_of, root
from api.web.visit import Visit

__all__ = ["PAGES"]

_PARTS = ("needs", "achievements", "wishes", "met", "attendance")


async def _lists(visit: Visit) -> Response:
    return _draw(visit, await fair_of(visit), Form())


def _draw(visit: Visit, fair: FairOut, form: Form, status: int = 200) -> Response:
    lists = {one.part: one for one in fair.lists}
    max_mb = visit.service.settings.max_upload_mb
    return visit.page("fairs/lists.html", status=status, fair=fair, lists=lists, form=form, max_mb=max_mb)


async def _sending(visit: Visit) -> Response:
    """Take what was sent part by part: what is good is kept, also where another file is refused."""
    form = await visit.form()
    fair, taken = await fair_of(visit), False
    for part in _PARTS:
        try:
            sent = await _part(visit, form, fair, part)
        except RefusedError as error:
            form.errors[part] = error.problem.detail
            form.errors[""] = visit.say("有的文件没有收下；原因写在它下面，其余的已保存。")
            continue
        if sent is not None:
            fair, taken = sent, True
    if form.errors:
        return _draw(visit, fair, form, 422)
    doubtful = taken and any(one.rejected for one in fair.lists)
    if form.text("then") == "next" and not doubtful:
        return visit.go(f"{root(visit)}/tables" if fair.current_plan is None else root(visit))
    return visit.go(f"{root(visit)}/lists", said="saved" if taken else "")


async def _part(visit: Visit, form: Form, fair: FairOut, part: str) -> FairOut | None:
    """The fair after one list was sent or taken away; None where nothing was asked of it."""
    path = f"{root(visit)}/lists/{part}"
    if files := await visit.files(part):
        # A list is replaced whole: somebody else's change meanwhile is no reason to refuse it.
        answer = await visit.api.send("PUT", path, files=[("file", files[0][1])], version=fair.version)
    elif part in form.texts("drop"):
        answer = await visit.api.send("DELETE", path, version=fair.version)
    else:
        return None
    return FairOut.model_validate_json(answer.content)


PAGES = (
    reading("/fairs/{id}/lists", _lists, STAFF),
    writing("/fairs/{id}/lists", _sending, STAFF),
)
