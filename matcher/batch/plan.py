"""What the matches of a run depend on; two runs with equal plans have equal matches, byte for byte."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from matcher.config import Settings
from matcher.index.codec import encode_record
from matcher.index.manifest import versions_in_use
from matcher.index.tokens import lexicon_id
from matcher.rank.models import Models
from matcher.records import Record

__all__ = ["RunPlan", "corpus_hash", "plan_of"]

_SETTINGS = ("candidates", "window_chars", "query_windows", "hard_gates")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan:
    """Everything that shapes `matches.csv`.

    today: the day validity is judged on. top: matches for each record at most. block: needs matched together.
    corpus: SHA-256 of all records with all their fields. encoder, levels, reranker: ids of the models; "" where nothing
    is read again, else with the number of candidates read. lexicon: id of the word lists. settings: those that matter.
    libraries: their versions.
    """

    today: dt.date
    top: int
    block: int
    corpus: str
    encoder: str
    levels: str
    reranker: str
    lexicon: str
    settings: Mapping[str, str]
    libraries: Mapping[str, str]

    @property
    def key(self) -> str:
        """SHA-256 of all of it."""
        return hashlib.sha256(TypeAdapter(RunPlan).dump_json(self)).hexdigest()

    def differences(self, other: "RunPlan") -> tuple[str, ...]:
        """What is not the same, in Chinese."""
        pairs = (
            ("输入的记录", self.corpus, other.corpus),
            ("编码器", self.encoder, other.encoder),
            ("分级模型", self.levels, other.levels),
            ("重排模型", self.reranker, other.reranker),
            ("词表", self.lexicon, other.lexicon),
            ("--top", self.top, other.top),
            ("判断有效期的日期", self.today, other.today),
            ("设置", (self.settings, self.block), (other.settings, other.block)),
            ("软件版本", self.libraries, other.libraries),
        )
        return tuple(name for name, mine, theirs in pairs if mine != theirs)

    def to_json(self) -> bytes:
        """As UTF-8."""
        return TypeAdapter(RunPlan).dump_json(self, indent=1) + b"\n"

    @classmethod
    def read(cls, path: Path) -> "RunPlan | None":
        """What was written; None where there is none, or nothing that can be read."""
        try:
            return TypeAdapter(cls).validate_json(path.read_bytes())
        except (OSError, ValueError):
            return None


def plan_of(
    records: Iterable[Record], models: Models, settings: Settings, *, top: int, today: dt.date, block: int
) -> RunPlan:
    """The plan of a run over all these records.

    Raises:
        RecordError: a record holds a number that cannot be saved.
    """
    reranker = models.reranker
    return RunPlan(
        today=today,
        top=top,
        block=block,
        corpus=corpus_hash(records),
        encoder=models.encoder.id,
        levels=models.levels.id,
        reranker=f"{reranker.id}@{reranker.top}" if reranker else "",
        lexicon=lexicon_id(),
        settings={name: _text(getattr(settings, name)) for name in _SETTINGS},
        libraries=versions_in_use(),
    )


def corpus_hash(records: Iterable[Record]) -> str:
    """SHA-256 of records with all their fields, whatever their order and wherever they were read.

    Raises:
        RecordError: a record holds a number that cannot be saved.
    """
    digest = hashlib.sha256()
    for record in sorted(records, key=lambda record: (record.side, record.id)):
        digest.update(encode_record(replace(record, provenance=None)) + b"\n")
    return digest.hexdigest()


def _text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
