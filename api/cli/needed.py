"""Says what to install where the libraries of the service are not there."""

from collections.abc import Iterator
from contextlib import contextmanager

from matcher.errors import ConfigError

__all__ = ["needed"]


@contextmanager
def needed() -> Iterator[None]:
    """Around the imports of a command.

    Raises:
        ConfigError: a library of the `service` extra is missing.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"缺少服务所需的库 {error.name}；请先执行 pip install 'tech-transfer-matcher[service]'。"
        ) from error
