"""All pages; each module or package here exports its own `PAGES`."""

from api.web.page import Page
from api.web.pages import (
    account,
    achievements,
    admin,
    broker,
    bureau,
    compare,
    fairs,
    feeds,
    home,
    imports,
    inbox,
    introductions,
    needs,
    own,
    recommendations,
    records,
    review,
    search,
    showcases,
)

__all__ = ["PAGES"]

PAGES: tuple[Page, ...] = (
    *imports.PAGES,
    *needs.PAGES,
    *recommendations.PAGES,
    *account.PAGES,
    *feeds.PAGES,
    *achievements.PAGES,
    *admin.PAGES,
    *home.PAGES,
    *inbox.PAGES,
    *own.PAGES,
    *review.PAGES,
    *showcases.PAGES,
    *records.PAGES,
    *compare.PAGES,
    *search.PAGES,
    *introductions.PAGES,
    *broker.PAGES,
    *bureau.PAGES,
    *fairs.PAGES,
)
