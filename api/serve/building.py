"""The service as a process needs it, from the environment."""

from api.db.engine import Database
from api.ops.logs import set_up_logs
from api.service import Service
from api.settings import load_service_settings
from matcher.config import load_settings

__all__ = ["build_service"]


def build_service(*, name: str, pool_size: int = 10) -> Service:
    """Settings, logs and database of a process; its tables are there.

    Args:
        name: of the process, on every line of its log.
        pool_size: connections kept to PostgreSQL.

    Raises:
        ConfigError: a setting that cannot work.
    """
    settings = load_service_settings()
    set_up_logs(settings.log_level, process=name)
    return Service.of(settings, load_settings(), Database(settings.database, pool_size=pool_size))
