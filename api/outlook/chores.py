"""The regular work of this room."""

from api.chores import Chore
from api.outlook.reconciling import reconcile
from api.outlook.refreshing import refresh

__all__ = ["CHORES"]

CHORES = (Chore("refresh-outlook", 3, refresh), Chore("reconcile-outlook", 3_600, reconcile))
