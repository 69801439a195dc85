"""Runs one claimed job in a process of its own, so that neither its crash nor its end takes the worker along."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from enum import StrEnum

import structlog
from sqlalchemy.exc import SQLAlchemyError

from api.db.tables import Job
from api.jobs.claims import beat, broke_down, put_back
from api.jobs.orders import AGAIN, Orders
from api.service import Service

__all__ = ["Ending", "run_in_child"]

_LOOK_S, _BEAT_S = 0.1, 1.0
# A job that does not stop by itself where it says how far it is, is stopped.
_PATIENCE_S = 10.0
_TERMINATE_S = 5.0
# About fifteen seconds for a database that is away; after that the worker's sweep puts the row right.
_RETRIES_S = (0.1, 0.2, 0.5, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0)


class Ending(StrEnum):
    """How the process of a job ended."""

    TOLD = "told"
    STOPPED = "stopped"
    AGAIN = "again"
    BROKE = "broke"


def run_in_child(service: Service, job_id: str, kinds: str, stopping: Callable[[], bool]) -> Ending:
    """Run a job to its end, beating for it meanwhile, and leave its row right; tried again while the database is away.

    Args:
        service: whose job it is.
        job_id: of a job that was claimed.
        kinds: the module that has `KINDS`.
        stopping: whether the worker shall stop; the job is put back then.

    Raises:
        SQLAlchemyError: the database was away for longer than it is waited for, or while the worker stops. The row
            still says that the job runs.
    """
    process = _start(Orders(service.settings, job_id, kinds))
    ending = _watch(service, job_id, process, stopping)
    for pause_s in _RETRIES_S:
        try:
            _note(service, job_id, ending)
        except SQLAlchemyError as error:
            if stopping():
                raise
            structlog.get_logger("jobs").warning("end_not_noted", job=job_id, ending=ending.value, error=str(error))
            time.sleep(pause_s)
        else:
            return ending
    _note(service, job_id, ending)
    return ending


def _note(service: Service, job_id: str, ending: Ending) -> None:
    """Safe to repeat: a row that no longer says that it runs is left alone."""
    with service.database.work() as session:
        if ending in {Ending.STOPPED, Ending.AGAIN}:
            put_back(session, Job.id == job_id)
        else:
            # Nothing where the row tells the end already.
            broke_down(session, job_id)


def _start(orders: Orders) -> "subprocess.Popen[bytes]":
    # One thread: the searches of the web process need the cores more.
    surroundings = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", **os.environ}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "api.jobs.child"],
        stdin=subprocess.PIPE,
        env=surroundings,
        # What ends the worker from a terminal is not sent to its job too, which would look like a crash.
        start_new_session=True,
    )
    if process.stdin is not None:
        try:
            process.stdin.write(orders.to_line())
            process.stdin.flush()
        except BrokenPipeError:
            structlog.get_logger("jobs").warning("job_not_started", job=orders.job_id)
    return process


def _watch(service: Service, job_id: str, process: "subprocess.Popen[bytes]", stopping: Callable[[], bool]) -> Ending:
    beaten, cancelled_at = time.monotonic(), 0.0
    while process.poll() is None:
        time.sleep(_LOOK_S)
        if stopping():
            _kill(process)
            return Ending.STOPPED
        if time.monotonic() - beaten < _BEAT_S:
            continue
        beaten = time.monotonic()
        if not _shall_stop(service, job_id):
            continue
        cancelled_at = cancelled_at or beaten
        if beaten - cancelled_at > _PATIENCE_S:
            _kill(process)
            return Ending.BROKE
    if process.stdin is not None:
        process.stdin.close()
    if process.returncode == 0:
        return Ending.TOLD
    structlog.get_logger("jobs").warning("job_process_ended", job=job_id, status=process.returncode)
    return Ending.AGAIN if process.returncode == AGAIN else Ending.BROKE


def _shall_stop(service: Service, job_id: str) -> bool:
    try:
        with service.database.work() as session:
            return beat(session, job_id)
    except SQLAlchemyError as error:
        # The job goes on; its own writes will tell whether the database is back.
        structlog.get_logger("jobs").warning("no_beat", job=job_id, error=str(error))
        return False


def _kill(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=_TERMINATE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin is not None:
        process.stdin.close()
