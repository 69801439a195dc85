"""Which needs a change of an achievement may touch: those it stood with, and those it leads to now."""

import datetime as dt
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.db.tables import StandingPair
from api.matching.live import Matching
from api.outlook.asking import LEAST_LEVEL
from matcher.explain import Explaining
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.records import Achievement, Side, Tier

__all__ = ["absent", "led_to", "stood_with"]

_WIDEST = 200


def stood_with(session: Session, achievement_ids: Collection[str]) -> set[str]:
    """Needs that have one of the achievements among their pairs."""
    return set(
        session.scalars(
            select(StandingPair.need_id).where(StandingPair.achievement_id.in_(list(achievement_ids))).distinct()
        )
    )


def absent(matching: Matching, achievement_ids: Iterable[str]) -> set[str]:
    """Those of the achievements that the index does not hold.

    Raises:
        IndexStoreError, ModelError: as for `Matching.use`.
    """
    with matching.use() as matcher:
        if not matcher.has(Side.ACHIEVEMENT):
            return set(achievement_ids)
        side = matcher.side(Side.ACHIEVEMENT)
        return {i for i in achievement_ids if i not in side}


def led_to(matching: Matching, achievement_id: str, today: dt.date) -> set[str]:
    """Needs that the achievement leads to at level 2 or more, as it asks; each of them is put to the engine again.

    An achievement that asks grades a pair a little otherwise than the need does (docs/decisions/0100); what that
    loses is found when the need is looked at for its age.

    Raises:
        IndexStoreError, ModelError: as for `Matching.use`.
    """
    with matching.use() as matcher:
        if not (matcher.has(Side.ACHIEVEMENT) and matcher.has(Side.NEED)):
            return set()
        side = matcher.side(Side.ACHIEVEMENT)
        record = side.records[side.position(achievement_id)] if achievement_id in side else None
        if not isinstance(record, Achievement):
            return set()
        # Whoever sees the achievement may see all that the index holds of it.
        eyes = Eyes(tier=Tier.RESTRICTED, own=frozenset({(Side.ACHIEVEMENT, achievement_id)}))
        found = matcher.leads(
            record,
            top=_WIDEST,
            conditions=Filter(eyes=eyes),
            today=today,
            explaining=Explaining.NONE,
        )
        # A condition that it fails today may be another's tomorrow; the need decides when it is asked.
        near = [match for match in (*found.matches, *found.excluded) if match.level >= LEAST_LEVEL]
        return {need_id for match in near for need_id in (match.need_id, *match.duplicates)}
