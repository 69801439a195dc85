"""Making a feed and changing its settings."""

from typing import Any

from starlette.responses import Response

from api.access.roles import Role
from api.routes.bodies.feeds import FeedBody, FeedOut, NewFeed
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.desk.acting import version_of
from api.web.visit import Visit

__all__ = ["change", "changing", "start", "starting"]

_PUSH = "push"
_OUTDATED = 412


async def start(visit: Visit) -> Response:
    """An empty form."""
    side = "need" if visit.role is Role.ENTERPRISE else "achievement"
    given = {"kind": _PUSH, "side": side, "publish": "true", "visibility": "1", "every_minutes": "1440"}
    return _draw(visit, Form({f"feed.{name}": [value] for name, value in given.items()}))


async def change(visit: Visit) -> Response:
    """The form with the settings there are."""
    feed = await visit.api.get(FeedOut, f"/feeds/{visit.path('id')}")
    form = Form.showing(feed.model_dump(mode="json", exclude={"mapping"}), "feed")
    lines = [f"{heading}={field}" for heading, field in feed.mapping.items()]
    shown = {"version": [str(feed.version)], "mapping": ["\n".join(lines)]}
    switches = {f"feed.{name}": [str(getattr(feed, name)).lower()] for name in ("publish", "complete", "adopt")}
    return _draw(visit, Form({**form.values, **switches, **shown}), feed)


async def starting(visit: Visit) -> Response:
    """A new feed."""
    form = await visit.form()
    body = form.read(NewFeed, "feed.", **_more(visit, form, form.text("feed.kind")))
    if body is None or form.errors:
        return _draw(visit, form, status=422)
    try:
        made = await visit.api.post(FeedOut, "/feeds", body)
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "feed.")
        return _draw(visit, form, status=error.status)
    return visit.go(f"/my/feeds/{made.id}", said="created")


async def changing(visit: Visit) -> Response:
    """Settings as they shall be; kind and side stay, and whether it is switched on."""
    form = await visit.form()
    path = f"/feeds/{visit.path('id')}"
    feed = await visit.api.get(FeedOut, path)
    body = form.read(FeedBody, "feed.", **_more(visit, form, feed.kind), active=feed.active)
    if body is None or form.errors:
        return _draw(visit, form, feed, status=422)
    try:
        await visit.api.send("PUT", path, body=body, version=version_of(form))
    except RefusedError as error:
        form.refused(error.problem.errors, error.problem.detail, "feed.")
        if error.status == _OUTDATED:
            form.values = {**form.values, "version": [str(feed.version)]}
        return _draw(visit, form, feed, status=error.status)
    return visit.go(f"/my/feeds/{feed.id}", said="saved")


def _more(visit: Visit, form: Form, kind: str) -> dict[str, Any]:
    """What is not simply a field: the mapping, and nothing of where to read for what is pushed."""
    if kind == _PUSH:
        return {"mapping": {}, "source": "", "complete": False}
    mapping: dict[str, str] = {}
    for line in form.text("mapping").replace("＝", "=").splitlines():
        heading, sign, field = line.partition("=")
        if line.strip() and not (sign and heading.strip() and field.strip()):
            fault = visit.say("每行写一个“列名=字段”，如“项目名=名称”；请改正这一行：")
            form.errors["mapping"] = form.errors[""] = f"{fault}{line.strip()[:40]}"
        elif line.strip():
            mapping[heading.strip()] = field.strip()
    return {"mapping": mapping}


def _draw(visit: Visit, form: Form, feed: FeedOut | None = None, *, status: int = 200) -> Response:
    if fault := form.errors.get("feed.mapping"):
        form.errors.setdefault("mapping", fault)
    return visit.page("feeds/write.html", status=status, form=form, feed=feed)
