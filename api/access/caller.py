"""The caller of one request, as established by a session cookie or an API key."""

from dataclasses import dataclass

from api.access.keys import Scope
from api.access.roles import READS, STAFF, Role
from matcher.records import Tier

__all__ = ["Caller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `scopes` is None for a signed-in person, who may do all that the role may.

    `session_hash` is set where a session cookie was sent, `key_id` where an API key was.
    """

    role: Role = Role.ANONYMOUS
    account_id: str | None = None
    organisation_id: str | None = None
    organisation_name: str = ""
    display_name: str = ""
    key_id: str | None = None
    scopes: frozenset[Scope] | None = None
    session_hash: str | None = None
    must_change_password: bool = False
    address: str = ""
    request_id: str = ""

    @property
    def tier(self) -> Tier:
        """How far this caller reads what is not its own."""
        return READS[self.role]

    @property
    def is_staff(self) -> bool:
        """Whether the caller reviews and enters records for others."""
        return self.role in STAFF

    def owns(self, organisation_id: str | None) -> bool:
        """Whether a thing of that organisation is the caller's own."""
        return organisation_id is not None and organisation_id == self.organisation_id
