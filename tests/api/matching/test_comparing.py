"""Checks of several pairs as rows: one row a target, one cell a column, whatever a column lacks."""

from api.matching.comparing import target_rows
from matcher.records import CheckState, Evidence, IndicatorCheck, Side


def _check(name: str, start: int, state: CheckState = CheckState.MET, *, must: bool = False) -> IndicatorCheck:
    need = Evidence(side=Side.NEED, field="problem", start=start, end=start + 4, text="四个字吧")
    return IndicatorCheck(
        parameter=name,
        state=state,
        must=must,
        need=need,
        achievement=None,
        margin=None,
        unit="℃",
        reason=name,
        question="",
    )


def test_rows_stand_in_reading_order_with_a_cell_for_every_column() -> None:
    whole = [_check("硬度", 0), _check("耐温", 10, CheckState.UNMET), _check("寿命", 20)]
    public = [_check("工作寿命", 20, CheckState.UNKNOWN, must=True)]
    rows = target_rows([public, whole])
    assert [row.parameter for row in rows] == ["硬度", "耐温", "工作寿命"]
    assert [[cell.state.value for cell in row.checks] for row in rows] == [
        ["unknown", "met"],
        ["unknown", "unmet"],
        ["unknown", "met"],
    ]
    assert [row.must for row in rows] == [False, False, True]
    assert rows[0].checks[0].reason == "这一列只按公开内容比较，没有核对此项"


def test_two_targets_of_one_stretch_are_two_rows() -> None:
    column = [_check("长度", 0), _check("宽度", 0)]
    assert [row.parameter for row in target_rows([column, column])] == ["长度", "宽度"]


def test_nothing_is_compared_without_targets() -> None:
    assert target_rows([(), ()]) == ()
