"""What a desk sends about a record: the bodies that the routes of records take."""

from api.routes.bodies.records import Entry, Move, Renewal, VersionOut
from api.schemas.base import Body
from api.schemas.record_bodies import AchievementBody, NeedBody

__all__ = ["Content", "Move", "RecordChange", "RecordEntry", "Renewal", "VersionOut"]

Content = NeedBody | AchievementBody


class RecordEntry(Entry):
    """A new record."""

    content: Content


class RecordChange(Body):
    """A record as it shall be."""

    content: Content
