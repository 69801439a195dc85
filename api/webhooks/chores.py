"""The regular work of this room."""

from api.chores import Chore
from api.webhooks.sending import clear_old, send_due

__all__ = ["CHORES"]

CHORES = (Chore("send-webhooks", 3, send_due), Chore("clear-deliveries", 86_400, clear_old))
