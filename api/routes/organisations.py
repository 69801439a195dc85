"""Organisations: read and made by administrators and organisers, changed by administrators and managers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access.keys import Scope
from api.access.rights import needs
from api.access.roles import OWNERS, SIGNED_IN, STAFF, OrganisationKind, Role
from api.accounts import organisations
from api.accounts.organisations import NewOrganisation
from api.db.tables import Organisation
from api.problems import problems
from api.routes.bodies.accounts import OrganisationChange, OrganisationEntry, OrganisationOut, Search, ThingId
from api.routes.newest import newest
from api.schemas.base import Cursor, Limit, Page
from api.service import CallerDep, ServiceDep

__all__ = ["router"]

router = APIRouter(prefix="/organisations", tags=["organisations"])
_STAFF = [needs(STAFF, Scope.ADMIN)]


@router.get(
    "",
    operation_id="list_organisations",
    response_model=Page[OrganisationOut],
    dependencies=_STAFF,
    summary="单位列表 Organisations",
)
def list_organisations(
    service: ServiceDep,
    kind: OrganisationKind | None = None,
    disabled: Annotated[bool | None, Query(description="只列已停用或未停用的；Disabled or not")] = None,
    name: Annotated[Search, Query(description="名称的一部分；A part of the name")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Any:
    """Newest first."""
    purpose = f"organisations:{kind}:{disabled}:{name}"
    wanted = organisations.listed(kind=kind, disabled=disabled, name=name)
    with service.database.reading() as session:
        rows, more = newest(session, service, wanted, Organisation.id, purpose=purpose, limit=limit, cursor=cursor)
    return Page[OrganisationOut](items=[OrganisationOut.of(row) for row in rows], next_cursor=more)


@router.post(
    "",
    operation_id="create_organisation",
    response_model=OrganisationOut,
    status_code=201,
    dependencies=_STAFF,
    responses=problems(409),
    summary="登记单位 Create an organisation",
)
def create_organisation(service: ServiceDep, caller: CallerDep, entry: OrganisationEntry, response: Response) -> Any:
    """There is one of each name."""
    new = NewOrganisation(name=entry.name, kind=entry.kind, region=entry.region, contact=entry.contact)
    with service.database.work() as session:
        made = organisations.create_organisation(session, caller, new)
    response.headers["Location"] = f"/api/v1/organisations/{made.id}"
    return OrganisationOut.of(made)


@router.get(
    "/{organisation_id}",
    operation_id="get_organisation",
    response_model=OrganisationOut,
    dependencies=[needs(SIGNED_IN, Scope.RECORDS_READ)],
    responses=problems(404),
    summary="读取单位 One organisation",
)
def get_organisation(service: ServiceDep, caller: CallerDep, organisation_id: ThingId) -> Any:
    """The own one; every one for administrators and organisers."""
    with service.database.reading() as session:
        return OrganisationOut.of(organisations.organisation(session, caller, organisation_id))


@router.patch(
    "/{organisation_id}",
    operation_id="change_organisation",
    response_model=OrganisationOut,
    dependencies=[needs(OWNERS | {Role.ADMINISTRATOR}, Scope.ADMIN)],
    responses=problems(404, 409),
    summary="修改或停用单位 Change or disable an organisation",
)
def change_organisation(
    service: ServiceDep, caller: CallerDep, organisation_id: ThingId, entry: OrganisationChange
) -> Any:
    """Region and contact by a manager of its own; all of it by administrators, but not its kind."""
    with service.database.work() as session:
        changes = entry.changes()
        return OrganisationOut.of(organisations.change_organisation(session, caller, organisation_id, changes))
