"""Every model there is, and which of them answer: what `matcher models list` and the service tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from matcher.config import Settings
from matcher.embed.bundled import BUNDLED_FOLDER, packaged_folders
from matcher.embed.cross import CROSS_FOLDER
from matcher.embed.hashing import HashingEncoder
from matcher.embed.load import folder_of
from matcher.embed.manifest import holds_model
from matcher.embed.promoted import PACKAGE, Journal, Kind, Step, model_folder
from matcher.errors import MatcherError
from matcher.rank.models import load_models
from matcher.train.registry import Registry

__all__ = ["FAST_NAME", "PACKAGE_NAME", "Inventory", "KnownModel", "take_inventory"]

PACKAGE_NAME = "随软件包安装的"
FAST_NAME = "快速编码器（MATCHER_ENCODER=fast）"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownModel:
    """One model of the package or of the registry.

    id: `PACKAGE` for all of the package. added_at: when the registry took it in, "" for the package's. in_use: whether
    new indexes are made, and pairs graded, with it. promoted: how it last came into use, None where it never did.
    """

    kind: Kind
    id: str
    name: str
    added_at: str
    in_use: bool
    promoted: Step | None


@dataclass(frozen=True, slots=True)
class Inventory:
    """All models, by kind, the package's first.

    trouble: why those in use cannot answer, with the next step; "" where they can.
    """

    models: tuple[KnownModel, ...]
    trouble: str


@dataclass(frozen=True, slots=True)
class _Used:
    """Folder of the encoder in use, None for one of another library; ids of the others, "" where none reads."""

    encoder: Path | None
    reranker: str
    ranker: str


def take_inventory(settings: Settings) -> Inventory:
    """The models of the package and of the registry; no weights are read.

    Args:
        settings: name the encoder and the registry, and say whether a re-ranker reads.

    Raises:
        ModelError: the journal, or what the registry noted of a model, is damaged or missing.
    """
    registry = Registry(settings.model_dir)
    journal = registry.journal()
    used, trouble = _used(settings, registry, journal)
    return Inventory((*_encoders(registry, journal, used), *_others(registry, journal, used)), trouble)


def _used(settings: Settings, registry: Registry, journal: Journal) -> tuple[_Used, str]:
    """What answers; where that cannot be loaded, what would if it could, and why it cannot."""
    folder = folder_of(settings.encoder, settings.model_dir)
    place = folder.resolve() if folder else None
    # One of another library tells its id only with its weights loaded, and stands in no journal.
    foreign = None if folder else HashingEncoder()
    try:
        models = load_models(settings, encoder=foreign)
    except MatcherError as error:
        current = journal.current
        return _Used(place, current[Kind.RERANKER] if settings.rerank else "", current[Kind.RANKER]), str(error)
    named = {registry.entry(Kind.RERANKER, each).name: each for each in registry.ids(Kind.RERANKER)}
    reranker = named.get(models.reranker.id, PACKAGE) if models.reranker else ""
    ranker = models.levels.id if models.levels.id in registry.ids(Kind.RANKER) else PACKAGE
    return _Used(place, reranker, ranker), ""


def _encoders(registry: Registry, journal: Journal, used: _Used) -> Iterator[KnownModel]:
    for folder in packaged_folders():
        name = PACKAGE_NAME if folder == BUNDLED_FOLDER else FAST_NAME
        yield _of_package(Kind.ENCODER, name, in_use=folder.resolve() == used.encoder)
    for model in registry.ids(Kind.ENCODER):
        folder = model_folder(registry.root, Kind.ENCODER, model)
        yield _of_registry(registry, journal, Kind.ENCODER, model, in_use=folder.resolve() == used.encoder)


def _others(registry: Registry, journal: Journal, used: _Used) -> Iterator[KnownModel]:
    for kind, chosen, packaged in (
        (Kind.RERANKER, used.reranker, holds_model(CROSS_FOLDER)),
        (Kind.RANKER, used.ranker, True),
    ):
        if packaged:
            yield _of_package(kind, PACKAGE_NAME, in_use=chosen == PACKAGE)
        for model in registry.ids(kind):
            yield _of_registry(registry, journal, kind, model, in_use=chosen == model)


def _of_package(kind: Kind, name: str, *, in_use: bool) -> KnownModel:
    return KnownModel(kind=kind, id=PACKAGE, name=name, added_at="", in_use=in_use, promoted=None)


def _of_registry(registry: Registry, journal: Journal, kind: Kind, model: str, *, in_use: bool) -> KnownModel:
    entry, promoted = registry.entry(kind, model), journal.figures_of(kind, model)
    return KnownModel(kind=kind, id=model, name=entry.name, added_at=entry.added_at, in_use=in_use, promoted=promoted)
