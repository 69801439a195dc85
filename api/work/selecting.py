"""The records that take part in a job: those its account may read, and of each as much as it may read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.access.groups import Group
from api.audit import log_reads
from api.db.engine import Database
from api.db.tables import RecordRow
from api.records.reading import Reader, Seen
from api.records.states import State
from matcher.records import Achievement, Need, Record, Side

__all__ = ["Wanted", "selected_achievements", "selected_needs"]

_PAGE = 500

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records take part; what is empty leaves nothing out. Texts are compared with what the account may read."""

    need_ids: frozenset[str] = frozenset()
    achievement_ids: frozenset[str] = frozenset()
    region: str = ""
    field: str = ""
    owner_id: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, Any]) -> "Wanted":
        """As the body of the request said."""
        return cls(
            need_ids=frozenset(parameters.get("need_ids", ())),
            achievement_ids=frozenset(parameters.get("achievement_ids", ())),
            region=str(parameters.get("region", "")),
            field=str(parameters.get("field", "")),
            owner_id=str(parameters.get("owner_id", "")),
        )

    def takes(self, seen: Seen) -> bool:
        """Whether a record takes part, by nothing but what is shown of it."""
        record = seen.record
        ids = self.need_ids if record.side is Side.NEED else self.achievement_ids
        if ids and record.id not in ids:
            return False
        if self.owner_id and (Group.OWNER in seen.closed or seen.row.owner_id != self.owner_id):
            return False
        if self.region and (record.region is None or self.region not in record.region.name):
            return False
        return not self.field or any(self.field in field for field in record.fields)


def selected_needs(database: Database, caller: Caller, wanted: Wanted, progress: Progress) -> list[Need]:
    """Published needs as the account may read them, by id; reading restricted texts of others goes into the audit log.

    Args:
        database: which has them.
        caller: of the job's account.
        wanted: which take part.
        progress: told how many records were looked at.
    """
    found = _selected(database, caller, Side.NEED, wanted, progress)
    return [record for record in found if isinstance(record, Need)]


def selected_achievements(database: Database, caller: Caller, wanted: Wanted, progress: Progress) -> list[Achievement]:
    """Published achievements; as `selected_needs`."""
    found = _selected(database, caller, Side.ACHIEVEMENT, wanted, progress)
    return [record for record in found if isinstance(record, Achievement)]


def _selected(database: Database, caller: Caller, side: Side, wanted: Wanted, progress: Progress) -> Iterator[Record]:
    after, looked = "", 0
    while True:
        with database.reading() as session:
            reader = Reader(session, caller)
            rows = _page(session, reader, side, after)
            taken = [seen for row in rows if wanted.takes(seen := reader.see(row))]
        if not rows:
            return
        log_reads(database, caller, taken)
        yield from (seen.record for seen in taken)
        after, looked = rows[-1].id, looked + len(rows)
        progress(looked)


def _page(session: Session, reader: Reader, side: Side, after: str) -> Sequence[RecordRow]:
    return session.scalars(
        select(RecordRow)
        .where(
            reader.visible,
            RecordRow.side == side.value,
            RecordRow.state == State.PUBLISHED,
            RecordRow.id > after,
        )
        .order_by(RecordRow.id)
        .limit(_PAGE)
    ).all()
