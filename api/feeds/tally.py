"""What came of a run, counted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from api.db.tables import FeedRun
from api.feeds.item import Rejected
from api.records.store import Outcome

__all__ = ["MOST_REJECTED", "Tally", "add_to_run"]

MOST_REJECTED = 200
"""Rejected rows that a run keeps; all are counted."""
_MOST_NOTES = 20
_REASON_CHARS = 300


@dataclass(slots=True)
class Tally:
    """Outcomes of one push or pull."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    withdrawn: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> str:
        """ok, or partly where something was rejected."""
        return "partly" if self.rejected else "ok"

    def details(self) -> dict[str, Any]:
        """What a run keeps beside its counts."""
        rows = [
            {"place": item.place[:200], "external_id": item.external_id[:200], "reason": item.reason[:_REASON_CHARS]}
            for item in self.rejected[:MOST_REJECTED]
        ]
        return {"rejected": rows, "notes": [note[:_REASON_CHARS] for note in self.notes[:_MOST_NOTES]]}


def add_to_run(run: FeedRun, tally: Tally) -> None:
    """Add the counts to a run, and its rejected rows up to `MOST_REJECTED`."""
    run.created += tally.outcomes[Outcome.CREATED]
    run.changed += tally.outcomes[Outcome.CHANGED]
    run.unchanged += tally.outcomes[Outcome.UNCHANGED]
    run.withdrawn += tally.withdrawn
    run.rejected += len(tally.rejected)
    before = dict(run.details or {})
    added = tally.details()
    run.details = {
        **before,
        "rejected": [*before.get("rejected", []), *added["rejected"]][-MOST_REJECTED:],
        "notes": [*before.get("notes", []), *added["notes"]][-_MOST_NOTES:],
    }
    run.outcome = "partly" if run.rejected else "ok"
