"""Level and fit of a pair, from what the index holds: what everybody may read who may see the records."""

import structlog

from api.access.caller import Caller
from api.introductions.requests import Ask, Grade, check
from api.records.content import for_index
from api.records.reading import Reader
from api.service import Service
from matcher.errors import MatcherError, RecordError
from matcher.explain import Explaining

__all__ = ["grade"]


def grade(service: Service, caller: Caller, ask: Ask) -> Grade | None:
    """What the index says of the pair; None where one of the two is closed to all others, or not indexed yet.

    Raises:
        NotFoundError, ForbiddenError, ConflictError: the caller may not ask for this pair.
    """
    with service.database.reading() as session:
        pair = check(session, caller, ask)
        query, partner = for_index(pair.need), for_index(pair.achievement)
        eyes = Reader(session, caller).eyes()
    if query is None or partner is None:
        return None
    try:
        with service.matching.use() as matcher:
            found = matcher.explain(query, [partner.id], eyes=eyes, explaining=Explaining.NONE)
    except RecordError:
        return None
    except MatcherError as error:
        # An introduction does not wait for an index that is being mended.
        structlog.get_logger("introductions").warning("not_graded", error=str(error))
        return None
    return Grade(found[0].level, found[0].fit) if found else None
