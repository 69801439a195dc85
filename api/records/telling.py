"""What an owner is told of when somebody else moves its record: published after a review, or sent back and why."""

from sqlalchemy.orm import Session

from api.db.tables import RecordRow
from api.inbox import tell_organisation
from api.records.states import State
from matcher.corpus.side import side_label
from matcher.records import Side

__all__ = ["KIND", "tell_owner"]

KIND = "review"
_SAID = {
    State.PUBLISHED: "已通过审核并发布",
    State.DRAFT: "已退回修改",
    State.WITHDRAWN: "已被管理方撤回",
}


def tell_owner(session: Session, row: RecordRow, note: str) -> int:
    """Tell the people of the owner in which state its record is now; how many were told.

    Args:
        session: the transaction that moved it.
        row: as it is after that.
        note: of who moved it, "" for none.
    """
    said = _SAID.get(State(row.state))
    if said is None:
        return 0
    subject = f"{side_label(Side(row.side))}“{row.title[:60]}”{said}" + (f"：{note}" if note else "")
    body = {"record_id": row.id, "side": row.side, "title": row.title, "state": row.state, "note": note}
    return tell_organisation(
        session, row.owner_id, key=f"{KIND}:{row.id}:{row.version}", kind=KIND, subject=subject, body=body
    )
