from pathlib import Path

import pytest

from matcher.corpus.columns import recognise
from matcher.corpus.side import decide_side
from matcher.errors import ColumnError
from matcher.records import Side


@pytest.mark.parametrize(
    ("headings", "file", "sheet", "side", "proof"),
    [
        (["需求名称", "联系人"], "a.csv", None, Side.NEED, "需求名称"),
        (["成果名称", "联系人"], "a.csv", None, Side.ACHIEVEMENT, "成果名称"),
        (["项目名称", "预算资金"], "a.csv", None, Side.NEED, "预算资金"),
        (["项目名称", "完成单位"], "a.csv", None, Side.ACHIEVEMENT, "完成单位"),
        # Headings say more than names.
        (["成果名称", "完成单位"], "企业需求.xlsx", "需求", Side.ACHIEVEMENT, "成果名称"),
        (["title", "content"], "a.xlsx", "技术需求", Side.NEED, "技术需求"),
        (["title", "content"], "needs.jsonl", None, Side.NEED, "needs"),
        (["title", "content"], "achievements_2020.jsonl", None, Side.ACHIEVEMENT, "achievements"),
        (["name", "time", "context"], "a.json", None, Side.NEED, "倾向"),
    ],
)
def test_side(headings: list[str], file: str, sheet: str | None, side: Side, proof: str) -> None:
    found, reason = decide_side(recognise(headings), path=Path(file), sheet=sheet, side=None)
    assert found is side
    assert proof in reason


def test_the_callers_word_is_final() -> None:
    columns = recognise(["成果名称", "完成单位"])
    assert decide_side(columns, path=Path("a.csv"), sheet=None, side=Side.NEED)[0] is Side.NEED


@pytest.mark.parametrize("file", ["a.csv", "需求与成果.csv", "weedsneedsx.csv"])
def test_nothing_tells(file: str) -> None:
    with pytest.raises(ColumnError, match=f"{file}.*--side need"):
        decide_side(recognise(["title", "content"]), path=Path(file), sheet=None, side=None)


def test_what_the_command_expects_decides_only_where_nothing_else_does() -> None:
    given = {"path": Path("a.csv"), "sheet": None, "side": None, "expected": Side.NEED}
    assert decide_side(recognise(["title", "content"]), **given)[0] is Side.NEED
    assert decide_side(recognise(["成果名称", "完成单位"]), **given)[0] is Side.ACHIEVEMENT
