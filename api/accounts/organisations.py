"""Organisations: made and changed by administrators and organisers, kept to one of each name."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.roles import OrganisationKind, Role
from api.accounts.administrators import keep_one
from api.audit import note
from api.db.base import now
from api.db.tables import Account, Organisation
from api.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError

__all__ = [
    "KIND_OF",
    "NewOrganisation",
    "change_organisation",
    "check_fit",
    "clean_name",
    "create_organisation",
    "listed",
    "organisation",
]

KIND_OF: Mapping[Role, OrganisationKind] = MappingProxyType(
    {
        Role.ENTERPRISE: OrganisationKind.ENTERPRISE,
        Role.INSTITUTION: OrganisationKind.INSTITUTION,
        Role.BROKER: OrganisationKind.BROKERAGE,
        Role.ORGANISER: OrganisationKind.BUREAU,
        Role.ADMINISTRATOR: OrganisationKind.BUREAU,
    }
)
"""The kind of organisation an account of that role may be of. Another's would open that organisation's own texts."""
_MUST_HAVE = frozenset({Role.ENTERPRISE, Role.INSTITUTION})
_NAMES = {
    OrganisationKind.ENTERPRISE: "企业",
    OrganisationKind.INSTITUTION: "院所",
    OrganisationKind.BROKERAGE: "技术转移机构",
    OrganisationKind.BUREAU: "主管部门",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """What an organisation is made of."""

    name: str
    kind: OrganisationKind
    region: str = ""
    contact: str = ""


def clean_name(name: str) -> str:
    """A name with the spaces around and between its words in one spelling."""
    return " ".join(name.split())


def create_organisation(session: Session, caller: Caller, new: NewOrganisation) -> Organisation:
    """A new organisation.

    Raises:
        ConflictError: there is one of that name.
        InvalidError: the name is empty.
    """
    name = clean_name(new.name)
    _check_name(session, name)
    made = Organisation(name=name, kind=new.kind.value, region=new.region, contact=new.contact)
    session.add(made)
    _flush(session, name)
    note(session, caller, "create", kind="organisation", thing_id=made.id, detail={"kind": made.kind})
    return made


def organisation(session: Session, caller: Caller, organisation_id: str) -> Organisation:
    """One the caller may read: its own, and for administrators and organisers every one.

    Raises:
        NotFoundError: there is none of that id, or it is another's.
    """
    found = session.get(Organisation, organisation_id)
    if found is None or not (caller.is_staff or caller.owns(found.id)):
        raise NotFoundError(f"没有编号为“{organisation_id[:40]}”的单位；请核对编号。", "No such organisation.")
    return found


def change_organisation(
    session: Session, caller: Caller, organisation_id: str, changes: Mapping[str, Any]
) -> Organisation:
    """Change some of `name`, `region`, `contact`, `disabled`; a manager may change region and contact of its own.

    Raises:
        NotFoundError: none that the caller may know of.
        ForbiddenError: the caller may not change it, or not that of it.
        ConflictError: the name is taken, or no administrator would be left.
        InvalidError: the name is empty.
    """
    found = organisation(session, caller, organisation_id)
    if caller.role is not Role.ADMINISTRATOR:
        _check_manager(session, caller, found, changes)
    if "name" in changes and (name := clean_name(changes["name"])) != found.name:
        _check_name(session, name)
        found.name = name
    found.region = changes.get("region", found.region)
    found.contact = changes.get("contact", found.contact)
    if "disabled" in changes and changes["disabled"] != (found.disabled_at is not None):
        if changes["disabled"]:
            keep_one(session, without_organisation=found.id)
        found.disabled_at = now() if changes["disabled"] else None
    _flush(session, found.name)
    told = {"changed": sorted(changes)} | ({"disabled": changes["disabled"]} if "disabled" in changes else {})
    note(session, caller, "change", kind="organisation", thing_id=found.id, detail=told)
    return found


def listed(*, kind: OrganisationKind | None, disabled: bool | None, name: str) -> Select[Organisation]:
    """The organisations of a kind, with a part of a name; not yet ordered or cut into pages."""
    wanted = select(Organisation)
    if kind is not None:
        wanted = wanted.where(Organisation.kind == kind.value)
    if disabled is not None:
        wanted = wanted.where(Organisation.disabled_at.is_not(None) if disabled else Organisation.disabled_at.is_(None))
    if name:
        wanted = wanted.where(Organisation.name.icontains(name, autoescape=True))
    return wanted


def check_fit(session: Session, role: Role, organisation_id: str | None) -> Organisation | None:
    """The organisation an account of that role is to act for; brokers, organisers and administrators may have none.

    Raises:
        InvalidError: missing where there must be one, unknown, disabled, or of another kind.
    """
    if organisation_id is None:
        if role in _MUST_HAVE:
            raise InvalidError(
                f"{_NAMES[KIND_OF[role]]}账号须写明所属单位；请先登记单位，再填写 organisation_id。",
                "This role needs an organisation.",
                field="organisation_id",
            )
        return None
    found = session.get(Organisation, organisation_id)
    if found is None or found.disabled_at is not None:
        raise InvalidError(
            "没有这个单位，或单位已停用；请核对 organisation_id。", "No such organisation.", field="organisation_id"
        )
    if found.kind != KIND_OF[role]:
        raise InvalidError(
            f"该身份的账号只能属于{_NAMES[KIND_OF[role]]}，“{found.name}”不是；请换一个单位或身份。",
            f"The role {role.value} belongs to an organisation of kind {KIND_OF[role].value}.",
            field="organisation_id",
        )
    return found


def _check_manager(session: Session, caller: Caller, found: Organisation, changes: Mapping[str, Any]) -> None:
    account = session.get_one(Account, caller.account_id)
    if not (account.manager and caller.owns(found.id)) or not changes.keys() <= {"region", "contact"}:
        raise ForbiddenError(
            "单位的名称和启停由系统管理员修改，地区和联系方式由本单位负责人修改；请联系他们。",
            "An administrator changes name and state, a manager region and contact.",
        )


def _check_name(session: Session, name: str) -> None:
    if not name:
        raise InvalidError("单位名称不能为空；请填写全称。", "The name is empty.", field="name")
    if session.scalar(select(Organisation.id).where(Organisation.name == name)) is not None:
        raise _taken(name)


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise _taken(name) from error


def _taken(name: str) -> ConflictError:
    return ConflictError(
        f"已有名为“{name[:100]}”的单位；请直接使用它，或改用可以区分的名称。", "There is an organisation of that name."
    )
