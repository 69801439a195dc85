"""Publish, withdraw, finish, renew, delete: one tap each, from the version that was looked at."""

import datetime as dt
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.responses import Response

from api.days import china_day
from api.records.states import State
from api.schemas.records import RecordOut
from api.web.asking import RefusedError
from api.web.forms import Form
from api.web.pages.desk.bodies import Move, Renewal
from api.web.pages.desk.side import Desk
from api.web.visit import Visit

__all__ = ["HALF_YEAR", "Acts", "version_of"]

R = TypeVar("R", bound=RecordOut)
HALF_YEAR = dt.timedelta(days=183)
"""For how long a record is renewed in one tap."""
_OUTDATED = 412
# Gone, in another state, changed, or not fit to be published.
_LEFT_BE = {404, 409, 412, 422}
_MOST_DRAFTS = 100
_SAID = {State.PUBLISHED: "published", State.REVIEW: "submitted", State.WITHDRAWN: "withdrawn", State.DRAFT: "draft"}


def version_of(form: Form) -> int:
    """The version that was looked at; 0, which no record has, where the field is not a number."""
    text = form.text("version")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000000") else 0


@dataclass(frozen=True, slots=True)
class Acts(Generic[R]):
    """The buttons of a record of one desk."""

    desk: Desk[R]

    async def moving(self, visit: Visit) -> Response:
        """To the state that was chosen."""
        wanted = (await visit.form()).read(Move, "move.")
        if wanted is None:
            return _unclear(visit)
        record = await self._sent(visit, "/state", wanted)
        if record is None:
            return self._outdated(visit)
        if record.state is State.PUBLISHED:
            return visit.go(self.desk.page_of(record.id) + self.desk.published, said="published")
        return visit.go(self.desk.home, said=_SAID.get(record.state, "saved"))

    async def renewing(self, visit: Visit) -> Response:
        """Half a year more, from its last day or from today, whichever is later; or until the day that was chosen."""
        form = await visit.form()
        wanted = form.read(Renewal, "renewal.") if form.text("renewal.valid_until") else await self._longer(visit)
        if wanted is None:
            return _unclear(visit)
        record = await self._sent(visit, "/renewal", wanted)
        return self._outdated(visit) if record is None else visit.go(self.desk.home, said="renewed")

    async def deleting(self, visit: Visit) -> Response:
        """For good."""
        form = await visit.form()
        try:
            await visit.api.send("DELETE", self.desk.path_of(visit), version=version_of(form))
        except RefusedError as error:
            if error.status != _OUTDATED:
                raise
            return self._outdated(visit)
        return visit.go(self.desk.home, said="deleted")

    async def publishing(self, visit: Visit) -> Response:
        """All drafts of the page, each from its version; what changed meanwhile or is refused stays one."""
        drafts = (await visit.form()).texts("draft[]")[:_MOST_DRAFTS]
        done = 0
        for draft in drafts:
            record_id, _, version = draft.partition(":")
            if not record_id.isalnum():
                continue
            try:
                await visit.api.send(
                    "POST",
                    f"{self.desk.path}/{record_id}/state",
                    body=Move(state=State.PUBLISHED),
                    version=version_of(Form({"version": [version]})),
                )
            except RefusedError as error:
                if error.status not in _LEFT_BE:
                    raise
            else:
                done += 1
        if not drafts:
            return _unclear(visit)
        return visit.go(self.desk.home, said=self._said_of(visit, done, len(drafts)))

    @staticmethod
    def _said_of(visit: Visit, done: int, of: int) -> str:
        if done < of:
            return "published-some"
        return "submitted" if visit.service.settings.review else "published"

    async def _longer(self, visit: Visit) -> Renewal:
        record = await self.desk.record(visit)
        return Renewal(valid_until=max(record.content.valid_until or china_day(), china_day()) + HALF_YEAR)

    async def _sent(self, visit: Visit, verb: str, body: Move | Renewal) -> R | None:
        """The record afterwards; None where it changed since it was looked at."""
        version = version_of(await visit.form())
        try:
            answer = await visit.api.send("POST", self.desk.path_of(visit) + verb, body=body, version=version)
        except RefusedError as error:
            if error.status != _OUTDATED:
                raise
            return None
        return self.desk.out.model_validate_json(answer.content)

    def _outdated(self, visit: Visit) -> Response:
        return visit.go(self.desk.page_of(visit.path("id")), said="outdated")


def _unclear(visit: Visit) -> Response:
    return visit.page(
        "errors/refused.html",
        status=422,
        title=visit.say("没有执行"),
        detail=visit.say("没有读懂要做什么；请返回列表，再点一次按钮。"),
    )
