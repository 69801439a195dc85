"""The kinds of callers, and how far each may read what is nobody's own."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from matcher.records import Tier

__all__ = ["EVERYBODY", "OWNERS", "READS", "SIGNED_IN", "STAFF", "OrganisationKind", "Role"]


class Role(StrEnum):
    """What an account is for; anonymous is nobody's account."""

    ANONYMOUS = "anonymous"
    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    BROKER = "broker"
    ORGANISER = "organiser"
    ADMINISTRATOR = "administrator"


class OrganisationKind(StrEnum):
    """What an organisation is."""

    ENTERPRISE = "enterprise"
    INSTITUTION = "institution"
    BROKERAGE = "brokerage"
    BUREAU = "bureau"


EVERYBODY = frozenset(Role)
SIGNED_IN = EVERYBODY - {Role.ANONYMOUS}
OWNERS = frozenset({Role.ENTERPRISE, Role.INSTITUTION})
"""Those whose organisation owns needs and achievements."""
STAFF = frozenset({Role.ORGANISER, Role.ADMINISTRATOR})
"""Those who review, and who enter records for an organisation that has no account."""

READS: Mapping[Role, Tier] = MappingProxyType(
    {
        Role.ANONYMOUS: Tier.PUBLIC,
        Role.ENTERPRISE: Tier.REGISTERED,
        Role.INSTITUTION: Tier.REGISTERED,
        Role.BROKER: Tier.RESTRICTED,
        Role.ORGANISER: Tier.RESTRICTED,
        Role.ADMINISTRATOR: Tier.RESTRICTED,
    }
)
"""How far each role reads other people's records. 仅本人 is nobody's but the owner's, not even the administrator's."""
