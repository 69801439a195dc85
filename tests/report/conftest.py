"""Two needs, five achievements, every kind of outcome; texts that try to do harm."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from matcher.rank.organisations import rank_organisations
from matcher.records import (
    Achievement,
    CheckState,
    Evidence,
    Gate,
    GateState,
    IndicatorCheck,
    Match,
    MatchList,
    Need,
    Price,
    PriceKind,
    Side,
    Tier,
    TransferMode,
    TrlBand,
    TrlSource,
)
from matcher.report import RunInfo, write_leads

NEEDS = {
    "001": Need(
        id="001",
        title="=1+1 换热器泄漏在线监测",
        org="东京空分",
        contact="@刘工 0371-1",
        problem="换热器微漏只能停车查找，希望不停车在线监测。",
        confidential_detail="机密需求正文",
        extra={"内部备注": "机密备注"},
        budget_high_cny=800_000,
    ),
    "002": Need(id="002", title="量子终端", org="某公司", problem="太大"),
    "003": Need(id="003", title="没有候选的需求"),
}

ACHIEVEMENTS = {
    "a1": Achievement(
        id="a1",
        title="换热器泄漏监测系统",
        org="郑州工程大学",
        team=("李明", "赵强"),
        contact="+86 371 2",
        summary="声发射在线监测换热器泄漏。",
        confidential_detail="机密成果正文",
        trl=TrlBand(low=7, high=8, source=TrlSource.INFERRED, raw="通过中试"),
        transfer_modes=(TransferMode.LICENCE,),
        price=Price(kind=PriceKind.NEGOTIABLE, raw="面议"),
    ),
    "a2": Achievement(id="a2", title="氦检漏装置", org="郑州工程大学", team=("赵强",)),
    "a3": Achievement(id="a3", title="机密名称", org="机密单位", contact="机密电话", visibility=Tier.RESTRICTED),
    "a4": Achievement(id="a4", title="结垢软测量", org="-华北化工学院"),
    "a5": Achievement(id="a5", title="昂贵的检测线", price=Price(kind=PriceKind.FIRM, low_cny=9e6, high_cny=9e6)),
}
COPIES = {i: Achievement(id=i, title="换热器泄漏监测系统") for i in ("a8", "a9")}


def quote(side: Side, field: str, text: str, words: tuple[str, ...], tier: Tier = Tier.PUBLIC) -> Evidence:
    return Evidence(side=side, field=field, start=0, end=len(text), text=text, words=words, tier=tier)


def check(parameter: str, state: CheckState, reason: str) -> IndicatorCheck:
    return IndicatorCheck(
        parameter=parameter,
        state=state,
        must=False,
        need=quote(Side.NEED, "problem", parameter, ()),
        achievement=None,
        margin=None,
        unit="",
        reason=reason,
        question="",
    )


def match(achievement_id: str, rank: int, level: int, fit: float, need_id: str = "001", **given: object) -> Match:
    return Match(
        need_id=need_id,
        achievement_id=achievement_id,
        rank=rank,
        score=float(level),
        level=level,
        level_probs=(0.0, 1.0 - fit, fit, 0.0),
        fit=fit,
        parts={"semantic": 0.5},
        **given,  # type: ignore[arg-type]
    )


BEST = match(
    "a1",
    1,
    4,
    0.93,
    gates=(Gate(name="budget", state=GateState.UNKNOWN, reason="预算至多 80 万元，成果价格面议"),),
    evidence=(
        quote(Side.NEED, "problem", "希望不停车在线监测。", ("在线监测",)),
        quote(Side.ACHIEVEMENT, "summary", "声发射在线监测换热器泄漏。", ("在线监测", "换热器", "泄漏")),
    ),
    shared_words=("换热器", "泄漏"),
    reason="共同要点：换热器、泄漏",
    unknowns=("价格面议", "成果未写有效期"),
    checks=(
        check("误报率≤5%", CheckState.UNKNOWN, "需求 ≤5%，成果中未找到可比数值"),
        check("响应时间", CheckState.MET, "需求 ≤10s，成果 8s，快 2s"),
        check("漏检率", CheckState.UNMET, "需求 ≤1%，成果 3%，高出 2 个百分点"),
    ),
    lines=("相同点：对象 【换热器】", "待核实：实测误报率是多少？"),
    questions=("实测误报率是多少？", "大致要多少费用？"),
    duplicates=("a8", "a9"),
)
SECRET_EVIDENCE = match(
    "a4",
    4,
    1,
    0.1,
    evidence=(quote(Side.ACHIEVEMENT, "confidential_detail", "机密句子", ("机密",), Tier.SECRET),),
    shared_words=("机密词",),
    reason="共同要点：机密词",
)
TOO_DEAR = match(
    "a5",
    2,
    3,
    0.7,
    gates=(Gate(name="budget", state=GateState.FAIL, reason="预算至多 80 万元，成果价格 900 万元 起"),),
    reason="共同要点：检测",
)
RESULTS = (
    MatchList(
        query_id="001",
        query_side=Side.NEED,
        matches=(BEST, match("a2", 2, 3, 0.6), match("a3", 3, 2, 0.3, reason="机密理由"), SECRET_EVIDENCE),
        excluded=(TOO_DEAR,),
        considered=200,
    ),
    MatchList(
        query_id="002",
        query_side=Side.NEED,
        matches=(match("a2", 1, 1, 0.05, need_id="002"),),
        none_fits=True,
        considered=150,
    ),
    MatchList(query_id="003", query_side=Side.NEED, matches=(), none_fits=True),
)
BUYERS = (MatchList(query_id="a1", query_side=Side.ACHIEVEMENT, matches=(BEST,), considered=3),)

ABOUT = RunInfo(
    index_name="kaifeng",
    index_version="v3",
    encoder="toy:1",
    levels="0123456789ab",
    reranker="cross:toy，细读了每条最好的 20 个",
    created=dt.datetime(2026, 1, 2, 3, 4),
    files=("需求.xlsx",),
    counts={"入库成果": 5},
    excluded={"标有密级": 1},
    settings_hash="cafe",
    notes=("示例",),
)


@pytest.fixture
def world() -> SimpleNamespace:
    return SimpleNamespace(
        needs=NEEDS, achievements=ACHIEVEMENTS, results=RESULTS, buyers=BUYERS, about=ABOUT, best=BEST, match=match
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes results (by default those of the needs) to a file of the given name."""

    def go(name: str, results: tuple[MatchList, ...] = RESULTS) -> Path:
        organisations = {
            result.query_id: rank_organisations(
                result.matches, ACHIEVEMENTS if result.query_side is Side.NEED else NEEDS, result.query_side
            )
            for result in results
        }
        path = tmp_path / name
        write_leads(
            path,
            results,
            needs=NEEDS,
            achievements=ACHIEVEMENTS | COPIES,
            organisations=organisations,
            about=ABOUT,
        )
        return path

    return go
