"""Example searches that are known to have an answer: tried out in the background, kept, and checked when shown.

They are tried as nobody who is signed in: what everybody may read can be shown to everybody.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.access.caller import Caller
from api.db.base import now
from api.db.tables import RecordRow, ServiceValue
from api.matching.asking import Asker, text_query
from api.records.reading import Reader
from api.records.states import State
from api.service import Service
from matcher.explain import Explaining
from matcher.index.filters import Filter
from matcher.records import LEVELS, Side

__all__ = ["Example", "examples", "find_examples"]

_NAME = "home-examples"
_MOST = 3
_TRIED = 30
_LONGEST = 40
_GOOD = LEVELS[2].level
_FRESH = dt.timedelta(hours=6)
_RETRY = dt.timedelta(minutes=2)
_NOBODY = Caller()


@dataclass(frozen=True, slots=True)
class Example:
    """A search text, the level of its best answer, that answer, and the need it is the title of ("" for the sample)."""

    text: str
    level: int
    achievement_id: str
    need_id: str = ""


def examples(session: Session) -> list[Example]:
    """Those that were found, as far as everybody still may read what they rest on, with the title they had."""
    return _standing(session, _kept(session))


def find_examples(service: Service) -> int:
    """Try titles of the newest public needs, then those of the sample; how many examples were written.

    Nothing is tried while all there can be stand and are not old, nor again at once where there are fewer, nor where
    the index is as it was.

    Raises:
        IndexStoreError, ModelError: the index cannot be read; the examples stay.
    """
    service.matching.refresh()
    with service.matching.use() as matcher:
        version, empty = matcher.version, not matcher.has(Side.ACHIEVEMENT)
    with service.database.reading() as session:
        value = _kept(session)
        standing = _standing(session, value)
        titles = list(_titles(session))
    lasts = _FRESH if len(standing) == _MOST else _RETRY
    if empty or value.get("version") == version or ("at" in value and now() - _found_at(value) < lasts):
        return 0
    found = _tried(service, [*titles, *((text, "") for text in _sample())])
    with service.database.work() as session:
        row = session.get(ServiceValue, _NAME) or ServiceValue(name=_NAME)
        row.value = {"version": version, "at": now().isoformat(), "items": [asdict(item) for item in found]}
        session.add(row)
    return len(found)


def _tried(service: Service, texts: Sequence[tuple[str, str]]) -> list[Example]:
    asker = Asker(service.database, service.matching, _NOBODY)
    found: list[Example] = []
    for text, need_id in texts:
        query = text_query(text, Side.ACHIEVEMENT)
        answer = asker.partners_of(query, Filter(), top=1, explaining=Explaining.NONE)
        best = next(iter(answer.found.matches), None)
        if best is not None and best.level >= _GOOD and not answer.found.none_fits:
            found.append(Example(text, best.level, best.achievement_id, need_id))
        if len(found) == _MOST:
            break
    return found


def _titles(session: Session) -> Iterator[tuple[str, str]]:
    """Titles that fit on a button, each once, with the ids of their needs."""
    reader, seen = Reader(session, _NOBODY), set[str]()
    wanted = _public(reader).where(RecordRow.side == Side.NEED.value)
    for row in session.scalars(wanted.order_by(RecordRow.id.desc()).limit(_TRIED)):
        title = _title(reader, row)
        if title and len(title) <= _LONGEST and title not in seen:
            seen.add(title)
            yield title, row.id


def _standing(session: Session, value: dict[str, Any]) -> list[Example]:
    found = [Example(**item) for item in value.get("items", ())]
    named = {i for item in found for i in (item.achievement_id, item.need_id) if i}
    if not named:
        return []
    reader = Reader(session, _NOBODY)
    public = _public(reader).where(RecordRow.id.in_(sorted(named)))
    titles = {row.id: _title(reader, row) for row in session.scalars(public)}
    # A title that its owner has put right meanwhile is not shown any more.
    return [
        item
        for item in found
        if item.achievement_id in titles and (not item.need_id or titles.get(item.need_id) == item.text)
    ]


def _public(reader: Reader) -> Select[RecordRow]:
    return select(RecordRow).where(RecordRow.state == State.PUBLISHED.value, reader.visible)


def _title(reader: Reader, row: RecordRow) -> str:
    return reader.see(row).record.title.strip()


def _kept(session: Session) -> dict[str, Any]:
    row = session.get(ServiceValue, _NAME)
    return {} if row is None else row.value


def _found_at(value: dict[str, Any]) -> dt.datetime:
    return dt.datetime.fromisoformat(value["at"])


@lru_cache(maxsize=1)
def _sample() -> tuple[str, ...]:
    text = resources.files("api.showcases").joinpath("examples.txt").read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))
