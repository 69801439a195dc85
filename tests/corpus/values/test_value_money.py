import pytest

from matcher.corpus.values.budget import parse_budget, render_budget
from matcher.corpus.values.money import unit_of_heading
from matcher.corpus.values.price import parse_price
from matcher.records import PriceKind

WAN = 10_000


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("面议", PriceKind.NEGOTIABLE, None, None),
        ("价格面议", PriceKind.NEGOTIABLE, None, None),
        ("双方协商", PriceKind.NEGOTIABLE, None, None),
        ("面议，按销售额3%提成", PriceKind.NEGOTIABLE, None, None),
        ("50万元", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("50 万", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("５０万元", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("50W", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("50萬元", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("五十万元", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("人民币伍拾万元整", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("一百二十万", PriceKind.FIRM, 120 * WAN, 120 * WAN),
        ("1.2亿", PriceKind.FIRM, 12_000 * WAN, 12_000 * WAN),
        ("1千万", PriceKind.FIRM, 1_000 * WAN, 1_000 * WAN),
        ("￥500,000元", PriceKind.FIRM, 50 * WAN, 50 * WAN),
        ("9.0万元-9.0万元", PriceKind.FIRM, 9 * WAN, 9 * WAN),
        ("免费", PriceKind.FIRM, 0, 0),
        ("30-80万", PriceKind.INDICATIVE, 30 * WAN, 80 * WAN),
        ("30万～80万", PriceKind.INDICATIVE, 30 * WAN, 80 * WAN),
        ("30万元至1亿元", PriceKind.INDICATIVE, 30 * WAN, 10_000 * WAN),
        ("100.0万元-200.0万元", PriceKind.INDICATIVE, 100 * WAN, 200 * WAN),
        ("1-1.2亿", PriceKind.INDICATIVE, 10_000 * WAN, 12_000 * WAN),
        ("5000-1万", PriceKind.INDICATIVE, 5_000, 1 * WAN),
        ("100元-2万元", PriceKind.INDICATIVE, 100, 2 * WAN),
        ("80-30万", PriceKind.INDICATIVE, 30 * WAN, 80 * WAN),
        ("约50万", PriceKind.INDICATIVE, 50 * WAN, 50 * WAN),
        ("200万元（可面议）", PriceKind.INDICATIVE, 200 * WAN, 200 * WAN),
        ("不低于50万，不超过100万", PriceKind.INDICATIVE, 50 * WAN, 100 * WAN),
        ("普通许可50万元/独占许可200万元", PriceKind.INDICATIVE, 50 * WAN, 200 * WAN),
        ("100万元以内", PriceKind.INDICATIVE, None, 100 * WAN),
        ("不低于100万", PriceKind.FLOOR, 100 * WAN, None),
        ("100万元起", PriceKind.FLOOR, 100 * WAN, None),
        ("≥100万", PriceKind.FLOOR, 100 * WAN, None),
        ("50万+", PriceKind.FLOOR, 50 * WAN, None),
        ("入门费50万元+3%提成", PriceKind.FLOOR, 50 * WAN, None),
        ("2020年投入100万元", PriceKind.FIRM, 100 * WAN, 100 * WAN),
    ],
)
def test_price(text: str, kind: PriceKind, low: float | None, high: float | None) -> None:
    price = parse_price(text)
    assert price is not None
    assert (price.kind, price.low_cny, price.high_cny, price.raw) == (kind, low, high, text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "100",
        "100-200",
        "0",
        "5000元/吨",
        "每吨500元",
        "50万元/年",
        "销售额的3%",
        "10万美元",
        "数千万元",
        "千万元",
        "几十万",
        "999999999999999万",
        "详见附件",
    ],
)
def test_not_a_price(text: str) -> None:
    assert parse_price(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("100-200", 100 * WAN, 200 * WAN),
        ("50", 50 * WAN, 50 * WAN),
        ("1,000", 1_000 * WAN, 1_000 * WAN),
        ("≥50", 50 * WAN, None),
        ("50以内", None, 50 * WAN),
        # A unit in the cell is believed before the heading's.
        ("50元", 50, 50),
        ("1.2亿", 12_000 * WAN, 12_000 * WAN),
    ],
)
def test_numbers_under_a_heading_with_unit(text: str, low: float | None, high: float | None) -> None:
    assert parse_budget(text, WAN) == (low, high)


def test_a_budget_of_nothing_was_not_filled_in() -> None:
    assert parse_budget("0", WAN) is None
    assert parse_budget("0元") is None


def test_a_budget_open_to_negotiation_is_understood() -> None:
    assert parse_budget("面议") == (None, None)
    assert render_budget((None, None)) == "面议"


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("预算资金（万元）", WAN),
        ("價格/萬元", WAN),
        ("预算(万)", WAN),
        ("金额：元", 1),
        ("合作价格（单位：万元）", WAN),
        ("预算资金 (亿元)", 10_000 * WAN),
        ("价格", None),
        ("报价（万美元）", None),
    ],
)
def test_unit_of_heading(heading: str, unit: float | None) -> None:
    assert unit_of_heading(heading) == unit
