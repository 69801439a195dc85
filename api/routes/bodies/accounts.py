"""Bodies and answers about people, organisations, keys and the audit log."""

import datetime as dt
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, Field, SecretStr, StringConstraints

from api.access.groups import Group
from api.access.keys import Scope
from api.access.roles import OrganisationKind, Role
from api.accounts.keys import is_live
from api.accounts.readers import Reading
from api.db.base import now
from api.db.tables import Account, ApiKey, Audit, Organisation, Registration
from api.schemas.base import Body

__all__ = [
    "AccountChange",
    "AccountEntry",
    "AccountMade",
    "AccountOut",
    "ApprovalEntry",
    "AuditOut",
    "BrowserOut",
    "Change",
    "ColleagueEntry",
    "KeyEntry",
    "KeyMade",
    "KeyOut",
    "MeOut",
    "Moment",
    "NewPassword",
    "OrganisationChange",
    "OrganisationEntry",
    "OrganisationOut",
    "ReadingOut",
    "RegistrationEntry",
    "RegistrationOut",
    "RegistrationReceived",
    "Search",
    "SignIn",
    "ThingId",
]

_ONE_LINE = r"^[^\x00-\x1F\x7F]*$"
ThingId = Annotated[str, StringConstraints(max_length=80, pattern=_ONE_LINE)]
"""An id in a path or a filter: what PostgreSQL cannot be asked about is refused before it is asked."""
Login = Annotated[
    str,
    StringConstraints(max_length=100, pattern=_ONE_LINE, strip_whitespace=True),
    Field(description="登录名，不分大小写和全半角；Login", examples=["wang@example.cn"]),
]
Name = Annotated[str, StringConstraints(max_length=100, pattern=_ONE_LINE, strip_whitespace=True)]
OrganisationName = Annotated[
    str, StringConstraints(min_length=2, max_length=200, pattern=_ONE_LINE, strip_whitespace=True)
]
Region = Annotated[str, StringConstraints(max_length=100, pattern=_ONE_LINE, strip_whitespace=True)]
Contact = Annotated[str, StringConstraints(max_length=500, pattern=r"^[^\x00]*$", strip_whitespace=True)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=256, description="密码；Password")]
Search = Annotated[str, StringConstraints(max_length=100, pattern=_ONE_LINE, strip_whitespace=True)]
Moment = Annotated[
    AwareDatetime, Field(ge=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), le=dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
]
# The roles of accounts: nobody's account is anonymous.
AccountRole = Annotated[Role, Field(description="身份；Role of the account")]
_MANAGER = "本单位负责人，可邀请和停用同事；Invites and disables colleagues"


class SignIn(Body):
    """Who signs in."""

    login: Login
    password: Password


class NewPassword(Body):
    """The old password and the one to be."""

    current_password: Password
    new_password: Password


class AccountOut(BaseModel):
    """An account."""

    id: str
    login: str
    display_name: str
    role: Role
    organisation_id: str | None
    organisation_name: str
    manager: Annotated[bool, Field(description=_MANAGER)]
    must_change_password: bool
    has_password: bool
    has_identity: Annotated[bool, Field(description="是否已关联统一身份认证；Signs in at the identity provider")]
    created_at: dt.datetime
    disabled_at: dt.datetime | None

    @classmethod
    def of(cls, account: Account, organisation_name: str = "") -> Self:
        """What is shown of an account; never its hash."""
        return cls(
            id=account.id,
            login=account.login,
            display_name=account.display_name,
            role=Role(account.role),
            organisation_id=account.organisation_id,
            organisation_name=organisation_name,
            manager=account.manager,
            must_change_password=account.must_change_password,
            has_password=account.password_hash is not None,
            has_identity=account.oidc_subject is not None,
            created_at=account.created_at,
            disabled_at=account.disabled_at,
        )


class MeOut(BaseModel):
    """Who is signed in. `csrf_token` goes into the header X-CSRF-Token of each change; empty for a key."""

    account: AccountOut
    csrf_token: str
    must_change_password: bool
    unread: Annotated[int, Field(description="未读消息数；Unread messages")] = 0


class BrowserOut(BaseModel):
    """Where an account is signed in."""

    id: str
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    browser: str
    current: Annotated[bool, Field(description="是否当前这次登录；This very sign-in")]


class AccountEntry(Body):
    """A new account."""

    login: Login
    display_name: Name = ""
    role: AccountRole
    organisation_id: ThingId | None = None
    manager: Annotated[bool, Field(description=_MANAGER)] = False


class Change(Body):
    """What to change; what is left out, or null, stays."""

    def changes(self) -> dict[str, Any]:
        """What was sent, by name."""
        return {name: value for name, value in self.model_dump(exclude_unset=True).items() if value is not None}


class AccountChange(Change):
    """What to change of an account; what is left out stays."""

    display_name: Name | None = None
    role: AccountRole | None = None
    organisation_id: Annotated[ThingId | None, Field(description="null 为不属于任何单位；null: of none")] = None
    manager: bool | None = None
    disabled: bool | None = None

    def changes(self) -> dict[str, Any]:
        """As sent; an organisation can be taken away."""
        none = {"organisation_id": None} if "organisation_id" in self.model_fields_set else {}
        return none | super().changes()


class AccountMade(BaseModel):
    """An account and its one-time password, which is shown this once."""

    account: AccountOut
    one_time_password: str


class ColleagueEntry(Body):
    """A colleague to invite."""

    login: Login
    display_name: Name = ""


class OrganisationEntry(Body):
    """A new organisation."""

    name: OrganisationName
    kind: OrganisationKind
    region: Region = ""
    contact: Annotated[Contact, Field(description="对接接受后才对对方公开；Opened on acceptance only")] = ""


class OrganisationChange(Change):
    """What to change of an organisation; what is left out stays."""

    name: OrganisationName | None = None
    region: Region | None = None
    contact: Contact | None = None
    disabled: bool | None = None


class OrganisationOut(BaseModel):
    """An organisation as its own people, organisers and administrators see it."""

    id: str
    name: str
    kind: OrganisationKind
    region: str
    contact: str
    created_at: dt.datetime
    disabled_at: dt.datetime | None

    @classmethod
    def of(cls, row: Organisation) -> Self:
        """All of it."""
        return cls(
            id=row.id,
            name=row.name,
            kind=OrganisationKind(row.kind),
            region=row.region,
            contact=row.contact,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
        )


class RegistrationEntry(Body):
    """Somebody asks for an account."""

    login: Login
    display_name: Name = ""
    password: Password
    kind: Annotated[OrganisationKind, Field(description="enterprise 企业 或 institution 院所")]
    organisation_name: OrganisationName
    region: Region = ""
    contact: Contact = ""


class RegistrationReceived(BaseModel):
    """The same answer whatever exists."""

    detail: str = "申请已收到；管理员审核后即可用所填登录名和密码登录。"
    detail_en: str = "Received; you can sign in once an administrator has approved it."


class RegistrationOut(BaseModel):
    """A registration as the administrator sees it."""

    id: str
    login: str
    display_name: str
    role: Role | None
    organisation_name: str
    region: str
    contact: str
    by_identity: bool
    decision: Annotated[str, Field(description="空为待审核；approved 或 refused")]
    created_at: dt.datetime
    decided_at: dt.datetime | None
    account_id: str | None

    @classmethod
    def of(cls, row: Registration) -> Self:
        """All but the password's hash."""
        return cls(
            id=row.id,
            login=row.login,
            display_name=row.display_name,
            role=Role(row.role) if row.role else None,
            organisation_name=row.organisation_name,
            region=row.region,
            contact=row.contact,
            by_identity=row.oidc_subject is not None,
            decision=row.decision,
            created_at=row.created_at,
            decided_at=row.decided_at,
            account_id=row.account_id,
        )


class ApprovalEntry(Body):
    """What the administrator decides beside yes; what is left out is as it was asked for."""

    role: AccountRole | None = None
    organisation_id: ThingId | None = None
    login: Login | None = None
    manager: bool | None = None


class KeyEntry(Body):
    """A key to be made."""

    name: Annotated[Name, Field(min_length=1, description="用途，如“院所系统每日推送”；What it is for")]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    expires_in_days: Annotated[
        int | None, Field(ge=1, le=3650, description="有效天数，空为不过期；Days it is good for")
    ] = 365


class KeyOut(BaseModel):
    """A key without its secret."""

    id: str
    name: str
    scopes: list[Scope]
    live: Annotated[bool, Field(description="现在能否使用；Whether it may be used now")]
    created_at: dt.datetime
    expires_at: dt.datetime | None
    revoked_at: dt.datetime | None
    used_at: Annotated[dt.datetime | None, Field(description="最近使用，精确到分钟；Last used, to the minute")]

    @classmethod
    def of(cls, row: ApiKey) -> Self:
        """What is kept of it."""
        return cls(
            id=row.id,
            name=row.name,
            scopes=[Scope(str(scope)) for scope in row.scopes],
            live=is_live(row, now()),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
            used_at=row.used_at,
        )


class KeyMade(BaseModel):
    """A key just made: its text is shown this once."""

    key: KeyOut
    text: Annotated[str, Field(description="完整密钥，只显示这一次；The key itself, shown once")]


class AuditOut(BaseModel):
    """One line of the audit log."""

    id: str
    at: dt.datetime
    account_id: str | None
    login: Annotated[str, Field(description="账号的登录名；The account's login")]
    organisation_id: str | None
    key_id: str | None
    action: str
    kind: str
    thing_id: str
    detail: dict[str, Any]
    address: str
    request_id: str

    @classmethod
    def of(cls, row: Audit, login: str) -> Self:
        """All of it."""
        return cls(
            id=row.id,
            at=row.at,
            account_id=row.account_id,
            login=login,
            organisation_id=row.organisation_id,
            key_id=row.key_id,
            action=row.action,
            kind=row.kind,
            thing_id=row.thing_id,
            detail=row.detail,
            address=row.address,
            request_id=row.request_id,
        )


class ReadingOut(BaseModel):
    """What one organisation read of a record in one day (China time)."""

    day: dt.date
    organisation: Annotated[str, Field(description="读取方单位，空为无单位的工作人员；Who read")]
    role: Role
    groups: Annotated[list[Group], Field(description="读到的受限字段组；Restricted groups that were shown")]
    times: int

    @classmethod
    def of(cls, reading: Reading) -> Self:
        """As counted."""
        return cls(
            day=reading.day,
            organisation=reading.organisation,
            role=reading.role,
            groups=list(reading.groups),
            times=reading.times,
        )
