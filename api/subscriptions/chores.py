"""The regular work of this room."""

from api.chores import Chore
from api.subscriptions.finding import find_new
from api.subscriptions.telling import tell_due

__all__ = ["CHORES"]

CHORES = (Chore("find-recommendations", 3, find_new), Chore("tell-recommendations", 3, tell_due))
