"""Small fairs: one written out, and any number made from a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product

import pytest

from matcher.batch.base import RunPair
from matcher.fair.base import PartyKind, Plan, Problem, Wish
from matcher.fair.check import check_plan
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair, settings_of
from matcher.fair.sheets import MetRow, WishRow
from matcher.records import Achievement, Need

DAY = """
name = "测试对接会"
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "{end}"
[slots]
minutes = 20
gap_minutes = {gap}
[limits]
per_enterprise = {enterprise}
per_team = {team}
per_person = {person}
"""


@dataclass(frozen=True)
class Made:
    """One fair with everything a plan is made from and held against."""

    fair: Fair
    needs: dict[str, Need]
    achievements: dict[str, Achievement]
    pairs: tuple[RunPair, ...]
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        built = build_problem(self.fair, self.needs, self.achievements, self.pairs)
        object.__setattr__(self, "problem", built)

    def plan(self) -> Plan:
        return plan_fair(self.fair.settings, self.problem)

    def check(self, plan: Plan) -> tuple[str, ...]:
        return check_plan(plan, self.fair, self.needs, self.achievements, self.pairs)

    def but(self, toml: str = "", **changes: object) -> "Made":
        """The same fair with more TOML (top-level keys first) or other parts."""
        fair = replace(self.fair, **changes)  # type: ignore[arg-type]
        if toml:
            fair = replace(fair, settings=settings_of(toml, "fair.toml"))
        return Made(fair, self.needs, self.achievements, self.pairs)


def pair(need: str, achievement: str, level: int, fit: float | None = None) -> RunPair:
    """A pair whose worth is its fit and a tenth of a level 4's certainty."""
    sure = fit if fit is not None else {1: 0.05, 2: 0.3, 3: 0.6, 4: 0.9}[level]
    fourth = round(sure * 0.5, 6) if level == 4 else 0.0
    return RunPair(
        need_id=need,
        achievement_id=achievement,
        need_rank=1,
        achievement_rank=1,
        level=level,
        level_probs=(round(1 - sure, 6), 0.0, round(sure - fourth, 6), fourth),
        fit=sure,
        score=1 + 2 * sure,
        failed=(),
    )


def made(
    toml: str,
    needs: dict[str, str],
    achievements: dict[str, tuple[str, ...]],
    pairs: list[RunPair],
    *,
    wishes: tuple[WishRow, ...] = (),
    met: tuple[MetRow, ...] = (),
) -> Made:
    """Needs as id → enterprise; achievements as id → organisation, leader, members."""
    return Made(
        Fair(source="fair.toml", settings=settings_of(toml, "fair.toml"), wishes=wishes, met=met),
        {i: Need(id=i, title=f"需求{i}", org=org) for i, org in needs.items()},
        {i: Achievement(id=i, title=f"成果{i}", org=who[0], team=who[1:]) for i, who in achievements.items()},
        tuple(pairs),
    )


@pytest.fixture
def make() -> Callable[..., Made]:
    return made


@pytest.fixture
def graded() -> Callable[..., RunPair]:
    return pair


@pytest.fixture
def day() -> Callable[..., str]:
    """The head of a `fair.toml`; slots of 20 minutes from nine on."""

    def head(slots: int = 3, *, gap: int = 0, enterprise: int = 6, team: int = 8, person: int = 12) -> str:
        minutes = 9 * 60 + slots * 20 + (slots - 1) * gap
        end = f"{minutes // 60:02}:{minutes % 60:02}"
        return DAY.format(end=end, gap=gap, enterprise=enterprise, team=team, person=person)

    return head


@pytest.fixture
def wish() -> Callable[..., WishRow]:
    def row(enterprise: str, team: str, said: Wish, by: PartyKind = PartyKind.ENTERPRISE) -> WishRow:
        return WishRow(enterprise, team, said, by, "意愿.xlsx第 2 行")

    return row


@pytest.fixture
def random_fair(day: Callable[..., str]) -> Callable[[int], Made]:
    """A fair of 2–4 enterprises and teams with a share of every rule there is."""
    return lambda seed: _random(random.Random(seed), day)


def _random(rng: random.Random, day: Callable[..., str]) -> Made:
    enterprises = [f"企业{name}" for name in "甲乙丙丁"[: rng.randint(2, 4)]]
    teams = [(f"大学{name}", f"教授{name}") for name in "子丑寅卯"[: rng.randint(2, 4)]]
    toml = day(
        rng.randint(2, 4),
        gap=rng.choice((0, 0, 5)),
        enterprise=rng.randint(1, 3),
        team=rng.randint(1, 3),
        person=rng.randint(2, 4),
    )
    toml = f"floor = {rng.randint(0, 2)}\nteam_share = {rng.choice((1.0, 1.0, 0.3))}\ntime_limit_s = 30\n{toml}"
    toml += _tables(rng, enterprises)
    toml += _absent(rng, enterprises, teams)
    needs = {f"N{at}": enterprises[at % len(enterprises)] for at in range(len(enterprises) + rng.randint(0, 1))}
    achievements: dict[str, tuple[str, ...]] = {}
    for at, (org, leader) in enumerate(teams):
        achievements[f"A{at}"] = (org, leader, *((f"{org[-1]}助手",) if rng.random() < 0.3 else ()))
    if rng.random() < 0.5:
        # One who leads a team and belongs to another of the same organisation.
        org, leader = teams[0]
        achievements["A9"] = (org, "另一位教授", leader)
    pairs = [
        pair(need, achievement, level, round(rng.uniform(0.3, 0.95), 2) if level > 2 else None)
        for need, achievement in product(needs, achievements)
        if rng.random() < 0.7
        for level in [rng.choice((1, 2, 3, 3, 4))]
    ]
    wishes = tuple(
        WishRow(
            rng.choice(enterprises),
            rng.choice(teams)[0],
            rng.choice(list(Wish)),
            rng.choice(list(PartyKind)),
            f"意愿.xlsx第 {row} 行",
        )
        for row in range(2, 2 + rng.randint(0, 3))
    )
    met = (MetRow(rng.choice(enterprises), rng.choice(teams)[0], "见过.csv第 2 行"),) if rng.random() < 0.2 else ()
    return made(toml, needs, achievements, pairs, wishes=wishes, met=met)


def _tables(rng: random.Random, enterprises: list[str]) -> str:
    count = rng.randint(1, 2)
    toml = f'[[table]]\nname = "A"\ncount = {count}\nhall = "一号馆"\n'
    if rng.random() < 0.3:
        toml += 'closed = [{ from = "09:20", to = "09:40" }]\n'
    if rng.random() < 0.2:
        toml += f'[[table_closed]]\ntable = "A{"" if count == 1 else 2}"\nfrom = "09:00"\nto = "09:10"\n'
    if rng.random() < 0.5:
        toml += '[[table]]\nname = "B"\nhall = "二号馆"\nkind = "洽谈室"\n'
        toml += f'[[walking]]\nhall = "一号馆"\nother = "二号馆"\nminutes = {rng.choice((5, 10, 25))}\n'
    if rng.random() < 0.3:
        toml += f'[[table]]\nname = "V"\nhall = "一号馆"\nonly_for = ["{rng.choice(enterprises)}"]\n'
    if rng.random() < 0.3:
        toml += '[[table]]\nname = "云"\nkind = "线上"\n'
        toml += f'[[kind_wanted]]\nwho = "{rng.choice(enterprises)}"\nkinds = ["线上"]\n'
    return toml


def _absent(rng: random.Random, enterprises: list[str], teams: list[tuple[str, str]]) -> str:
    toml = ""
    for _ in range(rng.randint(0, 4)):
        who = rng.choice([*enterprises, *(name for team in teams for name in team)])
        start, end = rng.choice((("09:00", "09:20"), ("09:30", "09:45"), ("09:20", "12:00")))
        toml += f'[[absent]]\nwho = "{who}"\nfrom = "{start}"\nto = "{end}"\n'
    if rng.random() < 0.2:
        toml += f'[[limit]]\nwho = "{rng.choice(enterprises)}"\nmeetings = {rng.randint(0, 2)}\n'
    return toml
