"""Fairs of an organiser: made, planned, moved by hand, printed, and the day itself."""

from api.web.pages.fairs import (
    attendance,
    board,
    changing,
    deciding,
    listing,
    lists,
    moving,
    overview,
    plans,
    sizes,
    wishes,
    wizard,
)

__all__ = ["PAGES"]

PAGES = (
    *listing.PAGES,
    *wizard.PAGES,
    *lists.PAGES,
    *sizes.PAGES,
    *overview.PAGES,
    *plans.PAGES,
    *deciding.PAGES,
    *changing.PAGES,
    *wishes.PAGES,
    *board.PAGES,
    *moving.PAGES,
    *attendance.PAGES,
)
