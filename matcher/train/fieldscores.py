"""How well a field classifier predicts: accuracy, macro-F1, top-3 and calibration error, with intervals by title."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["FieldScores", "Prediction", "accuracy", "calibration_error", "macro_f1", "score_predictions"]

_ROUNDS = 500
_BINS = 10


@dataclass(frozen=True, slots=True)
class Prediction:
    """The true class, what each class was given, and the title the record shares with its copies."""

    truth: str
    chances: Mapping[str, float]
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldScores:
    """Each figure as (value, low, high): 95 % bootstrap interval over titles. `majority` always says the commonest."""

    n: int
    accuracy: tuple[float, float, float]
    macro_f1: tuple[float, float, float]
    top3: tuple[float, float, float]
    ece: tuple[float, float, float]
    majority: float


def score_predictions(predictions: Sequence[Prediction], seed: int = 0) -> FieldScores:
    """Score predictions of one scheme; macro-F1 runs over the classes that occur as truth.

    Raises:
        ValueError: no predictions.
    """
    if not predictions:
        raise ValueError("no predictions to score")
    ranked = [sorted(item.chances, key=lambda code: -item.chances[code])[:3] for item in predictions]
    truth = np.array([item.truth for item in predictions])
    guess = np.array([codes[0] for codes in ranked])
    top3 = np.array([item.truth in codes for item, codes in zip(predictions, ranked, strict=True)])
    sure = np.array([item.chances[codes[0]] for item, codes in zip(predictions, ranked, strict=True)])
    members: dict[str, list[int]] = defaultdict(list)
    for at, item in enumerate(predictions):
        members[item.group].append(at)
    groups = [np.array(positions) for positions in members.values()]
    rng = np.random.default_rng(seed)
    samples = [np.concatenate([groups[at] for at in rng.integers(0, len(groups), len(groups))]) for _ in range(_ROUNDS)]

    def interval(measure: Callable[[npt.NDArray[np.int64]], float]) -> tuple[float, float, float]:
        low, high = np.quantile([measure(sample) for sample in samples], [0.025, 0.975])
        return round(measure(np.arange(len(truth))), 4), round(float(low), 4), round(float(high), 4)

    counts = np.unique(truth, return_counts=True)[1]
    return FieldScores(
        n=len(predictions),
        accuracy=interval(lambda at: float(np.mean(truth[at] == guess[at]))),
        macro_f1=interval(lambda at: macro_f1(truth[at], guess[at])),
        top3=interval(lambda at: float(np.mean(top3[at]))),
        ece=interval(lambda at: calibration_error(sure[at], truth[at] == guess[at])),
        majority=round(float(counts.max() / len(truth)), 4),
    )


def accuracy(predictions: Sequence[Prediction]) -> float:
    """Share of predictions whose likeliest class is the true one."""
    hits = [max(item.chances, key=lambda code: item.chances[code]) == item.truth for item in predictions]
    return round(float(np.mean(hits)), 4)


def macro_f1(truth: npt.NDArray[np.str_], guess: npt.NDArray[np.str_]) -> float:
    """Mean over the classes of `truth` of 2·hits / (times true + times guessed)."""
    found = [
        2 * np.sum((truth == code) & (guess == code)) / (np.sum(truth == code) + np.sum(guess == code))
        for code in np.unique(truth)
    ]
    return float(np.mean(found))


def calibration_error(sure: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error (Naeini et al. 2015) over ten equal bins of confidence."""
    place = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    gaps = [
        np.mean(place == bin_) * abs(np.mean(sure[place == bin_]) - np.mean(right[place == bin_]))
        for bin_ in np.unique(place)
    ]
    return float(np.sum(gaps))
