"""The int8 graph against a float BERT written out in numpy, and what cannot be exported."""

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.embed.bundled import BundledEncoder
from matcher.errors import ModelError
from matcher.train.export import ModelOrigin, export
from matcher.train.graph import quantise_rows
from matcher.train.vocabulary import build_tokenizer

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"空分装置花生脱壳机小麦炭材料"]
HIDDEN, HEADS, LAYERS, FFN = 32, 4, 2, 64
EPS = 1e-12
ORIGIN = ModelOrigin(name="tiny", source="random numbers", licence="none")

Weights = dict[str, np.ndarray]


def random_weights() -> Weights:
    rng = np.random.default_rng(7)

    def normal(*shape: int) -> np.ndarray:
        return (rng.normal(size=shape) * 0.3).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": normal(len(PIECES), HIDDEN),
        "embeddings.position_embeddings.weight": normal(16, HIDDEN),
        "embeddings.token_type_embeddings.weight": normal(2, HIDDEN),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        norms += [name + "attention.output.LayerNorm", name + "output.LayerNorm"]
        for part, rows, cols in (
            ("attention.self.query", HIDDEN, HIDDEN),
            ("attention.self.key", HIDDEN, HIDDEN),
            ("attention.self.value", HIDDEN, HIDDEN),
            ("attention.output.dense", HIDDEN, HIDDEN),
            ("intermediate.dense", FFN, HIDDEN),
            ("output.dense", HIDDEN, FFN),
        ):
            weights[f"{name}{part}.weight"] = normal(rows, cols)
            weights[f"{name}{part}.bias"] = normal(rows)
    for name in norms:
        weights[name + ".weight"] = 1 + normal(HIDDEN)
        weights[name + ".bias"] = normal(HIDDEN)
    return weights


def float_vector(w: Weights, ids: list[int]) -> np.ndarray:
    """BERT as in Devlin et al. 2019 (post-norm, exact GELU), then the unit mean over all tokens."""

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPS)
        return centred / spread * w[name + ".weight"] + w[name + ".bias"]

    gelu = np.vectorize(lambda v: v * 0.5 * (1 + math.erf(v / math.sqrt(2))))
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}."
        query, key, value = (
            dense(x, f"{name}attention.self.{part}").reshape(len(ids), HEADS, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = np.exp(query @ key.transpose(0, 2, 1) / math.sqrt(HIDDEN / HEADS))
        mixed = scores / scores.sum(axis=-1, keepdims=True) @ value
        mixed = mixed.transpose(1, 0, 2).reshape(len(ids), HIDDEN)
        x = norm(x + dense(mixed, name + "attention.output.dense"), name + "attention.output.LayerNorm")
        wide = gelu(dense(x, name + "intermediate.dense"))
        x = norm(x + dense(wide, name + "output.dense"), name + "output.LayerNorm")
    mean: np.ndarray = x.mean(axis=0)
    return mean / np.linalg.norm(mean)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny sentence-transformers folder with random weights."""
    pytest.importorskip("onnx", reason="needs the train extra")
    save_file = pytest.importorskip("safetensors.numpy", reason="needs the train extra").save_file
    out = tmp_path / "float"
    (out / "1_Pooling").mkdir(parents=True)
    write_json(
        out / "config.json",
        {
            "model_type": "bert",
            "hidden_act": "gelu",
            "num_attention_heads": HEADS,
            "num_hidden_layers": LAYERS,
            "layer_norm_eps": EPS,
            "max_position_embeddings": 16,
        },
    )
    write_json(out / "1_Pooling" / "config.json", {"pooling_mode_mean_tokens": True})
    write_json(out / "config_sentence_transformers.json", {"prompts": {"query": "空", "document": ""}})
    scores = [0.0] * 4 + [-2.0] * (len(PIECES) - 4)
    build_tokenizer(PIECES, scores).save(str(out / "tokenizer.json"))
    save_file(random_weights(), out / "model.safetensors")
    return out


def write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def change(path: Path, **values: object) -> None:
    write_json(path, {**json.loads(path.read_text(encoding="utf-8")), **values})


def test_graph_computes_the_float_network_within_rounding(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "int8", origin=ORIGIN)
    encoder = BundledEncoder(tmp_path / "int8", threads=1)
    texts = ["空分装置", "花生脱壳机", "小麦", "炭材料装置花", ""]
    ids = [[0, *([4] if text else []), *map(PIECES.index, text), 2] for text in texts]
    weights = random_weights()
    expected = np.stack([float_vector(weights, row) for row in ids])
    assert (encoder.encode_passages(texts) * expected).sum(axis=1).min() > 0.999


def test_prompts_become_prefixes(folder: Path, tmp_path: Path) -> None:
    export(folder, tmp_path / "int8", origin=ORIGIN)
    encoder = BundledEncoder(tmp_path / "int8", threads=1)
    assert np.array_equal(encoder.encode_queries(["花生"]), encoder.encode_passages(["空花生"]))


def test_same_weights_give_the_same_bytes_and_id(folder: Path, tmp_path: Path) -> None:
    first, second = (export(folder, tmp_path / name, origin=ORIGIN) for name in ("a", "b"))
    assert first.encoder_id == second.encoder_id == BundledEncoder(tmp_path / "a").id
    for name in ("model.onnx", "tokenizer.json", "words.npy", "word_scales.npy", "manifest.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_other_weights_give_another_id(folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    first = export(folder, tmp_path / "int8", origin=ORIGIN)
    weights = random_weights()
    weights["embeddings.LayerNorm.bias"][0] += 1
    save_file(weights, folder / "model.safetensors")
    assert export(folder, tmp_path / "int8", origin=ORIGIN).encoder_id != first.encoder_id


def test_other_words_give_another_id_but_the_same_graph(folder: Path, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    first = export(folder, tmp_path / "a", origin=ORIGIN)
    weights = random_weights()
    weights["embeddings.word_embeddings.weight"][7] *= 1.5
    save_file(weights, folder / "model.safetensors")
    second = export(folder, tmp_path / "b", origin=ORIGIN)
    assert first.encoder_id != second.encoder_id
    assert (tmp_path / "a" / "model.onnx").read_bytes() == (tmp_path / "b" / "model.onnx").read_bytes()
    # Row and scale: half as much again is another scale and the same integers.
    tables = [[np.load(tmp_path / at / name) for at in "ab"] for name in ("words.npy", "word_scales.npy")]
    assert np.array_equal(*tables[0])
    assert np.flatnonzero(tables[1][0] != tables[1][1]).tolist() == [7]


def test_rounding_keeps_the_largest_of_each_row() -> None:
    integers, scales = quantise_rows(np.array([[0.5, -1.0, 0.26], [0, 0, 0]], dtype=np.float32), 4)
    assert integers.tolist() == [[2, -4, 1], [0, 0, 0]]
    assert scales.tolist() == [0.25, 1]


def drop_weight(folder: Path) -> None:
    from safetensors.numpy import save_file

    weights = random_weights()
    del weights["encoder.layer.1.output.dense.bias"]
    save_file(weights, folder / "model.safetensors")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda folder: (folder / "config.json").unlink(), r"config\.json"),
        (lambda folder: (folder / "config.json").write_text("[]"), r"config\.json"),
        (lambda folder: change(folder / "config.json", model_type="roberta"), "roberta/gelu"),
        (lambda folder: change(folder / "config.json", hidden_act="relu"), "bert/relu"),
        (lambda folder: write_json(folder / "1_Pooling" / "config.json", {"pooling_mode": "cls"}), "平均池化"),
        (lambda folder: (folder / "model.safetensors").unlink(), r"model\.safetensors"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"x" * 50), r"model\.safetensors"),
        (drop_weight, r"encoder\.layer\.1\.output\.dense\.bias"),
        (lambda folder: (folder / "tokenizer.json").unlink(), r"tokenizer\.json"),
        (lambda folder: (folder / "config_sentence_transformers.json").unlink(), "config_sentence_transformers"),
    ],
)
def test_what_cannot_be_exported_is_named(
    folder: Path, tmp_path: Path, spoil: Callable[[Path], object], message: str
) -> None:
    spoil(folder)
    with pytest.raises(ModelError, match=message):
        export(folder, tmp_path / "int8", origin=ORIGIN)
    assert not (tmp_path / "int8").exists()


@pytest.mark.parametrize("library", ["onnx", "safetensors"])
def test_missing_library_is_said(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ModelError, match=f"未安装 {library}"):
        export(folder, tmp_path / "int8", origin=ORIGIN)
