"""One question to the engine in the name of one caller: who reads, what is compared, what is shown."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select

from api.access.caller import Caller
from api.audit import log_reads
from api.days import china_day
from api.db.base import now
from api.db.engine import Database
from api.db.tables import IndexQueue, RecordRow
from api.errors import ConflictError, InvalidError
from api.matching.live import Matching
from api.records.reading import Reader, Seen
from matcher.engine import Matcher
from matcher.errors import IndexNotFoundError, RecordError
from matcher.explain import Explaining
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.rank.gates import blocks
from matcher.rank.similar import Similar
from matcher.records import Achievement, Match, MatchList, Need, OrganisationLead, Record, Side
from matcher.report import ModelNames, models_named

__all__ = ["Answer", "Asker", "text_query"]

_DEEPEST = 200
_TEXT_ID = "query"
_BEHIND_S = 10
_NO_CONTACT = frozenset({"成果未写联系人", "需求未写联系人"})
# The index holds no contacts that not everybody may read: whether there is one is not known to it.
_CONTACT = "联系方式在对接被接受后可见"


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An answer of the engine with the partners' records as the caller may read them, by id.

    Matches whose partner is gone since the index learned of it, or avoids the caller, are left out. `models` and
    `version` of the index are those that answered.
    """

    found: MatchList
    partners: Mapping[str, Seen]
    models: ModelNames
    version: str
    organisations: tuple[OrganisationLead, ...] = ()
    catching_up: bool = False


def text_query(text: str, looks_for: Side) -> Record:
    """A search text as a record of the side that asks.

    Raises:
        InvalidError: the text is blank.
    """
    title = text.strip()
    if not title:
        raise InvalidError("需求不能为空；请写一句话，例如“石墨电极抗氧化涂层”。", field="body.text")
    return Need(id=_TEXT_ID, title=title) if looks_for is Side.ACHIEVEMENT else Achievement(id=_TEXT_ID, title=title)


class Asker:
    """Asks the engine for one caller. The database is not held while the engine works."""

    def __init__(self, database: Database, matching: Matching, caller: Caller) -> None:
        """Nothing is read yet."""
        self._database = database
        self._matching = matching
        self._caller = caller

    def record(self, record_id: str, side: Side) -> Record:
        """A record the caller may see, as the caller may read it; an own one is compared with its confidential text.

        Raises:
            NotFoundError: there is none, or the caller may not know of it.
        """
        return self.seen(record_id, side).record

    def seen(self, record_id: str, side: Side) -> Seen:
        """The same, with how it was read."""
        with self._database.reading() as session:
            reader = Reader(session, self._caller)
            seen = reader.see(reader.row(record_id, side))
        log_reads(self._database, self._caller, [seen])
        return seen

    def partners_of(
        self,
        query: Record,
        wanted: Filter,
        *,
        top: int,
        explaining: Explaining,
        today: dt.date | None = None,
        organisations: bool = False,
    ) -> Answer:
        """Partners for a record or a text, at most `_DEEPEST`; an empty index of that side is an empty answer."""
        wanted = replace(wanted, eyes=self._eyes(query))
        behind = self._catching_up()
        with self._matching.use() as matcher:
            models, version = models_named(matcher), matcher.version
            if not matcher.has(query.side.other):
                nothing = MatchList(query_id=query.id, query_side=query.side, matches=(), none_fits=True)
                return Answer(nothing, {}, models, version, catching_up=behind)
            ask = matcher.match if isinstance(query, Need) else matcher.leads
            day = today or china_day()
            found = ask(query, top=min(top, _DEEPEST), conditions=wanted, today=day, explaining=explaining)  # type: ignore[arg-type]
            leads = matcher.organisations(found) if organisations else ()
        shown, seen, leads = self._shown(found, leads)
        return Answer(shown, seen, models, version, organisations=leads, catching_up=behind)

    def similar(self, record: Record, wanted: Filter, *, top: int) -> tuple[tuple[Similar, Seen], ...]:
        """Records of the same side that are near, as the caller may read them."""
        wanted = replace(wanted, eyes=self._eyes(record))
        with self._matching.use() as matcher:
            found = matcher.similar(record, top=top, conditions=wanted) if matcher.has(record.side) else ()
        seen = self._seen([item.id for item in found])
        return tuple((item, seen[item.id]) for item in found if item.id in seen)

    def pair(self, need: Record, achievement: Record, *, today: dt.date | None = None) -> tuple[Match, Seen]:
        """The explanation of one pair, and the partner of it that the index holds.

        Raises:
            ConflictError: neither of the two is in the index (yet).
        """
        for query, partner in ((need, achievement), (achievement, need)):
            eyes = self._eyes(query)
            with self._matching.use() as matcher:
                match = _explained(matcher, query, partner.id, eyes, today)
            seen = self._seen([partner.id])
            if match is not None and seen:
                return _told(match, seen[partner.id]), seen[partner.id]
        raise ConflictError(
            "这两条记录都还没有编入索引（草稿，或刚刚发布）；请发布其中一条，稍候再试。", "Not indexed yet."
        )

    def _catching_up(self) -> bool:
        """Whether the index has been behind for longer than an ordinary change takes it."""
        with self._database.reading() as session:
            # By number, which is indexed: asked with every search, also beside a long queue.
            oldest = session.scalar(select(IndexQueue.queued_at).order_by(IndexQueue.id).limit(1))
        return oldest is not None and (now() - oldest).total_seconds() > _BEHIND_S

    def _eyes(self, query: Record) -> Eyes:
        """The caller's eyes; the query itself was read by the caller already, as far as it goes."""
        with self._database.reading() as session:
            eyes = Reader(session, self._caller).eyes()
        return replace(eyes, own=eyes.own | {(query.side, query.id)})

    def _seen(self, record_ids: Iterable[str]) -> dict[str, Seen]:
        """The records as the caller may read them now; the database has the last word, not the index."""
        wanted = list(dict.fromkeys(record_ids))
        with self._database.reading() as session:
            reader = Reader(session, self._caller)
            rows = [
                row for row in session.scalars(select(RecordRow).where(RecordRow.id.in_(wanted))) if reader.sees(row)
            ]
            seen = {row.id: reader.see(row) for row in rows if not self._avoids_caller(row)}
        log_reads(self._database, self._caller, seen.values())
        return seen

    def _avoids_caller(self, row: RecordRow) -> bool:
        """Whether a need names the caller's organisation among those it would rather not meet."""
        avoided = row.content.get("blocked_orgs", ())
        return any(blocks(str(name), self._caller.organisation_name) for name in avoided)

    def _shown(
        self, found: MatchList, organisations: Iterable[OrganisationLead]
    ) -> tuple[MatchList, dict[str, Seen], tuple[OrganisationLead, ...]]:
        by_need = found.query_side is Side.NEED

        def partner(match: Match) -> str:
            return match.achievement_id if by_need else match.need_id

        every = (*found.matches, *found.excluded)
        seen = self._seen([i for match in every for i in (partner(match), *match.duplicates)])

        def kept(matches: Iterable[Match]) -> tuple[Match, ...]:
            return tuple(
                _told(replace(match, duplicates=tuple(i for i in match.duplicates if i in seen)), seen[partner(match)])
                for match in matches
                if partner(match) in seen
            )

        leads = (
            replace(lead, contact="", record_ids=tuple(i for i in lead.record_ids if i in seen))
            for lead in organisations
        )
        return (
            replace(found, matches=kept(found.matches), excluded=kept(found.excluded)),
            seen,
            tuple(lead for lead in leads if lead.record_ids),
        )


def _told(match: Match, partner: Seen) -> Match:
    """The match as it is told to the caller, whatever it is written into."""
    if partner.own:
        return match
    return replace(match, unknowns=tuple(_CONTACT if item in _NO_CONTACT else item for item in match.unknowns))


def _explained(matcher: Matcher, query: Record, partner_id: str, eyes: Eyes, today: dt.date | None) -> Match | None:
    try:
        return matcher.explain(query, [partner_id], today=today or china_day(), eyes=eyes)[0]
    except (RecordError, IndexNotFoundError):
        return None
