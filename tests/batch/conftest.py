"""Two small lists of our own, models that grade them all over the scale, and a disk that dies."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from matcher.batch.folder import Receipt
from matcher.batch.run import Outcome, run_batch
from matcher.config import Settings
from matcher.embed.base import Vectors
from matcher.embed.hashing import HashingEncoder
from matcher.rank.levels import LevelModel
from matcher.rank.models import Models
from matcher.rank.rerank import CROSS, Reranker
from matcher.records import Achievement, Need, Price, PriceKind, Region, Tier, TrlBand, TrlSource

TODAY = dt.date(2025, 6, 1)
OBJECTS = ("花生脱壳机", "石墨电极", "换热器", "空分冷箱", "秸秆打捆机", "豆渣饲料", "电机轴承", "废水膜组件")
WISHES = ("破损率高", "氧化太快", "结垢难清", "泄漏报警晚", "捡拾器堵塞", "容易变质", "噪声变大", "通量下降")
HOW = ("柔性辊", "铝基涂层", "在线超声", "分布式光纤", "液压反转", "乳酸菌发酵", "振动监测", "臭氧预处理")

NEEDS = [
    Need(
        id=f"N{at:02}",
        title=f"{OBJECTS[at % 8]}{WISHES[(at + at // 8) % 8]}",
        problem=""
        if at % 5 == 4
        else f"我厂的{OBJECTS[at % 8]}{WISHES[at % 8]}，希望用{HOW[(at * 3) % 8]}解决，第{at}条线先试。"
        + ("必须把破碎率降到1%以下。" if at % 4 == 0 else ""),
        org=f"企业{at % 6}",
        confidential_detail="配方里的铝粉占三成" if at == 3 else "",
        trl_min=7 if at % 6 == 1 else None,
        region_scope=(Region(name="河南", code="410000"),) if at % 9 == 2 else (),
        blocked_orgs=("第二大学",) if at % 7 == 3 else (),
        valid_until=dt.date(2025, 1, 1) if at % 10 == 6 else None,
        budget_high_cny=100_000.0 if at % 8 == 5 else None,
        extra={"内部备注": "先别外传"} if at == 3 else {},
    )
    for at in range(22)
]
# The same posting again, by the same enterprise.
NEEDS += [Need(id=f"M{at:02}", title=NEEDS[at].title, problem=NEEDS[at].problem, org=NEEDS[at].org) for at in (0, 8)]
ACHIEVEMENTS = [
    Achievement(
        id=f"A{at:02}",
        title=f"{OBJECTS[at % 8]}{HOW[(at + at // 8) % 8]}技术",
        summary=""
        if at % 6 == 5
        else f"针对{OBJECTS[at % 8]}{WISHES[(at * 5) % 8]}，采用{HOW[at % 8]}，已在{at}家企业使用。" * (1 + at % 3)
        + ("破碎率为3%。" if at % 8 == 0 else ""),
        org=("第一大学", "第二大学", "农机研究院")[at % 3],
        team=(f"老师{at % 4}",),
        trl=TrlBand(low=4 + at % 5, high=4 + at % 5, source=TrlSource.STATED) if at % 4 else None,
        region=Region(name="河南省开封市", code="410200") if at % 3 == 0 else Region(name="山东省", code="370000"),
        status="已转化" if at % 11 == 7 else "",
        price=Price(kind=PriceKind.FIRM, low_cny=300_000.0, high_cny=300_000.0) if at % 5 == 2 else None,
        visibility=Tier.RESTRICTED if at == 9 else Tier.PUBLIC,
    )
    for at in range(40)
]
ACHIEVEMENTS += [
    Achievement(
        id=f"C{at:02}", title=ACHIEVEMENTS[at].title, summary=ACHIEVEMENTS[at].summary, org=ACHIEVEMENTS[at].org
    )
    for at in (0, 1, 2, 16)
]
# With the toy encoder a good third of all pairs reaches level 2 by these numbers, and some each of the others.
LEVELS = LevelModel(
    features=("semantic", "keyword"), weights=(10.0, 4.0), thresholds=(2.6, 4.6, 6.0), none_fits_below=0.3
)
READ_LEVELS = LevelModel(
    features=("semantic", CROSS), weights=(8.0, 1.0), thresholds=(2.5, 4.5, 6.5), none_fits_below=0.3
)
SETTINGS = Settings(candidates=12, window_chars=50)
RECEIPT = Receipt(command="matcher batch 需求.csv 成果.csv --out run", inputs=(), rejected=0)


class SharedCharacters:
    """Reads a pair together: how many characters both texts hold, beyond ten."""

    id = "shared-characters"

    def score(self, pairs: Sequence[tuple[str, str]]) -> Vectors:
        return np.array([len(set(need) & set(other)) / 5 - 2 for need, other in pairs], dtype=np.float32)


@pytest.fixture
def models() -> Models:
    return Models(HashingEncoder(64), LEVELS, None)


@pytest.fixture
def reading() -> Models:
    """The same with a re-ranker that reads five candidates."""
    return Models(HashingEncoder(64), LEVELS, Reranker(SharedCharacters(), READ_LEVELS, 5))


@dataclass(frozen=True)
class Corpus:
    """What the runs below match, and how."""

    needs: list[Need]
    achievements: list[Achievement]
    today: dt.date
    settings: Settings


@pytest.fixture
def corpus() -> Corpus:
    return Corpus(NEEDS, ACHIEVEMENTS, TODAY, SETTINGS)


Runner = Callable[..., Outcome]


@pytest.fixture
def run(models: Models) -> Runner:
    """`run_batch` on the lists above; whatever is given wins."""

    def start(out: Path, **given: object) -> Outcome:
        arguments = {
            "needs": NEEDS,
            "achievements": ACHIEVEMENTS,
            "models": models,
            "settings": SETTINGS,
            "receipt": RECEIPT,
            "top": 6,
            "today": TODAY,
            "block": 5,
        }
        return run_batch(out, **{**arguments, **given})  # type: ignore[arg-type]

    return start
