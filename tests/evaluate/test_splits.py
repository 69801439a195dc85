from pathlib import Path

import pytest
from sklearn.model_selection import GroupKFold

from matcher.errors import ConfigError, EvaluationError
from matcher.evaluate.splits import fold_split, read_split


def test_folds_are_those_of_the_trainer() -> None:
    ids = [f"n{i}" for i in range(11)]
    found = fold_split(ids, 3, seed=5)
    groups = [0, 0, *range(1, 11)]
    for number, (_, held) in enumerate(GroupKFold(3, shuffle=True, random_state=5).split(groups, groups=groups), 1):
        assert {ids[groups[at]] for at in held} == {i for i, part in found.parts.items() if part == str(number)}
    assert found.tested == tuple(ids)


@pytest.mark.parametrize("folds", [0, 1, 4])
def test_impossible_folds_are_refused(folds: int) -> None:
    with pytest.raises(ConfigError, match=f"{folds} 折"):
        fold_split(["a", "b", "c"], folds, seed=1)


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_file_says_who_is_where(tmp_path: Path) -> None:
    path = write(tmp_path / "s.tsv", "need_id\tpart", "a\ttrain", "b\ttest", "x\ttest", "c\ttrain")
    found = read_split(path, ["c", "b", "a"])
    assert found.parts == {"c": "train", "b": "test", "a": "train"}
    assert found.tested == ("b",)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["id\tpart", "a\ttrain"], "第 1 行"),
        (["need_id\tpart", "a\t"], "第 2 行缺少"),
        (["need_id\tpart", "a\ttrain", "a\ttest"], "第 3 行：需求 a"),
        (["need_id\tpart", "a\ttest", "b\ttest"], "没有分成两个"),
        (["need_id\tpart", "a\ttrain", "b\t训练"], "全在训练"),
    ],
)
def test_a_bad_file_is_named(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(EvaluationError, match=r"s\.tsv") as caught:
        read_split(write(tmp_path / "s.tsv", *lines), ["a", "b"])
    assert said in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="没有\\.tsv"):
        read_split(tmp_path / "没有.tsv", ["a"])
