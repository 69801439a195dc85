"""Why a job stops.

::

    JobError (matcher.errors.MatcherError)
    ├── JobCancelledError   somebody asked for it to stop
    └── JobLostError        another run of the same job has taken over
"""

from matcher.errors import MatcherError

__all__ = ["JobCancelledError", "JobError", "JobLostError"]


class JobError(MatcherError):
    """Base; a job that raises it has failed, and its text is what the account reads."""


class JobCancelledError(JobError):
    """Somebody asked for the job to stop; raised where it next says how far it is."""


class JobLostError(JobError):
    """The job is no longer this run's: it was taken for dead and begun again. Nothing more may be written."""
