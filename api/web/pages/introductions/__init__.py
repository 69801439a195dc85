"""Introductions, for both sides, brokers and staff."""

from api.access.roles import OWNERS, SIGNED_IN, STAFF, Role
from api.web.page import reading, writing
from api.web.pages.introductions.asking import ask, asking
from api.web.pages.introductions.lists import own
from api.web.pages.introductions.one import one
from api.web.pages.introductions.steps import (
    accepting,
    claiming,
    declining,
    moving,
    planning,
    releasing,
    rewriting,
    saying,
)

__all__ = ["PAGES"]

_ASKERS = OWNERS | {Role.BROKER, Role.ORGANISER}
_BROKERS = frozenset({Role.BROKER})
# Staff is a side where its own bureau owns a record.
_SIDES = OWNERS | STAFF
_PARTIES = _SIDES | _BROKERS
_ONE = "/introductions/{id}"

PAGES = (
    reading("/introductions", own, SIGNED_IN),
    writing("/introductions", asking, _ASKERS),
    # Before the one with an id in its place.
    reading("/introductions/new", ask, _ASKERS),
    reading(_ONE, one, SIGNED_IN),
    writing(f"{_ONE}/acceptance", accepting, _SIDES),
    writing(f"{_ONE}/refusal", declining, _SIDES),
    writing(f"{_ONE}/stage", moving, _PARTIES),
    writing(f"{_ONE}/next-action", planning, _PARTIES),
    writing(f"{_ONE}/contract", rewriting, _PARTIES),
    writing(f"{_ONE}/messages", saying, _PARTIES),
    writing(f"{_ONE}/claim", claiming, _BROKERS),
    writing(f"{_ONE}/release", releasing, _BROKERS),
)
