"""The encoder in the package: exact independence, truncation, and every way its files can be wrong."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import matcher.embed
from matcher.embed.bundled import BundledEncoder
from matcher.embed.manifest import mark_of
from matcher.errors import ModelError

MODEL = Path(matcher.embed.__file__).parent / "model"
# Lengths from a few pieces to some hundred, several of each.
TEXTS = [f"第{n}号{'余热回收换热器结垢' * (n % 9)}" for n in range(40)]


@pytest.fixture(scope="module")
def encoder() -> BundledEncoder:
    return BundledEncoder(threads=1)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the encoder folder to damage."""
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


@pytest.mark.model
@pytest.mark.parametrize(("threads", "batch_size"), [(1, 1), (1, 7), (2, 32), (4, 3)])
def test_batches_and_threads_do_not_change_a_bit(encoder: BundledEncoder, threads: int, batch_size: int) -> None:
    other = BundledEncoder(threads=threads, batch_size=batch_size)
    assert np.array_equal(other.encode_passages(TEXTS), encoder.encode_passages(TEXTS))


@pytest.mark.model
def test_neighbours_do_not_change_a_bit(encoder: BundledEncoder) -> None:
    together = encoder.encode_passages(TEXTS)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert np.array_equal(together, alone)
    assert np.array_equal(encoder.encode_passages(TEXTS[::3]), together[::3])


@pytest.mark.model
def test_one_instance_serves_many_threads() -> None:
    shared = BundledEncoder(threads=1)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(shared.encode_queries, [TEXTS[:5]] * 8))
    assert all(np.array_equal(answer, answers[0]) for answer in answers)


@pytest.mark.model
def test_only_the_first_512_pieces_count(encoder: BundledEncoder) -> None:
    # Words between spaces are cut one by one, so that the first pieces are the same whatever follows.
    long, longer = "电机 " * 600, "电机 " * 600 + "小麦 " * 300
    short = "电机 " * 30
    vectors = encoder.encode_passages([long, longer, short, short + "小麦 " * 15])
    assert np.array_equal(vectors[0], vectors[1])
    assert not np.allclose(vectors[2], vectors[3], atol=1e-3)


@pytest.mark.model
def test_related_titles_beat_unrelated_ones(encoder: BundledEncoder) -> None:
    query = encoder.encode_queries(["降低锅炉烟气中的氮氧化物"])[0]
    scores = encoder.encode_passages(["SCR 脱硝催化剂", "菊花精油萃取", "汽车座椅骨架冲压"]) @ query
    assert scores.argmax() == 0


def test_id_changes_with_the_prefix(copy: Path) -> None:
    before = BundledEncoder(copy).id
    assert before.startswith("bundled:e5-small-tech-zh:")
    assert before == BundledEncoder().id
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    manifest["passage_prefix"] = "passage: "
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert BundledEncoder(copy).id != before


def test_shipped_files_are_what_the_manifest_says_and_small() -> None:
    manifest = json.loads((MODEL / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(manifest["files"]) == ["model.onnx", "tokenizer.json", "word_scales.npy", "words.npy"]
    for name, mark in manifest["files"].items():
        content = (MODEL / name).read_bytes()
        assert mark == {"size": len(content), "sha256": mark_of(content).sha256}
    assert sum(path.stat().st_size for path in MODEL.iterdir()) < 40_000_000
    assert manifest["licence"] == "MIT"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "word_scales.npy", "words.npy"])
@pytest.mark.parametrize("damage", ["missing", "cut short", "one byte", "empty"])
def test_a_damaged_file_is_named(copy: Path, name: str, damage: str) -> None:
    path = copy / name
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "cut short":
        path.write_bytes(content[:-1])
    elif damage == "one byte":
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    else:
        path.write_bytes(b"")
    encoder = BundledEncoder(copy)
    if damage == "missing" and name != "model.onnx":
        # The package's own is the very same file.
        assert np.array_equal(encoder.encode_queries(["空分"]), BundledEncoder().encode_queries(["空分"]))
        return
    with pytest.raises(ModelError, match=name) as caught:
        encoder.encode_queries(["空分"])
    assert "请重新安装" in str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "word_scales.npy", "words.npy"])
def test_a_manifest_marks_all_files(copy: Path, name: str) -> None:
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"][name]
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match="已损坏"):
        BundledEncoder(copy)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "没有 manifest.json"),
        ("{", "已损坏"),
        ("[]", "已损坏"),
        ('{"format": 2}', "已损坏"),
        ('{"format": 2, "files": {"model.onnx": {"size": 1}}}', "已损坏"),
        ('{"format": 1, "files": {}}', "格式版本是 1.*重新导出，或重新训练"),
        ('{"format": 99}', "格式版本是 99"),
    ],
)
def test_a_wrong_manifest_is_reported_at_once(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=message):
        BundledEncoder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "word_scales.npy", "words.npy"])
def test_a_file_of_another_kind_is_reported(copy: Path, name: str) -> None:
    content = b"not what it says"
    (copy / name).write_bytes(content)
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    mark = mark_of(content)
    manifest["files"][name] = {"size": mark.size, "sha256": mark.sha256}
    (copy / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ModelError, match=name):
        BundledEncoder(copy).encode_queries(["空分"])


def test_nothing_heavy_is_loaded_before_the_first_text() -> None:
    code = (
        "import sys; from matcher.embed.load import load_encoder; load_encoder('bundled'); load_encoder('some/model');"
        "sys.exit(str(sorted({'torch', 'onnxruntime', 'tokenizers', 'sentence_transformers'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == "[]"


@pytest.mark.slow
@pytest.mark.model
def test_int8_stays_close_to_float(float_model: Path, tmp_path: Path) -> None:
    from matcher.embed.sentence import SentenceEncoder
    from matcher.train.export import export

    encoder = BundledEncoder(export(float_model, tmp_path).folder)
    texts = [*TEXTS[:12], "硅碳负极首次效率≥90%", "粮库低温储粮通风控制", "Fe-Si-Al 磁粉芯，μ=60，100 kHz"]
    plain = SentenceEncoder(str(float_model))
    for ours, theirs in (
        (encoder.encode_queries(texts), plain.encode_queries(texts)),
        (encoder.encode_passages(texts), plain.encode_passages(texts)),
    ):
        assert (ours * theirs).sum(axis=1).min() > 0.998
