from pathlib import Path

import pytest

from matcher.errors import EvaluationError
from matcher.evaluate import read_judgements

HEAD = "need_id\tachievement_id\tlevel\n"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "标注.tsv"
    path.write_bytes(text.encode(encoding))
    return path


def test_reads_pairs_in_the_order_of_the_file_with_their_lines(tmp_path: Path) -> None:
    found = read_judgements(write(tmp_path, HEAD + "n2\ta1\t4\n\nn1\t001\t1\nn2\ta3\t2\n"))
    assert {need: dict(levels) for need, levels in found.levels.items()} == {"n2": {"a1": 4, "a3": 2}, "n1": {"001": 1}}
    assert list(found.levels) == ["n2", "n1"]
    assert found.lines["n1", "001"] == 4
    assert found.pairs == 3


@pytest.mark.parametrize(
    "text", [HEAD.replace("\n", "\r\n") + "n\ta\t3\r\n", "level\tnote\tachievement_id\tneed_id\n3\tx\ta\tn\n"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_tolerates_line_ends_column_order_and_byte_order_marks(tmp_path: Path, text: str, encoding: str) -> None:
    assert read_judgements(write(tmp_path, text, encoding)).levels == {"n": {"a": 3}}


def test_a_pair_repeated_with_the_same_level_counts_once(tmp_path: Path) -> None:
    assert read_judgements(write(tmp_path, HEAD + "n\ta\t3\nn\ta\t3\n")).pairs == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "n\ta\t3\nn\tb\t2\nn\ta\t4\n", ["第 4 行", "需求 n", "成果 a", "4 级", "第 2 行", "3 级"]),
        (HEAD + "n\ta\t5\n", ["第 2 行", "“5”", "1、2、3 或 4"]),
        (HEAD + "n\ta\t0\n", ["第 2 行", "“0”"]),
        (HEAD + "n\ta\t3.0\n", ["第 2 行", "“3.0”"]),
        (HEAD + "n\ta\n", ["第 2 行", "“”"]),
        (HEAD + "n\t\t3\n", ["第 2 行", "编号"]),
        ("need_id\tlevel\nn\t3\n", ["第 1 行", "缺少列 achievement_id"]),
        ("need_id,achievement_id,level\nn,a,3\n", ["缺少列", "制表符"]),
        ("", ["缺少列"]),
        (HEAD, ["没有任何一对"]),
    ],
)
def test_says_what_is_wrong_and_where(tmp_path: Path, text: str, said: list[str]) -> None:
    path = write(tmp_path, text)
    with pytest.raises(EvaluationError) as caught:
        read_judgements(path)
    assert all(part in str(caught.value) for part in [str(path), *said]), caught.value


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="找不到标注文件"):
        read_judgements(tmp_path / "none.tsv")
    with pytest.raises(EvaluationError, match="UTF-8"):
        read_judgements(write(tmp_path, HEAD + "需求\t成果\t3\n", "gb18030"))


def test_within_names_unknown_ids_and_skips_them_on_request(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "n1\ta1\t3\nn1\tax\t2\nnx\ta1\t1\nnx\tax\t1\n")
    found = read_judgements(path)
    with pytest.raises(EvaluationError) as caught:
        found.within({"n1"}, {"a1"})
    for part in (
        str(path),
        "第 3 行的成果 ax",
        "第 4 行的需求 nx",
        "第 5 行的需求 nx",
        "第 5 行的成果 ax",
        "--skip-unknown",
    ):
        assert part in str(caught.value)
    kept = found.within({"n1"}, {"a1"}, skip_unknown=True)
    assert (kept.levels, kept.pairs) == ({"n1": {"a1": 3}}, 1)
    assert found.within({"n1", "nx", "n9"}, {"a1", "ax"}).levels == found.levels


def test_only_the_first_few_unknown_ids_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD + "n\ta\t1\n" + "".join(f"n\tx{i}\t1\n" for i in range(9)))
    with pytest.raises(EvaluationError, match="x4 等 9 处") as caught:
        read_judgements(path).within({"n"}, {"a"})
    assert "x5" not in str(caught.value)


def test_nothing_in_common_is_an_error_even_when_skipping(tmp_path: Path) -> None:
    found = read_judgements(write(tmp_path, HEAD + "n\ta\t1\n"))
    with pytest.raises(EvaluationError, match="没有一对"):
        found.within({"a"}, {"n"}, skip_unknown=True)


@pytest.mark.bench
@pytest.mark.parametrize(("name", "needs", "pairs"), [("henan", 176, 5345), ("zhejiang", 16, 518)])
def test_reads_the_real_judgements_as_they_are(bench: Path, name: str, needs: int, pairs: int) -> None:
    found = read_judgements(bench / name / "judgements.tsv")
    assert (len(found.levels), found.pairs) == (needs, pairs)
