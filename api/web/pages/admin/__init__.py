"""Administration: people, organisations, registrations, keys, feeds, audit, engine, jobs and showcases."""

from api.web.pages.admin import (
    audit,
    engine,
    feeds,
    jobs,
    keys,
    organisations,
    overview,
    people,
    registrations,
    showcase_items,
    showcases,
)

__all__ = ["PAGES"]

PAGES = (
    *overview.PAGES,
    *people.PAGES,
    *organisations.PAGES,
    *registrations.PAGES,
    *keys.PAGES,
    *feeds.PAGES,
    *audit.PAGES,
    *engine.PAGES,
    *jobs.PAGES,
    *showcases.PAGES,
    *showcase_items.PAGES,
)
