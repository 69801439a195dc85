"""The worker process: jobs and chores."""

from api.jobs.worker import run_worker
from api.ops.beat import Beat
from api.serve.building import build_service
from api.serve.stopping import ends_with_parent, stop_event
from api.work import kinds
from api.work.schedule import CHORES

__all__ = ["run_working"]


def run_working() -> None:
    """Work until told to stop; the job that runs goes back into the queue and is taken up at the next start.

    Raises:
        ConfigError: a setting that cannot work.
    """
    stop = stop_event()
    ends_with_parent()
    service = build_service(name="worker", pool_size=5)
    Beat(service.settings.data_dir, "worker").touch()
    run_worker(service, stop, chores=CHORES, kinds=kinds.__name__)
    service.database.close()
