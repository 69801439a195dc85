"""Every kind of job there is."""

from collections.abc import Mapping
from types import MappingProxyType

from api.jobs.kind import JobKind

__all__ = ["KINDS"]

KINDS: Mapping[str, JobKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            JobKind("import", "api.imports.job:run_import", heavy=False),
            JobKind("batch", "api.work.batch:run_batch_job"),
            JobKind("fair", "api.work.fair:run_fair_job"),
            JobKind("fair-plan", "api.work.fairplan:run_fair_plan"),
            JobKind("fair-books", "api.work.fairbooks:run_fair_books"),
            JobKind("reindex", "api.work.reindex:run_reindex"),
            JobKind("training", "api.work.training:run_training"),
        )
    }
)
"""By name."""
