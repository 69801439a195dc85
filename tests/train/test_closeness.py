"""How close two sets of vectors are, by hand."""

import math

import numpy as np
import pytest

from matcher.train.closeness import closeness


def circle(*degrees: float) -> np.ndarray:
    return np.array([[math.cos(math.radians(at)), math.sin(math.radians(at))] for at in degrees], dtype=np.float32)


def test_turned_vectors_are_far_from_their_own_and_alike_among_themselves() -> None:
    found = closeness(circle(60, 80, 150), circle(0, 20, 90))
    assert found.cosine == pytest.approx(0.5, abs=1e-6)
    assert found.correlation == pytest.approx(1.0, abs=1e-6)
    assert found.found == 1.0
    assert found.texts == 3
    assert "50.0" not in str(found)
    assert "余弦 0.5000" in str(found)
    assert "100.0%（3 段）" in str(found)


def test_the_correlation_is_that_of_all_pairs() -> None:
    # Cosines of the pairs 01, 02, 12: student 0, −1, 0; teacher 0, 0.5, cos 30°.
    student, teacher = [0.0, -1.0, 0.0], [0.0, 0.5, math.sqrt(3) / 2]
    found = closeness(circle(0, 90, 180), circle(0, 90, 60))
    assert found.correlation == pytest.approx(float(np.corrcoef(student, teacher)[0, 1]), abs=1e-6)


def test_a_neighbour_that_is_eleventh_is_not_found() -> None:
    # For the teacher the last text is nearest to the first; for the student ten others are nearer.
    teacher = circle(0, *range(40, 51), 1)
    student = circle(0, *range(1, 12), 90)
    # All others have theirs among the ten: only the first and the last lose one another.
    assert closeness(student, teacher).found == pytest.approx(11 / 13)
