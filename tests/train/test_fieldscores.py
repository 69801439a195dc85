import numpy as np
import pytest

from matcher.train.fieldscores import Prediction, calibration_error, macro_f1, score_predictions


def test_macro_f1_by_hand() -> None:
    truth, guess = np.array(["a", "a", "b", "c"]), np.array(["a", "b", "b", "b"])
    # a: 2·1/(2+1), b: 2·1/(1+3), c: 0.
    assert macro_f1(truth, guess) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)


def test_calibration_error_by_hand() -> None:
    sure, right = np.array([0.95, 0.95, 0.55, 0.55]), np.array([True, True, True, False])
    # Half the records are 0.05 too modest, half 0.05 too bold.
    assert calibration_error(sure, right) == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)


def test_scores_by_hand() -> None:
    chances = {"a": 0.6, "b": 0.2, "c": 0.1, "d": 0.05}
    scores = score_predictions([Prediction(code, chances, group) for code, group in zip("aabd", "1123", strict=True)])
    assert scores.accuracy[0] == 0.5
    assert scores.top3[0] == 0.75
    assert scores.majority == 0.5
    assert scores.ece[0] == pytest.approx(0.1)
    assert scores.accuracy[1] <= 0.5 <= scores.accuracy[2]


def test_records_of_one_title_are_drawn_together() -> None:
    # One title only: every sample is the whole, so the interval has no width.
    predictions = [Prediction(code, {"a": 0.9, "b": 0.1}, "same") for code in "aab"]
    value, low, high = score_predictions(predictions).accuracy
    assert value == low == high == pytest.approx(2 / 3, abs=1e-4)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ValueError, match="no predictions"):
        score_predictions([])
