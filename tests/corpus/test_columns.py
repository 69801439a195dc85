import pytest

from matcher.corpus.columns import Found, is_heading, recognise
from matcher.corpus.mapping import check_fields

# The headings of the field's own list, by the field each means.
KNOWN = {
    "title": "成果名称 项目名称 技术名称 名称 标题 name title 需求名称 技术需求名称",
    "body": (
        "成果简介 项目简介 简介 摘要 内容 详情 成果内容 技术内容 context summary "
        "拟解决的技术难题 需求内容 技术需求详情 问题描述 需求详情"
    ),
    "org": "完成单位 权属人 所属单位 单位名称 高校 机构 org 所属单位或公司名称 企业名称 需求单位",
    "team": "完成人 团队 专家",
    "contact": "联系人 联系电话 电话 邮箱",
    "keywords": "关键词 关键字 成果关键字",
    "fields": "所属高新技术领域 技术领域 领域",
    "industry": "行业 应用行业名称 industry classification",
    "trl": "成果所处阶段 成熟度 技术成熟度 maturity",
    "level": "成果技术水平 成果水平",
    "ip_items": "知识产权形式 专利号 zlxx",
    "modes": "拟采取的转化方式 合作方式 转化方式 cooperationMethod",
    "price": "合作价格 交易价格 价格 price",
    "application_scope": "应用范围 适用范围 scope",
    "prior_use": "前期应用示范 earlyApplication",
    "indicators_text": "技术指标 考核指标 预期目标",
    "current_state": "现有基础条件 现有工作基础",
    "budget": "预算资金 预算金额 拟投入资金 欲投资资金",
    "valid_until": "有效期 截止日期 解决时限 time",
    "region": "所属地区 地区 所在地 region",
    "preferred_orgs": "意向合作单位 意向合作专家",
    "source": "信息来源",
    "published_on": "postTime 发布时间 发布日期",
    "secrecy": "密级",
    "extra": "成果体现形式 需求类型 技术需求类别",
}


@pytest.mark.parametrize(("heading", "field"), [(h, field) for field, many in KNOWN.items() for h in many.split()])
def test_headings_of_the_field(heading: str, field: str) -> None:
    (column,) = recognise([heading])
    assert (column.field, column.found) == (field, Found.ALIAS)
    assert is_heading(heading)


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        (" *成果 名称 ：", "title"),
        ("成果名稱（必填）", "title"),
        ("1. 需求名称", "title"),
        ("２、需求內容（500字以内）", "body"),
        ("【联系人】", "contact"),
        ("ＩＤ", "id"),
        ("Contact Person", "contact"),
        ("预算资金（万元）", "budget"),
        ("价格/万元", "price"),
        ("名称（2）", "title"),
        ("成果\n名称", "title"),
    ],
)
def test_headings_in_disguise(heading: str, field: str) -> None:
    (column,) = recognise([heading])
    assert (column.field, column.found) == (field, Found.ALIAS)
    assert is_heading(heading)


def test_a_unit_in_the_heading_belongs_to_its_bare_numbers() -> None:
    columns = recognise(["预算资金（万元）", "价格"])
    assert [column.unit_cny for column in columns] == [10_000, None]


def test_a_longer_heading_is_taken_by_its_end_and_said_to_be_a_guess() -> None:
    columns = recognise(["需求名称", "本项目主要考核指标"])
    assert (columns[1].field, columns[1].found) == ("indicators_text", Found.TAIL)
    assert not is_heading("本项目主要考核指标")


def test_a_guess_never_competes_with_a_known_heading() -> None:
    columns = recognise(["考核指标", "国外同类考核指标"])
    assert (columns[1].field, columns[1].found) == ("extra", Found.NONE)


@pytest.mark.parametrize("heading", ["企业简介", "合作单位名称", "推荐单位联系电话", "第3列", "", "x" * 500])
def test_other_headings_are_kept_as_they_are(heading: str) -> None:
    assert recognise([heading])[0].field == "extra"


@pytest.mark.parametrize(
    "heading",
    [
        *[
            "成果密级",
            "项目密级",
            "定密级别",
            "密级/期限",
            "涉密",
            "不涉密",
            "是否涉密",
            "定密情况",
            "密级（2）",
            "项目信息（成果密级）",
        ],
        "备注（密级）",
        "本项目经本单位保密委员会审查以后按照有关规定确定并已经报上级主管部门备案的成果密级以及保密期限和知悉范围等有关情况说明",
        "Security Classification",
    ],
)
def test_a_heading_that_speaks_of_secrecy_is_the_secrecy_column(heading: str) -> None:
    assert recognise([heading])[0].field == "secrecy"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("成果名称（涉密的请勿填报）", "title"),
        ("备注（不得涉密）", "extra"),
        ("测定密度", "extra"),
        ("Classification", "industry"),
    ],
)
def test_advice_not_to_tell_secrets_makes_no_secrecy_column(heading: str, field: str) -> None:
    assert recognise([heading])[0].field == field


@pytest.mark.parametrize("heading", ["地区范围", "限定地区", "合作范围"])
def test_limits_of_place(heading: str) -> None:
    assert recognise([heading])[0].field == "region_scope"


def test_of_two_columns_for_a_field_the_more_specific_counts_first() -> None:
    project, need = recognise(["项目名称", "需求名称"])
    assert need.order < project.order


def test_a_mapping_wins_and_names_fields_in_three_ways() -> None:
    mapping = {"甲": "title", "乙": "需求内容", "丙": "预算（万元）", "成果名称": "extra", "丁": "summary"}
    check_fields(mapping)
    columns = recognise(["甲", "乙", "丙", "成果名称", "丁"], mapping)
    assert [column.field for column in columns] == ["title", "body", "budget", "extra", "body"]
    assert {column.found for column in columns} == {Found.MAPPING}
    assert columns[2].unit_cny == 10_000


def test_the_columns_of_a_returned_workbook_are_passed_over_only_together() -> None:
    headings = ["退回原因", "来源文件", "工作表", "行号", "成果名称"]
    assert [column.found for column in recognise(headings)] == [Found.RETURNED] * 4 + [Found.ALIAS]
    assert recognise(["行号", "成果名称"])[0].field == "extra"


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("难题（需求）简述", "body"),
        ("成果名字", "title"),
        ("希望何时解决", "valid_until"),
        ("所属乡镇", "region"),
        ("转让价(万)", "price"),
        ("研究单位", "org"),
    ],
)
def test_headings_of_county_forms(heading: str, field: str) -> None:
    assert recognise([heading])[0].field == field
