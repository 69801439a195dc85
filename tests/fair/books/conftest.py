"""A fair of three enterprises and four teams whose texts try to do harm, with its books."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from matcher.batch.base import RunPair
from matcher.embed.hashing import HashingEncoder
from matcher.fair.base import PartyKind, Plan, Wish
from matcher.fair.books import Books, explaining, gather
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair, settings_of
from matcher.fair.replan import replan
from matcher.fair.sheets import WishRow, wishes_in
from matcher.records import Achievement, Need, Tier

LONG = (
    "面向高含沙黄河水取水泵站的耐磨蚀双吸离心泵叶轮表面强化处理与全寿命周期磨损状态在线监测预警"
    "一体化成套关键技术及其产业化示范应用研究与推广服务"
)

TOML = f"""
name = '示范会</style><script>alert("名")</script>'
place = "科技馆"
floor = 0
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "10:00"
[[table]]
name = "A"
count = 2
hall = "一号馆"
[[table]]
name = "云"
kind = "线上"
link = "https://meeting.example/123"
[[limit]]
who = "{LONG}有限责任公司"
meetings = 2
[[kind_wanted]]
who = "寅大学"
kinds = ["线上"]
"""

NEEDS = {
    need.id: need
    for need in (
        Need(
            id="N1",
            title="<script>alert(1)</script>换热器结垢",
            org="=1+1 甲公司",
            contact="刘工 0371-1",
            problem="换热器结垢快，清洗要停车。",
            indicators_text="除垢率不低于 90%，换热效率不低于 80%",
            confidential_detail="机密需求正文",
            extra={"内部": "机密备注"},
        ),
        Need(id="N2", title=LONG, org=f"{LONG}有限责任公司", problem="叶轮磨损快。"),
        Need(id="N3", title="量子终端", org="丙公司", problem="没有人做。"),
    )
}
ACHIEVEMENTS = {
    made.id: made
    for made in (
        Achievement(
            id="A1",
            title="换热器在线清洗<b>装置</b>",
            org="子大学",
            team=("张三",),
            contact="张老师",
            summary="不停车清洗换热器，除垢率达到 95%。",
        ),
        Achievement(id="A2", title=LONG[::-1], org="丑大学", team=("李四",), summary="叶轮表面强化。"),
        Achievement(id="A3", title="换热器除垢剂", org="寅大学", team=("赵五",), summary="除垢。"),
        Achievement(
            id="A4", title="机密成果名", org="卯大学", contact="机密电话", team=("钱六",), visibility=Tier.RESTRICTED
        ),
    )
}
FITS = {("N1", "A1"): 0.9, ("N1", "A3"): 0.6, ("N2", "A2"): 0.8, ("N1", "A4"): 0.7, ("N2", "A4"): 0.5}


@dataclass(frozen=True)
class Show:
    """A plan with everything it was made from."""

    fair: Fair
    plan: Plan
    books: Books

    def first(self, toml: str) -> Books:
        """Books of a first plan with more TOML and no spreadsheet of wishes."""
        settings = settings_of(TOML + toml, "fair.toml")
        fair = Fair(source="fair.toml", settings=settings, wishes=wishes_in(settings, "fair.toml"))
        return books_of(plan_fair(settings, problem(fair)))

    def again(self, toml: str) -> "Show":
        """Replanned after more TOML."""
        fair = Fair(source="fair.toml", settings=settings_of(TOML + toml, "fair.toml"), wishes=self.fair.wishes)
        plan = replan(self.plan, fair.settings, problem(fair))
        return Show(fair, plan, books_of(plan, before=self.plan))


def pairs() -> tuple[RunPair, ...]:
    return tuple(
        RunPair(
            need_id=need,
            achievement_id=achievement,
            need_rank=1,
            achievement_rank=1,
            level=3,
            level_probs=(round(1 - fit, 6), 0.0, fit, 0.0),
            fit=fit,
            score=1 + 2 * fit,
            failed=(),
        )
        for (need, achievement), fit in FITS.items()
    )


def problem(fair: Fair):  # type: ignore[no-untyped-def]
    return build_problem(fair, NEEDS, ACHIEVEMENTS, pairs())


def books_of(plan: Plan, before: Plan | None = None) -> Books:
    explain = explaining(HashingEncoder(), needs=NEEDS, achievements=ACHIEVEMENTS, today=dt.date(2025, 11, 18))
    created = dt.datetime(2025, 11, 1, 8, 0, tzinfo=dt.UTC)
    return gather(plan, needs=NEEDS, achievements=ACHIEVEMENTS, explain=explain, created=created, before=before)


@pytest.fixture(scope="session")
def show() -> Show:
    """N1 meets A1, A3 (on line) and A4; N2 meets A2, and A1 because it asked to, A4 stands by; N3 meets nobody."""
    wished = WishRow("N2", "A1", Wish.MUST, PartyKind.ENTERPRISE, "意愿.xlsx第 2 行")
    fair = Fair(source="fair.toml", settings=settings_of(TOML, "fair.toml"), wishes=(wished,))
    plan = plan_fair(fair.settings, problem(fair))
    assert len(plan.meetings) == len(FITS)
    return Show(fair, plan, books_of(plan))


@pytest.fixture(scope="session")
def planned() -> Callable[[list[tuple[str, str, Wish, PartyKind]]], Books]:
    """The books of the fair with other wishes."""

    def of(said: list[tuple[str, str, Wish, PartyKind]]) -> Books:
        wishes = tuple(WishRow(*one, f"意愿.xlsx第 {at} 行") for at, one in enumerate(said, 2))
        fair = Fair(source="fair.toml", settings=settings_of(TOML, "fair.toml"), wishes=wishes)
        return books_of(plan_fair(fair.settings, problem(fair)))

    return of


@pytest.fixture(scope="session")
def empty() -> Books:
    """A fair nobody has a match for."""
    fair = Fair(source="fair.toml", settings=settings_of("min_level = 4\n" + TOML, "fair.toml"))
    plan = plan_fair(fair.settings, problem(fair))
    assert not plan.meetings
    return books_of(plan)


@pytest.fixture(scope="session")
def long_title() -> str:
    return LONG


@pytest.fixture
def expected(show: Show) -> Callable[[PartyKind], dict[str, list[str]]]:
    """Codes of the meetings of each party that has any, by its number, straight from the plan."""

    def of(kind: PartyKind) -> dict[str, list[str]]:
        plan, found = show.plan, {}
        for party in plan.problem.parties:
            codes = sorted(m.code for m in plan.meetings_of(party.index))
            if party.kind is kind and codes:
                found[show.books.numbers[party.index]] = codes
        return found

    return of
