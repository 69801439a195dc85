"""A small fair of the service: three enterprises, three teams, four slots, three tables in two halls."""

import shutil
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.access.caller import Caller
from api.db.tables import Fair
from api.fairs.deciding import decided, kept
from api.fairs.files import run_folder
from api.fairs.plans import add_plan
from api.service import Service
from matcher.batch.base import Run, read_run
from matcher.batch.folder import Receipt
from matcher.batch.run import Watch, run_batch
from matcher.config import Settings
from matcher.fair.base import Plan
from matcher.fair.plan import plan_fair
from matcher.fair.problem import build_problem
from matcher.fair.read import Fair as Planned
from matcher.fair.sheets import wishes_in
from matcher.rank.models import load_models
from matcher.records import Achievement, Need

NEEDS = """需求编号,需求名称,需求内容,企业名称
N-1,铝合金压铸件气孔,压铸件内部气孔多，石墨涂层脱落，粉尘浓度高,甲公司
N-2,石墨电极抗氧化涂层,压铸件石墨涂层氧化掉渣，粉尘浓度高,乙公司
N-3,面粉车间除尘,压铸件石墨涂层车间粉尘浓度高,丙公司
"""
OFFERS = """成果编号,成果名称,成果简介,完成单位,完成人
A-1,真空压铸工艺,减少压铸件气孔，石墨涂层，降低粉尘浓度,子大学,张三
A-2,耐高温涂层,压铸件石墨涂层抗氧化，降低粉尘浓度,丑大学,李四
A-3,脉冲除尘器,降低压铸件石墨涂层车间粉尘浓度,寅大学,王五
"""
SETTINGS: dict[str, Any] = {
    "name": "小对接会",
    "place": "科技馆",
    "min_level": 1,
    "walking_minutes": 10,
    "day": [{"date": "2026-12-01", "session": [{"name": "上午", "start": "09:00", "end": "10:20"}]}],
    "slots": {"minutes": 20},
    "table": [
        {"name": "A", "count": 2, "hall": "一号馆"},
        {"name": "B", "hall": "二号馆"},
    ],
    "table_closed": [{"table": "A2", "from": "10:00"}],
    "absent": [{"who": "丙公司", "to": "09:20", "why": "晚到"}],
    "wish": [
        {"enterprise": "甲公司", "team": "丑大学", "wish": "想见"},
        {"enterprise": "乙公司", "team": "子大学", "wish": "想见"},
        {"enterprise": "丙公司", "team": "寅大学", "wish": "必见"},
    ],
    "limits": {"per_enterprise": 2, "per_team": 2, "per_person": 2},
}
"""Four slots from 9:00 on: A2 is closed in the last, 丙公司 is away in the first."""

RUN = "run-small"


@lru_cache(maxsize=1)
def small_run() -> Run:
    """Match results of the two lists, made once a process; who meets whom follows from the limits, not from them."""
    folder = Path(tempfile.mkdtemp(prefix="small-run-")) / RUN
    settings = Settings(encoder="hashing", rerank=0)
    rows = [[line.split(",") for line in text.splitlines()[1:]] for text in (NEEDS, OFFERS)]
    run_batch(
        folder,
        needs=[Need(id=row[0], title=row[1], problem=row[2], org=row[3]) for row in rows[0]],
        achievements=[
            Achievement(id=row[0], title=row[1], summary=row[2], org=row[3], team=(row[4],)) for row in rows[1]
        ],
        models=load_models(settings),
        settings=settings,
        receipt=Receipt(command="test", inputs=(), rejected=0),
        top=20,
        today=None,
        watch=Watch(encoding=_nothing, matching=_nothing, writing=_nothing),
    )
    return read_run(folder)


def _nothing(done: int, total: int) -> None:
    del done, total


def small_fair() -> Planned:
    """The fair as the planner and the checker read it."""
    settings = decided(SETTINGS)
    return Planned(source="“小对接会”", settings=settings, wishes=wishes_in(settings, ""))


@lru_cache(maxsize=1)
def small_plan() -> Plan:
    """The plan of the small fair; `test_moving.py` says what is in it."""
    fair, run = small_fair(), small_run()
    return plan_fair(fair.settings, build_problem(fair, run.needs, run.achievements, run.pairs))


def put_fair(service: Service, account_id: str, organisation_id: str | None) -> str:
    """A planned fair of somebody's organisation, without a job; its id."""
    settings, plan = decided(SETTINGS), small_plan()
    with service.database.work() as session:
        fair = Fair(
            name=settings.name,
            owner_id=organisation_id,
            created_by=account_id,
            settings=kept(settings),
            run=RUN,
        )
        session.add(fair)
        session.flush()
        shutil.copytree(small_run().folder, run_folder(service, fair.id, RUN))
        caller = Caller(account_id=account_id, organisation_id=organisation_id)
        add_plan(session, caller, fair, plan, how="planned", inputs=fair.inputs, run=RUN, doubts=())
        return fair.id
