"""The work behind `matcher fair …`: read, plan, prove, write, tell."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matcher.batch.base import Run, read_run
from matcher.cli.console import log, output
from matcher.cli.filling import day_and_time
from matcher.config import Settings, load_settings
from matcher.errors import ConfigError, PlanError
from matcher.fair.base import PartyKind, Plan, Problem, Status
from matcher.fair.books import explaining, gather, write_books
from matcher.fair.books.browser import find_browser
from matcher.fair.cast import cast_of, namesakes
from matcher.fair.check import check_plan
from matcher.fair.expiry import expired
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair, read_fair
from matcher.fair.replan import replan as plan_again
from matcher.fair.save import read_plan, write_plan
from matcher.fair.settings import Absence, FairSettings, TableClosed
from matcher.fair.sheets import read_codes
from matcher.rank.models import load_models
from matcher.records import Achievement, Need

__all__ = ["Changes", "check", "doubts", "plan", "replan"]

_SHOWN = 10
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since the plan was made, as typed on the command line."""

    cancel: Sequence[str]
    late: Sequence[str]
    table_lost: Sequence[str]
    now: str | None


def plan(fair_file: Path, *, run: Path, out: Path) -> None:
    """Plan a fair, prove the plan and write it.

    Raises:
        MatcherError: as reading, planning and writing say.
    """
    fair, matched = _read(fair_file, run)
    problem = _problem(fair, matched)
    log(
        f"正在排期：{len(problem.slots)} 个时段，{len(problem.tables)} 个桌位，"
        f"{len(problem.candidates)} 个可以安排的会面（最多 {fair.settings.time_limit_s:g} 秒）……"
    )
    _publish(plan_fair(fair.settings, problem), fair, matched, out)


def replan(fair_file: Path, *, run: Path, old: Path, out: Path, confirmed: Path | None, changes: Changes) -> None:
    """Plan again after changes, prove the plan and write it.

    Raises:
        MatcherError: as reading, planning and writing say.
    """
    before = read_plan(old)
    fair, matched = _read(fair_file, run)
    now = _moment(changes.now, "--now") if changes.now else None
    fair = _changed(fair, changes, now)
    codes = read_codes(confirmed, max_bytes=load_settings().max_file_mb * _MB) if confirmed else None
    unknown = sorted((codes or frozenset()) - {meeting.code for meeting in before.meetings})
    if unknown:
        raise PlanError(f"{confirmed} 里的会面编号 {unknown[0]} 不在排期 {old} 中；请照排期表上的编号填写。")
    problem = _problem(fair, matched)
    plan = plan_again(before, fair.settings, problem, confirmed=codes, now=now)
    for move in plan.moves:
        output().print(f"{move.code}  {move.before} → {move.to or '取消'}：{move.why}", markup=False)
    log(f"共变动 {len(plan.moves)} 场已确认的会面，其余都在原来的时间和桌位。")
    _publish(plan, fair, matched, out, before=before)


def check(fair_file: Path, *, run: Path, where: Path) -> None:
    """Hold a saved plan against `fair.toml` and the run.

    Raises:
        PlanError: it breaks a rule.
    """
    fair, matched = _read(fair_file, run)
    _prove(read_plan(where), fair, matched)
    log("核对完毕：没有冲突，未排的各方和未能安排的必见都有原因。")


def _read(fair_file: Path, run: Path) -> tuple[Fair, Run]:
    fair = read_fair(fair_file, max_bytes=load_settings().max_file_mb * _MB)
    return fair, read_run(run)


def _problem(fair: Fair, matched: Run) -> Problem:
    """The fair as data.

    Raises:
        ConfigError: as `build_problem` says, or every table is closed all the time.
    """
    problem = build_problem(fair, matched.needs, matched.achievements, matched.pairs)
    if all(len(table.closed) == len(problem.slots) for table in problem.tables):
        raise ConfigError(
            f"对接会设置 {fair.source} 中所有桌位在所有时段都不开放，排不了会面；"
            "请删去或缩短 table_closed（或 table 的 closed、--table-lost）里的关闭时间。"
        )
    return problem


def _prove(plan: Plan, fair: Fair, matched: Run) -> None:
    findings = check_plan(plan, fair, matched.needs, matched.achievements, matched.pairs)
    if findings:
        shown = "；".join(findings[:_SHOWN])
        raise PlanError(
            f"核对发现 {len(findings)} 处问题：{shown}。请用现在的 fair.toml 重新排期（matcher fair replan）。"
        )


def _publish(plan: Plan, fair: Fair, matched: Run, out: Path, before: Plan | None = None) -> None:
    """Prove a plan, write everything that is made from it, and sum it up."""
    settings = load_settings()
    browser = find_browser(settings.browser)
    _prove(plan, fair, matched)
    path = write_plan(plan, out)
    for line in (*_summary(plan), *doubts(fair, matched.needs, matched.achievements)):
        output().print(line, markup=False)
    log(f"已写入 {path}；独立核对：没有冲突。正在写表格、手册、桌牌和日历……")
    _write_books(plan, matched, out, before=before, browser=browser, settings=settings)


def _write_books(
    plan: Plan, matched: Run, out: Path, *, before: Plan | None, browser: Path | None, settings: Settings
) -> None:
    explain = explaining(
        load_models(settings).encoder,
        needs=matched.needs,
        achievements=matched.achievements,
        today=plan.problem.slots[0].start.date(),
    )
    books = gather(
        plan,
        needs=matched.needs,
        achievements=matched.achievements,
        explain=explain,
        created=matched.manifest.created_at,
        before=before,
    )
    written = write_books(out, books, browser=browser, wanted=settings.browser != "none")
    for older in written.kept:
        log(f"原来的表格已改名为 {older.name} 保留。")
    counts = Counter(path.suffix for path in written.paths)
    kinds = {".xlsx": "个表格", ".pdf": "个 PDF", ".html": "个网页", ".ics": "个日历"}
    log(f"已写入 {out}：{'，'.join(f'{counts[suffix]} {unit}' for suffix, unit in kinds.items())}。")
    if written.unprinted:
        log(f"提示：{written.unprinted}。")


def _summary(plan: Plan) -> list[str]:
    problem, goal = plan.problem, plan.objective
    busy = {party for m in plan.meetings for party in (plan.candidate(m).enterprise, plan.candidate(m).team)}
    kinds = Counter(problem.parties[party].kind for party in busy)
    places = sum(len(problem.slots) - len(table.closed) for table in problem.tables)
    musts = [c for c in problem.candidates if c.is_must]
    kept = sum(plan.candidate(meeting).is_must for meeting in plan.meetings)
    short = sum(one.party in problem.promised for one in plan.unscheduled)
    ended = {
        Status.OPTIMAL: "已证明最优",
        Status.WITHIN_GAP: f"与上界相差 {goal.gap:.1%}",
        Status.CLOCK: f"到时间为止，与上界相差 {goal.gap:.1%}；再运行一次结果可能不同",
    }[goal.status]
    better = f"，比逐对安排的方案高 {goal.total / goal.greedy_total - 1:.1%}" if goal.greedy_total else ""
    held = f"{len(plan.meetings)} 场会面，用去 {places} 个桌次的 {len(plan.meetings) / places:.0%}"
    parts = f"会面价值 {goal.worth / 1000:.1f}，意愿 {goal.wishes / 1000:.1f}，保底 {goal.fairness / 1000:.1f}"
    asked = len(musts) + sum(one.was_must for one in problem.excluded)
    lines = [
        f"{plan.settings.name}：{held}；{kinds[PartyKind.ENTERPRISE]} 家企业、{kinds[PartyKind.TEAM]} 个团队有会面。",
        f"总分 {goal.total / 1000:.1f}（{parts}），{ended}{better}。",
        f"必见 {asked} 项，已安排 {kept} 项；应有保底的企业 {len(problem.promised)} 家，未达到 {short} 家。",
        *(
            f"必见未排：{problem.parties[one.enterprise].name}—{problem.parties[one.team].name}，{one.text}"
            for one in plan.missed
        ),
    ]
    reasons = Counter(one.reason.value for one in plan.unscheduled if not one.got)
    if reasons:
        told = "，".join(f"{reason} {count} 个" for reason, count in sorted(reasons.items()))
        lines.append(f"没有会面的：{told}。")
    return lines


def doubts(fair: Fair, needs: Mapping[str, Need], achievements: Mapping[str, Achievement]) -> list[str]:
    """What the organiser should look at: records that ran out, and people who may be one."""
    settings = fair.settings
    lines = []
    counts = len(expired(needs.values(), settings)), len(expired(achievements.values(), settings))
    if any(counts):
        lines.append(f"已过期：{counts[0]} 条需求、{counts[1]} 项成果的有效期在对接会第一天之前，没有参加排期。")
    found = namesakes(
        cast_of(needs.values(), achievements.values(), members=settings.team_members, same=settings.same_person)
    )
    if found:
        shown = f"，列出前 {_SHOWN} 组" if len(found) > _SHOWN else ""
        lines.append(
            f"疑似同一人 {len(found)} 组（姓名相同而单位不同，电话不同或没有写，按不同的人排）{shown}；"
            "如是同一人，请把相应的几行加进 fair.toml："
        )
    for names in found[:_SHOWN]:
        lines += ["[[same_person]]", f"names = {json.dumps(names, ensure_ascii=False)}"]
    return lines


def _changed(fair: Fair, changes: Changes, now: dt.datetime | None) -> Fair:
    """The fair with what was typed added to its settings.

    Raises:
        ConfigError: a time is none, or a table is unknown.
    """
    settings = fair.settings
    spans = _from_now(settings, now)
    absent = [
        Absence.model_validate({"who": name, "why": "临时取消", **span}) for name in changes.cancel for span in spans
    ]
    for text in changes.late:
        name, equals, when = text.rpartition("=")
        if not equals:
            raise ConfigError(f"--late 的“{text}”不对；请写成 名称=到达时间，如 某公司=10:30。")
        day, time = day_and_time(when)
        absent.append(Absence.model_validate({"who": name, "date": day or settings.day[0].date, "to": time}))
    names = {name for group in settings.table for name in group.names}
    closed = []
    for table in changes.table_lost:
        if table not in names:
            raise ConfigError(f"--table-lost 的“{table}”不是任何桌位；成组的桌位名称带编号，请照排期表上的写法。")
        closed += [TableClosed.model_validate({"table": table, **span}) for span in spans]
    return replace(
        fair,
        settings=settings.model_copy(
            update={"absent": (*settings.absent, *absent), "table_closed": (*settings.table_closed, *closed)}
        ),
    )


def _from_now(settings: FairSettings, now: dt.datetime | None) -> list[dict[str, dt.date | dt.time]]:
    """What is left of the fair as stretches of `fair.toml`: all of it without `now`."""
    if now is None:
        return [{}]
    later: list[dict[str, dt.date | dt.time]] = [{"date": day.date} for day in settings.day if day.date > now.date()]
    return [{"date": now.date(), "from": now.time()}, *later]


def _moment(text: str, option: str) -> dt.datetime:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"{option} 的“{text}”不是时间；请写成 2025-11-18T10:00 这样的形式。") from error
