"""What the worker tells the process that runs a job, and what its exit status tells the worker."""

import base64
import pickle
from dataclasses import dataclass

from api.settings import ServiceSettings

__all__ = ["AGAIN", "Orders"]

AGAIN = 75
"""Exit status: try again, it was not the job's fault (EX_TEMPFAIL of sysexits.h)."""


@dataclass(frozen=True, slots=True)
class Orders:
    """What the worker wants done."""

    settings: ServiceSettings
    job_id: str
    kinds: str

    def to_line(self) -> bytes:
        """As one line of ASCII."""
        return base64.b64encode(pickle.dumps(self)) + b"\n"

    @classmethod
    def read(cls, line: bytes) -> "Orders":
        """What `to_line` made; it must come from the worker."""
        found = pickle.loads(base64.b64decode(line))  # noqa: S301
        if not isinstance(found, cls):
            raise TypeError(f"{type(found)} are no orders")
        return found
