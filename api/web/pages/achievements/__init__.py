"""The institution's desk: achievements, writing one down, one with all about it, who asks, and why it was declined."""

from api.access.roles import OWNERS, Role
from api.web.page import reading, writing
from api.web.pages.achievements.asked import asked
from api.web.pages.achievements.desk import desk, lacking
from api.web.pages.achievements.drafting import WRITING, change, start
from api.web.pages.achievements.numbers import reading_numbers
from api.web.pages.achievements.one import enterprises, leads, one
from api.web.pages.achievements.refusals import refusals
from api.web.pages.desk.acting import Acts
from api.web.pages.desk.side import ACHIEVEMENTS

__all__ = ["PAGES"]

_DESK = frozenset({Role.INSTITUTION})
_ACTS = Acts(ACHIEVEMENTS)

PAGES = (
    reading("/my/achievements", desk, _DESK),
    reading("/my/achievements/new", start, _DESK),
    writing("/my/achievements/new", WRITING.starting, _DESK),
    writing("/my/achievements/numbers", reading_numbers, _DESK),
    writing("/my/achievements/publication", _ACTS.publishing, _DESK),
    reading("/my/achievements/{id}", one, _DESK),
    reading("/my/achievements/{id}/edit", change, _DESK),
    writing("/my/achievements/{id}/edit", WRITING.changing, _DESK),
    reading("/my/achievements/{id}/filling", lacking, _DESK),
    reading("/my/achievements/{id}/leads", leads, _DESK),
    reading("/my/achievements/{id}/enterprises", enterprises, _DESK),
    writing("/my/achievements/{id}/state", _ACTS.moving, _DESK),
    writing("/my/achievements/{id}/renewal", _ACTS.renewing, _DESK),
    writing("/my/achievements/{id}/delete", _ACTS.deleting, _DESK),
    reading("/my/asked", asked, _DESK),
    reading("/my/refusals", refusals, OWNERS),
)
