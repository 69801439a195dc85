"""One's own feeds: make one, see how it does, read now, confirm withdrawals, end it."""

from api.access.roles import OWNERS
from api.web.page import reading, writing
from api.web.pages.feeds.acting import FeedActs
from api.web.pages.feeds.drafting import change, changing, start, starting
from api.web.pages.feeds.own import feed, feeds

__all__ = ["PAGES"]

_ACTS = FeedActs("/my/feeds")

PAGES = (
    reading("/my/feeds", feeds, OWNERS),
    reading("/my/feeds/new", start, OWNERS),
    writing("/my/feeds/new", starting, OWNERS),
    reading("/my/feeds/{id}", feed, OWNERS),
    reading("/my/feeds/{id}/edit", change, OWNERS),
    writing("/my/feeds/{id}/edit", changing, OWNERS),
    writing("/my/feeds/{id}/run", _ACTS.running, OWNERS),
    writing("/my/feeds/{id}/confirm", _ACTS.confirming, OWNERS),
    writing("/my/feeds/{id}/switch", _ACTS.switching, OWNERS),
    writing("/my/feeds/{id}/delete", _ACTS.deleting, OWNERS),
)
