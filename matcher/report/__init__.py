"""Results as files that people and programs read, and as tables on a terminal."""

from matcher.report.base import REFUSALS, VERDICTS, Leads, RunInfo
from matcher.report.console import render_matches
from matcher.report.lossless import read_leads
from matcher.report.naming import ModelNames, models_named
from matcher.report.write import check_target, write_leads

__all__ = [
    "REFUSALS",
    "VERDICTS",
    "Leads",
    "ModelNames",
    "RunInfo",
    "check_target",
    "models_named",
    "read_leads",
    "render_matches",
    "write_leads",
]
