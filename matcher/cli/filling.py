"""The work behind `matcher fair noshow`: on the day seconds count, so nothing here loads the solver or the engine."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from matcher.cli.console import log, output
from matcher.errors import ConfigError
from matcher.fair.base import Plan
from matcher.fair.noshow import Filled, fill, parties_named, slot_at
from matcher.fair.save import read_plan

__all__ = ["day_and_time", "noshow"]


def noshow(folder: Path, *, missing: Sequence[str], at: str) -> None:
    """Say who sits with those left alone.

    Raises:
        ConfigError: the time is none.
        PlanError: the plan cannot be read, or a name or time is not in it.
    """
    saved = read_plan(folder)
    day, time = day_and_time(at)
    slot = slot_at(saved, time, day)
    gone = sorted({party for name in missing for party in parties_named(saved, name)})
    starts = saved.problem.slots[slot].start
    filled = fill(saved, slot, gone)
    if not filled:
        log(f"{starts:%Y-%m-%d %H:%M} 这个时段里他们没有会面，无需补位。")
    for one in filled:
        output().print(_told(saved, one), markup=False)


def day_and_time(text: str) -> tuple[dt.date | None, dt.time]:
    """A time of day, with its day where one was given.

    Raises:
        ConfigError: neither.
    """
    try:
        if len(text) > len("00:00:00"):
            moment = dt.datetime.fromisoformat(text)
            return moment.date(), moment.time()
        return None, dt.time.fromisoformat(text)
    except ValueError as error:
        raise ConfigError(f"“{text}”不是时间；请写成 09:20 或 2025-11-18T09:20 这样的形式。") from error


def _told(plan: Plan, one: Filled) -> str:
    table, parties = plan.table(one.meeting).name, plan.problem.parties
    if one.alone is None:
        return f"{one.meeting.code}  {table}：双方都没到，这一桌空出。"
    if one.candidate is None:
        return f"{one.meeting.code}  {table}：{parties[one.alone].name} 落单，此时没有空闲又匹配的对象。"
    candidate = plan.problem.candidates[one.candidate]
    partner = candidate.team if candidate.enterprise == one.alone else candidate.enterprise
    graded = f"，{candidate.best.level} 级，把握 {candidate.best.fit:.0%}" if candidate.best else ""
    contact = f"，联系 {parties[partner].contact}" if parties[partner].contact else ""
    about = f"（{candidate.best.need_id}×{candidate.best.achievement_id}{graded}{contact}）" if candidate.best else ""
    return f"{one.meeting.code}  {table}：{parties[one.alone].name} 改见 {parties[partner].name}{about}"
