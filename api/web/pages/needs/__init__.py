"""The enterprise's desk: its needs, writing one down, one with all about it, and what matches it."""

from api.access.roles import Role
from api.web.page import reading, writing
from api.web.pages.desk.acting import Acts
from api.web.pages.desk.side import NEEDS
from api.web.pages.needs.checkup import checking
from api.web.pages.needs.desk import desk, outlook
from api.web.pages.needs.drafting import WRITING, change, start
from api.web.pages.needs.matches import institutions, matches, workbook
from api.web.pages.needs.one import one

__all__ = ["PAGES"]

_DESK = frozenset({Role.ENTERPRISE})
_ACTS = Acts(NEEDS)

PAGES = (
    reading("/my/needs", desk, _DESK),
    reading("/my/needs/new", start, _DESK),
    writing("/my/needs/new", WRITING.starting, _DESK),
    writing("/my/needs/checkup", checking, _DESK),
    writing("/my/needs/publication", _ACTS.publishing, _DESK),
    reading("/my/needs/{id}", one, _DESK),
    reading("/my/needs/{id}/edit", change, _DESK),
    writing("/my/needs/{id}/edit", WRITING.changing, _DESK),
    reading("/my/needs/{id}/outlook", outlook, _DESK),
    reading("/my/needs/{id}/matches", matches, _DESK),
    reading("/my/needs/{id}/institutions", institutions, _DESK),
    reading("/my/needs/{id}/workbook", workbook, _DESK),
    writing("/my/needs/{id}/state", _ACTS.moving, _DESK),
    writing("/my/needs/{id}/renewal", _ACTS.renewing, _DESK),
    writing("/my/needs/{id}/delete", _ACTS.deleting, _DESK),
)
