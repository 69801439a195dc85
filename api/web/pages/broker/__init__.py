"""A broker's desk: what to do today, leads, the board, and call sheets."""

from api.access.roles import STAFF, Role
from api.web.page import reading
from api.web.pages.broker.board import board
from api.web.pages.broker.call import call
from api.web.pages.broker.leads import leads
from api.web.pages.broker.today import today

__all__ = ["PAGES"]

_BROKERS = frozenset({Role.BROKER})

PAGES = (
    reading("/broker/today", today, _BROKERS),
    # Staff looks on.
    reading("/broker/leads", leads, _BROKERS | STAFF),
    reading("/broker/board", board, _BROKERS),
    reading("/broker/call/{id}", call, _BROKERS),
)
