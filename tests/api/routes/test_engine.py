"""Models and indexes in use, as an administrator sees them."""

from pathlib import Path
from typing import Any

from api.ops.engine import encoder_facts
from matcher.embed.bundled import BUNDLED_FOLDER, BundledEncoder
from matcher.embed.promoted import JOURNAL_FILE, GuardFigure, Journal, Kind, Step
from tests.api.world import World


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
    assert found["levels"]["features"] == ["semantic", "keyword", "title_share"]
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


def test_the_encoder_of_the_package_is_known_by_its_manifest(tmp_path: Path) -> None:
    encoder = BundledEncoder(BUNDLED_FOLDER)
    found = encoder_facts(encoder.id, tmp_path, 0)
    assert found.manifest is not None
    assert (found.dim, found.packaged) == (encoder.dim, True)
    assert encoder.id == f"bundled:{found.manifest.name}:{found.manifest.content_hash}"
    narrowed = encoder_facts(f"{encoder.id}:d64", tmp_path, 64)
    assert (narrowed.dim, narrowed.packaged) == (64, True)
    assert encoder_facts("hashing:256", tmp_path, 256).manifest is None


def test_the_registry_once_there_is_one(world: World, tmp_path: Path) -> None:
    root = tmp_path / "models"
    with world.service.matching.use() as matcher:
        matcher.settings = matcher.settings.model_copy(update={"model_dir": root})
    found = _get(world, "models")
    assert (found["configured"], found["models"], found["steps"]) == (False, [], [])
    assert "MATCHER_MODEL_DIR" in found["message"]
    model = "0123456789ab"
    (root / "ranker" / model).mkdir(parents=True)
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
