"""The teacher's states on disk: right, gone on with, and never another teacher's."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from matcher.train.fast_states import States, keep_states

LENGTHS = [2, 3, 1, 4]
BATCHES = [[2, 0], [1], [3]]


class Teacher:
    """Says of piece p of text t after layer k: 100 k + 10 t + p, and the negative of it; remembers what was asked."""

    def __init__(self, fail_at: int | None = None) -> None:
        self.asked: list[list[int]] = []
        self._fail_at = fail_at

    def __call__(self, batch: Sequence[int]) -> np.ndarray:
        if len(self.asked) == self._fail_at:
            raise KeyboardInterrupt
        self.asked.append(list(batch))
        longest = max(LENGTHS[at] for at in batch)
        said = np.array(
            [[[100 * k + 10 * at + p for p in range(longest)] for at in batch] for k in range(2)], dtype=np.float32
        )
        return np.stack([said, -said], axis=-1)


def keep(folder: Path, teacher: Teacher, mark: str = "a" * 64) -> States:
    return keep_states(folder, mark, LENGTHS, BATCHES, teacher, layers=2, width=2)


def test_states_lie_where_their_pieces_are(tmp_path: Path) -> None:
    states = keep(tmp_path / "work", Teacher())
    found = states.of([3, 0])
    assert found.shape == (2, 2, 4, 2)
    assert found[1, 0].tolist() == [[130, -130], [131, -131], [132, -132], [133, -133]]
    assert found[0, 1].tolist() == [[0, 0], [1, -1], [0, 0], [0, 0]]
    # Means of the last states: (110 + 111 + 112) / 3 and its negative, made one long.
    assert states.vectors([1]) == pytest.approx(np.array([[0.5**0.5, -(0.5**0.5)]]))
    values = [10 * at + p for at, length in enumerate(LENGTHS) for p in range(length)]
    wanted = np.array([[*values, *(-value for value in values)]], dtype=np.float64).var()
    assert states.variances()[0] == pytest.approx(wanted, rel=1e-6)


def test_states_are_asked_for_once(tmp_path: Path) -> None:
    first = np.array(keep(tmp_path, Teacher()).values)
    again = Teacher(fail_at=0)
    assert (keep(tmp_path, again).values == first).all()
    assert again.asked == []


def test_another_teacher_is_asked_anew(tmp_path: Path) -> None:
    keep(tmp_path, Teacher())
    other = Teacher()
    keep(tmp_path, other, mark="b" * 64)
    assert other.asked == BATCHES
    # Gigabytes of no more use.
    assert [path.name for path in tmp_path.iterdir()] == [f"states-{'b' * 16}.npy"]


def test_an_interruption_costs_what_was_not_yet_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.train.fast_states._BATCHES_A_SAVE", 2)
    whole = np.array(keep(tmp_path / "whole", Teacher()).values)
    with pytest.raises(KeyboardInterrupt):
        keep(tmp_path / "cut", Teacher(fail_at=2))
    rest = Teacher()
    assert (keep(tmp_path / "cut", rest).values == whole).all()
    assert rest.asked == [[3]]
    assert len(list((tmp_path / "cut").iterdir())) == 1
