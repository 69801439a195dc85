"""A model as files: which kind it is, whether it is whole, what its content is called."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher.embed.cross import CrossManifest
from matcher.embed.folder import ModelFolder
from matcher.embed.manifest import MANIFEST_FILE, FileMark, ModelManifest, holds_model
from matcher.embed.promoted import Kind
from matcher.errors import ModelError
from matcher.rank.features import FEATURES
from matcher.rank.levels import LevelModel, column_order
from matcher.rank.models import LEVELS_FILE, pair_id
from matcher.rank.rerank import READ_FEATURES
from matcher.train.ranker_card import card_beside, card_of_levels
from matcher.train.trained import INT8_FOLDER

__all__ = ["CARD_FILES", "ModelFiles", "read_model", "weights_of"]

CARD_FILES = ("MODEL_CARD.md", "README.md")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """One whole model.

    id: twelve hex digits of its content. name: what it calls itself where it answers. files: name in the registry →
    where the file lies now.
    """

    kind: Kind
    id: str
    name: str
    folder: Path
    files: Mapping[str, Path]

    @property
    def cards(self) -> list[Path]:
        """The model card, and that of the level model of a re-ranker, as far as they are there."""
        own = next((name for name in CARD_FILES if name in self.files), "")
        return [self.files[name] for name in (own, card_of_levels(Path(LEVELS_FILE)).name) if name in self.files]


def read_model(path: Path) -> ModelFiles:
    """Recognise and verify a model: a folder that `matcher train` or `matcher models export` wrote, or a level model.

    Raises:
        ModelError: it is no model, is incomplete or damaged.
    """
    if path.is_file():
        return _ranker(path.parent, path, {})
    folder = path / INT8_FOLDER if holds_model(path / INT8_FOLDER) else path
    found = {name: place / name for place in (path, folder) for name in CARD_FILES if (place / name).is_file()}
    if holds_model(folder):
        return _reranker(path, folder, found) if _is_reranker(folder / MANIFEST_FILE) else _encoder(folder, found)
    if (folder / LEVELS_FILE).is_file():
        return _ranker(folder, folder / LEVELS_FILE, found)
    if (folder / "modules.json").is_file():
        raise ModelError(f"{path} 是浮点的 sentence-transformers 文件夹；请先用 matcher models export 导出，再启用。")
    raise ModelError(
        f"{path} 里没有 {MANIFEST_FILE} 或 {LEVELS_FILE}，不是可以启用的模型；"
        "请给出 matcher train 或 matcher models export 写出的文件夹，或分级模型文件。"
    )


def weights_of(path: Path) -> tuple[Path, Kind]:
    """Where the exported weights of a folder lie, itself or below it, and whether an encoder's or a re-ranker's.

    Raises:
        ModelError: there are none, or their manifest is damaged.
    """
    folder = path / INT8_FOLDER if holds_model(path / INT8_FOLDER) else path
    if not holds_model(folder):
        what = f"里没有 {MANIFEST_FILE}，不是编码器或重排模型的文件夹" if path.is_dir() else "不是文件夹"
        raise ModelError(f"{path} {what}；请检查路径。")
    return folder, Kind.RERANKER if _is_reranker(folder / MANIFEST_FILE) else Kind.ENCODER


def _is_reranker(manifest: Path) -> bool:
    try:
        return "need_pieces" in json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError) as error:
        raise ModelError(f"模型说明文件 {manifest} 已损坏；请重新导出模型。") from error


def _encoder(folder: Path, cards: Mapping[str, Path]) -> ModelFiles:
    manifest = ModelManifest.read(folder)
    name = f"bundled:{manifest.name}:{manifest.content_hash}"
    files = {**cards, **_checked(folder, manifest.files)}
    return ModelFiles(Kind.ENCODER, manifest.content_hash, name, folder, files)


def _reranker(given: Path, folder: Path, cards: Mapping[str, Path]) -> ModelFiles:
    """The re-ranker, and beside it the level model that knows what its reading is worth."""
    manifest = CrossManifest.read(folder)
    files = _checked(folder, manifest.files)
    places = [place / LEVELS_FILE for place in (folder, given) if (place / LEVELS_FILE).is_file()]
    if not places:
        raise ModelError(
            f"重排模型 {given} 旁边没有 {LEVELS_FILE}，不知道它的读后分值多少；"
            f"请先运行 matcher train ranker … --cross {given} --out {given / LEVELS_FILE}，再启用。"
        )
    levels = _levels(places[0], READ_FEATURES)
    if told := card_beside(places[0], levels):
        files = {**files, told.name: told}
    return ModelFiles(
        Kind.RERANKER,
        pair_id(manifest, levels),
        f"cross:{manifest.name}:{manifest.content_hash}+{levels.id}",
        folder,
        {**cards, **files, LEVELS_FILE: places[0]},
    )


def _checked(folder: Path, marks: Mapping[str, FileMark]) -> dict[str, Path]:
    """Where each file lies. What is shared with the package's encoder counts too: a registry keeps models whole."""
    place = ModelFolder(folder, marks)
    for name in marks:
        place.read(name)
    return {name: place.find(name) for name in (MANIFEST_FILE, *marks)}


def _ranker(folder: Path, path: Path, cards: Mapping[str, Path]) -> ModelFiles:
    levels = _levels(path, FEATURES)
    if not cards and (told := card_beside(path, levels)):
        cards = {CARD_FILES[0]: told}
    return ModelFiles(Kind.RANKER, levels.id, f"levels {levels.id}", folder, {**cards, LEVELS_FILE: path})


def _levels(path: Path, features: tuple[str, ...]) -> LevelModel:
    levels = LevelModel.load(path)
    try:
        column_order(features, levels.features)
    except ModelError as error:
        if set(levels.features) <= set(READ_FEATURES):
            raise ModelError(
                f"分级模型 {path} 用到重排模型的分数，要和重排模型一起启用；请把它放进重排模型的文件夹，命名为 "
                f"{LEVELS_FILE}，再启用那个文件夹。"
            ) from error
        raise
    return levels
