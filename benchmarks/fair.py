"""A fair of 300 enterprises, 200 teams, 12 slots and 40 tables: `python benchmarks/fair.py [RUN]`.

The pairs are those of a batch run over the graded needs beside the project (`../shared/bench/henan`): 300 needs, each
its own enterprise, and 800 achievements drawn from a seed, dealt to 200 teams of 40 universities (which the data does
not name).

Three fairs: every party always there; a fifth of all parties only half a day, a third of the achievements with a second
member who belongs to several teams, two halls ten minutes apart; and that one with a quarter of the tables. For each:
real and CPU time, the plan's total and bound, the greedy plan (best pair first) and the hand-made one (down the list of
enterprises, each taking its best free teams), and the same without the floor, where the total is worth alone.
"""

import json
import random
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.batch.base import RunPair, read_run
from matcher.batch.folder import Receipt
from matcher.batch.run import run_batch
from matcher.config import load_settings
from matcher.fair.base import Problem
from matcher.fair.check import check_plan
from matcher.fair.draft import Draft
from matcher.fair.grid import Grid
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair, settings_of
from matcher.fair.value import Value, value_of
from matcher.rank.models import load_models
from matcher.records import Achievement, Need

BENCH = Path(__file__).resolve().parents[2] / "shared" / "bench" / "henan"
ENTERPRISES, TEAMS, UNIVERSITIES, ACHIEVEMENTS = 300, 200, 40, 800
TOML = """
name = "三百家企业"
min_level = {level}
floor = {floor}
time_limit_s = 50
[[day]]
date = 2025-11-18
[[day.session]]
name = "上午"
start = "09:00"
end = "11:00"
[[day.session]]
name = "下午"
start = "14:00"
end = "16:00"
[limits]
per_enterprise = 4
per_team = 8
"""


@dataclass(frozen=True)
class Data:
    """What a fair is made from."""

    needs: dict[str, Need]
    achievements: dict[str, Achievement]
    pairs: tuple[RunPair, ...]


def main() -> None:
    data = from_run(Path(sys.argv[1])) if len(sys.argv) > 1 else drawn()
    levels = [sum(pair.level >= level for pair in data.pairs) for level in (2, 3, 4)]
    print(f"{len(data.pairs)} pairs; at level 2, 3, 4 and above: {levels}")
    for name, tables, busy in (("plain", 40, False), ("busy", 40, True), ("busy, 10 tables", 10, True)):
        for level in (3, 2):
            report(f"{name}, level {level}", data, tables=tables, busy=busy, level=level)


def report(name: str, data: Data, *, tables: int, busy: bool, level: int) -> None:
    shown = with_members(data) if busy else data
    for floor in (1, 0):
        toml = TOML.format(level=level, floor=floor) + places(tables, busy) + absences(shown, busy)
        fair = Fair(source="fair.toml", settings=settings_of(toml, "fair.toml"))
        began, cpu = time.perf_counter(), time.process_time()
        problem = build_problem(fair, shown.needs, shown.achievements, shown.pairs)
        plan = plan_fair(fair.settings, problem)
        spent, cpu = time.perf_counter() - began, time.process_time() - cpu
        assert check_plan(plan, fair, shown.needs, shown.achievements, shown.pairs) == ()
        goal, hand = plan.objective, by_list(problem)
        print(
            f"{name}, floor {floor}: {len(problem.candidates)} candidates, {len(plan.meetings)} meetings, "
            f"{spent:.1f} s ({cpu:.1f} s CPU), total {goal.total}, bound {goal.bound}, "
            f"gap {goal.gap:.2%}, {goal.status}\n"
            f"  over greedy {gain(goal.total, goal.greedy_total)} (worth {gain(goal.worth, goal.greedy_worth)}), "
            f"greedy below the bound {goal.bound / goal.greedy_total - 1:.1%}; "
            f"over the list {gain(goal.total, hand.total)} (worth {gain(goal.worth, hand.worth)})",
            flush=True,
        )


def gain(one: int, other: int) -> str:
    return f"{one / other - 1:+.1%}"


def by_list(problem: Problem) -> Value:
    """What comes of going down the list: each enterprise takes its best free teams, one after another."""
    draft = Draft(Grid(problem))
    for candidate in sorted(problem.candidates, key=lambda c: (c.enterprise, -c.points, c.index)):
        place = next(draft.openings(candidate.index), None)
        if place is not None:
            draft.put(candidate.index, place)
    return value_of(problem, draft.placed)


def places(tables: int, busy: bool) -> str:
    if not busy:
        return f'[[table]]\nname = "A"\ncount = {tables}\n'
    half = tables // 2
    return "".join(f'[[table]]\nname = "{hall}"\nhall = "{hall}馆"\ncount = {half}\n' for hall in "东西") + (
        '[[walking]]\nhall = "东馆"\nother = "西馆"\nminutes = 10\n'
    )


def absences(data: Data, busy: bool) -> str:
    """A fifth of all parties come for the morning or the afternoon only."""
    if not busy:
        return ""
    rng = random.Random(2)  # noqa: S311
    names = [need.org for need in data.needs.values()]
    names += sorted({f"{a.org}/{a.team[0]}" for a in data.achievements.values()})
    return "".join(
        f'[[absent]]\nwho = "{name}"\n{rng.choice(("from", "to"))} = "12:00"\n' for name in names if rng.random() < 0.2
    )


def with_members(data: Data) -> Data:
    """A third of the achievements name a second member, who belongs to several teams of the university."""
    rng = random.Random(3)  # noqa: S311
    found = {
        a.id: replace(a, team=(*a.team, f"共用{rng.randrange(3)}")) if rng.random() < 1 / 3 else a
        for a in data.achievements.values()
    }
    return Data(data.needs, found, data.pairs)


def from_run(folder: Path) -> Data:
    """The pairs of a batch run, made first where there is none."""
    if not folder.exists():
        rng = random.Random(1)  # noqa: S311
        needs = lines(BENCH / "needs.jsonl")[:ENTERPRISES]
        achievements = lines(BENCH / "achievements.jsonl")
        rng.shuffle(achievements)
        settings = load_settings().model_copy(update={"rerank": 0})
        run_batch(
            folder,
            needs=[
                Need(id=row["id"], title=row["title"], problem=row["content"], org=f"企业{at:03}")
                for at, row in enumerate(needs)
            ],
            achievements=[
                Achievement(
                    id=row["id"],
                    title=row["title"],
                    org=f"大学{at % UNIVERSITIES:02}",
                    team=(f"教授{at % TEAMS:03}",),
                )
                for at, row in enumerate(achievements[:ACHIEVEMENTS])
            ],
            models=load_models(settings),
            settings=settings,
            receipt=Receipt(command="python benchmarks/fair.py", inputs=(), rejected=0),
        )
    run = read_run(folder)
    return Data(dict(run.needs), dict(run.achievements), run.pairs)


def lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def drawn() -> Data:
    """Twenty teams for each enterprise, some teams sought far more than others; fits as skewed as real ones."""
    rng = random.Random(1)  # noqa: S311
    sought = [rng.paretovariate(1.2) for _ in range(TEAMS)]
    needs = {f"N{at:03}": Need(id=f"N{at:03}", title="需求", org=f"企业{at:03}") for at in range(ENTERPRISES)}
    achievements = {
        f"A{at:03}": Achievement(
            id=f"A{at:03}", title="成果", org=f"大学{at % UNIVERSITIES:02}", team=(f"教授{at:03}",)
        )
        for at in range(TEAMS)
    }
    pairs = []
    for need in needs:
        teams: set[int] = set()
        while len(teams) < 20:
            teams.add(rng.choices(range(TEAMS), sought)[0])
        pairs += [drawn_pair(rng, need, f"A{team:03}") for team in sorted(teams)]
    return Data(needs, achievements, tuple(pairs))


def drawn_pair(rng: random.Random, need: str, achievement: str) -> RunPair:
    fit = rng.betavariate(1, 2)
    fourth = fit * fit
    level = 4 if fourth > 0.5 else 3 if fit > 0.5 else 2 if fit > 0.2 else 1
    probs = ((1 - fit) / 2, (1 - fit) / 2, fit - fourth, fourth)
    return RunPair(
        need_id=need,
        achievement_id=achievement,
        need_rank=1,
        achievement_rank=None,
        level=level,
        level_probs=probs,
        fit=fit,
        score=sum(level * share for level, share in enumerate(probs, 1)),
        failed=(),
    )


if __name__ == "__main__":
    main()
