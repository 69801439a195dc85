"""What is added to records before they are indexed: their classification, and whose copy they are."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.corpus.classify import Classifier
from matcher.corpus.duplicates import canonical_of, find_duplicates
from matcher.records import Record

__all__ = ["mark_copies", "prepare"]


def prepare(records: Sequence[Record], classifier: Classifier) -> list[Record]:
    """Label records that carry no labels yet, and mark copies anew over all of them; order kept.

    Args:
        records: all records of one side, old and new together, since a new record can make an old one its copy.
        classifier: what labels are predicted with.

    Raises:
        ModelError: the classifier's files are missing or damaged.
    """
    bare = [at for at, record in enumerate(records) if not record.labels]
    labelled = list(records)
    for at, labels in zip(bare, classifier.label([records[at] for at in bare]), strict=True):
        labelled[at] = replace(records[at], labels=labels)
    return mark_copies(labelled)


def mark_copies(records: Sequence[Record]) -> list[Record]:
    """All records of one side, each saying anew whose copy it is; order kept."""
    heads = canonical_of(find_duplicates(records))
    return [
        record if heads.get(record.id, record.id) == (record.duplicate_of or record.id) else _marked(record, heads)
        for record in records
    ]


def _marked(record: Record, heads: Mapping[str, str]) -> Record:
    head = heads.get(record.id, record.id)
    return replace(record, duplicate_of="" if head == record.id else head)
