from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from matcher.records import LEVELS
from matcher.report import REFUSALS, VERDICTS
from matcher.report.workbook.style import LEVEL_COLOURS

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def column(sheet: Worksheet, heading: str) -> list[object]:
    place = [cell.value for cell in sheet[1]].index(heading)
    return [row[place].value for row in sheet.iter_rows(min_row=2)]


def cell(sheet: Worksheet, row: int, heading: str):
    return sheet.cell(row, [each.value for each in sheet[1]].index(heading) + 1)


@pytest.fixture
def book(write):
    return load_workbook(write("leads.xlsx"), rich_text=True)


def test_sheets_of_both_directions(book, write, world) -> None:
    assert book.sheetnames == ["需求一览", "匹配清单", "单位与团队", "未通过硬条件", "使用说明"]
    other = load_workbook(write("buyers.xlsx", world.buyers))
    assert other.sheetnames == ["成果一览", "匹配清单", "企业线索", "未通过硬条件", "使用说明"]
    matches = other["匹配清单"]
    assert column(matches, "成果") == ["换热器泄漏监测系统"]
    assert column(matches, "企业") == ["东京空分"]
    assert column(matches, "预算") == ["至多 80 万元"]
    assert column(other["企业线索"], "企业") == ["东京空分"]
    assert "团队" not in [each.value for each in other["企业线索"][1]]


def test_tables_are_frozen_filtered_and_print_on_landscape_a4(book) -> None:
    for name, corner in (("需求一览", "B2"), ("匹配清单", "F2"), ("单位与团队", "D2"), ("未通过硬条件", "F2")):
        sheet = book[name]
        assert sheet.freeze_panes == corner
        assert sheet.auto_filter.ref.startswith("A1:")
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)  # width: the default, 1 page
        assert sheet.print_title_rows == "$1:$1"
        assert all(each.alignment.wrap_text for row in sheet.iter_rows(max_row=2) for each in row)


def test_overview_has_one_row_a_need_and_links_to_its_first_match(book) -> None:
    sheet = book["需求一览"]
    assert column(sheet, "需求编号") == ["001", "002", "003"]
    assert column(sheet, "最佳成果") == ["换热器泄漏监测系统", "无合适成果\n最接近：氦检漏装置", "无合适成果"]
    assert column(sheet, "等级") == ["4 强相关", "1 无相关", "—"]
    assert column(sheet, "把握") == [0.93, 0.05, "—"]
    assert column(sheet, "较强以上") == [2, 0, 0]
    assert column(sheet, "候选数") == [200, 150, 0]
    assert column(sheet, "硬条件不符") == [1, 0, 0]
    links = [cell(sheet, row, "明细").hyperlink for row in (2, 3, 4)]
    # Need 001 has four matches in rows 2 to 5.
    assert [link and link.location for link in links] == ["'匹配清单'!A2", "'匹配清单'!A6", None]
    steps = column(sheet, "下一步")
    assert steps[0] == "优先联系 郑州工程大学（+86 371 2）。先核实：价格面议；成果未写有效期。"
    assert "描述只有 2 字" in steps[1]
    assert "没有可列出的成果" in steps[2]


def test_matches_say_everything_a_caller_needs(book) -> None:
    sheet = book["匹配清单"]
    row = {each.value: sheet.cell(2, place).value for place, each in enumerate(sheet[1], start=1)}
    said = {key: str(value) if value is not None else "" for key, value in row.items()}
    assert (
        said
        | {
            "名次": "1",
            "等级": "4 强相关",
            "把握": "0.93",
            "成果名称": "换热器泄漏监测系统",
            "完成单位": "郑州工程大学",
            "完成人": "李明、赵强",
            "联系方式": "+86 371 2",
            "成熟度": "通过中试（推断 TRL 7–8）",
            "合作方式": "技术许可",
            "价格": "面议",
            "为什么": "共同要点：换热器、泄漏",
            "指标对照": "· 不满足：漏检率：需求 ≤1%，成果 3%，高出 2 个百分点\n"
            "· 满足：响应时间：需求 ≤10s，成果 8s，快 2s\n· 未说明：误报率≤5%",
            "首次联系要问": "· 实测误报率是多少？\n· 大致要多少费用？",
            "逐条说明": "相同点：对象 【换热器】\n待核实：实测误报率是多少？",
            "待核实": "· 价格面议\n· 成果未写有效期",
            "反馈": "",
            "需求原句": "希望不停车在线监测。",
            "成果原句": "声发射在线监测换热器泄漏。",
            "硬条件": "待核实：预算",
            "重复发布": "a8\na9",
            "需求编号": "001",
            "成果编号": "a1",
        }
        == said
    )
    assert column(sheet, "成果编号") == ["a1", "a2", "a3", "a4", "a2"]
    assert cell(sheet, 2, "把握").number_format == "0%"


def test_matched_words_are_bold(book) -> None:
    sheet = book["匹配清单"]
    for heading, bold in (("为什么", ["换热器", "泄漏"]), ("成果原句", ["在线监测", "换热器泄漏"])):
        rich = cell(sheet, 2, heading).value
        assert isinstance(rich, CellRichText)
        found = [part.text for part in rich if isinstance(part, TextBlock) and part.font.b]
        assert "".join(found) == "".join(bold)


def test_levels_have_their_colour_and_their_name(book) -> None:
    sheet = book["匹配清单"]
    for row, level in ((2, 4), (3, 3), (4, 2), (5, 1)):
        each = cell(sheet, row, "等级")
        assert each.value == f"{level} {LEVELS[level - 1].name}"
        assert each.fill.fgColor.rgb == "FF" + LEVEL_COLOURS[level][0].removeprefix("#")
    assert len({fill for fill, _ in LEVEL_COLOURS.values()}) == 4


def test_organisations_and_excluded(book) -> None:
    sheet = book["单位与团队"]
    assert column(sheet, "完成单位")[0] == "郑州工程大学"
    assert column(sheet, "把握")[0] == pytest.approx(1 - (1 - 0.93) * (1 - 0.6))
    # 赵强 stands behind both records, 李明 behind the first alone.
    assert column(sheet, "团队")[0] == "赵强、李明"
    assert column(sheet, "相关成果")[0] == "· 换热器泄漏监测系统（第 1 名，强相关）\n· 氦检漏装置（第 2 名，较强相关）"
    sheet = book["未通过硬条件"]
    assert column(sheet, "成果名称") == ["昂贵的检测线"]
    assert column(sheet, "未通过的条件") == ["预算：预算至多 80 万元，成果价格 900 万元 起"]


def test_a_broker_picks_answers_from_lists(book) -> None:
    rules = {rule.formula1: str(rule.sqref) for rule in book["匹配清单"].data_validations.dataValidation}
    for choices, heading in ((VERDICTS, "反馈"), (REFUSALS, "不合适的原因")):
        letter = cell(book["匹配清单"], 2, heading).column_letter
        assert rules[f'"{",".join(choices)}"'] == f"{letter}2:{letter}6"


def test_guide_tells_levels_origin_and_gaps(book) -> None:
    rows = {row[0].value: row[1].value for row in book["使用说明"].iter_rows() if row[1].value}
    for info in LEVELS:
        assert rows[f"{info.level} {info.name}"] == info.meaning
    assert rows["索引"] == "kaifeng（版本 v3）"
    assert rows["编码器"] == "toy:1"
    assert (rows["分级模型"], rows["重排模型"]) == ("0123456789ab", "cross:toy，细读了每条最好的 20 个")
    assert rows["生成时间"] == "2026-01-02 03:04"
    assert rows["未参与：标有密级"] == "1 条"
    assert rows["备注"] == "示例"
    assert rows["最佳为强相关"] == "1 条需求"
    assert rows["无合适成果"].startswith("2 条需求")
    # a1, a2 and a4 are public; a3 shows nothing but its id. Only a1 has a contact.
    assert rows["未写联系方式"].startswith("列出的 4 条成果中有 3 条")
    # A price of 面议 is no price to plan with.
    assert rows["未写具体价格"] == "列出的 4 条成果中有 4 条（100%）"


def test_nothing_becomes_a_formula(write) -> None:
    path = write("leads.xlsx")
    with ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]
    book = load_workbook(path)
    assert column(book["需求一览"], "需求名称")[0] == "=1+1 换热器泄漏在线监测"
    risky = cell(book["需求一览"], 2, "需求名称")
    assert (risky.data_type, risky.quotePrefix) == ("s", True)
    assert not cell(book["需求一览"], 3, "需求名称").quotePrefix


def test_rows_are_as_tall_as_their_longest_cell(book) -> None:
    sheet = book["匹配清单"]
    heights = {row: sheet.row_dimensions[row].height for row in (2, 3)}
    # Row 2 holds cells of two lines and more, row 3 none but the wrapped title.
    assert heights[2] >= 2 * 14
    assert heights[2] > sheet.row_dimensions[6].height


def test_the_same_leads_give_the_same_bytes(write) -> None:
    assert write("one.xlsx").read_bytes() == write("two.xlsx").read_bytes()


def test_no_results_at_all_still_make_a_workbook(write) -> None:
    book = load_workbook(write("none.xlsx", ()))
    assert book["需求一览"]["A2"].value == "输入中没有需求"
    assert book["匹配清单"]["A2"].value == "没有可列出的匹配"


def test_nothing_confidential_is_written(write) -> None:
    path: Path = write("leads.xlsx")
    with ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "ignore")
    assert "机密" not in everything
    assert "（非公开成果，编号 a3）" in everything
