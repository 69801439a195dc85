"""A block of needs against all achievements: one pass gives the needs' lists and what the achievements may list."""

import datetime as dt
import os
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matcher.batch.rows import Rows
from matcher.config import Settings
from matcher.embed.base import Encoder
from matcher.embed.meaning import Meaning
from matcher.index.dense import ROUNDING
from matcher.index.side import SideIndex, Swept
from matcher.rank.checks import Checker
from matcher.rank.features import FEATURES, check_features, feature_columns
from matcher.rank.levels import column_order, levels_of
from matcher.rank.misses import one_level_lower
from matcher.rank.models import Models
from matcher.rank.ranker import Graded, Ranker
from matcher.rank.shortlist import Shortlist, Shortlister, pair_of, query_text
from matcher.records import Need

__all__ = ["LEAD_LEVEL", "BlockMatcher"]

LEAD_LEVEL = 2
"""The lowest level at which a need is a lead for an achievement: level 1 means that a call is not advised."""


class BlockMatcher:
    """Grades pairs as the engine does when a need asks, whatever the direction they are listed in.

    The candidates of a need are those of `Ranker.rank`, its list that of `Shortlister.choose`. Every other pair has its
    plain grade, one level lower where it misses what the need insists on, and is kept where that reaches `LEAD_LEVEL`.
    """

    def __init__(
        self, side: SideIndex, encoder: Encoder, models: Models, settings: Settings, *, top: int, today: dt.date
    ) -> None:
        """Over a side that `encoder` has made; `top` is at least 1, and validity is judged on `today`."""
        self._side = side
        self._model = models.levels
        self._columns = column_order(FEATURES, models.levels.features)
        self._ranker = Ranker(side, models.levels, models.reranker)
        self._plain = Ranker(side, models.levels)
        self._checker = Checker(similarity=Meaning(encoder))
        self._shortlister = Shortlister(side, self._ranker, self._checker, settings)
        self._top = top
        self._depth = max(settings.candidates, top)
        self._today = today
        self._threads = settings.threads or os.cpu_count() or 1

    def match(self, needs: Sequence[Need], first: int) -> Rows:
        """The pairs of these needs; `first` is the row number of the first of them.

        Raises:
            ModelError: the files of the encoder or the re-ranker are missing or damaged.
        """
        texts = [query_text(need) for need in needs]
        candidates, promising = [], []
        for swept in self._side.sweep(texts, self._depth, threads=self._threads):
            candidates.append(swept.candidates)
            promising.append(np.setdiff1d(self._promising(swept), swept.candidates, assume_unique=True))
        graded = self._ranker.order(texts, candidates)
        others = self._plain.grade(texts, promising)
        return Rows.joined(
            [
                self._rows(
                    first + at,
                    need,
                    self._shortlister.choose(need, graded[at], top=self._top, today=self._today),
                    others[at],
                )
                for at, need in enumerate(needs)
            ]
        )

    def _promising(self, swept: Swept) -> npt.NDArray[np.int64]:
        """int64, ascending: all records that may reach `LEAD_LEVEL`, and few that do not."""
        weights = np.asarray(self._model.weights)
        latent = np.zeros(len(self._side), dtype=np.float32)
        columns = feature_columns(swept.semantic, swept.keyword, self._side.dense.title_share)
        for weight, column in zip(weights, (columns[at] for at in self._columns), strict=True):
            latent += np.float32(weight) * column
        # The product's rounding, three times as much where it is cubed, and that of single precision here.
        slack = 4 * float(ROUNDING) * float(np.abs(weights).sum())
        return np.flatnonzero(latent >= self._model.thresholds[LEAD_LEVEL - 2] - slack)

    def _rows(self, row: int, need: Need, listed: Shortlist, others: Graded) -> Rows:
        """The pairs of one need that are in its list, kept out of it by a condition, or leads."""
        graded, chosen = listed.graded, listed.chosen
        # A widened list may have graded some of the others again.
        new = np.flatnonzero(~np.isin(others.positions, graded.positions))
        positions = np.concatenate([graded.positions, others.positions[new]])
        probs = np.concatenate([graded.probs, others.probs[new]])
        ranks = np.zeros(len(positions), dtype=np.int32)
        ranks[[candidate.order for candidate in chosen.shown]] = np.arange(1, len(chosen.shown) + 1)
        barred = np.zeros(len(positions), dtype=np.bool_)
        barred[[candidate.order for candidate in chosen.excluded]] = True
        if self._checker.insists(need):
            open_leads = (levels_of(probs) >= LEAD_LEVEL) & (ranks == 0) & ~np.isin(positions, listed.checked)
            missed = self._missing(need, positions, np.flatnonzero(open_leads))
            probs[missed] = one_level_lower(probs[missed])
        lead = levels_of(probs) >= LEAD_LEVEL
        kept = np.flatnonzero((ranks > 0) | barred | lead)
        return Rows(
            need=np.full(len(kept), row, dtype=np.int32),
            achievement=positions[kept].astype(np.int32),
            probs=probs[kept],
            rank=ranks[kept],
            barred=barred[kept],
            lead=lead[kept],
        )

    def _missing(
        self, need: Need, positions: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Those of the places whose achievement misses a target that the need insists on."""
        pairs = [pair_of(need, self._side.records[at]) for at in positions[places]]
        checks = self._checker.check_pairs(pairs)
        return places[[bool(check_features(found).unmet_must) for found in checks]]
