"""The registry with real small models: what comes in, what is in use, what comes back, and what a kill leaves."""

import datetime as dt
import json
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from matcher import Matcher, save_index
from matcher.config import Settings
from matcher.embed import folder as folder_module
from matcher.embed.bundled import BundledEncoder
from matcher.embed.folder import SHARED_FILES
from matcher.embed.load import load_encoder
from matcher.embed.manifest import ModelManifest
from matcher.embed.promoted import PACKAGE, GuardFigure, Journal, Kind, State, Step
from matcher.errors import ConfigError, IndexMismatchError, ModelError
from matcher.index.store import IndexStore
from matcher.rank.levels import LevelModel
from matcher.rank.models import load_models
from matcher.records import Achievement, Side
from matcher.train.export import ModelOrigin, export
from matcher.train.model_files import ModelFiles, read_model
from matcher.train.registry import Registry

WHEN = dt.datetime(2025, 3, 1, 8, 30, tzinfo=dt.UTC)
ORIGIN = ModelOrigin(name="tiny", source="random numbers", licence="none")
RECORDS = [Achievement(id="A1", title="花生脱壳机"), Achievement(id="A2", title="换热器结垢清洗")]
ALL_OF_THE_PACKAGE = dict.fromkeys(Kind, PACKAGE)


@pytest.fixture(scope="module")
def encoders(tiny_encoder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two exported folders that differ in the prefix of queries, and so in their ids; the first has a card."""
    root = tmp_path_factory.mktemp("encoders")
    first, second = root / "first", root / "second"
    export(tiny_encoder, first, origin=ORIGIN)
    (first / "MODEL_CARD.md").write_text("# 小模型\n", encoding="utf-8")
    shutil.copytree(first, second)
    manifest = ModelManifest.read(first)
    values = {name: getattr(manifest, name) for name in manifest.__dataclass_fields__}
    ModelManifest(**{**values, "query_prefix": "花生"}).write(second)
    return first, second


def level_model(features: tuple[str, ...], weights: tuple[float, ...], *, bar: float) -> LevelModel:
    return LevelModel(features=features, weights=weights, thresholds=(3.0, 5.0, 7.0), none_fits_below=bar)


@pytest.fixture
def levels(tmp_path: Path) -> Path:
    path = tmp_path / "levels.json"
    level_model(("semantic",), (8.0,), bar=0.25).save(path)
    return path


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def put(registry: Registry, *paths: Path) -> Step:
    return registry.promote([read_model(path) for path in paths], before=registry.journal().current, at=WHEN)


def came_back(steps: tuple[Step, ...]) -> State:
    (step,) = steps
    assert step.rollback
    return step.models


def age(registry: Registry, model: str) -> None:
    """Give an encoder of the registry the manifest of an older release."""
    path = registry.root / "encoder" / model / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")


def test_what_is_in_use_follows_from_promotions_and_rollbacks(
    registry: Registry, encoders: tuple[Path, Path], levels: Path
) -> None:
    first, second = (read_model(path) for path in encoders)
    ranker = read_model(levels)
    assert registry.journal().current == ALL_OF_THE_PACKAGE
    put(registry, encoders[0], levels)
    put(registry, encoders[1])
    assert registry.journal().current == {**ALL_OF_THE_PACKAGE, Kind.ENCODER: second.id, Kind.RANKER: ranker.id}
    assert came_back(registry.rollback()) == {Kind.ENCODER: first.id}
    # The first promotion brought two models, so one rollback takes both back.
    assert came_back(registry.rollback()) == {Kind.ENCODER: PACKAGE, Kind.RANKER: PACKAGE}
    with pytest.raises(ConfigError, match="没有更早的"):
        registry.rollback()
    assert registry.journal().current == ALL_OF_THE_PACKAGE
    assert len(registry.journal().steps) == 4


def test_one_kind_can_go_back_alone(registry: Registry, encoders: tuple[Path, Path], levels: Path) -> None:
    put(registry, encoders[0], levels)
    assert came_back(registry.rollback(Kind.RANKER)) == {Kind.RANKER: PACKAGE}
    assert registry.journal().current[Kind.ENCODER] == read_model(encoders[0]).id
    with pytest.raises(ConfigError, match="分级模型"):
        registry.rollback(Kind.RANKER)
    assert came_back(registry.rollback()) == {Kind.ENCODER: PACKAGE}


def test_a_rollback_goes_on_to_models_that_can_be_read(
    registry: Registry, encoders: tuple[Path, Path], levels: Path
) -> None:
    first, second = (read_model(path).id for path in encoders)
    ranker = read_model(levels).id
    put(registry, encoders[0], levels)
    put(registry, encoders[1])
    age(registry, first)
    # The one in use is read; the one before it, and what was promoted with that, is not.
    steps = registry.rollback()
    assert [step.models for step in steps] == [
        {Kind.ENCODER: first},
        {Kind.ENCODER: PACKAGE, Kind.RANKER: PACKAGE},
    ]
    assert registry.journal().steps[2:] == steps
    assert registry.journal().current == ALL_OF_THE_PACKAGE

    # A level model above an encoder that cannot be read was fitted beside it, and goes with it.
    age(registry, second)
    registry.promote([read_model(levels)], before=ALL_OF_THE_PACKAGE, at=WHEN)
    old = Step(at="2025-03-02T00:00:00+00:00", models={Kind.ENCODER: second})
    journal = registry.journal()
    (registry.root / "journal.json").write_bytes(Journal((*journal.steps[:-1], old, journal.steps[-1])).to_json())
    assert registry.journal().current == {**ALL_OF_THE_PACKAGE, Kind.ENCODER: second, Kind.RANKER: ranker}
    # One kind alone leaves the others as they are.
    assert came_back(registry.rollback(Kind.RANKER)) == {Kind.RANKER: PACKAGE}
    assert registry.journal().current[Kind.ENCODER] == second
    put(registry, levels)
    assert [step.models for step in registry.rollback()] == [{Kind.RANKER: PACKAGE}, {Kind.ENCODER: PACKAGE}]


def test_a_rollback_does_not_pass_by_what_is_only_damaged(registry: Registry, encoders: tuple[Path, Path]) -> None:
    first, second = (read_model(path).id for path in encoders)
    put(registry, encoders[0])
    put(registry, encoders[1])
    (registry.root / "encoder" / first / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=first):
        registry.rollback()
    assert registry.journal().current[Kind.ENCODER] == second


def test_a_model_is_kept_whole_under_the_id_of_its_content(registry: Registry, encoders: tuple[Path, Path]) -> None:
    put(registry, encoders[0])
    (model,) = registry.ids(Kind.ENCODER)
    assert BundledEncoder(encoders[0]).id == f"bundled:tiny:{model}"
    kept = registry.find(model)
    (card,) = kept.cards
    assert card.read_text(encoding="utf-8") == "# 小模型\n"
    for name in ("model.onnx", "tokenizer.json", "words.npy", "word_scales.npy", "manifest.json"):
        assert kept.files[name].read_bytes() == (encoders[0] / name).read_bytes()
    entry = registry.entry(Kind.ENCODER, model)
    assert (entry.name, entry.added_at) == (f"bundled:tiny:{model}", "2025-03-01T08:30:00+00:00")


def test_what_a_folder_shares_with_the_package_is_kept_too(
    registry: Registry, encoders: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = BundledEncoder(encoders[1], threads=1).encode_queries(["小麦"])
    lean, package = tmp_path / "lean", tmp_path / "package"
    shutil.copytree(encoders[1], lean)
    package.mkdir()
    for name in SHARED_FILES:
        (lean / name).rename(package / name)
    with pytest.raises(ModelError, match="随包编码器"):
        registry.find(str(lean))
    with monkeypatch.context() as other_package:
        other_package.setattr(folder_module, "BUNDLED_FOLDER", package)
        put(registry, lean)
    # A later package may have other words: the model does not need it any more.
    (model,) = registry.ids(Kind.ENCODER)
    kept = registry.verified(Kind.ENCODER, model).folder
    assert np.array_equal(BundledEncoder(kept, threads=1).encode_queries(["小麦"]), wanted)


def test_a_changed_model_is_refused_wherever_it_is_met(
    registry: Registry, encoders: tuple[Path, Path], levels: Path, tmp_path: Path
) -> None:
    put(registry, encoders[0])
    put(registry, encoders[1], levels)
    first = read_model(encoders[0]).id
    manifest = registry.root / "encoder" / first / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('"query_prefix": ""', '"query_prefix": "小麦"'))
    with pytest.raises(ModelError, match="与编号不符"):
        registry.rollback()
    assert registry.journal().current[Kind.ENCODER] == read_model(encoders[1]).id
    (registry.root / "ranker" / read_model(levels).id / "levels.json").write_text(
        levels.read_text(encoding="utf-8").replace("8.0", "9.0"), encoding="utf-8"
    )
    with pytest.raises(ModelError, match=r"分级模型.*与编号不符"):
        load_models(Settings(model_dir=registry.root, index_dir=tmp_path))


def test_damage_is_named_before_anything_is_copied(
    registry: Registry, encoders: tuple[Path, Path], tmp_path: Path
) -> None:
    bad = Path(shutil.copytree(encoders[0], tmp_path / "bad"))
    (bad / "model.onnx").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"model\.onnx"):
        registry.find(str(bad))
    assert not registry.root.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [({}, "不是可以启用的模型"), ({"modules.json": "[]"}, "models export"), ({"manifest.json": "{"}, "manifest.json")],
)
def test_what_is_no_model_is_said(registry: Registry, tmp_path: Path, content: dict[str, str], said: str) -> None:
    folder = tmp_path / "thing"
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match=said):
        registry.find(str(folder))
    with pytest.raises(ModelError, match="models list"):
        registry.find("0123456789ab")


def test_the_output_of_training_can_be_given_as_it_is(encoders: tuple[Path, Path], tmp_path: Path) -> None:
    shutil.copytree(encoders[0], tmp_path / "out" / "int8")
    assert read_model(tmp_path / "out").id == read_model(encoders[0]).id


def test_a_level_model_that_wants_a_reranker_is_sent_to_it(tmp_path: Path) -> None:
    level_model(("semantic", "cross"), (8.0, 1.0), bar=0.25).save(tmp_path / "levels.json")
    with pytest.raises(ModelError, match="和重排模型一起启用"):
        read_model(tmp_path / "levels.json")


def reranker_folder(tiny_encoder: Path, out: Path) -> Path:
    import torch

    from matcher.train.export import export_reranker
    from matcher.train.reranker_model import build_network
    from matcher.train.reranker_recipe import RerankerRecipe

    torch.manual_seed(3)
    recipe = RerankerRecipe(layers=(0, 1), need_pieces=6, achievement_pieces=9)
    build_network(tiny_encoder, recipe, "cpu").save(str(out / "float"), create_model_card=False)
    shutil.copyfile(tiny_encoder / "tokenizer.json", out / "float" / "tokenizer.json")
    export_reranker(out / "float", out / "int8", need_pieces=6, achievement_pieces=9, origin=ORIGIN)
    return out


def test_a_reranker_comes_with_its_level_model(registry: Registry, tiny_encoder: Path, tmp_path: Path) -> None:
    out = reranker_folder(tiny_encoder, tmp_path / "out")
    with pytest.raises(ModelError, match="matcher train ranker"):
        read_model(out)
    level_model(("semantic", "cross"), (8.0, 1.0), bar=0.25).save(out / "levels.json")
    put(registry, out)
    settings = Settings(model_dir=registry.root, encoder="hashing", rerank=7)
    reranker = load_models(settings).reranker
    assert reranker is not None
    assert (reranker.top, reranker.model.none_fits_below) == (7, 0.25)
    model = read_model(out)
    assert reranker.id == model.name
    assert registry.verified(Kind.RERANKER, model.id).files["tokenizer.json"].is_file()
    # Another level model beside the same network is another model.
    level_model(("semantic", "cross"), (8.0, 2.0), bar=0.25).save(out / "levels.json")
    assert read_model(out).id != model.id


def test_the_card_of_a_level_model_goes_with_it_and_comes_back(
    registry: Registry, levels: Path, tmp_path: Path
) -> None:
    told = f"# 分级模型 {LevelModel.load(levels).id}\n\n头一个\n"
    (tmp_path / "levels.md").write_text(told, encoding="utf-8")
    put(registry, levels)
    level_model(("semantic",), (9.0,), bar=0.25).save(levels)
    # The card beside it is another model's now; one without is as good.
    put(registry, levels)
    assert registry.verified(Kind.RANKER, registry.journal().current[Kind.RANKER]).cards == []
    registry.rollback()
    (card,) = registry.verified(Kind.RANKER, registry.journal().current[Kind.RANKER]).cards
    assert card.read_text(encoding="utf-8") == told


def test_a_reranker_keeps_the_cards_of_both(tiny_encoder: Path, tmp_path: Path) -> None:
    out = reranker_folder(tiny_encoder, tmp_path / "out")
    level_model(("semantic", "cross"), (8.0, 1.0), bar=0.25).save(out / "levels.json")
    (out / "levels.md").write_text(f"# 分级模型 {LevelModel.load(out / 'levels.json').id}\n", encoding="utf-8")
    (out / "MODEL_CARD.md").write_text("# 网络\n", encoding="utf-8")
    found = read_model(out)
    assert found.cards == [out / "MODEL_CARD.md", out / "levels.md"]


def test_figures_measured_against_something_else_are_not_used(
    registry: Registry, encoders: tuple[Path, Path], levels: Path
) -> None:
    put(registry, levels)
    with pytest.raises(ModelError, match="重新运行"):
        registry.promote([read_model(encoders[0])], before=ALL_OF_THE_PACKAGE)
    assert registry.journal().current[Kind.ENCODER] == PACKAGE


def test_two_writers_do_not_meet(registry: Registry, levels: Path) -> None:
    from filelock import FileLock

    registry.root.mkdir()
    with FileLock(registry.root / ".lock"), pytest.raises(ModelError, match="另一个进程"):
        put(registry, levels)


def test_the_journal_reads_back_and_its_damage_is_named(tmp_path: Path) -> None:
    figure = GuardFigure(guard="甲", figure="ece", before=0.1, after=0.2, low=0.0, high=0.3, lost=True)
    step = Step(at="2025-01-01T00:00:00+00:00", models={Kind.RANKER: "0" * 12}, figures=(figure,), reason="试")
    (tmp_path / "journal.json").write_bytes(Journal((step,)).to_json())
    assert Journal.read(tmp_path) == Journal((step,))
    # A rollback of what was never promoted.
    wrong = Step(at="", models={Kind.RANKER: PACKAGE}, rollback=True)
    for content in (b"{", Journal((wrong, wrong)).to_json()):
        (tmp_path / "journal.json").write_bytes(content)
        with pytest.raises(ModelError, match=r"journal\.json"):
            Journal.read(tmp_path)


def test_a_kill_anywhere_in_a_promotion_leaves_the_old_or_the_new(
    encoders: tuple[Path, Path], levels: Path, dying, tmp_path: Path
) -> None:
    disk, killed = dying
    base = Registry(tmp_path / "base")
    put(base, encoders[0])
    old = base.journal().current
    new: list[ModelFiles] = [read_model(encoders[1]), read_model(levels)]
    wanted = {**old, **{model.kind: model.id for model in new}}
    counted = disk(10**9)
    shutil.copytree(base.root, tmp_path / "whole")
    Registry(tmp_path / "whole", disk=counted).promote(new, before=old)
    assert counted.done > 20
    seen = []
    for at in range(counted.done):
        for share in (None, 0.5):
            root = tmp_path / f"{at}-{share}"
            shutil.copytree(base.root, root)
            with suppress(killed):
                Registry(root, disk=disk(at, share)).promote(new, before=old)
            registry = Registry(root)
            found = registry.journal().current
            assert found in (old, wanted)
            seen.append(found == wanted)
            for kind in Kind:
                for model in registry.ids(kind):
                    registry.verified(kind, model)
            # The same command again finishes the work.
            if found == old:
                registry.promote(new, before=old)
            assert registry.journal().current == wanted
            assert not list(root.rglob("*.tmp"))
            shutil.rmtree(root)
    # Once the new models are in use they stay so.
    assert seen == sorted(seen)
    assert 0 < sum(seen) < len(seen) / 4


def test_names_lead_to_encoders(registry: Registry, encoders: tuple[Path, Path]) -> None:
    package = BundledEncoder().id
    assert load_encoder("in-use", models=registry.root).id == package
    put(registry, encoders[0])
    put(registry, encoders[1])
    first, second = (BundledEncoder(path).id for path in encoders)
    assert load_encoder("in-use", models=registry.root).id == second
    assert load_encoder("bundled", models=registry.root).id == package
    assert load_encoder("in-use", models=registry.root, dim=8).id == f"{second}:d8"
    for wanted in (first, package, f"{first}:d16"):
        assert load_encoder("in-use", models=registry.root, made_by=wanted).id == wanted
    # What nobody has any more cannot be had.
    assert load_encoder("in-use", models=registry.root, made_by="bundled:tiny:" + "0" * 12).id == second


def test_an_index_keeps_its_models_until_it_is_rebuilt(
    registry: Registry, encoders: tuple[Path, Path], levels: Path, tmp_path: Path
) -> None:
    settings = Settings(model_dir=registry.root, index_dir=tmp_path / "indexes", threads=1, rerank=0)
    put(registry, encoders[0], levels)
    save_index("旧", achievements=RECORDS, settings=settings)
    before = Matcher.open("旧", settings=settings)
    put(registry, encoders[1])
    level_model(("keyword",), (1.0,), bar=0.5).save(levels)
    put(registry, levels)
    opened = Matcher.open("旧", settings=settings)
    assert opened.encoder_id == before.encoder_id == BundledEncoder(encoders[0]).id
    # The level model that stood beside that encoder, not the one in use now.
    assert opened.model == before.model
    assert opened.search("花生脱壳") == before.search("花生脱壳")
    # An update is the old encoder's still.
    changes = save_index("旧", achievements=[Achievement(id="A3", title="小麦脱壳")], settings=settings, update=True)
    assert (changes.encoded, changes.sides[Side.ACHIEVEMENT].unchanged) == (1, 2)
    assert Matcher.open("旧", settings=settings).encoder_id == before.encoder_id

    rebuilt = save_index("旧", settings=settings, rebuild=True)
    assert (rebuilt.encoded, rebuilt.sides[Side.ACHIEVEMENT].unchanged) == (3, 3)
    found = Matcher.open("旧", settings=settings)
    assert found.encoder_id == BundledEncoder(encoders[1]).id
    assert found.model.none_fits_below == 0.5
    fresh = Matcher.build(achievements=[*RECORDS, Achievement(id="A3", title="小麦脱壳")], settings=settings).search(
        "花生脱壳"
    )
    assert found.search("花生脱壳") == fresh
    assert save_index("旧", settings=settings, rebuild=True).version == rebuilt.version


def test_without_its_encoder_an_index_says_how_to_go_on(
    registry: Registry, encoders: tuple[Path, Path], tmp_path: Path
) -> None:
    settings = Settings(model_dir=registry.root, index_dir=tmp_path / "indexes", threads=1, rerank=0)
    save_index("旧", achievements=RECORDS, settings=settings, encoder=BundledEncoder(encoders[0]))
    put(registry, encoders[1])
    with pytest.raises(IndexMismatchError, match="--rebuild 旧"):
        Matcher.open("旧", settings=settings)
    save_index("旧", settings=settings, rebuild=True)
    assert [match.achievement_id for match in Matcher.open("旧", settings=settings).search("花生").matches]
    assert IndexStore(settings.index_dir).manifest("旧").encoder_id == BundledEncoder(encoders[1]).id


def test_an_index_of_an_encoder_that_cannot_be_read_any_more_says_how_to_go_on(
    registry: Registry, encoders: tuple[Path, Path], tmp_path: Path
) -> None:
    settings = Settings(model_dir=registry.root, index_dir=tmp_path / "indexes", threads=1, rerank=0)
    put(registry, encoders[0])
    save_index("旧", achievements=RECORDS, settings=settings)
    age(registry, read_model(encoders[0]).id)
    with pytest.raises(ModelError, match="matcher models rollback"):
        Matcher.open("旧", settings=settings)
    registry.rollback()
    with pytest.raises(IndexMismatchError, match="--rebuild 旧"):
        Matcher.open("旧", settings=settings)
    save_index("旧", settings=settings, rebuild=True)
    assert Matcher.open("旧", settings=settings).encoder_id == BundledEncoder().id
