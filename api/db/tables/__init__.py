"""The tables, one noun a file. Importing this module makes them all known to `Base.metadata`."""

from api.db.tables.access import ApiKey, Audit, SignedIn
from api.db.tables.accounts import Account, Organisation, Registration
from api.db.tables.evaluations import Evaluation
from api.db.tables.fairs import Attendance, Fair, FairPlan, FairWish
from api.db.tables.feeds import AllowedHost, Feed, FeedRun
from api.db.tables.introductions import Grant, Introduction, IntroductionEvent, IntroductionMessage
from api.db.tables.jobs import Job
from api.db.tables.outlook import Outlook, OutlookQueue, StandingPair
from api.db.tables.records import IndexQueue, RecordRow, RecordVersion
from api.db.tables.service import ServiceValue
from api.db.tables.showcases import Showcase, ShowcaseItem
from api.db.tables.statistics import Target
from api.db.tables.subscriptions import (
    InboxItem,
    Recommendation,
    Subscription,
    WatchQueue,
    Webhook,
    WebhookDelivery,
)

__all__ = [
    "Account",
    "AllowedHost",
    "ApiKey",
    "Attendance",
    "Audit",
    "Evaluation",
    "Fair",
    "FairPlan",
    "FairWish",
    "Feed",
    "FeedRun",
    "Grant",
    "InboxItem",
    "IndexQueue",
    "Introduction",
    "IntroductionEvent",
    "IntroductionMessage",
    "Job",
    "Organisation",
    "Outlook",
    "OutlookQueue",
    "Recommendation",
    "RecordRow",
    "RecordVersion",
    "Registration",
    "ServiceValue",
    "Showcase",
    "ShowcaseItem",
    "SignedIn",
    "StandingPair",
    "Subscription",
    "Target",
    "WatchQueue",
    "Webhook",
    "WebhookDelivery",
]
