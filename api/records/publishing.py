"""Who may publish for whom, and whether somebody looks at a record first."""

from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.tables import Organisation
from api.errors import ForbiddenError, InvalidError
from api.records.states import State
from api.settings import ServiceSettings

__all__ = ["first_state", "target_owner", "wished_state"]

_BY_OWNER = frozenset({State.DRAFT, State.PUBLISHED, State.REVIEW, State.WITHDRAWN, State.DONE})


def target_owner(session: Session, caller: Caller, owner_id: str | None) -> Organisation:
    """The organisation a new record shall belong to: the caller's own, or for staff the one named.

    Raises:
        ForbiddenError: another organisation was named by somebody who is not staff.
        InvalidError: staff named none, or one that does not exist.
    """
    wanted = owner_id or caller.organisation_id
    if wanted != caller.organisation_id and not caller.is_staff:
        raise ForbiddenError("只能为本单位录入；请去掉 owner_id。", "You may enter records of your organisation only.")
    owner = session.get(Organisation, wanted) if wanted else None
    if owner is None or owner.disabled_at is not None:
        raise InvalidError(
            "请用 owner_id 写明记录属于哪个单位（单位须已登记且未停用）。", "Name an organisation.", field="owner_id"
        )
    return owner


def first_state(settings: ServiceSettings, caller: Caller, *, publish: bool) -> State:
    """Where a record starts: a draft, or published, or waiting for review where the installation wants one."""
    if not publish:
        return State.DRAFT
    return State.REVIEW if settings.review and not caller.is_staff else State.PUBLISHED


def wished_state(settings: ServiceSettings, caller: Caller, wanted: State) -> State:
    """The state a caller's wish leads to: an owner's “publish” is a request where there is a review.

    Raises:
        InvalidError: a state that only the service sets.
    """
    if wanted not in _BY_OWNER:
        raise InvalidError(
            f"“{wanted.label}”由系统按有效期设置，不能手工设置。", "Only the service sets this.", field="state"
        )
    return first_state(settings, caller, publish=True) if wanted is State.PUBLISHED else wanted
