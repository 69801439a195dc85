"""The achievements' side of a finished pass: which needs each may list, by the grades the needs' side gave."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matcher.batch.rows import Rows
from matcher.rank.gates import check_gates, is_over, sets_conditions
from matcher.rank.levels import expected_levels, fits
from matcher.rank.select import Candidate, Selection, select
from matcher.records import Achievement, Need, Side

__all__ = ["Leads", "leads_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Leads:
    """For each pair, in the order of the rows: its place in the achievement's list and what kept it out.

    rank: int32, from 1; 0 where it is not in the list. barred: bool, kept out by a hard condition alone.
    """

    rank: npt.NDArray[np.int32]
    barred: npt.NDArray[np.bool_]


def leads_of(
    rows: Rows,
    needs: Sequence[Need],
    achievements: Sequence[Achievement],
    *,
    top: int,
    hard: frozenset[str],
    today: dt.date,
) -> Leads:
    """The `top` needs of each achievement among its pairs marked `lead`, best first, one of each cluster of copies.

    Args:
        rows: all pairs; row numbers count in `needs` and `achievements`, which are sorted by id.
        needs: copies say whose they are.
        achievements: likewise.
        top: at least 1.
        hard: names of the gates that exclude.
        today: the day validity is judged on.
    """
    rank = np.zeros(len(rows), dtype=np.int32)
    barred = np.zeros(len(rows), dtype=np.bool_)
    lead = np.flatnonzero(rows.lead)
    if not len(lead):
        return Leads(rank, barred)
    scores, fit = expected_levels(rows.probs[lead]), fits(rows.probs)
    order = lead[np.lexsort((rows.need[lead], -scores, rows.achievement[lead]))]
    starts = np.flatnonzero(np.diff(rows.achievement[order], prepend=-1))
    bounds = np.append(starts, len(order))
    places = np.arange(len(order)) - np.repeat(starts, np.diff(bounds))
    best = order[places < top]
    rank[best] = 1 + places[places < top]
    # Most lists are simply their best; those that a copy or a condition may change are chosen one by one.
    chooser = _Chooser(needs, top, hard, today)
    touched = np.logical_or.reduceat(chooser.special[rows.need[order]], starts)
    for start, end in np.column_stack([bounds[:-1], bounds[1:]])[touched]:
        group = order[start:end]
        chosen = chooser.choose(achievements[rows.achievement[group[0]]], rows.need[group], fit[group])
        rank[group] = 0
        rank[group[[candidate.order for candidate in chosen.shown]]] = np.arange(1, len(chosen.shown) + 1)
        barred[group[[candidate.order for candidate in chosen.excluded]]] = True
    return Leads(rank, barred)


class _Chooser:
    """Chooses an achievement's leads. `special`: bool (needs,), those that have copies or may fail a condition."""

    def __init__(self, needs: Sequence[Need], top: int, hard: frozenset[str], today: dt.date) -> None:
        self._needs = needs
        self._top = top
        self._hard = hard
        self._today = today
        self._clusters: dict[str, list[str]] = {}
        for need in needs:
            self._clusters.setdefault(_head(need), []).append(need.id)
        self.special = np.array(
            [len(self._clusters[_head(need)]) > 1 or sets_conditions(need) or is_over(need, today) for need in needs],
            dtype=np.bool_,
        )

    def choose(self, achievement: Achievement, asked: npt.NDArray[np.int32], fit: npt.NDArray[np.float64]) -> Selection:
        """Among the needs of these row numbers, best first; `Candidate.order` is a place among them."""
        needs = [self._needs[row] for row in asked]
        heads = {need.id: _head(need) for need in needs}
        candidates = [
            Candidate(
                id=need.id,
                order=order,
                fit=float(fit[order]),
                gates=check_gates(need, achievement, today=self._today, query_side=Side.ACHIEVEMENT),
            )
            for order, need in enumerate(needs)
        ]
        return select(
            candidates,
            top=self._top,
            hard=self._hard,
            canonical=heads.__getitem__,
            cluster=lambda head: tuple(self._clusters[head]),
        )


def _head(need: Need) -> str:
    return need.duplicate_of or need.id
