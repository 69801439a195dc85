"""Records that wait for somebody to look at them before they are published."""

from api.web.pages.review import queue, record

__all__ = ["PAGES"]

PAGES = (*queue.PAGES, *record.PAGES)
