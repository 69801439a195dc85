"""The rule that nothing is lost, tried on whatever a cell may hold."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from matcher.corpus.assemble import Assembled, Refusal, RowAssembler
from matcher.corpus.columns import recognise
from matcher.corpus.read import Row
from matcher.corpus.values.budget import render_budget
from matcher.corpus.values.industry import render_industry
from matcher.corpus.values.ip import render_ip
from matcher.corpus.values.mode import render_modes
from matcher.corpus.values.region import render_regions
from matcher.corpus.values.tier import render_tier
from matcher.records import Achievement, Need, Price, Region, Side, TrlBand

NEED = (
    "编号 需求名称 项目名称 需求内容 问题描述 企业名称 联系人 电话 预算（万元） 有效期 合作方式 转化方式 所属地区 "
    "合作地区 技术领域 行业 国民经济行业 关键词 发布日期 状态 可见范围 成熟度要求 "
    "意向合作单位 回避单位 信息来源 备注 自定义"
)
ACHIEVEMENT = (
    "编号 成果名称 项目名称 成果简介 完成单位 完成人 价格 成熟度 知识产权形式 专利号 转化方式 更新时间 成果水平 "
    "应用范围 前期应用 所属地区 行业 关键词 发布日期 有效期 状态 可见范围 自定义"
)
VALUES = (
    "30-80万 50 面议 2020年3月 2020-03-01 43831 2020-01-13至2021-01-13 长期 开封 河南省 不限 医药制造业 C27 新材料 "
    "委托开发 其他 技术转让 6 TRL6 中试 发明专利 ZL202010123456.7 公开 登录可见 征集 发布 张三、李四 甲；乙 无"
)
TEXTS = st.one_of(
    st.just(""),
    st.sampled_from(VALUES.split()),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=12),
)


def strings(value: object) -> Iterator[str]:
    """Every text in a value, as it is read by a person."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif isinstance(value, dt.date):
        yield value.isoformat()
    elif isinstance(value, int):
        yield str(value)
    elif isinstance(value, Price | TrlBand):
        yield value.raw
    elif isinstance(value, Region):
        yield value.name


def kept(record: Need | Achievement) -> list[str]:
    found = [text for item in fields(record) for text in strings(getattr(record, item.name))]
    found += [render_tier(record.visibility), render_industry(record.industry_codes), render_modes(record.modes_wanted)]
    if isinstance(record, Need):
        found.append(render_budget((record.budget_low_cny, record.budget_high_cny)))
        found.append(render_regions(record.region_scope))
    else:
        found.append(render_ip(record.ip_items))
    return found


def check(side: Side, headings: list[str], cells: list[str]) -> None:
    result = RowAssembler(side=side, columns=recognise(headings), file="a", sheet=None).assemble(Row(2, tuple(cells)))
    if isinstance(result, Refusal):
        assert not cells[1].strip()
        return
    assert isinstance(result, Assembled)
    record = result.record
    found = kept(record)
    everything = "\n".join(found)
    for heading, cell in zip(headings, cells, strict=True):
        text = cell.strip()
        if not text or record.extra.get(heading) == text:
            continue
        # A list keeps its words and drops its separators; a title keeps its words and drops double spaces.
        words = text.translate(str.maketrans("；;、,，|/／.。", " " * 10)).split()
        assert text in everything or all(word in everything for word in words), heading


@given(st.lists(TEXTS, min_size=len(NEED.split()), max_size=len(NEED.split())))
def test_every_cell_of_a_need_is_in_the_record(cells: list[str]) -> None:
    check(Side.NEED, NEED.split(), cells)


@given(st.lists(TEXTS, min_size=len(ACHIEVEMENT.split()), max_size=len(ACHIEVEMENT.split())))
def test_every_cell_of_an_achievement_is_in_the_record(cells: list[str]) -> None:
    check(Side.ACHIEVEMENT, ACHIEVEMENT.split(), cells)
