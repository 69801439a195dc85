"""Search in one's own words: graded answers, filters with counts, other wordings, the workbook, a subscription."""

from api.access.roles import SIGNED_IN
from api.web.page import reading, writing
from api.web.pages.search.showing import show_search
from api.web.pages.search.taking import subscribe, workbook
from api.web.pages.search.wordings import show_wordings

__all__ = ["PAGES"]

PAGES = (
    reading("/search", show_search),
    reading("/search/wordings", show_wordings),
    reading("/search/workbook", workbook),
    writing("/search/subscriptions", subscribe, SIGNED_IN),
)
