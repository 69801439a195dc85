import pytest

from matcher.text.amounts import about, yuan


@pytest.mark.parametrize(
    ("amount", "text"),
    [(800, "800 元"), (5000, "0.5 万元"), (500_000, "50 万元"), (125_000, "12.5 万元"), (2.5e8, "2.5 亿元")],
)
def test_yuan(amount: float, text: str) -> None:
    assert yuan(amount) == text


@pytest.mark.parametrize(("amount", "text"), [(228_546, "22.9 万元"), (9_554_090, "955 万元"), (1234, "0.123 万元")])
def test_an_estimate_has_three_figures(amount: float, text: str) -> None:
    assert about(amount) == text
