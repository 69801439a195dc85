"""All chores of the service."""

from api import expiry
from api.accounts import chores as accounts
from api.chores import Chore
from api.fairs import cleaning as fairs
from api.feeds import chore as feeds
from api.introductions import chores as introductions
from api.jobs import cleaning
from api.outlook import chores as outlook
from api.showcases import chores as showcases
from api.subscriptions import chores as subscriptions
from api.webhooks import chores as webhooks

__all__ = ["CHORES"]

CHORES: tuple[Chore, ...] = (
    *accounts.CHORES,
    *cleaning.CHORES,
    *expiry.CHORES,
    *fairs.CHORES,
    *feeds.CHORES,
    *introductions.CHORES,
    *outlook.CHORES,
    *showcases.CHORES,
    *subscriptions.CHORES,
    *webhooks.CHORES,
)
"""What the worker does every so often; each room adds its own."""
