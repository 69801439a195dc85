"""Published needs by the best level any achievement reaches for them, as the outlook room keeps it."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.db.tables import Outlook, RecordRow
from api.outlook.reading import current, watched
from api.statistics.counts import Count
from matcher.records import Tier

__all__ = ["level_counts"]

_LEVELS = (4, 3, 2, 1)


def level_counts(session: Session) -> tuple[Count, ...]:
    """By best level: 4 to 1, none (no candidate at all), unknown (not looked at since it was published or changed)."""
    rows = session.execute(
        select(Outlook.best_level, func.count())
        .select_from(RecordRow)
        .outerjoin(Outlook, current(Tier.RESTRICTED))
        .where(watched())
        .group_by(Outlook.best_level)
    )
    found: dict[int | None, int] = {level: int(number) for level, number in rows}
    return (
        *(Count(str(level), f"{level} 级", found.get(level, 0)) for level in _LEVELS),
        Count("none", "无匹配", found.get(0, 0)),
        Count("unknown", "尚未评估", found.get(None, 0)),
    )
