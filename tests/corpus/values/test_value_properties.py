"""No parser ever raises, and what a parser wrote it reads back."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matcher.corpus.values.budget import parse_budget, render_budget
from matcher.corpus.values.date import parse_period
from matcher.corpus.values.industry import parse_fields, parse_hightech, parse_industry, render_industry
from matcher.corpus.values.ip import parse_ip, render_ip
from matcher.corpus.values.mode import parse_modes, render_modes
from matcher.corpus.values.price import parse_price
from matcher.corpus.values.region import parse_region, parse_regions, render_region, render_regions
from matcher.corpus.values.secrecy import has_secret_label, has_secret_mark, is_secret_word, parse_secrecy
from matcher.corpus.values.status import parse_status
from matcher.corpus.values.tier import parse_tier, render_tier
from matcher.corpus.values.trl import parse_trl
from matcher.corpus.values.wordlist import split_keywords, split_names
from matcher.records import Side

_PIECES = (
    "0 1 2 3 9 12 50 100 2020 43831 202003 . , - ~ 至 / : ： （ ） ( ) % + ≥ 〇 二 十 百 千 万 亿 元 万元 "
    "年 月 日 号 级 季度 前 起 底 面议 约 不低于 不超过 以上 以内 每 吨 提成 入门费 美元 长期 trl TRL 小试 中试 "
    "未 系统级 转让 许可 不 入股 其他 ； 、 — 河南 开封市 兰考县 省 市 区 和 或 鼓楼区 制造业 —— 农业 C39 教育 "
    "发明专利 ZL 202010123456.7 CN112345678B 已授权 公开 秘密 ★ 軟體 ｗ ㎡ ① \x00 \ud800 \n \t"
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(_PIECES.split(" ")), max_size=10).map("".join))


@given(TEXTS)
@example("9" * 400)
@example("9" * 400 + "万元")
@example("一" * 150 + "万")
@example("十" * 12 + "万元")
@example("9999999999999")
@example("²年³月")
@example("TRL²")
@example("軟體\ud800")
def test_no_parser_raises(text: str) -> None:
    parsers: list[Callable[[str], object]] = [
        parse_budget,
        parse_price,
        parse_period,
        parse_industry,
        parse_fields,
        parse_hightech,
        parse_ip,
        parse_modes,
        parse_region,
        parse_regions,
        parse_secrecy,
        has_secret_label,
        has_secret_mark,
        is_secret_word,
        parse_tier,
        parse_trl,
        split_keywords,
        split_names,
        lambda cell: parse_status(cell, Side.NEED),
        lambda cell: parse_status(cell, Side.ACHIEVEMENT),
        lambda cell: parse_budget(cell, 10_000.0),
    ]
    for parse in parsers:
        parse(text)


@given(TEXTS, st.sampled_from([None, 1.0, 10_000.0]))
@example("100元至2万", None)
@example("0-1千", None)
def test_budgets_are_read_back(text: str, unit: float | None) -> None:
    budget = parse_budget(text, unit)
    assert budget is None or parse_budget(render_budget(budget)) == budget


@given(TEXTS)
def test_levels_are_in_range(text: str) -> None:
    band = parse_trl(text)
    assert band is None or 1 <= band.low <= band.high <= 9


@given(TEXTS)
def test_lists_are_read_back(text: str) -> None:
    assert parse_modes(render_modes(parse_modes(text))) == parse_modes(text)
    assert parse_industry(render_industry(parse_industry(text))) == parse_industry(text)
    assert parse_ip(render_ip(parse_ip(text))) == parse_ip(text)
    assert parse_regions(render_regions(parse_regions(text))) == parse_regions(text)


@given(TEXTS)
def test_places_are_read_back(text: str) -> None:
    region = parse_region(text)
    assert region is None or parse_region(render_region(region)) == region


@pytest.mark.parametrize("text", ["公开", "登录可见", "授权可见", "仅本人"])
def test_tiers_are_read_back(text: str) -> None:
    tier = parse_tier(text)
    assert tier is not None
    assert render_tier(tier) == text
