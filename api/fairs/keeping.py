"""Making, changing and deleting fairs, and the wishes that are typed in."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.audit import note
from api.db.tables import Fair, FairWish
from api.errors import ConflictError, NotFoundError
from api.fairs.access import find_fair, touch
from api.fairs.deciding import kept
from matcher.fair.settings import FairSettings

__all__ = [
    "MOST_WISHES",
    "add_wish",
    "change_settings",
    "change_state",
    "create_fair",
    "delete_fair",
    "list_fairs",
    "put_list",
    "remove_list",
    "remove_wish",
    "wishes_of",
]

MOST_WISHES = 5_000
"""Wishes typed in for one fair; more come as a spreadsheet."""

_SIDES = frozenset({"needs", "achievements"})


def create_fair(session: Session, caller: Caller, settings: FairSettings) -> Fair:
    """A new fair of the caller's organisation, without lists."""
    made = Fair(
        name=settings.name,
        owner_id=caller.organisation_id,
        created_by=str(caller.account_id),
        settings=kept(settings),
    )
    session.add(made)
    session.flush()
    note(session, caller, "fair-create", kind="fair", thing_id=made.id)
    return made


def list_fairs(session: Session, condition: Any, *, after: str, most: int) -> Sequence[Fair]:
    """Fairs that fulfil a condition, the newest first, after the id given ("": from the newest)."""
    wanted = select(Fair).where(condition)
    if after:
        wanted = wanted.where(Fair.id < after)
    return session.scalars(wanted.order_by(Fair.id.desc()).limit(most)).all()


def change_settings(session: Session, caller: Caller, fair: Fair, settings: FairSettings) -> None:
    """Other settings; the plans stay as they are, and the current one is stale."""
    new = kept(settings)
    if new == fair.settings:
        return
    fair.settings, fair.name = new, settings.name
    touch(fair, inputs=True)
    note(session, caller, "fair-settings", kind="fair", thing_id=fair.id)


def change_state(session: Session, caller: Caller, fair: Fair, state: str) -> None:
    """Raises ConflictError where the state does not fit what there is of the fair."""
    if state == fair.state:
        return
    if state == "drafting" and fair.current is not None:
        raise ConflictError("对接会已有排期，不能改回筹备中；请直接修改设置后重新排期。", "There is a plan already.")
    if state != "drafting" and fair.current is None:
        raise ConflictError("对接会还没有排期；请先排期。", "There is no plan yet.")
    fair.state = state
    touch(fair)
    note(session, caller, f"fair-{state}", kind="fair", thing_id=fair.id)


def delete_fair(session: Session, caller: Caller, fair: Fair) -> None:
    """The rows of a fair and of all that belongs to it; its folder is the route's."""
    note(session, caller, "fair-delete", kind="fair", thing_id=fair.id)
    session.delete(fair)


def put_list(session: Session, caller: Caller, fair: Fair, part: str, told: Mapping[str, Any]) -> None:
    """Take an uploaded list, in the place of the one before; another list of either side is matched anew."""
    fair.lists = {**fair.lists, part: dict(told)}
    _lists_changed(session, caller, fair, part)


def remove_list(session: Session, caller: Caller, fair: Fair, part: str) -> None:
    """Do without an uploaded list.

    Raises:
        NotFoundError: none was uploaded.
    """
    if part not in fair.lists:
        raise NotFoundError("没有上传过这份名单。", "No such list was uploaded.")
    fair.lists = {name: told for name, told in fair.lists.items() if name != part}
    _lists_changed(session, caller, fair, part)


def _lists_changed(session: Session, caller: Caller, fair: Fair, part: str) -> None:
    if part in _SIDES:
        fair.run = ""
    touch(fair, inputs=True)
    note(session, caller, "fair-list", kind="fair", thing_id=fair.id, detail={"part": part})


def wishes_of(session: Session, fair: Fair) -> Sequence[FairWish]:
    """Wishes that were typed in, in the order they were."""
    return session.scalars(select(FairWish).where(FairWish.fair_id == fair.id).order_by(FairWish.id)).all()


def add_wish(session: Session, caller: Caller, fair_id: str, said: Mapping[str, str]) -> FairWish:
    """Add a wish; the same one a second time is the first.

    Args:
        session: of the transaction.
        caller: who typed it.
        fair_id: of a fair of the caller's.
        said: `enterprise`, `team`, `wish`, `by`.

    Raises:
        NotFoundError: as `find_fair` says.
        ConflictError: there are `MOST_WISHES`.
    """
    fair = find_fair(session, caller, fair_id, lock=True)
    same = [getattr(FairWish, name) == text for name, text in said.items()]
    found = session.scalars(select(FairWish).where(FairWish.fair_id == fair.id, *same)).first()
    if found is not None:
        return found
    if (session.scalar(select(func.count()).where(FairWish.fair_id == fair.id)) or 0) >= MOST_WISHES:
        raise ConflictError(f"录入的意愿已有 {MOST_WISHES} 条；更多的请用意愿表上传。", "Too many; upload a list.")
    made = FairWish(fair_id=fair.id, made_by=str(caller.account_id), **said)
    session.add(made)
    touch(fair, inputs=True)
    session.flush()
    return made


def remove_wish(session: Session, caller: Caller, fair_id: str, wish_id: str) -> None:
    """Take a wish back.

    Raises:
        NotFoundError: there is none.
    """
    fair = find_fair(session, caller, fair_id, lock=True)
    gone = session.execute(
        delete(FairWish).where(FairWish.id == wish_id, FairWish.fair_id == fair.id).returning(FairWish.id)
    ).first()
    if gone is None:
        raise NotFoundError(f"没有编号为“{wish_id[:40]}”的意愿；请重新读取。", "No such wish.")
    touch(fair, inputs=True)
