"""One file for each kind of figure; every figure is a `Measure`."""

from matcher.evaluate.metrics.base import Floats, MeanByNeed, Measure
from matcher.evaluate.metrics.calibration import CalibrationError, NoneFitsAuc
from matcher.evaluate.metrics.levels import Contest, Kappa, MeanAbsoluteError, Spearman
from matcher.evaluate.metrics.ranking import ranking_measures

__all__ = [
    "CalibrationError",
    "Contest",
    "Floats",
    "Kappa",
    "MeanAbsoluteError",
    "MeanByNeed",
    "Measure",
    "NoneFitsAuc",
    "Spearman",
    "ranking_measures",
]
