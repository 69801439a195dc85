"""The receipt of a run: everything its matches depend on, and what its files are."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter

from matcher.batch.plan import RunPlan

__all__ = ["FORMAT", "MANIFEST", "FileMark", "RunManifest", "mark_of"]

FORMAT = 1
MANIFEST = "manifest.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """One file: its name as it was given, size in bytes and SHA-256."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunManifest:
    """A replayable receipt: the same inputs, models and settings give the same `matches.csv`, byte for byte.

    command: what was typed. created_at: when it was finished. plan: all that the matches depend on.
    inputs: the files that were read. files: the files of the run, named relative to its folder.
    counts: needs, achievements, rejected rows, pairs, and how many needs and achievements are served: have a partner of
    level 3 or more in their list.
    confidential: id of each record with a confidential text → four hex digits of its hash; the text itself is not in
    the folder, and sixteen bits tell that it changed without giving it away.
    """

    format: int
    command: str
    created_at: dt.datetime
    plan: RunPlan
    inputs: tuple[FileMark, ...]
    files: tuple[FileMark, ...]
    counts: Mapping[str, int]
    confidential: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> bytes:
        """As UTF-8."""
        return TypeAdapter(RunManifest).dump_json(self, indent=1) + b"\n"

    @classmethod
    def read(cls, path: Path) -> "RunManifest":
        """What was written.

        Raises:
            OSError: there is none.
            ValueError: it is something else, or of another format.
        """
        found = TypeAdapter(cls).validate_json(path.read_bytes())
        if found.format != FORMAT:
            raise ValueError(f"格式版本是 {found.format}，本程序只认 {FORMAT}")
        return found


def mark_of(path: Path, name: str | None = None) -> FileMark:
    """Size and hash of a file, under its own name or another.

    Raises:
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return FileMark(name=path.name if name is None else name, bytes=path.stat().st_size, sha256=digest.hexdigest())
