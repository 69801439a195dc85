"""A pair that every part of an explanation is shown on."""

import datetime as dt
from collections.abc import Callable

import pytest

from matcher.explain import Explainer, Explanation
from matcher.records import Achievement, Gate, IndicatorCheck, Need, Price, PriceKind, Side, Tier

WEIGHTS = {"石墨": 3.0, "电极": 2.0, "石墨电极": 3.0, "涂层": 4.0, "石墨件": 1.0}
NEED = Need(
    id="n",
    title="电极氧化",
    problem="车间灰尘大。石墨电极侧面氧化，想找涂层。还有别的事。",
    indicators_text="氧化率 ≤3%",
)
ACHIEVEMENT = Achievement(
    id="a",
    title="抗氧化技术",
    summary="本品为粉料。给石墨电极做涂层，耐 1400 ℃。",
    price=Price(kind=PriceKind.NEGOTIABLE),
)

TODAY = dt.date(2026, 6, 30)

Explain = Callable[..., Explanation]


@pytest.fixture
def explain() -> Explain:
    """Explain the pair above, or others, to a tier."""

    def explained(
        need: Need = NEED,
        achievement: Achievement = ACHIEVEMENT,
        *gates: Gate,
        side: Side = Side.NEED,
        tier: Tier = Tier.PUBLIC,
        checks: tuple[IndicatorCheck, ...] = (),
    ) -> Explanation:
        explainer = Explainer(lambda word: WEIGHTS.get(word, 0.5), tier=tier)
        return explainer.explain(need, achievement, gates, query_side=side, checks=checks, today=TODAY)

    return explained
