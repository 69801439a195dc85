"""Writing a finished run's folder; the receipt comes last, so that a folder with one is whole."""

import datetime as dt
import hashlib
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matcher.batch.base import MATCHES, RECORDS
from matcher.batch.leads import Leads
from matcher.batch.manifest import FORMAT, MANIFEST, FileMark, RunManifest, mark_of
from matcher.batch.pairs import RunPair, write_pairs
from matcher.batch.plan import RunPlan
from matcher.batch.rows import Rows
from matcher.batch.whole import whole
from matcher.index.codec import encode_record
from matcher.index.disk import Disk
from matcher.rank.gates import failing
from matcher.rank.levels import expected_levels, fits, levels_of
from matcher.records import Achievement, Need, Record, Side

__all__ = ["Found", "Receipt", "write_run"]

# From this level on a partner serves.
_SERVES = 3
_TELL_EVERY = 5000


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a run found. Row numbers in `rows` count in `needs` and `achievements`, which are sorted by id."""

    needs: Sequence[Need]
    achievements: Sequence[Achievement]
    rows: Rows
    leads: Leads

    def listed(self) -> npt.NDArray[np.int64]:
        """Rows that are in a list or kept out of one by a condition alone: int64.

        By need, then along its list, then along the achievement's, then by id.
        """
        rows, leads = self.rows, self.leads
        kept = np.flatnonzero((rows.rank > 0) | rows.barred | (leads.rank > 0) | leads.barred)
        last = np.iinfo(np.int32).max
        by_need, by_lead = (np.where(rank > 0, rank, last)[kept] for rank in (rows.rank, leads.rank))
        order: npt.NDArray[np.int64] = kept[np.lexsort((rows.achievement[kept], by_lead, by_need, rows.need[kept]))]
        return order

    def served(self) -> dict[str, int]:
        """How many records of each side have a partner of level 3 or more in their list."""
        good = levels_of(self.rows.probs) >= _SERVES
        sides = (("needs", self.rows.need, self.rows.rank), ("achievements", self.rows.achievement, self.leads.rank))
        return {f"{name}_served": len(np.unique(which[good & (rank > 0)])) for name, which, rank in sides}


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the manifest says beside the plan and the files; see `RunManifest`."""

    command: str
    inputs: tuple[FileMark, ...]
    rejected: int


def write_run(
    folder: Path,
    found: Found,
    *,
    plan: RunPlan,
    receipt: Receipt,
    disk: Disk,
    progress: Callable[[int, int], None],
) -> RunManifest:
    """Write all files of a run; `progress` is told how many pairs of how many are written.

    Raises:
        OSError: the folder cannot be written.
    """
    listed = found.listed()
    with whole(folder / MATCHES, disk) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        write_pairs(text, _pairs(found, listed, plan.today, progress))
        text.detach()
    sides: Mapping[Side, Sequence[Record]] = {Side.NEED: found.needs, Side.ACHIEVEMENT: found.achievements}
    for side, records in sides.items():
        with whole(folder / RECORDS[side], disk) as file:
            file.writelines(encode_record(_open_part(record)) + b"\n" for record in records)
    manifest = RunManifest(
        format=FORMAT,
        command=receipt.command,
        created_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
        plan=plan,
        inputs=receipt.inputs,
        files=tuple(mark_of(folder / name, name) for name in (MATCHES, *RECORDS.values())),
        counts={
            "needs": len(found.needs),
            "achievements": len(found.achievements),
            "rejected": receipt.rejected,
            "pairs": len(listed),
            **found.served(),
        },
        confidential={
            record.id: _hint(record) for records in sides.values() for record in records if record.confidential_detail
        },
    )
    with whole(folder / MANIFEST, disk) as file:
        file.write(manifest.to_json())
    return manifest


def _pairs(
    found: Found, listed: npt.NDArray[np.int64], today: dt.date, progress: Callable[[int, int], None]
) -> Iterator[tuple[RunPair, str, str]]:
    """The pairs of these rows in order, with both titles."""
    rows, need_ranks, lead_ranks = found.rows, found.rows.rank, found.leads.rank
    levels, scores, fit = levels_of(rows.probs), expected_levels(rows.probs), fits(rows.probs)
    for done, row in enumerate(listed.tolist(), 1):
        need, achievement = found.needs[rows.need[row]], found.achievements[rows.achievement[row]]
        p1, p2, p3, p4 = rows.probs[row].tolist()
        pair = RunPair(
            need_id=need.id,
            achievement_id=achievement.id,
            need_rank=int(need_ranks[row]) or None,
            achievement_rank=int(lead_ranks[row]) or None,
            level=int(levels[row]),
            level_probs=(p1, p2, p3, p4),
            fit=float(fit[row]),
            score=float(scores[row]),
            failed=failing(need, achievement, today=today),
        )
        yield pair, need.title, achievement.title
        if done % _TELL_EVERY == 0:
            progress(done, len(listed))


def _open_part(record: Record) -> Record:
    """The record without its confidential text, and without unknown columns, which may hold anything."""
    return replace(record, confidential_detail="", extra={})


def _hint(record: Record) -> str:
    """Four hex digits that change with the confidential text and give nothing of it away."""
    told = f"{record.id}\0{record.confidential_detail}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()[:4]
