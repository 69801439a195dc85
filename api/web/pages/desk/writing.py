"""The form of a record: begun, changed, saved or published; drawn again with all that was typed where that fails."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from starlette.responses import Response

from api.records.states import State
from api.schemas.records import RecordOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.desk.acting import version_of
from api.web.pages.desk.bodies import Content, Move, RecordChange, RecordEntry
from api.web.pages.desk.side import Desk
from api.web.visit import Visit

__all__ = ["Draw", "Redraw", "Writing"]

R = TypeVar("R", bound=RecordOut)
_OUTDATED = 412
_KEYWORDS = "content.keywords[]"
Redraw = Callable[[Visit, Form, Any], Awaitable[Response]]
"""Draws the form again, changed a little; nothing is saved. The record is None for a new one."""


class Draw(Protocol):
    """Draws the form; `record` None for a new one, `newest` what a record says now that was changed meanwhile."""

    async def __call__(
        self, visit: Visit, form: Form, record: Any = None, *, status: int = 200, newest: Any = None
    ) -> Response:
        """The page."""


@dataclass(frozen=True, slots=True)
class Writing(Generic[R]):
    """`read` makes the body of a form, or None with faults in it; `redrawn` by what the pressed button says."""

    desk: Desk[R]
    read: Callable[[Visit, Form], Content | None]
    draw: Draw
    redrawn: Mapping[str, Redraw]

    async def starting(self, visit: Visit) -> Response:
        """A new record, saved or published."""
        form = await visit.form()
        if (redraw := self._redraw(form)) is not None:
            return await redraw(visit, form, None)
        body = self.read(visit, form)
        if body is None:
            return await self.draw(visit, form, status=422)
        publish = form.text("do") == "publish"
        entry = RecordEntry(content=body, publish=publish, external_id=form.text("external_id"))
        try:
            record = await visit.api.post(self.desk.out, self.desk.path, entry)
        except RefusedError as error:
            return await self._refused(visit, form, error)
        return self._done(visit, record)

    async def changing(self, visit: Visit) -> Response:
        """A record as it shall be; published too, where that was asked for."""
        form = await visit.form()
        record = await self.desk.record(visit)
        if (redraw := self._redraw(form)) is not None:
            return await redraw(visit, form, record)
        body = self.read(visit, form)
        if body is None:
            return await self.draw(visit, form, record, status=422)
        path, change = self.desk.path_of(visit), RecordChange(content=body)
        try:
            answer = await visit.api.send("PUT", path, body=change, version=version_of(form))
            record = self.desk.out.model_validate_json(answer.content)
            if form.text("do") == "publish" and record.state not in {State.PUBLISHED, State.REVIEW}:
                move = Move(state=State.PUBLISHED)
                moved = await visit.api.send("POST", f"{path}/state", body=move, version=record.version)
                record = self.desk.out.model_validate_json(moved.content)
        except RefusedError as error:
            return await self._refused(visit, form, error, record)
        return self._done(visit, record)

    def _redraw(self, form: Form) -> Redraw | None:
        if form.text("term"):
            return self._term
        return self.redrawn.get(form.text("do"))

    async def _term(self, visit: Visit, form: Form, record: R | None) -> Response:
        """A word that the other side uses becomes a keyword."""
        words = [*form.nested("content.").get("keywords", ()), form.text("term")]
        return await self.draw(visit, Form({**form.values, _KEYWORDS: list(dict.fromkeys(words))}), record)

    def _done(self, visit: Visit, record: R) -> Response:
        here = self.desk.page_of(record.id)
        if record.state is State.PUBLISHED:
            return visit.go(here + self.desk.published, said="published")
        return visit.go(here, said={State.DRAFT: "draft", State.REVIEW: "submitted"}.get(record.state, "saved"))

    async def _refused(self, visit: Visit, form: Form, error: RefusedError, record: R | None = None) -> Response:
        """Everything that was typed again, and what the API said; where it changed meanwhile, what it says now."""
        form.refused(error.problem.errors, error.problem.detail, "")
        newest = None
        if error.status == _OUTDATED and record is not None:
            newest = record
            form.values = {**form.values, "version": [str(record.version)]}
            form.errors[""] = visit.say(
                "您填写期间，这条记录被改动过。您填的都还在；请对照下面的最新内容，再保存一次即以您填的为准。"
            )
        return await self.draw(visit, form, record, status=error.status, newest=newest)
