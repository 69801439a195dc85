"""Saving an index: records are labelled, embedded and published as the next version."""

from collections.abc import Callable, Collection, Iterable

from matcher.config import Settings, load_settings
from matcher.corpus.classify import Classifier
from matcher.corpus.prepare import prepare
from matcher.embed.base import Encoder
from matcher.embed.load import encoder_of
from matcher.index.store import Changes, IndexStore
from matcher.records import Achievement, Need

__all__ = ["save_index"]

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


def save_index(
    name: str,
    *,
    needs: Iterable[Need] = (),
    achievements: Iterable[Achievement] = (),
    settings: Settings | None = None,
    encoder: Encoder | None = None,
    update: bool = False,
    rebuild: bool = False,
    sync: bool = False,
    remove: Collection[str] = (),
    progress: Progress | None = None,
) -> Changes:
    """Write the next version of a saved index; the old one serves until the moment it is complete.

    Args:
        name: of the index.
        needs: records to index; a side without any is left as it is in an update.
        achievements: likewise.
        settings: None reads the environment.
        encoder: None loads the one the settings name, or for an update the one that made the index.
        update: add to the live version and replace by id, instead of starting anew.
        rebuild: an update that gives the index the encoder the settings name, encoding again all that it holds.
        sync: with `update`, drop records of a given side that are not among those given.
        remove: with `update`, ids to drop.
        progress: called with texts encoded and to encode.

    Raises:
        ConfigError: a name, a combination of options or a `MATCHER_…` variable that cannot work.
        RecordError: an id is used twice.
        IndexStoreError: the index cannot be written, is being written, or cannot be updated.
        ModelError: the encoder or another model file is missing or damaged.
    """
    settings = settings or load_settings()
    classifier = Classifier.load()
    given_needs, given_achievements = tuple(needs), tuple(achievements)
    store = IndexStore(settings.index_dir)
    update = update or rebuild
    made_by = store.manifest(name).encoder_id if update and not rebuild else ""
    return store.write(
        name,
        encoder=encoder or encoder_of(settings, made_by),
        needs=given_needs or None,
        achievements=given_achievements or None,
        window_chars=settings.window_chars,
        update=update,
        change_encoder=rebuild,
        remove=remove,
        sync=sync,
        prepare=lambda records: prepare(records, classifier),
        progress=progress,
    )
