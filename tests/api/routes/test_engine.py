"""Models and indexes in use, as an administrator sees them."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.matching.follower import IndexFollower
from api.matching.live import Matching
from api.ops.engine import encoder_facts
from matcher.config import load_settings
from matcher.embed.bundled import BUNDLED_FOLDER, BundledEncoder
from matcher.embed.promoted import JOURNAL_FILE, GuardFigure, Journal, Kind, Step
from matcher.live.reader import LiveReader
from matcher.live.writer import LiveWriter
from matcher.rank.levels import RERANKED_LEVELS, LevelModel
from matcher.rank.models import LEVELS_FILE
from matcher.records import Need
from matcher.train.inventory import FAST_NAME, take_inventory
from tests.api.world import World
from tests.toy import TOY_LEVELS


def _get(world: World, path: str) -> dict[str, Any]:
    answer = world.client.get(f"/api/v1/{path}", headers=world["administrator"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_index_before_and_after_its_first_records(world: World) -> None:
    found = _get(world, "engine")
    index = found["index"]
    assert (index["generation"], index["segments"], index["compacted_at"], index["disk_bytes"]) == (0, [], "", 0)
    assert found["queue"] == {"length": 0, "oldest_at": None, "behind_s": 0.0}
    assert found["encoder"]["name"] == found["encoder"]["id"]
    assert found["levels"]["features"] == list(TOY_LEVELS.features)
    assert found["levels"]["made_from"]
    assert (found["reranker"] is None) == bool(found["reranker_note"])
    world.need()
    world.achievement()
    world.achievement(visibility=4)
    waiting = _get(world, "engine")
    assert (waiting["queue"]["length"] > 0, waiting["queue"]["oldest_at"] is not None) == (True, True)
    world.index()
    found = _get(world, "engine")
    assert found["queue"]["length"] == 0
    sides = {side["side"]: (side["indexed"], side["published"]) for side in found["index"]["sides"]}
    # What only its owner sees is in no index.
    assert sides == {"need": (1, 1), "achievement": (1, 1)}
    (segment,) = found["index"]["segments"]
    assert (segment["number"], segment["needs"], segment["achievements"]) == (1, 1, 1)
    folder = world.service.settings.index_folder / "segments" / "1"
    assert segment["disk_bytes"] == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert found["index"]["disk_bytes"] >= segment["disk_bytes"]
    assert found["index"]["compacted_at"] == ""


@pytest.mark.parametrize("top", [0, 1])
def test_the_reranker_reads_as_many_as_the_service_says(make_world: Callable[..., World], top: int) -> None:
    made = make_world(rerank=top)
    folder, engine = made.service.settings.index_folder, made.service.engine
    made.service.matching.read_with(LiveReader(folder, engine))
    world = replace(made, follower=IndexFollower(made.service.database, LiveWriter(folder, BundledEncoder(), engine)))
    for title in ("石墨电极抗氧化涂层", "花生脱壳机"):
        world.achievement(title=title)
    world.index()
    found = _get(world, "engine")
    with world.service.matching.use() as matcher:
        answer = matcher.match(Need(id="N", title="石墨电极高温氧化"))
    assert sum("cross" in match.parts for match in answer.matches) == top
    if top:
        assert (found["reranker"]["top"], found["reranker_note"]) == (1, "")
        assert found["none_fits_below"] == LevelModel.load(RERANKED_LEVELS).none_fits_below
        assert found["none_fits_below"] != found["levels"]["none_fits_below"]
    else:
        assert found["none_fits_below"] == LevelModel.load().none_fits_below
        assert (found["reranker"], "SERVICE_RERANK" in found["reranker_note"]) == (None, True)


def test_the_encoder_of_the_package_is_known_by_its_manifest(tmp_path: Path) -> None:
    encoder = BundledEncoder(BUNDLED_FOLDER)
    found = encoder_facts(encoder.id, tmp_path, 0)
    assert found.manifest is not None
    assert (found.dim, found.packaged) == (encoder.dim, True)
    assert encoder.id == f"bundled:{found.manifest.name}:{found.manifest.content_hash}"
    narrowed = encoder_facts(f"{encoder.id}:d64", tmp_path, 64)
    assert (narrowed.dim, narrowed.packaged) == (64, True)
    assert encoder_facts("hashing:256", tmp_path, 256).manifest is None


def _in_use(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(item["kind_label"], item["name"]) for item in found["models"] if item["in_use"]]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a registry that the service is told of."""
    monkeypatch.setenv("MATCHER_MODEL_DIR", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.mark.parametrize(
    ("encoder", "name"), [("in-use", "随软件包安装的"), ("fast", "快速编码器（MATCHER_ENCODER=fast）")]
)
def test_the_models_of_the_package_are_listed_without_a_registry(
    root: Path, make_world: Callable[..., World], monkeypatch: pytest.MonkeyPatch, encoder: str, name: str
) -> None:
    monkeypatch.setenv("MATCHER_ENCODER", encoder)
    world = make_world()
    found = _get(world, "models")
    assert (found["configured"], found["steps"], root.exists()) == (False, [], False)
    assert f"MATCHER_MODEL_DIR 指定的文件夹 {root} 还不存在" in found["message"]
    root.mkdir()
    assert _get(world, "models")["message"].startswith(f"模型库 {root} 里还没有启用过模型；")
    assert _in_use(found) == [("编码器", name), ("分级模型", "随软件包安装的")]
    listed = take_inventory(load_settings()).models
    assert [item["name"] for item in found["models"]] == [model.name for model in listed]
    assert FAST_NAME in [model.name for model in listed]


def test_models_that_cannot_be_read_are_listed_with_the_next_step(root: Path, make_world: Callable[..., World]) -> None:
    model = "0123456789ab"
    folder = root / "encoder" / model
    folder.mkdir(parents=True)
    manifest = json.loads((BUNDLED_FOLDER / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")
    entry = '{"name": "旧的", "added_at": "2026-01-02T03:04:05+00:00", "came_from": "x"}'
    (folder / "entry.json").write_text(entry, encoding="utf-8")
    step = Step(at="2026-01-02T03:04:05+00:00", models={Kind.ENCODER: model})
    (root / JOURNAL_FILE).write_bytes(Journal((step,)).to_json())
    world = make_world()
    matching = Matching(world.service.settings.index_folder, world.service.engine)
    client = TestClient(create_app(replace(world.service, matching=matching)))
    said = "格式版本是 1，本程序只认 2；在用的请运行 matcher models rollback"
    answer = client.get("/api/v1/models", headers=world["administrator"])
    assert answer.status_code == 200
    found = answer.json()
    assert (found["configured"], said in found["message"], len(found["steps"])) == (True, True, 1)
    assert _in_use(found) == [("编码器", "旧的"), ("分级模型", "随软件包安装的")]
    refused = client.get("/api/v1/engine", headers=world["administrator"])
    assert (refused.status_code, said in refused.json()["detail"]) == (503, True)


def test_the_registry_once_there_is_one(root: Path, make_world: Callable[..., World]) -> None:
    world = make_world()
    levels = replace(LevelModel.load(), none_fits_below=0.3)
    model = levels.id
    levels.save(root / "ranker" / model / LEVELS_FILE)
    entry = '{"name": "本县分级", "added_at": "2026-01-02T03:04:05+00:00", "came_from": "x"}'
    (root / "ranker" / model / "entry.json").write_text(entry, encoding="utf-8")
    figure = GuardFigure(guard="sample", figure="ndcg", before=0.5, after=0.6, low=0.01, high=0.2, lost=False)
    steps = (
        Step(at="2026-01-02T03:04:05+00:00", models={Kind.RANKER: model}, figures=(figure,)),
        Step(at="2026-01-03T03:04:05+00:00", models={Kind.RANKER: "package"}, rollback=True),
        Step(at="2026-01-04T03:04:05+00:00", models={Kind.RANKER: model}, reason="新平台"),
    )
    (root / JOURNAL_FILE).write_bytes(Journal(steps).to_json())
    found = _get(world, "models")
    assert (found["configured"], found["message"]) == (True, "")
    assert [(step["at"][:10], step["rollback"], step["reason"]) for step in found["steps"]] == [
        ("2026-01-04", False, "新平台"),
        ("2026-01-03", True, ""),
        ("2026-01-02", False, ""),
    ]
    assert found["steps"][2]["figures"][0]["after"] == 0.6
    ranker = [(item["id"], item["name"], item["in_use"]) for item in found["models"] if item["kind"] == "ranker"]
    assert ranker == [("package", "随软件包安装的", False), (model, "本县分级", True)]
