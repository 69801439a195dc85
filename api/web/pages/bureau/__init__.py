"""The bureau's dashboard: the year against its targets, where supply is missing, and how fresh the data is."""

from api.access.roles import STAFF
from api.web.page import Page, reading, writing
from api.web.pages.bureau.files import take
from api.web.pages.bureau.freshness import freshness
from api.web.pages.bureau.gap import gap
from api.web.pages.bureau.overview import overview
from api.web.pages.bureau.targets import setting

__all__ = ["PAGES"]

PAGES: tuple[Page, ...] = (
    reading("/bureau", overview, STAFF),
    writing("/bureau/targets/{year}", setting, STAFF),
    reading("/bureau/gap", gap, STAFF),
    reading("/bureau/freshness", freshness, STAFF),
    reading("/bureau/files/{name}", take, STAFF),
)
