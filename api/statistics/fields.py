"""The supply–demand gap map: for each field of the plan its needs, its achievements, the needs nobody can serve."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import func, select

from api.access.caller import Caller
from api.db.base import now
from api.db.engine import Database
from api.db.tables import RecordRow
from api.matching.live import Matching
from api.outlook.reading import outlooks
from api.records.reading import Reader
from api.records.states import State
from matcher.corpus.schemes import categories
from matcher.index.eyes import Eyes
from matcher.index.filters import Filter
from matcher.records import Scheme, Side

__all__ = ["FITS", "PLAN_CODES", "Gap", "GapMap", "gap_map", "plan_name"]

FITS = 3
"""A need is served where some achievement reaches this level."""
PLAN_CODES = tuple(categories(Scheme.PLAN))
"""Codes of the plan's fields, in its order."""
_GROUPS: Mapping[str, str] = MappingProxyType({"F": "未来产业", "G": "关键共性技术"})
_NO_FIELD, _ALL = "未归入领域", "合计"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """One field; counts ≥ 0. `ungraded` needs are among `needs`, and never among `unserved`."""

    code: str
    name: str
    group: str
    needs: int
    achievements: int
    unserved: int
    ungraded: int

    @property
    def share(self) -> float | None:
        """Of the graded needs those nobody can serve, in [0, 1]; None where none is graded."""
        graded = self.needs - self.ungraded
        return round(self.unserved / graded, 4) if graded else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMap:
    """A record of several fields counts in each of them, and once in `total`."""

    at: dt.datetime
    fields: tuple[Gap, ...]
    without_field: Gap
    total: Gap


@dataclass(frozen=True, slots=True)
class _Need:
    """A need as far as the map goes; `best` is its best level, None where it is not known."""

    codes: tuple[str, ...]
    best: int | None


@dataclass(frozen=True, slots=True)
class _Supply:
    """Achievements by field, and those that have any."""

    by_code: Mapping[str, int]
    with_field: int


def plan_name(code: str) -> str:
    """The name of a field of the plan.

    Raises:
        KeyError: there is no such code.
    """
    return categories(Scheme.PLAN)[code].name


def gap_map(database: Database, matching: Matching, caller: Caller) -> GapMap:
    """Count published records the caller may know of; fields are those the index gave them (its filter `plan`).

    A need's fields and best level come from the outlook where there is one.

    Raises:
        IndexStoreError: the index is damaged or was made by another encoder.
    """
    with database.reading() as session:
        reader = Reader(session, caller)
        eyes, known = reader.eyes(), (RecordRow.state == State.PUBLISHED, reader.visible)
        need_ids = session.scalars(select(RecordRow.id).where(RecordRow.side == Side.NEED, *known)).all()
        achievements = session.scalar(
            select(func.count()).select_from(RecordRow).where(RecordRow.side == Side.ACHIEVEMENT, *known)
        )
        looked_at = {item.need_id: (item.plan_codes, item.best_level) for item in outlooks(session)}
    # The database is not held while the engine is waited for.
    supply = _supply(matching, eyes)
    missing = [need_id for need_id in need_ids if need_id not in looked_at]
    indexed = _need_codes(matching, eyes, missing)
    needs = [
        _Need(*looked_at[need_id]) if need_id in looked_at else _Need(indexed.get(need_id, ()), None)
        for need_id in need_ids
    ]
    return _map(needs, achievements or 0, supply)


def _supply(matching: Matching, eyes: Eyes) -> _Supply:
    with matching.use() as matcher:
        if not matcher.has(Side.ACHIEVEMENT):
            return _Supply({}, 0)
        wanted = Filter(eyes=eyes)
        found = matcher.facets(Side.ACHIEVEMENT, conditions=wanted, most=len(PLAN_CODES))[Scheme.PLAN]
        # Every record in the index has a field: its own, or the likeliest.
        held = int(matcher.side(Side.ACHIEVEMENT).filter_mask(wanted).sum())
    return _Supply({facet.value: facet.count for facet in found}, held)


def _need_codes(matching: Matching, eyes: Eyes, need_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The fields of some needs, as the index has them; those it does not hold are left out."""
    if not need_ids:
        return {}
    wanted = frozenset(need_ids)
    found: dict[str, tuple[str, ...]] = {}
    with matching.use() as matcher:
        if not matcher.has(Side.NEED):
            return {}
        index = matcher.side(Side.NEED)
        column, allowed = index.columns.texts[Scheme.PLAN], index.filter_mask(Filter(eyes=eyes))
        for row, at in zip(column.rows.tolist(), column.codes.tolist(), strict=True):
            need_id = index.ids[row]
            if allowed[row] and need_id in wanted:
                found[need_id] = (*found.get(need_id, ()), column.values[at].partition("\t")[0])
    return found


def _map(needs: Sequence[_Need], achievements: int, supply: _Supply) -> GapMap:
    demand = Counter(code for need in needs for code in need.codes)
    unserved = Counter(code for need in _unserved(needs) for code in need.codes)
    ungraded = Counter(code for need in needs if need.best is None for code in need.codes)
    return GapMap(
        at=now(),
        fields=tuple(
            Gap(
                code=code,
                name=plan_name(code),
                group=_GROUPS[code[0]],
                needs=demand[code],
                achievements=supply.by_code.get(code, 0),
                unserved=unserved[code],
                ungraded=ungraded[code],
            )
            for code in PLAN_CODES
        ),
        # The index may be some records behind the database, or ahead of what was read of it.
        without_field=_sum(_NO_FIELD, [n for n in needs if not n.codes], max(0, achievements - supply.with_field)),
        total=_sum(_ALL, needs, achievements),
    )


def _unserved(needs: Iterable[_Need]) -> list[_Need]:
    return [need for need in needs if need.best is not None and need.best < FITS]


def _sum(name: str, needs: Sequence[_Need], achievements: int) -> Gap:
    return Gap(
        code="",
        name=name,
        group="",
        needs=len(needs),
        achievements=achievements,
        unserved=len(_unserved(needs)),
        ungraded=sum(need.best is None for need in needs),
    )
