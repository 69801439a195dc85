"""What is done to a feed in one tap, by its owner or by an administrator: read now, confirm, switch, delete."""

from dataclasses import dataclass

from starlette.responses import Response

from api.routes.bodies.feeds import ConfirmationBody, FeedBody, FeedOut, RunBody
from api.web.asking import RefusedError
from api.web.pages.desk.acting import version_of
from api.web.visit import Visit

__all__ = ["FeedActs"]

_OUTDATED = 412


@dataclass(frozen=True, slots=True)
class FeedActs:
    """`home` is the address of the list that the feed's page is in."""

    home: str

    async def running(self, visit: Visit) -> Response:
        """Read as soon as the worker is free."""
        form = await visit.form()
        await visit.api.send("POST", f"{_path(visit)}/run", body=RunBody(full=bool(form.text("full"))))
        return visit.go(self._page(visit), said="feed-due")

    async def confirming(self, visit: Visit) -> Response:
        """Withdraw what a run left waiting, or let it be."""
        form = await visit.form()
        body = ConfirmationBody(run_id=form.text("run_id")[:26], withdraw=form.text("withdraw") == "true")
        await visit.api.send("POST", f"{_path(visit)}/confirmation", body=body)
        return visit.go(self._page(visit), said="saved")

    async def switching(self, visit: Visit) -> Response:
        """Off or on again: all of the settings are sent, of which only one differs."""
        form = await visit.form()
        feed = await visit.api.get(FeedOut, _path(visit))
        kept = {name: value for name, value in feed.model_dump().items() if name in FeedBody.model_fields}
        active = form.text("active") == "true"
        try:
            body = FeedBody(**{**kept, "active": active})
            await visit.api.send("PUT", _path(visit), body=body, version=version_of(form))
        except RefusedError as error:
            return self._outdated(visit, error)
        return visit.go(self._page(visit), said="enabled" if active else "disabled")

    async def deleting(self, visit: Visit) -> Response:
        """For good; its records stay."""
        try:
            await visit.api.send("DELETE", _path(visit), version=version_of(await visit.form()))
        except RefusedError as error:
            return self._outdated(visit, error)
        return visit.go(self.home, said="deleted")

    def _page(self, visit: Visit) -> str:
        return f"{self.home}/{visit.path('id')}"

    def _outdated(self, visit: Visit, error: RefusedError) -> Response:
        if error.status != _OUTDATED:
            raise error
        return visit.go(self._page(visit), said="outdated")


def _path(visit: Visit) -> str:
    return f"/feeds/{visit.path('id')}"
