"""The re-ranker's run time: sentence-transformers as the oracle, exact independence, and files that are wrong."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from matcher.embed import folder as folder_module
from matcher.embed.cross import CrossEncoder
from matcher.embed.folder import SHARED_FILES
from matcher.errors import ModelError
from matcher.train.export import ModelOrigin, export_reranker
from matcher.train.reranker_recipe import RerankerRecipe

NEED, ACHIEVEMENT = 6, 9
PAIRS = [
    ("换热器结垢", "余热回收换热器清洗装置"),
    ("花生脱壳机", "花生脱壳机"),
    ("小麦", "空分装置。炭材料余热回收换热器结垢清洗"),
    ("", "小麦"),
    ("花生脱壳装置。小麦脱壳机料", ""),
    ("换热器结垢", "小麦"),
]


@pytest.fixture(scope="module")
def floats(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny cross-encoder as the trainer saves it, not trained."""
    import torch

    from matcher.train.reranker_model import build_network

    torch.manual_seed(3)
    recipe = RerankerRecipe(layers=(0, 1), need_pieces=NEED, achievement_pieces=ACHIEVEMENT)
    out = tmp_path_factory.mktemp("cross") / "float"
    build_network(tiny_encoder, recipe, "cpu").save(str(out), create_model_card=False)
    shutil.copyfile(tiny_encoder / "tokenizer.json", out / "tokenizer.json")
    return out


@pytest.fixture
def folder(floats: Path, tmp_path: Path) -> Path:
    out = tmp_path / "int8"
    export_reranker(
        floats,
        out,
        need_pieces=NEED,
        achievement_pieces=ACHIEVEMENT,
        origin=ModelOrigin("tiny", "random numbers", "none"),
    )
    return out


def test_scores_are_those_of_the_float_network_within_rounding(floats: Path, folder: Path) -> None:
    import torch
    from sentence_transformers import CrossEncoder as Oracle

    # Each side has at most its number of pieces here, so that the oracle, which cuts the longer side, cuts nothing.
    texts = ["换热器结垢", "花生脱壳机", "小麦", "空分装置", "炭材料", "清洗机"]
    whole = [(need, achievement) for need in texts for achievement in texts]
    expected = Oracle(str(floats), device="cpu").predict(whole, activation_fn=torch.nn.Identity())
    found = CrossEncoder(folder, threads=1).score(whole)
    assert found.dtype == np.float32
    # Seven bits are coarse for 32 columns; reading the sides in the other order correlates far less.
    assert np.corrcoef(found, expected)[0, 1] > 0.98
    assert np.abs(found - expected).mean() < 0.1 * expected.std()


@pytest.mark.parametrize(("threads", "batch_size"), [(1, 1), (2, 2), (4, 32)])
def test_batches_threads_and_neighbours_do_not_change_a_bit(folder: Path, threads: int, batch_size: int) -> None:
    expected = CrossEncoder(folder, threads=1).score(PAIRS)
    other = CrossEncoder(folder, threads=threads, batch_size=batch_size)
    assert np.array_equal(other.score(PAIRS), expected)
    assert np.array_equal(np.concatenate([other.score([pair]) for pair in PAIRS]), expected)
    assert other.score([]).shape == (0,)


def test_each_side_is_cut_to_its_own_pieces(folder: Path) -> None:
    encoder = CrossEncoder(folder, threads=1)
    # One piece a character, behind one for the beginning: five and eight characters are read.
    need, achievement = "小麦小麦小", "炭材料炭材料炭材"
    full, longer_need, longer_achievement, shorter_need, shorter_achievement = encoder.score(
        [
            (need, achievement),
            (need + "机机机", achievement),
            (need, achievement + "机机机"),
            (need[:-1] + "机", achievement),
            (need, achievement[:-1] + "机"),
        ]
    )
    assert full == longer_need == longer_achievement
    assert full not in {shorter_need, shorter_achievement}


def test_sides_are_not_exchangeable(folder: Path) -> None:
    there, back = CrossEncoder(folder, threads=1).score([("小麦", "花生脱壳机"), ("花生脱壳机", "小麦")])
    assert there != back


def test_same_weights_give_the_same_bytes_and_id(folder: Path, floats: Path, tmp_path: Path) -> None:
    origin = ModelOrigin("tiny", "random numbers", "none")
    again = export_reranker(floats, tmp_path / "again", need_pieces=NEED, achievement_pieces=ACHIEVEMENT, origin=origin)
    for name in ("model.onnx", *SHARED_FILES, "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes()
    assert again.encoder_id == CrossEncoder(folder).id
    other = export_reranker(
        floats, tmp_path / "other", need_pieces=NEED - 1, achievement_pieces=ACHIEVEMENT, origin=origin
    )
    assert other.encoder_id != again.encoder_id


def test_the_package_lends_tokenizer_and_words(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = CrossEncoder(folder, threads=1).score(PAIRS)
    package = tmp_path / "package"
    package.mkdir()
    for name in SHARED_FILES:
        (folder / name).rename(package / name)
    monkeypatch.setattr(folder_module, "BUNDLED_FOLDER", package)
    assert np.array_equal(CrossEncoder(folder, threads=1).score(PAIRS), expected)


@pytest.mark.parametrize("name", SHARED_FILES)
def test_what_the_package_has_otherwise_is_refused(folder: Path, name: str) -> None:
    # The real encoder knows other pieces than the tiny model.
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"没有 {name}.*随包编码器"):
        CrossEncoder(folder).score(PAIRS)


@pytest.mark.parametrize("content", [None, "{", "[]", '{"format": 2}', '{"format": 1}', '{"format": 99}'])
def test_a_wrong_manifest_is_reported_at_once(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json.*--rerank 0"):
        CrossEncoder(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", *SHARED_FILES])
def test_a_damaged_file_is_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes()[:-2])
    with pytest.raises(ModelError, match=name):
        CrossEncoder(folder).score(PAIRS)


def test_a_head_with_two_outputs_cannot_be_exported(floats: Path, tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    copy = Path(shutil.copytree(floats, tmp_path / "float"))
    head = {"linear.weight": np.zeros((2, 32), np.float32), "linear.bias": np.zeros(2, np.float32)}
    save_file(head, copy / "2_Dense" / "model.safetensors")
    with pytest.raises(ModelError, match="2_Dense"):
        export_reranker(copy, tmp_path / "out", need_pieces=1, achievement_pieces=1, origin=ModelOrigin("x", "y", "z"))
