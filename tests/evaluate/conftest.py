"""A system whose answers are written down, so that every figure can be redone by hand."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from matcher.evaluate import Graded, Judgements, read_judgements
from matcher.records import Need

Answers = Mapping[str, Mapping[str, tuple[float, int, float]]]
"""need → achievement → (score, level, fit)."""


class Written:
    """Gives each pair the score, level and fit written for it; retrieves by score, highest first."""

    def __init__(self, answers: Answers, name: str = "written") -> None:
        self.answers = answers
        self.name = name
        self.asked_k: list[int] = []

    def _graded(self, need_id: str, achievement_id: str) -> Graded:
        score, level, fit = self.answers[need_id][achievement_id]
        return Graded(achievement_id, score, level, (1.0 - fit, 0.0, fit / 2.0, fit / 2.0))

    def rank_many(self, needs: Sequence[Need], k: int) -> list[list[Graded]]:
        self.asked_k.append(k)
        found = []
        for need in needs:
            ids = sorted(self.answers[need.id], key=lambda i: -self.answers[need.id][i][0])
            found.append([self._graded(need.id, i) for i in ids][:k])
        return found

    def grade_many(self, pairs: Sequence[tuple[Need, Sequence[str]]]) -> list[list[Graded]]:
        return [[self._graded(need.id, i) for i in reversed(ids)] for need, ids in pairs]


@pytest.fixture
def written() -> type[Written]:
    return Written


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[Mapping[str, Mapping[str, int]]], Judgements]:
    """Writes levels to a file and reads them back."""

    def build(levels: Mapping[str, Mapping[str, int]]) -> Judgements:
        path = tmp_path / "judgements.tsv"
        rows = [f"{need}\t{i}\t{level}" for need, found in levels.items() for i, level in found.items()]
        path.write_text("\n".join(["need_id\tachievement_id\tlevel", *rows]) + "\n", encoding="utf-8")
        return read_judgements(path)

    return build


@pytest.fixture
def needs_of() -> Callable[[Judgements], dict[str, Need]]:
    return lambda judgements: {i: Need(id=i, title=f"需求{i}") for i in judgements.levels}
