"""From a query's graded candidates to those its list shows: lowered, widened where too few pass, one a cluster, cut."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from matcher.config import Settings
from matcher.corpus.side import side_label
from matcher.errors import RecordError
from matcher.index.base import Allowed, QueryText
from matcher.index.eyes import Eyes
from matcher.index.side import SideIndex
from matcher.rank.checks import Checker
from matcher.rank.gates import REFUSED, check_gates
from matcher.rank.given import Given
from matcher.rank.misses import best_first, lowered
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.screen import failing_rows
from matcher.rank.select import Candidate, Selection, select
from matcher.records import Achievement, Gate, GateState, Need, Record
from matcher.text.fields import title_and_body

__all__ = ["Shortlist", "Shortlister", "pair_of", "query_text"]

# Lowered candidates make room for the next ones.
_CHECKED_BEYOND = 20
# A saved record is decoded when it is read, and one query reads it several times.
_REMEMBERED = 2048


def query_text(record: Record) -> QueryText:
    """A record seen as a query."""
    return QueryText(*title_and_body(record))


def pair_of(query: Record, partner: Record) -> tuple[Need, Achievement]:
    """The two records, the need first, whoever asks.

    Raises:
        RecordError: both are of one side.
    """
    if isinstance(query, Need) and isinstance(partner, Achievement):
        return query, partner
    if isinstance(query, Achievement) and isinstance(partner, Need):
        return partner, query
    asked, there = side_label(query.side), side_label(partner.side)
    raise RecordError(f"记录“{query.id}”（{asked}）不能与{there}匹配；需求用 match，成果用 leads。")


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """What was chosen, and all candidates that were graded for it; `Candidate.order` is a place among those.

    checked: int64, row numbers of those whose grade takes into account what the need insists on.
    """

    graded: Graded
    chosen: Selection
    checked: npt.NDArray[np.int64]


class Shortlister:
    """Chooses among the records of one side. Conditions are checked only as far down as the list reaches."""

    def __init__(self, partners: SideIndex, ranker: Ranker, checker: Checker, settings: Settings) -> None:
        """`ranker` must be that of `partners`."""
        self._partners = partners
        self._ranker = ranker
        self._checker = checker
        self._depth = settings.candidates
        self._hard = frozenset(settings.hard_gates)
        self.record: Callable[[int], Record] = lru_cache(maxsize=_REMEMBERED)(self._decoded)
        """The partner in a row, remembered for a while."""

    def choose(
        self,
        query: Record,
        ranked: Graded,
        *,
        top: int,
        today: dt.date,
        allowed: Allowed | None = None,
        eyes: Eyes | None = None,
        given: Given | None = None,
    ) -> Shortlist:
        """The list of one query.

        Args:
            query: a record of the other side.
            ranked: its candidates, best first.
            top: at least 1.
            today: the day validity is judged on.
            allowed: which records may be looked at, and named as copies; None: all.
            eyes: the reader's, up to whose tier targets are read; None: those of the checker.
            given: what was said of the query's candidates; `ranked` takes it into account.

        Raises:
            RecordError: the query is of the partners' own side.
            ModelError: the encoder's files are missing or damaged.
        """
        considered = len(self._partners) if allowed is None else int(allowed.sum())
        gates = _Gates(self.record, query, today, given)
        graded, checked = self._checked(query, ranked, top, eyes)
        chosen = self._select(graded, top, gates, allowed)
        if len(chosen.shown) < top and len(graded.positions) < considered:
            passes = ~failing_rows(query, self._partners.columns, hard=self._hard, today=today)
            passes[sorted(given.refused if given else ())] = False
            if allowed is not None:
                passes &= allowed
            # Every candidate was looked at; only where those that pass are too few, copies apart, are there more.
            if passes[graded.positions].sum() < top:
                graded, checked = self._checked(query, self._widened(query, graded, top, passes, given), top, eyes)
                chosen = self._select(graded, top, gates, allowed)
        return Shortlist(graded, chosen, checked)

    def candidates(self, query: Record, graded: Graded, today: dt.date, given: Given | None = None) -> list[Candidate]:
        """All graded records of a query with their conditions, in order.

        Raises:
            RecordError: the query is of the partners' own side.
        """
        return self._candidates(graded, range(len(graded.positions)), _Gates(self.record, query, today, given))

    def _decoded(self, at: int) -> Record:
        return self._partners.records[at]

    def _checked(
        self, query: Record, ranked: Graded, top: int, eyes: Eyes | None
    ) -> tuple[Graded, npt.NDArray[np.int64]]:
        """All candidates, those that could be shown lowered where they miss a target the need insists on; and these."""
        near = ranked.positions[: top + _CHECKED_BEYOND]
        if isinstance(query, Need) and not self._checker.insists(query, eyes=eyes):
            return ranked, near
        pairs = [pair_of(query, self.record(at)) for at in near.tolist()]
        if any(self._checker.insists(need, eyes=eyes) for need, _ in pairs):
            ranked = best_first(lowered(ranked, self._checker.check_pairs(pairs, eyes=eyes)))
        return ranked, near

    def _select(self, graded: Graded, top: int, gates: "_Gates", allowed: Allowed | None) -> Selection:
        """As `select` over all candidates: it stops at `top`, so whole clusters up to there are enough."""
        partners = self._partners
        heads = [partners.canonical(partners.ids[at]) for at in graded.positions.tolist()]
        distinct = list(dict.fromkeys(heads))
        reach = top

        def cluster(head: str) -> tuple[str, ...]:
            """Those of a cluster that may be named."""
            here = [(name, partners.position(name)) for name in partners.cluster(head) if name in partners]
            return tuple(name for name, at in here if allowed is None or allowed[at])

        while True:
            within = set(distinct[:reach])
            orders = [order for order, head in enumerate(heads) if head in within]
            chosen = select(
                self._candidates(graded, orders, gates),
                top=top,
                hard=self._hard | {REFUSED},
                canonical=partners.canonical,
                cluster=cluster,
            )
            if len(chosen.shown) >= top or reach >= len(distinct):
                return chosen
            reach *= 2

    def _candidates(self, graded: Graded, orders: Iterable[int], gates: "_Gates") -> list[Candidate]:
        at = graded.positions.tolist()
        return [
            Candidate(
                id=self._partners.ids[at[order]], order=order, fit=float(graded.fits[order]), gates=gates[at[order]]
            )
            for order in orders
        ]

    def _widened(self, query: Record, graded: Graded, top: int, passes: Allowed, given: Given | None) -> Graded:
        """The candidates, and the best among all the records that pass the hard conditions.

        A need limited to one county must not come away empty because the first candidates are all from elsewhere.
        """
        if not passes.any():
            return graded
        text = query_text(query)
        more = self._ranker.candidates([text], max(self._depth, top), passes)[0]
        return self._ranker.order([text], [np.union1d(graded.positions, more)], [given])[0]


class _Gates(dict[int, tuple[Gate, ...]]):
    """The hard conditions of a query against records by row number, checked when first asked for."""

    def __init__(self, record: Callable[[int], Record], query: Record, today: dt.date, given: Given | None) -> None:
        super().__init__()
        self._given = given
        self._record = record
        self._query = query
        self._today = today

    def __missing__(self, at: int) -> tuple[Gate, ...]:
        need, achievement = pair_of(self._query, self._record(at))
        found = check_gates(need, achievement, today=self._today, query_side=self._query.side)
        if self._given and at in self._given.refused:
            found = (*found, Gate(name=REFUSED, state=GateState.FAIL, reason=self._given.remark(at)))
        self[at] = found
        return found
