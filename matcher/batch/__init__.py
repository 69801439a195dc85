"""Two whole lists matched in both directions, kept as a run that can be read, planned from and compared."""

from matcher.batch.base import Run, RunPair, read_run

__all__ = ["Run", "RunPair", "read_run"]
