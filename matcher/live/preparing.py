"""Records on their way into a small segment: labelled, and told whose copies they are as far as that is cheap."""

from collections.abc import Mapping
from dataclasses import replace

from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.live.view import View
from matcher.records import Record, Side
from matcher.text.fields import title_and_body

__all__ = ["companions", "prepared"]


def prepared(
    view: View, side: Side, given: Mapping[str, Record], gone: frozenset[str], classifier: Classifier
) -> list[Record]:
    """Records of one side as they are written.

    One whose text and owner stayed keeps its place among copies, as long as its head stays too. The others are compared
    with each other; with all records they are by the next compaction.

    Args:
        view: what is there.
        side: of the records.
        given: by id.
        gone: ids that are removed with them.
        classifier: labels those that carry no labels.

    Raises:
        ModelError: the classifier's files are missing or damaged.
    """
    kept = {record_id for record_id, record in given.items() if _same_text(view, side, record)}
    new = [record for record_id, record in given.items() if record_id not in kept]
    # A single one has no copy among the others, and comparing takes a fifth of a second to set up.
    done = prepare(new, classifier) if len(new) > 1 else [_labelled(record, classifier) for record in new]
    for record_id in sorted(kept):
        record = given[record_id]
        head = view.sides[side].canonical(record_id)
        stays = head != record_id and head not in gone and (head in kept or head not in given)
        done.append(replace(_labelled(record, classifier), duplicate_of=head if stays else ""))
    return done


def companions(view: View, side: Side, given: Mapping[str, Record]) -> dict[str, Record]:
    """Copies that must be written again so that they stay behind a head whose text did not change."""
    if side not in view.sides:
        return {}
    index = view.sides[side]
    found: dict[str, Record] = {}
    for record_id, record in given.items():
        if _same_text(view, side, record) and index.canonical(record_id) == record_id:
            found |= {copy: index.records[index.position(copy)] for copy in index.cluster(record_id)}
    return found


def _labelled(record: Record, classifier: Classifier) -> Record:
    """Labelled, and nobody's copy."""
    return replace(record, labels=record.labels or classifier.label([record])[0], duplicate_of="")


def _same_text(view: View, side: Side, record: Record) -> bool:
    found = view.locate(side, record.id)
    if found is None:
        return False
    old = view.segments[found[0]].parts[side].index.records[found[1]]
    return _compared(old) == _compared(record)


def _compared(record: Record) -> tuple[object, ...]:
    return (*title_and_body(record), record.org, record.visibility)
