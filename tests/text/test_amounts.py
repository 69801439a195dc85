import pytest

from matcher.text.amounts import yuan


@pytest.mark.parametrize(
    ("amount", "text"),
    [(800, "800 元"), (5000, "0.5 万元"), (500_000, "50 万元"), (125_000, "12.5 万元"), (2.5e8, "2.5 亿元")],
)
def test_yuan(amount: float, text: str) -> None:
    assert yuan(amount) == text
