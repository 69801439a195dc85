import csv
import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from matcher.corpus.load import LoadResult, load
from matcher.errors import ColumnError, FileFormatError
from matcher.records import PriceKind, Region, Side, Tier, TransferMode

MAX_BYTES = 10**8
NEED = ("需求名称", "需求内容")


def write(path: Path, *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def read(*paths: Path, **options: object) -> LoadResult:
    return load(paths, max_bytes=MAX_BYTES, **options)  # type: ignore[arg-type]


def test_a_need_of_every_field(tmp_path: Path) -> None:
    cells = {
        "需求编号": "00012",
        "需求名称": "花生 脱壳机降低破损率",
        "需求内容": "现有设备破损率偏高。",
        "需求背景": "出口订单要求提高。",
        "考核指标": "破损率不高于2%",
        "现有工作基础": "已有生产线一条",
        "企业名称": "甲公司",
        "联系人": "张三",
        "联系电话": "0371-20000000",
        "技术领域": "农机装备；智能制造",
        "所属行业": "C35",
        "预算资金（万元）": "30-80",
        "解决时限": "2026年底前",
        "合作方式": "委托开发、技术转让",
        "成熟度要求": "TRL6以上",
        "所属地区": "开封",
        "合作地区": "河南省",
        "意向合作单位": "乙大学、丙研究院",
        "回避单位": "丁公司",
        "发布日期": "2025/3/1",
        "状态": "征集中",
        "信息来源": "调研",
        "链接": "about:blank",
        "可见范围": "登录可见",
        "关键词": "花生；脱壳",
        "保密详情": "现用配方",
        "主管部门": "某局",
    }
    result = read(write(tmp_path / "a.csv", list(cells), list(cells.values())))
    (need,) = result.needs
    assert need.id == "00012"
    assert need.title == "花生 脱壳机降低破损率"
    assert need.problem == "现有设备破损率偏高。\n出口订单要求提高。"
    assert need.indicators_text == "破损率不高于2%"
    assert need.current_state == "已有生产线一条"
    assert (need.org, need.contact) == ("甲公司", "张三 0371-20000000")
    assert need.fields == ("农机装备", "智能制造")
    assert need.industry_codes == ("C35",)
    assert (need.budget_low_cny, need.budget_high_cny) == (300_000, 800_000)
    assert need.valid_until == dt.date(2026, 12, 31)
    assert need.modes == (TransferMode.DEVELOPMENT, TransferMode.ASSIGNMENT)
    assert need.trl_min == 6
    assert need.region == Region(name="河南省开封市", code="410200")
    assert need.region_scope == (Region(name="河南省", code="410000"),)
    assert (need.preferred_orgs, need.blocked_orgs) == (("乙大学", "丙研究院"), ("丁公司",))
    assert need.published_on == dt.date(2025, 3, 1)
    assert (need.status, need.source, need.source_url) == ("征集", "调研", "about:blank")
    assert need.visibility is Tier.REGISTERED
    assert need.keywords == ("花生", "脱壳")
    assert need.confidential_detail == "现用配方"
    assert need.provenance is not None
    assert (need.provenance.file, need.provenance.row) == ("a.csv", 2)
    # The words behind every typed value that says them differently, and the column nobody knows.
    assert need.extra == {
        "主管部门": "某局",
        "预算资金（万元）": "30-80",
        "解决时限": "2026年底前",
        "合作方式": "委托开发、技术转让",
        "成熟度要求": "TRL6以上",
        "所属地区": "开封",
        "发布日期": "2025/3/1",
        "状态": "征集中",
    }


def test_an_achievement_of_every_field(tmp_path: Path) -> None:
    cells = {
        "成果编号": "123456789012345678",
        "成果名称": "小麦新品种选育",
        "成果简介": "高产抗病。",
        "完成单位": "乙大学",
        "完成人": "李四、王五",
        "成果所处阶段": "通过中试",
        "转化方式": "完全转让",
        "合作价格": "不低于100万",
        "知识产权形式": "发明专利",
        "专利号": "ZL202010123456.7",
        "成果水平": "国内领先",
        "应用范围": "黄淮麦区",
        "前期应用示范": "推广百亩",
        "国民经济行业": "农、林、牧、渔业>农业",
        "有效期": "2020-01-1310:49:39.0至2021-01-1310:49:41.0",
        "更新时间": "2025-03-01",
        "备注": "略",
    }
    (found,) = read(write(tmp_path / "a.csv", list(cells), list(cells.values()))).achievements
    assert found.id == "123456789012345678"
    assert (found.summary, found.org, found.team) == ("高产抗病。", "乙大学", ("李四", "王五"))
    assert found.trl is not None
    assert (found.trl.low, found.trl.high, found.trl.raw) == (7, 8, "通过中试")
    assert found.transfer_modes == (TransferMode.ASSIGNMENT,)
    assert found.price is not None
    assert (found.price.kind, found.price.low_cny, found.price.raw) == (PriceKind.FLOOR, 1_000_000, "不低于100万")
    assert [(item.type, item.number, item.status) for item in found.ip_items] == [
        ("发明专利", "ZL202010123456.7", "已授权")
    ]
    assert (found.level, found.application_scope, found.prior_use) == ("国内领先", "黄淮麦区", "推广百亩")
    assert found.industry_codes == ("A01",)
    assert (found.published_on, found.valid_until) == (dt.date(2020, 1, 13), dt.date(2021, 1, 13))
    assert found.last_confirmed_on == dt.date(2025, 3, 1)
    assert found.extra["国民经济行业"] == "农、林、牧、渔业>农业"
    assert found.extra["备注"] == "略"


def test_what_is_not_understood_is_kept_and_counted(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv", ("成果名称", "价格", "成熟度"), ("甲", "5000元/吨", "很好"), ("乙", "面议", "其他")
    )
    result = read(path)
    first, second = result.achievements
    assert first.price is None
    assert first.extra == {"价格": "5000元/吨", "成熟度": "很好"}
    assert second.extra == {"成熟度": "其他"}
    _, price, trl = result.tables[0].columns
    assert (price.unread, price.examples) == (1, ("5000元/吨",))
    # 其他 says nothing, so there was nothing to understand.
    assert (trl.filled, trl.unread, trl.examples) == (2, 1, ("很好",))


def test_formula_errors_are_counted_and_placed(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        ("成果名称", "价格", "自定义"),
        ("甲", "50万元", ""),
        ("乙", "#DIV/0!", ""),
        ("丙", "#DIV/0!", "#REF!"),
        ("#REF!", "", ""),
    )
    result = read(path)
    (table,) = result.tables
    # The title of row 5 is the reason why it is rejected.
    assert (table.formula_errors, table.rejected) == (3, 1)
    assert "第 3、4 行的“价格”是公式错误 #DIV/0!，该格未读入。" in table.notes
    assert "第 4 行的“自定义”是公式错误 #REF!，该格未读入。" in table.notes
    assert result.achievements[2].price is None
    assert result.achievements[2].extra == {"价格": "#DIV/0!", "自定义": "#REF!"}


def test_what_is_no_place_stays_as_it_is_written(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "a.csv", ("成果名称", "所在地"), ("甲", "省内"))).achievements
    assert found.region is None
    assert found.extra == {"所在地": "省内"}


def test_two_columns_for_one_field_lose_nothing(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.csv",
        ("项目名称", "需求名称", "企业名称", "单位名称", "发布日期", "填报日期"),
        ("总项目", "降噪", "甲公司", "乙公司", "待定", "2025-01-02"),
    )
    (need,) = read(path).needs
    assert (need.title, need.org, need.published_on) == ("降噪", "甲公司", dt.date(2025, 1, 2))
    assert need.extra == {"项目名称": "总项目", "单位名称": "乙公司", "发布日期": "待定"}


@pytest.mark.parametrize(
    ("text", "published", "valid"),
    [
        ("2026年1月1日至2026年6月30日", dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        # One date, however vague, says nothing about the day of publication.
        ("2026年底", None, dt.date(2026, 12, 31)),
        ("2026年", None, dt.date(2026, 12, 31)),
        ("长期有效", None, None),
    ],
)
def test_only_two_dates_of_validity_tell_the_first_day(
    tmp_path: Path, text: str, published: dt.date | None, valid: dt.date | None
) -> None:
    (need,) = read(write(tmp_path / "a.csv", (*NEED, "有效期"), ("降噪", "", text))).needs
    assert (need.published_on, need.valid_until) == (published, valid)
    assert need.extra == {"有效期": text}


def test_an_industry_that_fits_no_code_is_a_field(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ("成果名称", "行业", "技术领域"), ("甲", "电子信息-水声通信", "新材料"))
    (found,) = read(path).achievements
    assert found.fields == ("新材料", "电子信息-水声通信")
    assert found.industry_codes == ()


def test_one_workbook_of_both_sides_is_told_apart_by_headings(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets = {"甲": ("需求名称", "降噪"), "乙": ("成果名称", "消声器"), "丙": ("联系人", "张三")}
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([row])
    del book["Sheet"]
    book.save(tmp_path / "a.xlsx")
    result = read(tmp_path / "a.xlsx")
    assert [need.title for need in result.needs] == ["降噪"]
    assert [found.title for found in result.achievements] == ["消声器"]
    assert any("丙" in note and "1 行没有读取" in note for note in result.notes)


def test_a_price_in_a_list_of_needs_is_the_budget(tmp_path: Path) -> None:
    (need,) = read(write(tmp_path / "a.csv", (*NEED, "价格"), ("降噪", "要求安静", "20万元"))).needs
    assert (need.budget_low_cny, need.budget_high_cny) == (200_000, 200_000)


class TestTitles:
    def test_a_row_without_title_takes_the_first_sentence(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", NEED, ("", "解决电机过热问题。温度不高于60度。"), ("降噪", "要求安静"))
        result = read(path)
        assert [need.title for need in result.needs] == ["解决电机过热问题", "降噪"]
        assert result.needs[0].problem == "解决电机过热问题。温度不高于60度。"
        assert any(note.startswith("第 2 行没有") for note in result.tables[0].notes)

    def test_a_row_with_neither_is_rejected(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", (*NEED, "联系人"), ("", "", "张三"), ("降噪", "", "")))
        assert [need.title for need in result.needs] == ["降噪"]
        (row,) = result.rejected
        assert (row.row, row.field, row.cells) == (2, "需求名称", ("", "", "张三"))
        assert "需求名称" in row.reason

    def test_a_text_in_the_title_column_becomes_the_body(self, tmp_path: Path) -> None:
        text = "要解决轴承磨损。" + "磨损随转速升高而加快。" * 30
        (need,) = read(write(tmp_path / "a.csv", NEED, (text, "补充说明"))).needs
        assert need.title == "要解决轴承磨损"
        assert need.problem == text + "\n补充说明"

    def test_a_formula_error_is_rejected_with_the_error(self, tmp_path: Path) -> None:
        (row,) = read(write(tmp_path / "a.csv", NEED, ("#REF!", "要求安静"))).rejected
        assert "#REF!" in row.reason
        assert row.cells == ("#REF!", "要求安静")

    def test_a_formula_error_elsewhere_is_kept(self, tmp_path: Path) -> None:
        (need,) = read(write(tmp_path / "a.csv", (*NEED, "预算"), ("降噪", "要求安静", "#N/A"))).needs
        assert need.extra == {"预算": "#N/A"}

    def test_the_signature_under_a_table_is_no_record(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", NEED, ("降噪", ""), ("填表人：张三", ""), ("说明：略", "另有正文")))
        assert [need.title for need in result.needs] == ["降噪", "说明：略"]
        assert [row.cells for row in result.rejected] == [("填表人：张三", "")]

    def test_a_table_without_title_column(self, tmp_path: Path) -> None:
        with pytest.raises(ColumnError, match=r"a\.csv.*没有名称列.*联系人.*映射"):
            read(write(tmp_path / "a.csv", ("联系人", "简介"), ("张三", "某事")))


class TestIds:
    @pytest.mark.parametrize("number", ["00123", "410225199001011234", "000000000000000000"])
    def test_ids_are_texts(self, tmp_path: Path, number: str) -> None:
        (need,) = read(write(tmp_path / "a.csv", ("编号", *NEED), (number, "降噪", ""))).needs
        assert need.id == number

    def test_an_id_is_made_from_the_content_and_stays(self, tmp_path: Path) -> None:
        first = read(write(tmp_path / "a.csv", (*NEED, "联系人"), ("降噪", "要求 安静", "张三"))).needs[0].id
        again = read(write(tmp_path / "b.csv", (*NEED, "联系人"), ("降噪", "要求  安静", "李四"))).needs[0].id
        other = read(write(tmp_path / "c.csv", (*NEED, "联系人"), ("降噪", "要求更安静", "张三"))).needs[0].id
        assert first == again != other
        assert first.startswith("N-")

    def test_rows_alike_but_for_the_contact_are_both_kept(self, tmp_path: Path) -> None:
        head = (*NEED, "联系人")
        result = read(write(tmp_path / "a.csv", head, ("降噪", "安静", "张三"), ("降噪", "安静", "李四")))
        one, two = result.needs
        assert two.id == f"{one.id}-2"

    def test_the_same_row_twice_is_kept_once(self, tmp_path: Path) -> None:
        head = ("编号", *NEED)
        one = write(tmp_path / "a.csv", head, ("1", "降噪", "安静"))
        two = write(tmp_path / "b.csv", head, ("1", "降噪", "安静"))
        result = read(one, two)
        assert (len(result.needs), len(result.rejected)) == (1, 0)
        assert [(table.rows, table.loaded, table.merged) for table in result.tables] == [(1, 1, 0), (1, 0, 1)]
        assert any("完全相同" in note for note in result.tables[1].notes)

    def test_one_id_for_two_contents_rejects_the_second_and_names_both(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", ("编号", *NEED), ("1", "降噪", ""), ("1", "减震", "")))
        assert [need.title for need in result.needs] == ["降噪"]
        (row,) = result.rejected
        assert (row.row, row.field, row.value) == (3, "编号", "1")
        assert "a.csv" in row.reason
        assert "第 2 行" in row.reason

    def test_needs_and_achievements_number_on_their_own(self, tmp_path: Path) -> None:
        needs = write(tmp_path / "a.csv", ("编号", "需求名称"), ("1", "降噪"))
        achievements = write(tmp_path / "b.csv", ("编号", "成果名称"), ("1", "消声器"))
        assert read(needs, achievements).rejected == ()

    def test_ids_that_lost_their_digits_are_reported(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", ("编号", *NEED), ("4.10225E+17", "降噪", "")))
        assert result.needs[0].id == "4.10225E+17"
        assert any("科学计数法" in note for note in result.tables[0].notes)


class TestSecrecy:
    HIDDEN = "某型装备的推进参数"

    @pytest.mark.parametrize("level", ["秘密", "机密", "绝密", "机密★10年", "不知道"])
    def test_a_state_secret_is_refused_and_not_repeated(self, tmp_path: Path, level: str) -> None:
        head = ("编号", *NEED, "密级", "备注")
        path = write(
            tmp_path / "a.csv", head, ("1", self.HIDDEN, self.HIDDEN, level, self.HIDDEN), ("2", "降噪", "", "公开", "")
        )
        result = read(path)
        assert [need.id for need in result.needs] == ["2"]
        (row,) = result.rejected
        assert row.row == 2
        assert row.cells == ("", "（涉密内容已遮盖）", "", level, "")
        assert self.HIDDEN not in repr(result)

    def test_the_official_mark_in_a_text_is_enough(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", NEED, (self.HIDDEN, "机密★5年 " + self.HIDDEN), ("降噪", "")))
        assert len(result.rejected) == 1
        assert self.HIDDEN not in repr(result)

    @pytest.mark.parametrize(
        ("heading", "text"),
        [
            ("成果密级", "秘密"),
            ("定密级别", "机密"),
            ("密级/期限", "秘密/5年"),
            ("涉密", "是"),
            ("不涉密", "否"),
            ("Classification", "SECRET"),
            ("国民经济行业", "机密"),
        ],
    )
    def test_no_other_name_of_the_column_lets_a_secret_in(self, tmp_path: Path, heading: str, text: str) -> None:
        path = write(tmp_path / "a.csv", (*NEED, heading), (self.HIDDEN, self.HIDDEN, text), ("降噪", "", ""))
        result = read(path)
        assert [need.title for need in result.needs] == ["降噪"]
        assert result.rejected[0].cells == ("（涉密内容已遮盖）", "", text)
        assert self.HIDDEN not in repr(result)

    @pytest.mark.parametrize(
        "cells",
        [
            ("【机密】" + HIDDEN, ""),
            (HIDDEN + "（秘密）", ""),
            ("", "[绝密]" + HIDDEN),
            ("【机密】" + HIDDEN * 30, ""),
        ],
    )
    def test_a_mark_in_the_title_is_enough(self, tmp_path: Path, cells: tuple[str, str]) -> None:
        result = read(write(tmp_path / "a.csv", NEED, cells, ("降噪", "")))
        assert len(result.rejected) == 1
        assert self.HIDDEN not in repr(result)

    @pytest.mark.parametrize(
        ("heading", "text", "tier"),
        [
            ("成果密级", "公开", Tier.PUBLIC),
            ("涉密", "否", Tier.PUBLIC),
            ("不涉密", "是", Tier.PUBLIC),
            ("项目密级", "内部", Tier.RESTRICTED),
            ("密级", "无", Tier.PUBLIC),
            ("密级", "商业秘密", Tier.SECRET),
            ("密级", "内部", Tier.RESTRICTED),
            ("是否涉密", "否", Tier.PUBLIC),
            ("是否保密", "是", Tier.SECRET),
            ("是否公开", "是", Tier.PUBLIC),
            ("是否公开", "否", Tier.SECRET),
            ("可见范围", "授权可见", Tier.RESTRICTED),
            # What is not understood is kept close.
            ("可见范围", "园区", Tier.RESTRICTED),
        ],
    )
    def test_tiers(self, tmp_path: Path, heading: str, text: str, tier: Tier) -> None:
        (need,) = read(write(tmp_path / "a.csv", (*NEED, heading), ("降噪", "", text))).needs
        assert need.visibility is tier

    def test_a_question_answered_yes(self, tmp_path: Path) -> None:
        result = read(write(tmp_path / "a.csv", (*NEED, "是否涉密"), ("降噪", "", "是"), ("减震", "", "否")))
        assert [need.title for need in result.needs] == ["减震"]


class TestMapping:
    def test_it_overrides_what_would_be_recognised(self, tmp_path: Path) -> None:
        path = write(tmp_path / "需求.csv", ("名称", "题头", "金额"), ("分类一", "降噪", "30"))
        (need,) = read(path, mapping={"名称": "extra", "题头": "title", "金额": "budget（万元）"}).needs
        assert (need.title, need.budget_high_cny) == ("降噪", 300_000)
        assert need.extra["名称"] == "分类一"

    def test_it_makes_a_table_of_unknown_headings_readable(self, tmp_path: Path) -> None:
        path = write(tmp_path / "需求.csv", ("甲栏", "乙栏"), ("降噪", "要求安静"))
        with pytest.raises(ColumnError):
            read(path)
        (need,) = read(path, mapping={"甲栏": "title", "乙栏": "body"}).needs
        assert (need.title, need.problem) == ("降噪", "要求安静")

    def test_a_heading_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ColumnError, match=r"“需求名字”.*需求名称"):
            read(write(tmp_path / "a.csv", NEED, ("降噪", "")), mapping={"需求名字": "title"})

    def test_a_field_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ColumnError, match=r"“tittle”.*title"):
            read(write(tmp_path / "a.csv", NEED, ("降噪", "")), mapping={"需求名称": "tittle"})


def test_side_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", ("title", "content"), ("降噪", "安静"))
    with pytest.raises(ColumnError, match="--side"):
        read(path)
    assert len(read(path, side=Side.ACHIEVEMENT).achievements) == 1


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match=r"no\.csv"):
        read(tmp_path / "no.csv")


def test_a_file_given_twice_is_read_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", NEED, ("降噪", ""))
    assert len(read(path, path).tables) == 1


def test_json_records(tmp_path: Path) -> None:
    path = tmp_path / "needs.json"
    path.write_text(json.dumps([{"id": "007", "title": "降噪", "keywords": ["风机", "噪声"]}]), encoding="utf-8")
    (need,) = read(path).needs
    assert (need.id, need.keywords) == ("007", ("风机", "噪声"))


@pytest.mark.bench
@pytest.mark.parametrize(
    ("file", "side", "rows"),
    [
        ("henan/needs.jsonl", Side.NEED, 311),
        ("henan/achievements.jsonl", Side.ACHIEVEMENT, 5345),
        ("zhejiang/achievements.json", Side.ACHIEVEMENT, 2868),
        ("zhejiang/needs.json", Side.NEED, 1906),
    ],
)
def test_real_files_lose_no_row(bench: Path, file: str, side: Side, rows: int) -> None:
    result = read(bench / file)
    (table,) = result.tables
    records = result.needs if side is Side.NEED else result.achievements
    assert table.rows == rows == len(records) + len(result.rejected) + table.merged
    assert len({record.id for record in records}) == len(records)
    # Only a record with neither name nor text is sent back.
    assert all(not row.cells[row.headings.index("context")] for row in result.rejected)
    assert len(result.rejected) <= 1


@pytest.mark.bench
def test_typed_values_of_the_real_export(bench: Path) -> None:
    needs, achievements = (
        read(bench / "zhejiang/needs.json").needs,
        read(bench / "zhejiang/achievements.json").achievements,
    )
    assert all(record.published_on for record in (*needs, *achievements))
    assert all(need.valid_until for need in needs)
    assert all(found.trl and found.price and found.ip_items and found.industry_codes for found in achievements)
    assert sum(1 for found in achievements if found.price and found.price.kind is not PriceKind.NEGOTIABLE) == 85
