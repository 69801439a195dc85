from pathlib import Path

import openpyxl
import pytest

from matcher.errors import ConfigError
from matcher.records import Achievement, Need, Tier
from matcher.report import REFUSALS
from matcher.report.gradesheet import PairToGrade, write_gradesheet

NEED = Need(id="n1", title="花生脱壳破损率高", problem="脱壳机破损多。" * 60, confidential_detail="配方甲乙丙")
ACHIEVEMENT = Achievement(id="a1", title="=低损伤脱壳机", summary="柔性脱壳。", confidential_detail="图纸丁")
SECRET = Achievement(id="a2", title="不公开的名称", summary="不公开的内容", visibility=Tier.SECRET)


def test_a_broker_finds_texts_lists_and_ids(tmp_path: Path) -> None:
    path = tmp_path / "待评.xlsx"
    write_gradesheet(path, [PairToGrade(NEED, ACHIEVEMENT), PairToGrade(NEED, SECRET)])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["待评", "说明"]
    sheet = book["待评"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["需求名称", "需求内容", "成果名称", "成果简介", "人工等级", "原因", "需求编号", "成果编号"]
    assert rows[1][2:] == ["=低损伤脱壳机", "柔性脱壳。", None, None, "n1", "a1"]
    assert len(rows[1][1]) == 140
    assert rows[1][1].endswith("…")
    lists = {str(v.sqref): v.formula1 for v in sheet.data_validations.dataValidation}
    assert lists == {
        "E2:E3": '"4 强相关,3 较强相关,2 弱相关,1 无相关"',
        "F2:F3": '"' + ",".join(REFUSALS) + '"',
    }
    written = "".join(str(cell.value) for each in book for row in each.iter_rows() for cell in row)
    assert not any(text in written for text in ("配方", "图纸", "不公开的"))


def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="无法写入"):
        write_gradesheet(tmp_path / "no" / "x.xlsx", [PairToGrade(NEED, ACHIEVEMENT)])
