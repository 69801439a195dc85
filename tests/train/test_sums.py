"""What a card calls the files that were learned from: names that tell them apart, and no path of one machine."""

from hashlib import sha256
from pathlib import Path

import pytest

from matcher.errors import EvaluationError
from matcher.train.data import file_sums
from matcher.train.sums import hash_of, short_names, sums_of


def test_names_are_as_long_as_they_must_be() -> None:
    assert short_names([Path("/x/a/n.csv"), Path("/x/b/n.csv")]) == ["a/n.csv", "b/n.csv"]
    assert short_names([Path("/x/a/n.csv"), Path("/y/a/n.csv")]) == ["x/a/n.csv", "y/a/n.csv"]


def test_a_file_named_twice_counts_once_and_a_missing_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "n.csv"
    path.write_bytes(b"abc")
    assert sums_of([path, path]) == {f"{tmp_path.name}/n.csv": sha256(b"abc").hexdigest()}
    with pytest.raises(EvaluationError, match=r"none\.csv"):
        hash_of(tmp_path / "none.csv")


def test_a_list_that_names_a_whole_path_does_not_tell_it(tmp_path: Path) -> None:
    for name in ("n.csv", "a.csv", "j.tsv"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    text = f'[[graded]]\nneeds = "n.csv"\nachievements = "{tmp_path}/a.csv"\njudgements = "j.tsv"\n'
    (tmp_path / "DATA.toml").write_text(text, encoding="utf-8")
    assert set(file_sums(tmp_path / "DATA.toml")) == {"n.csv", f"{tmp_path.name}/a.csv", "j.tsv"}
