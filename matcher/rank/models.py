"""The models that answer together: an encoder, and the level models and re-ranker that belong to it."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from matcher.config import Settings
from matcher.embed.base import Encoder
from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER
from matcher.embed.cross import CrossManifest
from matcher.embed.load import encoder_of
from matcher.embed.manifest import ModelManifest, holds_model
from matcher.embed.promoted import KIND_NAMES, PACKAGE, Journal, Kind, State, model_folder
from matcher.errors import ModelError
from matcher.rank.levels import FAST_LEVELS, LevelModel
from matcher.rank.rerank import Reranker, load_reranker

__all__ = ["LEVELS_FILE", "PAIRED", "Models", "load_models", "pair_id", "together"]

# The part of an encoder's id that tells its weights.
_HASH = re.compile(r"[0-9a-f]{12}")

LEVELS_FILE = "levels.json"
"""A level model in the registry, and the one beside a re-ranker."""

PAIRED = "随包的重排模型只配随包的编码器和分级模型"
"""Why the package's re-ranker does not read beside others; see `together`."""


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """What grades a pair; `reranker` is None where it is switched off or there is none."""

    encoder: Encoder
    levels: LevelModel
    reranker: Reranker | None


def load_models(settings: Settings, *, encoder: Encoder | None = None, made_by: str = "") -> Models:
    """The models in use, or those that were in use with another encoder.

    An encoder that is no longer in use answers with the level model and the re-ranker that stood beside it last; which
    of them may answer with it at all, `together` says.

    Args:
        settings: name the encoder and the registry.
        encoder: to be used in any case; None loads one.
        made_by: as in `load_encoder`: the encoder that made an index, where it can be found.

    Raises:
        ModelError: a model is missing or damaged.
    """
    if encoder is None:
        encoder = encoder_of(settings, made_by)
    state = _state_with(encoder.id, Journal.read(settings.model_dir))
    ranker = state[Kind.RANKER]
    found = Models(encoder, _levels(settings.model_dir, ranker), _reranker(settings, state, encoder.id))
    return together(found, state)


def together(models: Models, state: State) -> Models:
    """Those of the models that may answer with one another: each was fitted on what another one says.

    The package's fast encoder has a level model of its own, and takes others only if they were fitted on it. A
    re-ranker brings a level model of its own, so the package's reads only where encoder and level model are those it
    was fitted beside: it would overrule a level model that learned from a platform's own grades.

    Args:
        models: loaded one by one.
        state: says which of them are the package's.

    Raises:
        ModelError: the fast encoder's level model is damaged.
    """
    encoder, levels, reranker = models.encoder.id, models.levels, models.reranker
    fast, own = _is_of(FAST_FOLDER, encoder), state[Kind.RERANKER] == PACKAGE
    if fast and not _fitted_on(encoder, levels):
        levels = LevelModel.load(FAST_LEVELS)
    if reranker is not None and (
        (own and state[Kind.RANKER] != PACKAGE) or ((own or fast) and not _fitted_on(encoder, reranker.model))
    ):
        reranker = None
    return Models(models.encoder, levels, reranker)


def pair_id(cross: CrossManifest, levels: LevelModel) -> str:
    """Twelve hex digits that change whenever a re-ranker or the level model beside it could answer otherwise."""
    return hashlib.sha256(f"{cross.content_hash}\n{levels.id}".encode()).hexdigest()[:12]


def _state_with(encoder_id: str, journal: Journal) -> State:
    """The newest state in which that encoder was in use; the current one where it never was."""
    states = journal.states()
    if len(states) > 1:
        package = ModelManifest.read(BUNDLED_FOLDER).content_hash
        for state in reversed(states):
            if (package if state[Kind.ENCODER] == PACKAGE else state[Kind.ENCODER]) in encoder_id.split(":"):
                return state
    return states[-1]


def _is_of(folder: Path, encoder_id: str) -> bool:
    """Whether that is the encoder of the package in that folder, cut to fewer numbers or not."""
    try:
        return holds_model(folder) and ModelManifest.read(folder).content_hash in encoder_id.split(":")
    except ModelError:
        # It is damaged, so it is not the one that has been loaded.
        return False


def _fitted_on(encoder_id: str, levels: LevelModel) -> bool:
    """Whether the level model says that it was fitted on vectors of that encoder, cut to fewer numbers or not."""
    return any(_HASH.fullmatch(part) and part in levels.made_from for part in encoder_id.split(":"))


def _levels(models: Path, chosen: str) -> LevelModel:
    if chosen == PACKAGE:
        return LevelModel.load()
    folder = model_folder(models, Kind.RANKER, chosen)
    levels = LevelModel.load(folder / LEVELS_FILE)
    _check(folder, Kind.RANKER, levels.id, chosen)
    return levels


def _reranker(settings: Settings, state: State, encoder_id: str) -> Reranker | None:
    """The one in use. Nothing is opened where none reads, or the package's would not: its damage stops nobody else."""
    chosen = state[Kind.RERANKER]
    if settings.rerank == 0:
        return None
    if chosen == PACKAGE:
        beside = state[Kind.RANKER] == PACKAGE and _is_of(BUNDLED_FOLDER, encoder_id)
        return load_reranker(settings.rerank, threads=settings.threads) if beside else None
    folder = model_folder(settings.model_dir, Kind.RERANKER, chosen)
    levels = folder / LEVELS_FILE
    _check(folder, Kind.RERANKER, pair_id(CrossManifest.read(folder), LevelModel.load(levels)), chosen)
    return load_reranker(settings.rerank, threads=settings.threads, cross=folder, levels=levels)


def _check(folder: Path, kind: Kind, found: str, chosen: str) -> None:
    if found != chosen:
        raise ModelError(
            f"{KIND_NAMES[kind]} {folder} 的内容与编号不符（实为 {found}），已被改动；"
            f"请从备份恢复，或运行 matcher models rollback --kind {kind.value}。"
        )
