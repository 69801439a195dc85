"""Names to encoders."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

import matcher.embed
from matcher.embed import bundled as bundled_module
from matcher.embed import load as load_module
from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER, BundledEncoder
from matcher.embed.hashing import HashingEncoder
from matcher.embed.load import load_encoder
from matcher.embed.sentence import SentenceEncoder
from matcher.errors import ConfigError


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("in-use", BundledEncoder),
        ("bundled", BundledEncoder),
        ("hashing", HashingEncoder),
        ("some-org/some-model", SentenceEncoder),
        ("./models/mine", SentenceEncoder),
        ("Bundled", SentenceEncoder),
    ],
)
def test_name_decides_the_kind(name: str, kind: type) -> None:
    assert type(load_encoder(name, threads=1, batch_size=8)) is kind


def test_an_exported_folder_is_known_by_its_manifest() -> None:
    folder = Path(matcher.embed.__file__).parent / "model"
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, BundledEncoder)
    assert encoder.id == load_encoder("bundled").id


@pytest.fixture
def fast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package whose fast encoder has a manifest and a graph of its own and reads the words of the other."""
    folder = tmp_path / "fast"
    folder.mkdir()
    shutil.copyfile(BUNDLED_FOLDER / "model.onnx", folder / "model.onnx")
    manifest = json.loads((BUNDLED_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    changed = {**manifest, "name": "quick", "query_prefix": ""}
    (folder / "manifest.json").write_text(json.dumps(changed), encoding="utf-8")
    for module in (bundled_module, load_module):
        monkeypatch.setattr(module, "FAST_FOLDER", folder)
    return folder


@pytest.mark.model
def test_the_fast_one_shares_the_words_of_the_package(fast: Path) -> None:
    encoder = load_encoder("fast", threads=1)
    assert encoder.id == BundledEncoder(fast).id != load_encoder("bundled").id
    # The same graph and words, only without the prefix.
    expected = load_encoder("bundled", threads=1).encode_queries(["空分"])
    prefix = json.loads((BUNDLED_FOLDER / "manifest.json").read_text(encoding="utf-8"))["query_prefix"]
    assert np.array_equal(encoder.encode_queries([prefix + "空分"]), expected)


@pytest.mark.parametrize("name", ["in-use", "bundled", "hashing", "fast"])
def test_what_it_made_finds_it_again_by_its_id(fast: Path, name: str) -> None:
    made_by = BundledEncoder(fast).id
    assert load_encoder(name, made_by=made_by).id == made_by
    assert load_encoder(name, made_by=f"{made_by}:d64").id == f"{made_by}:d64"
    package = load_encoder("bundled").id
    assert load_encoder(name, made_by=package).id == package


def test_damage_to_the_fast_one_does_not_touch_the_other(fast: Path) -> None:
    (fast / "manifest.json").write_text("{", encoding="utf-8")
    package = BundledEncoder().id
    assert load_encoder("in-use", made_by=package).id == package


def test_a_package_without_a_fast_one_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (FAST_FOLDER.parent, FAST_FOLDER.name) == (BUNDLED_FOLDER.parent, "fast")
    monkeypatch.setattr(load_module, "FAST_FOLDER", tmp_path / "none")
    with pytest.raises(ConfigError, match="没有快速编码器；请改为 bundled"):
        load_encoder("fast")
