"""The process in which one job runs: `python -m api.jobs.child`, started by `api.jobs.runner` with its orders on stdin.

It ends with the worker: stdin is a pipe that the worker holds open, and its end is the worker's end.
"""

import importlib
import os
import sys
import threading
from collections.abc import Mapping

import structlog
from sqlalchemy.exc import OperationalError

from api.access.caller import Caller
from api.access.roles import Role
from api.db.base import now
from api.db.engine import Database
from api.db.tables import Account, Job, Organisation
from api.jobs.claims import tell_end
from api.jobs.context import JobContext
from api.jobs.errors import JobCancelledError, JobError, JobLostError
from api.jobs.kind import JobKind
from api.jobs.orders import AGAIN, Orders
from api.ops.logs import set_up_logs
from api.ops.yielding import step_back
from api.service import Service
from matcher.config import load_settings
from matcher.errors import MatcherError

__all__ = ["main", "perform"]

_NICE = 10
_STDIN = 0
_MOST = 1000


def perform(service: Service, job_id: str, kinds: Mapping[str, JobKind]) -> None:
    """Run a job that was claimed, and write its end into its row."""
    log = structlog.get_logger("jobs")
    with service.database.reading() as session:
        job = session.get_one(Job, job_id)
        account = session.get_one(Account, job.account_id)
        organisation = session.get(Organisation, account.organisation_id) if account.organisation_id else None
    caller = _caller(account, organisation)
    context = JobContext(service.database, job, folder=service.results / job.id, caller=caller)
    try:
        _end(service, context, "done", result=_result(service, context, job, kinds))
    except JobLostError:
        log.warning("job_lost", job=job_id)
    except JobCancelledError as error:
        _end(service, context, "cancelled", message=str(error))
    except OperationalError:
        raise
    except MatcherError as error:
        _end(service, context, "failed", message=_told(service, str(error)))
    except Exception:
        log.exception("job_fault", job=job_id, kind=job.kind)
        _end(service, context, "failed", message=f"任务出错，已记录；请把任务编号 {job_id} 告诉管理员。")


def _result(service: Service, context: JobContext, job: Job, kinds: Mapping[str, JobKind]) -> dict[str, object]:
    if job.cancel_requested:
        raise JobCancelledError("任务已按要求取消。")
    if context.caller.role is Role.ANONYMOUS:
        raise JobError("提交任务的账号已停用，任务没有执行；请用有效的账号重新提交。")
    kind = kinds.get(job.kind)
    if kind is None:
        raise JobError(f"本版本没有“{job.kind}”这种任务；请重新提交，或升级服务。")
    return kind.load()(service, context, job.parameters)


def _told(service: Service, text: str) -> str:
    """Without the folders of the server, which are nobody's business."""
    for folder in (service.uploads, service.results, service.settings.data_dir):
        text = text.replace(f"{folder}/", "")
    return text


def _caller(account: Account, organisation: Organisation | None) -> Caller:
    gone = account.disabled_at is not None or (organisation is not None and organisation.disabled_at is not None)
    return Caller(
        role=Role.ANONYMOUS if gone else Role(account.role),
        account_id=account.id,
        organisation_id=account.organisation_id,
        organisation_name=organisation.name if organisation else "",
        display_name=account.display_name,
    )


def _end(
    service: Service, context: JobContext, state: str, *, message: str = "", result: Mapping[str, object] | None = None
) -> None:
    values = {
        "state": state,
        "result": dict(result or {}),
        "files": context.files,
        "finished_at": now(),
        "message": message[:_MOST],
    }
    if state == "done":
        # What was left out on the way was dealt with too.
        values["done"] = Job.total
    try:
        with service.database.work() as session:
            context.end(session, values)
            tell_end(session, session.get_one(Job, context.job_id, populate_existing=True))
    except JobLostError:
        structlog.get_logger("jobs").warning("job_lost", job=context.job_id)


def main() -> int:
    """Do what stdin says; 0 where the row tells the end."""
    step_back(_NICE)
    with open(_STDIN, "rb", buffering=0, closefd=False) as stdin:
        orders = Orders.read(stdin.readline())
    set_up_logs(orders.settings.log_level, process="job")
    threading.Thread(target=_end_with_worker, name="worker-watch", daemon=True).start()
    kinds = importlib.import_module(orders.kinds).KINDS
    database = Database(orders.settings.database, pool_size=2)
    try:
        perform(Service.of(orders.settings, load_settings(), database), orders.job_id, kinds)
    except OperationalError as error:
        structlog.get_logger("jobs").warning("database_away", job=orders.job_id, fault=type(error.orig).__name__)
        return AGAIN
    finally:
        database.close()
    return 0


def _end_with_worker() -> None:
    # Past Python's buffer, whose lock would be held when the process ends.
    while os.read(_STDIN, 1):
        pass
    # At once: what it was doing is safe to be cut off, and another run may begin any moment.
    os._exit(AGAIN)


if __name__ == "__main__":
    sys.exit(main())
