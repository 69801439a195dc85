"""Every model there is, and which of them answer, under real registries and the package's own models."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from matcher.config import Settings
from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER, BundledEncoder
from matcher.embed.promoted import JOURNAL_FILE, PACKAGE, Journal, Kind, Step
from matcher.rank.levels import LevelModel
from matcher.rank.models import LEVELS_FILE
from matcher.train.inventory import FAST_NAME, PACKAGE_NAME, Inventory, take_inventory
from matcher.train.model_files import read_model
from matcher.train.registry import Registry

WHOLE = (Kind.ENCODER, PACKAGE, PACKAGE_NAME)
FAST = (Kind.ENCODER, PACKAGE, FAST_NAME)
RERANKER = (Kind.RERANKER, PACKAGE, PACKAGE_NAME)
RANKER = (Kind.RANKER, PACKAGE, PACKAGE_NAME)


def in_use(found: Inventory) -> list[tuple[Kind, str, str]]:
    return [(each.kind, each.id, each.name) for each in found.models if each.in_use]


@pytest.mark.parametrize(
    ("encoder", "rerank", "expected"),
    [
        ("in-use", 20, [WHOLE, RERANKER, RANKER]),
        ("bundled", 0, [WHOLE, RANKER]),
        # The package's re-ranker is not for its fast encoder.
        ("fast", 20, [FAST, RANKER]),
        (str(FAST_FOLDER), 20, [FAST, RANKER]),
        ("hashing", 0, [RANKER]),
        # Nothing is downloaded only to say that it is none of these.
        ("some-org/some-model", 0, [RANKER]),
    ],
)
def test_without_a_registry_the_setting_decides(
    tmp_path: Path, encoder: str, rerank: int, expected: list[tuple[Kind, str, str]]
) -> None:
    found = take_inventory(Settings(encoder=encoder, rerank=rerank, model_dir=tmp_path / "none"))
    assert [(each.kind, each.id, each.name) for each in found.models] == [WHOLE, FAST, RERANKER, RANKER]
    assert in_use(found) == expected
    assert found.trouble == ""
    assert {(each.added_at, each.promoted) for each in found.models} == {("", None)}


def test_a_promoted_level_model_is_in_use_where_it_answers(tmp_path: Path) -> None:
    registry, packaged = Registry(tmp_path / "models"), LevelModel.load()
    replace(packaged, none_fits_below=0.3).save(tmp_path / LEVELS_FILE)
    model = read_model(tmp_path / LEVELS_FILE)
    step = registry.promote([model], before=registry.journal().current)
    own = (Kind.RANKER, model.id, f"levels {model.id}")
    settings = Settings(model_dir=registry.root, rerank=0)
    found = take_inventory(settings)
    assert in_use(found) == [WHOLE, own]
    assert [(each.added_at, each.promoted) for each in found.models if each.id == model.id] == [(step.at, step)]
    # It was not fitted on what the fast encoder says, so the package's own answers there.
    assert packaged.made_from.count(BundledEncoder(FAST_FOLDER).id) == 0
    assert in_use(take_inventory(settings.model_copy(update={"encoder": "fast"}))) == [FAST, RANKER]


@pytest.fixture
def aged(tmp_path: Path) -> Registry:
    """A registry whose encoder in use has a manifest of an older release."""
    registry = Registry(tmp_path / "models")
    model = "0123456789ab"
    folder = registry.root / "encoder" / model
    folder.mkdir(parents=True)
    manifest = json.loads((BUNDLED_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    entry = {"name": "旧的", "added_at": "2026-01-02T03:04:05+00:00", "came_from": "out"}
    (folder / "entry.json").write_text(json.dumps(entry), encoding="utf-8")
    step = Step(at=entry["added_at"], models={Kind.ENCODER: model})
    (registry.root / JOURNAL_FILE).write_bytes(Journal((step,)).to_json())
    return registry


def test_what_cannot_answer_is_listed_all_the_same(aged: Registry) -> None:
    settings = Settings(model_dir=aged.root, rerank=0)
    found = take_inventory(settings)
    assert in_use(found) == [(Kind.ENCODER, "0123456789ab", "旧的"), RANKER]
    assert "格式版本是 1，本程序只认 2；在用的请运行 matcher models rollback" in found.trouble
    # A setting that leaves it alone has no trouble with it.
    found = take_inventory(settings.model_copy(update={"encoder": "fast"}))
    assert (in_use(found), found.trouble) == ([FAST, RANKER], "")
    aged.rollback()
    found = take_inventory(settings)
    assert (in_use(found), found.trouble) == ([WHOLE, RANKER], "")


def test_a_model_of_the_registry_may_be_named_by_its_folder(aged: Registry) -> None:
    folder = aged.root / "encoder" / "0123456789ab"
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 2}), encoding="utf-8")
    (aged.root / JOURNAL_FILE).unlink()
    found = take_inventory(Settings(model_dir=aged.root, encoder=f"{folder}/../0123456789ab", rerank=0))
    assert in_use(found) == [(Kind.ENCODER, "0123456789ab", "旧的"), RANKER]
