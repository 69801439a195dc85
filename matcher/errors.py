"""One error tree. Every message is a Chinese sentence that names the file, row, column or id and the next step.

::

    MatcherError                 everything this package raises on purpose
    ├── ConfigError              a setting or an option that cannot work
    ├── InputError               something a user gave: a file, a row, a text
    │   ├── FileFormatError      the file cannot be read as a table (empty, encrypted, truncated, wrong type, too big)
    │   ├── ColumnError          the table has no column that could hold the title
    │   ├── RecordError          a record or query that cannot be used (an id used twice or not there, an empty query)
    │   ├── EvaluationError      judgements that do not fit the records
    │   ├── RunError             a folder of batch matches is unfinished or damaged, or was made from other inputs
    │   └── PlanError            a saved meeting plan is missing or damaged, or does not hold what is asked of it
    ├── ModelError               an encoder or a model file is missing, damaged or of another kind
    └── IndexStoreError          a saved index
        ├── IndexNotFoundError   no such index, or the side asked for is empty
        ├── IndexDamagedError    files of the index are missing or do not match its manifest
        ├── IndexMismatchError   made by another encoder or format than the one in use
        └── IndexLockedError     another process is writing it now
"""

from typing import ClassVar

__all__ = [
    "ColumnError",
    "ConfigError",
    "EvaluationError",
    "FileFormatError",
    "IndexDamagedError",
    "IndexLockedError",
    "IndexMismatchError",
    "IndexNotFoundError",
    "IndexStoreError",
    "InputError",
    "MatcherError",
    "ModelError",
    "PlanError",
    "RecordError",
    "RunError",
]


class MatcherError(Exception):
    """Base of every error raised on purpose; `exit_code` is what the command line ends with."""

    exit_code: ClassVar[int] = 1


class ConfigError(MatcherError):
    """A setting or an option that cannot work."""

    exit_code = 2


class InputError(MatcherError):
    """Something a user gave cannot be used as it is."""

    exit_code = 3


class FileFormatError(InputError):
    """The file cannot be read as a table."""


class ColumnError(InputError):
    """The table has no column that could hold the title, or a mapping names a column that is not there."""


class RecordError(InputError):
    """A record or query that cannot be used: an id used twice or not there, an empty query, the wrong side."""


class EvaluationError(InputError):
    """Judgements, needs and achievements that do not fit together."""


class RunError(InputError):
    """A folder of batch matches that is no such folder, is unfinished or damaged, or was made from other inputs."""


class PlanError(InputError):
    """A saved meeting plan that is missing or damaged, or that does not hold the slot, table or party asked for."""


class ModelError(MatcherError):
    """An encoder or a model file is missing, damaged or of another kind."""

    exit_code = 4


class IndexStoreError(MatcherError):
    """A saved index cannot serve."""

    exit_code = 5


class IndexNotFoundError(IndexStoreError):
    """No index of that name, or it holds no records of the side that was asked for."""


class IndexDamagedError(IndexStoreError):
    """Files of the index are missing or differ from its manifest."""


class IndexMismatchError(IndexStoreError):
    """The index was made by another encoder or format than the one in use."""


class IndexLockedError(IndexStoreError):
    """Another process is writing this index now."""
