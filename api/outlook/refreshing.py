"""Keeping the standing matching up: the work of a few seconds, done by the worker again and again.

The engine is never asked while the database is held, and the database never while the engine is. An entry of the queue
is taken off in the transaction that stores what came of it: a process that dies on the way does those entries again.
"""

import datetime as dt
import time
from collections.abc import Callable, Sequence

from sqlalchemy import delete
from sqlalchemy.orm import Session

from api.days import china_day
from api.db.base import now
from api.db.tables import Outlook, StandingPair
from api.outlook.asking import Question, ask, explained, question_of
from api.outlook.judging import listed, outlook_of, pairs_of, partners_of, standing
from api.outlook.queue import (
    achievements_waiting,
    add_needs,
    done,
    is_searched,
    next_entries,
    postpone,
    published_needs,
)
from api.outlook.touching import absent, led_to, stood_with
from api.service import Service
from matcher.records import Side, Tier

__all__ = ["SLICE_S", "refresh"]

SLICE_S = 4.0
"""How long one turn goes on taking up further entries, in seconds."""

_NEEDS = 8
_ACHIEVEMENTS = 16
# From so many waiting achievements on it is looked whether asking all needs is less work; so many go at once then.
_MANY = 200


def refresh(service: Service, moment: dt.datetime | None = None, *, slice_s: float = SLICE_S) -> int:
    """Look at what changed until the slice is over or nothing waits; how many records were dealt with.

    Needs entered by hand come first, then achievements, which queue the needs they may touch, then those.

    Args:
        service: whose database and index.
        moment: the present, in UTC; None: the clock's.
        slice_s: after how many seconds no further entries are begun; at least one step is done.

    Raises:
        IndexStoreError, ModelError: the index cannot be read; the queue stays as it is.
    """
    until, dealt_with = time.monotonic() + slice_s, 0
    while True:
        at = moment or now()
        steps: tuple[Callable[[], int], ...] = (
            lambda: _look_at_needs(service, at, bulk=False),  # noqa: B023
            lambda: _follow_achievements(service, at),  # noqa: B023
            lambda: _look_at_needs(service, at, bulk=True),  # noqa: B023
        )
        step = next((found for go in steps if (found := go())), 0)
        dealt_with += step
        if not step or time.monotonic() >= until:
            return dealt_with


def _look_at_needs(service: Service, moment: dt.datetime, *, bulk: bool) -> int:
    """The next few needs: asked anew, or forgotten where they are not published any more."""
    with service.database.reading() as session:
        entries = next_entries(session, Side.NEED, moment, _NEEDS, bulk=bulk)
    if not entries.rows:
        return 0
    # The entries were read first: what the index holds now is at least what they are about.
    service.matching.refresh()
    found = [_looked_at(service, question_of(row), moment) for row in entries.live.values()]
    with service.database.work() as session:
        _forget(session, list(entries.rows))
        for outlooks, pairs in found:
            session.add_all([*outlooks, *pairs])
        session.flush()
        done(session, entries)
    return len(entries.rows)


def _looked_at(service: Service, question: Question, moment: dt.datetime) -> tuple[list[Outlook], list[StandingPair]]:
    """One need as every tier sees it, and the pairs of the tier that reads furthest."""
    today = china_day(moment)
    answers = ask(service.matching, question, today)
    with service.database.reading() as session:
        partners = partners_of(session, question, answers.values())
    # Only the owner's figures leave out whom the need avoids: beside what brokers and staff find, theirs would tell.
    outlooks = [
        outlook_of(question, tier, asked, standing(question, asked, partners, avoiding=tier is Tier.REGISTERED), moment)
        for tier, asked in answers.items()
    ]
    if Tier.RESTRICTED not in answers:
        return outlooks, []
    asked = answers[Tier.RESTRICTED]
    best = listed(standing(question, asked, partners, avoiding=True), asked, partners)
    held = {row.id: asked.held[row.id] for _, row in best}
    why = explained(service.matching, question, Tier.RESTRICTED, held, today) if held else {}
    return outlooks, pairs_of(question, best, why, moment)


def _follow_achievements(service: Service, moment: dt.datetime) -> int:
    """The next few achievements that changed: the needs they may touch are queued, pairs of what is over go at once."""
    with service.database.reading() as session:
        most, needs = _batch(session, moment)
        entries = next_entries(session, Side.ACHIEVEMENT, moment, most)
    if not entries.rows:
        return 0
    service.matching.refresh()
    searched = [row.id for row in entries.rows.values() if row is not None and is_searched(row)]
    away = absent(service.matching, searched)
    touched = set(needs)
    if not needs:
        today = china_day(moment)
        touched.update(*(led_to(service.matching, record_id, today) for record_id in searched if record_id not in away))
    with service.database.work() as session:
        touched |= stood_with(session, list(entries.rows))
        _end_pairs(session, entries.gone)
        add_needs(session, touched, moment)
        postpone(session, entries, away, moment)
        done(session, entries, but=away)
    return len(entries.rows)


def _batch(session: Session, moment: dt.datetime) -> tuple[int, Sequence[str]]:
    """How many achievements to follow at once; and all needs, where asking those is less than following that many."""
    waiting = achievements_waiting(session, moment)
    if waiting < _MANY:
        return _ACHIEVEMENTS, ()
    needs = published_needs(session)
    return (_MANY, needs) if waiting >= len(needs) else (_ACHIEVEMENTS, ())


def _forget(session: Session, need_ids: Sequence[str]) -> None:
    session.execute(delete(Outlook).where(Outlook.need_id.in_(need_ids)))
    session.execute(delete(StandingPair).where(StandingPair.need_id.in_(need_ids)))


def _end_pairs(session: Session, achievement_ids: Sequence[str]) -> None:
    if achievement_ids:
        session.execute(delete(StandingPair).where(StandingPair.achievement_id.in_(achievement_ids)))
