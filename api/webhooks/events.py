"""What is sent: an inbox item as JSON."""

import datetime as dt
import json

from api.db.tables import InboxItem

__all__ = ["event_body"]


def event_body(item: InboxItem) -> bytes:
    """The same bytes for every attempt."""
    event = {
        "id": item.id,
        "kind": item.kind,
        "created_at": item.created_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z"),
        "subject": item.subject,
        "body": item.body,
    }
    return json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
