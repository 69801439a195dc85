"""`matcher models …` and rebuilding indexes, as a user does it: real files, real processes, the real encoder."""

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from matcher.cli import app, registering
from matcher.embed import bundled, load
from matcher.embed.bundled import BUNDLED_FOLDER, BundledEncoder
from matcher.embed.cross import CROSS_FOLDER
from matcher.rank.levels import LevelModel
from matcher.train.export import ModelOrigin, export

pytestmark = [pytest.mark.slow, pytest.mark.model]

THINGS = ["换热器结垢清洗", "花生脱壳机", "空分装置余热回收", "炭材料"]


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matcher", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1", "HOME": str(folder), "OMP_NUM_THREADS": "1", **variables},
        check=False,
    )


def done(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    found = run(folder, *arguments, **variables)
    assert found.returncode == 0, found.stderr
    return found


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, tiny_encoder: Path) -> Path:
    """A guard set, an index of the package's encoder, and a candidate for each kind but the re-ranker."""
    tmp_path = tmp_path_factory.mktemp("first")
    guard = tmp_path / "本县"
    guard.mkdir()
    needs = ["编号,需求名称", *(f"N{n},求购{thing}" for n, thing in enumerate(THINGS))]
    (guard / "needs.csv").write_text("\n".join(needs), encoding="utf-8")
    achievements = ["编号,成果名称", *(f"A{n},{thing}" for n, thing in enumerate(THINGS))]
    (guard / "achievements.csv").write_text("\n".join(achievements), encoding="utf-8")
    rows = [f"N{n}\tA{a}\t{4 if n == a else 1}" for n in range(len(THINGS)) for a in range(len(THINGS))]
    (guard / "judgements.tsv").write_text("\n".join(["need_id\tachievement_id\tlevel", *rows]), encoding="utf-8")
    export(tiny_encoder, tmp_path / "tiny", origin=ModelOrigin("tiny", "random numbers", "none"))
    (tmp_path / "tiny" / "MODEL_CARD.md").write_text("# 小模型的卡\n", encoding="utf-8")
    used = LevelModel.load()
    levels = {
        "same": LevelModel(**{**fields(used), "none_fits_below": used.none_fits_below + 0.001}),
        # The order turned round.
        "wrong": LevelModel(**{**fields(used), "weights": tuple(-each for each in used.weights)}),
    }
    for name, model in levels.items():
        model.save(tmp_path / f"{name}.json")
    done(tmp_path, "index", "本县/needs.csv", "本县/achievements.csv", "--into", "试")
    return tmp_path


@pytest.fixture
def place(first: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(first, tmp_path / "place"))


def wait_for_the_rebuild(place: Path) -> None:
    """Until the one in the background has ended."""
    deadline = time.monotonic() + 60
    while "最新" not in (told := done(place, "index", "--status").stdout):
        assert time.monotonic() < deadline, told + (place / "indexes" / "rebuild.log").read_text(encoding="utf-8")
        time.sleep(0.5)


def fields(model: LevelModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in model.__dataclass_fields__}


def journal(place: Path) -> bytes:
    path = place / "models" / "journal.json"
    return path.read_bytes() if path.exists() else b""


def test_what_loses_is_refused_and_what_does_not_is_put_in_use(place: Path) -> None:
    refused = run(place, "models", "promote", "wrong.json", "--guard", "本县")
    assert refused.returncode == 4
    assert "输" in refused.stdout
    last = refused.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert "ndcg@10 1.000 →" in last
    assert "--force" in last
    assert journal(place) == b""

    # With reading on, both would be compared with what the re-ranker's own level model says.
    kept = done(place, "models", "promote", "same.json", "--guard", "本县", MATCHER_RERANK="0")
    assert "已启用分级模型" in kept.stderr
    assert "不再细读" not in kept.stderr
    # The package's re-ranker would overrule a level model of one's own, and keeps silent.
    for asked, said in ((("--rerank", "5"), True), ((), False), (("--rerank", "0"), False)):
        searched = done(place, "search", THINGS[0], "--index", "试", *asked)
        assert ("--rerank 没有起作用" in searched.stderr) is said
    model = LevelModel.load(place / "same.json").id
    assert f"分级模型：{model}" in done(place, "models", "show").stdout
    listed = done(place, "models", "list").stdout
    assert re.search(rf"{model}.*●", listed)
    assert "ndcg@10 1.000 → 1.000" in listed
    assert "已经在用" in done(place, "models", "promote", model).stderr
    assert "在用：是" in done(place, "models", "show", model).stdout
    package = done(place, "models", "show", "package").stdout
    assert f"分级模型 {LevelModel.load().id}：" in package
    assert "# 编码器 e5-small-tech-zh" in package

    assert "随软件包安装的" in done(place, "models", "rollback").stderr
    assert f"分级模型：{LevelModel.load().id}" in done(place, "models", "show").stdout
    assert run(place, "models", "rollback").returncode == 2


def test_figures_on_grades_it_has_not_learned_from_come_onto_the_card(place: Path) -> None:
    files = [f"本县/{name}" for name in ("needs.csv", "achievements.csv", "judgements.tsv")]
    graded = [word for pair in zip(("--needs", "--achievements", "--judgements"), files, strict=True) for word in pair]
    for name, folder, how in (("own", BUNDLED_FOLDER, "题名的余弦"), ("pairs", CROSS_FOLDER, BundledEncoder().id)):
        shutil.copytree(folder, place / name)
        measured = done(place, "models", "measure", name, *graded)
        # Each need is answered by the achievement of its own name.
        figures = "ndcg@10 1.0000 [1.0000, 1.0000]（4 条），mrr 1.0000 [1.0000, 1.0000]（4 条）"
        assert f"`本县/judgements.tsv`（4 条需求，16 对）：{figures}" in measured.stderr
        card = (place / name / "MODEL_CARD.md").read_text(encoding="utf-8")
        assert figures in card
        assert how in card
        done(place, "models", "measure", name, *graded)
        assert (place / name / "MODEL_CARD.md").read_text(encoding="utf-8") == card
    # The card of the whole output is told, too, whichever of its folders is named; the registry is not touched.
    out = place / "models" / "weights" / "encoder"
    shutil.copytree(place / "own", out / "int8")
    shutil.copyfile(BUNDLED_FOLDER / "MODEL_CARD.md", out / "MODEL_CARD.md")
    done(place, "models", "measure", "models/weights/encoder/int8", *graded)
    assert (out / "MODEL_CARD.md").read_text(encoding="utf-8") == (place / "own" / "MODEL_CARD.md").read_text(
        encoding="utf-8"
    )
    shutil.copytree(place / "own", place / "models" / "encoder" / "x")
    for asked, code, said in (
        (("models/encoder/x", *graded), 2, "在模型库里"),
        (("own", *graded[:4]), 2, "一一对应"),
        (("tiny", *graded), 0, "已写进 tiny 的模型卡"),
        (("本县", *graded), 4, "不是编码器或重排模型的文件夹"),
    ):
        found = run(place, "models", "measure", *asked)
        assert (found.returncode, said in found.stderr) == (code, True), found.stderr


def test_a_new_encoder_takes_over_the_indexes_in_the_background(place: Path) -> None:
    before, after = BundledEncoder().id, BundledEncoder(place / "tiny").id
    asked = ("search", "换热器结垢", "--top", "1")
    answer = done(place, *asked)
    assert "提示" not in answer.stderr
    forced = done(place, "models", "promote", "tiny", "--guard", "本县", "--force", "只是试一试")
    assert f"索引“试”由编码器 {before} 建立" in forced.stderr
    assert "--rebuild 试 --background" in forced.stderr
    assert "小模型的卡" in done(place, "models", "show", after[-12:]).stdout

    # The index answers with the encoder that made it, and says so.
    still = done(place, *asked)
    assert still.stdout == answer.stdout
    assert len([line for line in still.stderr.splitlines() if before in line and after in line]) == 1

    started = done(place, "index", "--rebuild", "试", "--background")
    assert "已在后台重建" in started.stderr
    wait_for_the_rebuild(place)
    assert "提示" not in done(place, *asked).stderr
    manifest = (place / "indexes" / "试" / "versions" / "2" / "manifest.json").read_text(encoding="utf-8")
    assert after in manifest

    back = done(place, "models", "rollback", "--kind", "encoder")
    assert f"索引“试”由编码器 {after} 建立" in back.stderr
    rebuilt = done(place, "index", "--rebuild", "试")
    assert f"第 3 版已生效，由编码器 {before} 建立" in rebuilt.stderr
    assert done(place, *asked).stdout == answer.stdout
    assert "无需重新编码" in done(place, "index", "--rebuild", "试").stderr


def test_a_registry_of_an_older_release_is_told_and_left_by_one_command(place: Path) -> None:
    promoted = done(place, "models", "promote", "tiny", "--guard", "本县", "--force", "试")
    assert "随包的重排模型只配随包的编码器和分级模型，从现在起不再细读" in promoted.stderr
    model = BundledEncoder(place / "tiny").id
    done(place, "index", "--rebuild", "试")
    shutil.copytree(place / "models" / "encoder" / model[-12:], place / "models" / "encoder" / "0123456789ab")
    steps = json.loads(journal(place))["steps"]
    # Another one lies below it, and a level model was promoted together with that one.
    done(place, "models", "promote", "same.json", "--guard", "本县", "--force", "试")
    levels = json.loads(journal(place))["steps"][1]["models"]["ranker"]
    steps.insert(0, {**steps[0], "models": {"encoder": "0123456789ab", "ranker": levels}})
    (place / "models" / "journal.json").write_text(json.dumps({"steps": steps}), encoding="utf-8")
    for path in (place / "models" / "encoder").glob("*/manifest.json"):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**manifest, "format": 1}), encoding="utf-8")

    said = "格式版本是 1，本程序只认 2；在用的请运行 matcher models rollback"
    for arguments in (
        ("models", "show"),
        ("models", "show", model[-12:]),
        ("search", "换热器结垢"),
        ("index", "--status"),
    ):
        refused = run(place, *arguments)
        assert (refused.returncode, refused.stdout) == (4, "")
        assert said in refused.stderr.splitlines()[-1]
    listed = done(place, "models", "list")
    assert re.search(rf"{model[-12:]}.*●", listed.stdout)
    assert said in listed.stderr.splitlines()[-1]

    back = done(place, "models", "rollback").stderr
    assert "编码器已退回 随软件包安装的" in back
    assert "分级模型已退回 随软件包安装的" in back
    assert "一并撤销了 2 次启用" in back
    assert "重建之前不能用这个索引查询" in back
    assert "提示" not in done(place, "models", "list").stderr
    still = run(place, "search", "换热器结垢")
    assert (still.returncode, "matcher index --rebuild 试" in still.stderr) == (5, True)
    done(place, "index", "--rebuild", "试")
    assert "换热器结垢清洗" in done(place, "search", "换热器结垢", "--top", "1").stdout


def test_promotion_can_start_the_rebuild(place: Path) -> None:
    found = done(place, "models", "promote", "tiny", "--guard", "本县", "--force", "试", "--rebuild-indexes")
    assert "已在后台重建索引 试" in found.stderr
    wait_for_the_rebuild(place)


def test_an_interrupted_rebuild_is_told(place: Path) -> None:
    done(place, "models", "promote", "tiny", "--guard", "本县", "--force", "试")
    (place / "indexes" / "rebuild.json").write_text(
        '{"process": 1, "started_at": "", "names": ["试"], "now": "试", "encoded": 2, "to_encode": 8}', encoding="utf-8"
    )
    assert "重建曾中断" in done(place, "index", "--status").stdout.replace("\n", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("models", "promote", "nowhere"), 4, "models list"),
        (("models", "promote", "same.json"), 2, "--guard"),
        (("models", "promote", "same.json", "--guard", "tiny"), 3, "needs.*"),
        (("models", "promote", "wrong.json", "--guard", "本县", "--force", " "), 2, "理由"),
        (("models", "promote", "same.json", "wrong.json", "--guard", "本县"), 2, "每种模型各一个"),
        (("models", "show", "0123456789ab"), 4, "0123456789ab"),
        (("index", "--rebuild", "没有"), 5, "没有"),
        (("index", "--rebuild", "没有", "--background"), 5, "没有"),
        (("index", "本县/needs.csv", "--rebuild", "试"), 2, "--rebuild"),
        (("index", "--background"), 2, "--background"),
    ],
)
def test_mistakes_get_one_sentence_and_a_code(first: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    found = run(first, *arguments)
    assert found.returncode == code, found.stderr
    last = found.stderr.strip().splitlines()[-1]
    assert last.startswith("错误：")
    assert said in last


def test_settings_that_would_make_a_promotion_idle_are_named(place: Path) -> None:
    found = run(place, "models", "promote", "tiny", "--guard", "本县", MATCHER_ENCODER="bundled")
    assert found.returncode == 2
    assert "MATCHER_ENCODER" in found.stderr
    shutil.rmtree(place / "indexes")
    assert "MATCHER_ENCODER 是 bundled" in done(place, "models", "list", MATCHER_ENCODER="bundled").stderr


def test_the_fast_encoder_is_named_where_the_package_has_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    fast = tmp_path / "fast"
    for module in (bundled, load, registering):
        monkeypatch.setattr(module, "FAST_FOLDER", fast)

    def told(*arguments: str) -> str:
        found = CliRunner().invoke(app, ["models", *arguments], catch_exceptions=False)
        assert found.exit_code == 0, found.output
        return found.output

    assert "快速编码器" not in told("list") + told("show")
    assert "快速编码器（MATCHER_ENCODER=fast）：本软件包没有" in told("show", "package")
    fast.mkdir()
    shutil.copyfile(BUNDLED_FOLDER / "manifest.json", fast / "manifest.json")
    assert not re.search("快速编码器.*●", told("list"))
    monkeypatch.setenv("MATCHER_ENCODER", "fast")
    listed = told("list")
    assert re.search("快速编码器.*●", listed)
    assert not re.search("│ 编码器 .*随软件包安装的.*●", listed)
    monkeypatch.delenv("MATCHER_ENCODER")
    assert f"快速编码器（MATCHER_ENCODER=fast）：{BundledEncoder(fast).id}" in told("show")
    assert "快速编码器（MATCHER_ENCODER=fast）：随软件包安装的" in told("show", "package")
