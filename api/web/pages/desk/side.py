"""One side's desk: which records it keeps, where its pages are, and what the API answers for them."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from api.access.groups import DEFAULT_TIERS, Group
from api.schemas.records import AchievementOut, NeedOut, RecordOut
from api.web.visit import Visit
from matcher.records import Side, Tier

__all__ = ["ACHIEVEMENTS", "NEEDS", "Desk"]

R = TypeVar("R", bound=RecordOut)
_OPEN = (Group.BASIC, Group.OWNER, Group.DESCRIPTION, Group.INDICATORS, Group.TERMS)


@dataclass(frozen=True, slots=True)
class Desk(Generic[R]):
    """`home` is the address of the list, `path` that of the API; `tiered` are the groups whose tier can be chosen."""

    side: Side
    home: str
    path: str
    out: type[R]
    tiered: tuple[Group, ...]
    published: str = ""
    """Below a record's own page: where to look as soon as it is published."""

    def path_of(self, visit: Visit) -> str:
        """The API's address of the record that the page is about."""
        return f"{self.path}/{visit.path('id')}"

    def page_of(self, record_id: str) -> str:
        """The address of a record's own page."""
        return f"{self.home}/{record_id}"

    async def record(self, visit: Visit) -> R:
        """The record that the page is about. Raises RefusedError."""
        return await visit.api.get(self.out, self.path_of(visit))

    def blank_tiers(self) -> dict[str, list[str]]:
        """The fields of an empty form that say who may read what: the defaults of the service."""
        tiers = {f"content.tiers.{group}": [str(int(DEFAULT_TIERS[group]))] for group in self.tiered}
        return {**tiers, "content.visibility": [str(int(Tier.PUBLIC))]}


NEEDS = Desk(Side.NEED, "/my/needs", "/needs", NeedOut, (*_OPEN, Group.CONTACT), published="/matches")
ACHIEVEMENTS = Desk(
    Side.ACHIEVEMENT, "/my/achievements", "/achievements", AchievementOut, (*_OPEN, Group.TEAM, Group.CONTACT)
)
