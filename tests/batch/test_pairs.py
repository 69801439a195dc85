"""`matches.csv` reads back as it was written, whatever ids and titles hold, and is harmless in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.batch.pairs import HEADINGS, RunPair, read_pairs, write_pairs
from matcher.rank.gates import GATES

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
share = st.integers(0, 10**6).map(lambda millionths: millionths / 10**6)
rank = st.none() | st.integers(1, 1000)
pairs = st.builds(
    RunPair,
    need_id=text,
    achievement_id=text,
    need_rank=rank,
    achievement_rank=rank,
    level=st.integers(1, 4),
    level_probs=st.tuples(share, share, share, share),
    fit=share,
    score=st.integers(10**6, 4 * 10**6).map(lambda millionths: millionths / 10**6),
    failed=st.lists(st.sampled_from([info.name for info in GATES]), unique=True).map(tuple),
)


def written(rows: list[tuple[RunPair, str, str]]) -> str:
    file = io.StringIO(newline="")
    write_pairs(file, rows)
    return file.getvalue()


@given(st.lists(st.tuples(pairs, text, text), max_size=5))
def test_what_was_written_is_read(rows: list[tuple[RunPair, str, str]]) -> None:
    file = io.StringIO(written(rows), newline="")
    assert list(read_pairs(file)) == [pair for pair, _, _ in rows]


def test_a_row_as_a_person_sees_it() -> None:
    pair = RunPair(
        need_id="=1+1",
        achievement_id="'A",
        need_rank=1,
        achievement_rank=None,
        level=3,
        level_probs=(0.1, 0.2, 0.3, 0.4),
        fit=0.7,
        score=3.0,
        failed=("region", "modes"),
    )
    heading, row = csv.reader(io.StringIO(written([(pair, "@公式", "成果\r名")]), newline=""))
    assert tuple(heading) == HEADINGS
    assert row == [
        "'=1+1", "''A", "1", "", "3", "0.700000", "3.000000", "0.100000", "0.200000", "0.300000", "0.400000",
        "地区、合作方式", "'@公式", "成果\n名",
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["", "别的\r\n", ",".join(HEADINGS) + "\r\n1,2\r\n"])
def test_something_else_is_refused(content: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(read_pairs(io.StringIO(content, newline="")))
