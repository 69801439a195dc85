"""The re-ranker's trainer: what it learns from, its loss, its folds, and whole trainings of a tiny network."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from matcher.cli import app
from matcher.embed.cross import CrossEncoder
from matcher.embed.hashing import HashingEncoder
from matcher.errors import ConfigError, MatcherError, ModelError
from matcher.index.base import QueryText
from matcher.index.side import SideIndex
from matcher.rank.levels import LevelModel
from matcher.rank.rerank import READ_FEATURES, PairText
from matcher.records import Achievement, Need, Side
from matcher.train.data import GradedNeed, WrittenNeed, read_data
from matcher.train.export import ModelOrigin
from matcher.train.folds import Families
from matcher.train.recipes import read_recipe
from matcher.train.reranker import score_groups, train_reranker
from matcher.train.reranker_data import (
    Example,
    Group,
    cut_pieces,
    draw_passes,
    graded_groups,
    hold_back,
    verdict_groups,
    without,
    written_groups,
)
from matcher.train.reranker_recipe import RerankerRecipe

ORIGIN = ModelOrigin("tiny", "random numbers", "none")
FILES = {"needs": "n.jsonl", "achievements": "a.jsonl", "judgements": "j.tsv"}
TITLES = ["换热器结垢清洗", "花生脱壳机", "小麦脱壳装置", "空分装置余热回收", "炭材料"]
SMALL = RerankerRecipe(
    layers=(0, 1), passes=2, graded_draws=1, batch=2, learning_rate=3e-3, titles_only=0.0, evaluations=2
)


def pair(need: str, achievement: str, target: float, name: str = "") -> Example:
    text = PairText(need, achievement)
    return Example(name or achievement, text, text, target)


def own_and_others(copies: int = 1) -> list[Group]:
    """Each title fits itself and no other."""
    return [
        Group(
            f"N{copy}-{at}",
            tuple(pair(title, other, float(title == other)) for other in TITLES),
            {other: 4 if other == title else 1 for other in TITLES},
            need_ids=(f"N{copy}-{at}",),
        )
        for copy in range(copies)
        for at, title in enumerate(TITLES)
    ]


@pytest.fixture
def side() -> SideIndex:
    records = [Achievement(id=f"A{at}", title=title) for at, title in enumerate(TITLES)]
    records.append(Achievement(id="A9", title=TITLES[0], summary="另一家的换热器结垢清洗，用于余热回收。"))
    return SideIndex.build(Side.ACHIEVEMENT, records, HashingEncoder(), window_chars=50)


def test_scores_become_targets_between_0_and_1(side: SideIndex) -> None:
    need = Need(id="N", title="换热器清洗", problem="换热器结垢，要清洗。")
    (group,) = graded_groups(side, [GradedNeed(need, {"A0": 4.0, "A4": 1.0, "A9": 2.5}, {"A0": 4, "A4": 1, "A9": 2})])
    assert [(example.achievement_id, example.target) for example in group.examples] == [
        ("A0", 1.0),
        ("A4", 0.0),
        ("A9", 0.5),
    ]
    assert group.graded
    assert group.need_ids == (group.key,)
    assert group.examples[2].full == PairText(
        "换热器清洗。换热器结垢,要清洗。", f"{TITLES[0]}。另一家的换热器结垢清洗,用于余热回收。"
    )
    assert group.examples[2].titles == PairText("换热器清洗", TITLES[0])


def test_a_written_need_has_near_and_found_negatives(side: SideIndex) -> None:
    written = WrittenNeed("A0", (QueryText("换热器怎么清洗"), QueryText("花生脱壳")), (QueryText("空分装置怎么清洗"),))
    recipe = RerankerRecipe(mined_first=1, mined_last=10)
    first, second = written_groups(side, [written], recipe)
    assert [example.full for example in first.examples[:2]] == [
        PairText("换热器怎么清洗", TITLES[0]),
        PairText("空分装置怎么清洗", TITLES[0]),
    ]
    assert [example.target for example in first.examples] == [1.0] + [0.0] * (len(first.examples) - 1)
    assert second.examples[0].full.need == "花生脱壳"
    for group in (first, second):
        found = [example.achievement_id for example in group.examples[2:]]
        # A record of the same title is no negative.
        assert found
        assert not set(found) & {"A0", "A9"}
        assert not group.graded


def test_passes_draw_as_the_recipe_says() -> None:
    graded = own_and_others()[0]
    written = Group(
        "A", tuple(pair("甲", f"乙{at}", float(at == 0), "A" if at < 2 else f"B{at}") for at in range(9)), {}
    )
    recipe = RerankerRecipe(passes=4, graded_draws=2, pairs=3, written_share=1.0, mined=2, titles_only=0.0)
    passes = draw_passes([graded, written], recipe, seed=1)
    assert passes == draw_passes([graded, written], recipe, seed=1)
    assert passes != draw_passes([graded, written], recipe, seed=2)
    for drawn in passes:
        # Twice three of the five graded pairs; its own, the near one and two of seven found.
        assert sorted(len(texts) for texts, _ in drawn) == [3, 3, 4]
        (own,) = (targets for texts, targets in drawn if len(texts) == 4)
        assert own == [1.0, 0.0, 0.0, 0.0]
    assert all(
        len(drawn) == 2
        for drawn in draw_passes([graded, written], RerankerRecipe(written_share=0.0, graded_draws=2), 1)
    )


def test_verdicts_are_drawn_as_often_as_they_are_certain(side: SideIndex) -> None:
    need = Need(id="N", title="换热器清洗", problem="换热器结垢，要清洗。")
    said = GradedNeed(need, {"A0": 3.5, "A1": 1.0, "A4": 1.0}, {}, {"A0": 0.8, "A1": 0.2})
    (group,) = verdict_groups(side, [said])
    assert (group.key, group.verdicts, group.graded) == ("N", True, False)
    # 0.8 is the most that any verdict here weighs; what is not named counts in full.
    assert {example.achievement_id: example.weight for example in group.examples} == {"A0": 1.0, "A1": 0.25, "A4": 1.0}
    assert group.examples[0].target == pytest.approx(2.5 / 3)
    recipe = RerankerRecipe(passes=400, graded_draws=1, titles_only=0.0)
    drawn = [len(texts) for passed in draw_passes([group], recipe, seed=3) for texts, _ in passed]
    assert set(drawn) == {2, 3}
    # One quarter of 400 turns, give or take four standard deviations of √(400 · ¼ · ¾) = 8.7.
    assert abs(drawn.count(3) - 100) < 35
    assert without([group], {"N"}) == []
    assert without([group], {"M"}) == [group]


def test_titles_alone_come_as_often_as_wanted() -> None:
    example = Example("A", PairText("甲。详", "乙。详"), PairText("甲", "乙"), 1.0)
    group = Group("N", (example,) * 12, {"A": 4})
    for share in (0.0, 0.25, 1.0):
        recipe = RerankerRecipe(titles_only=share, passes=40, graded_draws=1)
        sides = [
            side
            for drawn in draw_passes([group], recipe, 5)
            for texts, _ in drawn
            for t in texts
            for side in (t.need, t.achievement)
        ]
        assert len(sides) == 40 * 12 * 2
        assert np.mean([not side.endswith("详") for side in sides]) == pytest.approx(share, abs=0.05)


def test_a_cut_text_has_the_same_first_pieces(tiny_encoder: Path) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(tiny_encoder / "tokenizer.json"))
    tokenizer.no_truncation()
    for text in ["换热器结垢，花生 脱壳 机！ＡＢ换热", "小麦", "", "𠮷花生炭材料"]:
        whole = tokenizer.encode(text, add_special_tokens=False).ids
        # The first piece may be the mark of a beginning, which stands for no character.
        for most in range(2, 12):
            cut = cut_pieces(tokenizer, text, most)
            assert tokenizer.encode(cut, add_special_tokens=False).ids == whole[:most]


def test_loss_is_cross_entropy_and_ranknet(tiny_encoder: Path) -> None:
    import torch

    from matcher.train.reranker_model import PairLoss

    class Fixed:
        """Answers with given logits; the loss is about them alone."""

        device = "cpu"

        def preprocess(self, pairs: list[tuple[str, str]]) -> dict[str, object]:
            self.pairs = pairs
            return {}

        def __call__(self, _: dict[str, object]) -> dict[str, torch.Tensor]:
            return {"scores": torch.tensor([[2.0], [0.0], [1.0], [-1.0]])}

    model = Fixed()
    inputs = [[["甲", "乙"], ["丙", "丁"]], [["子", "丑"], ["寅", "卯"]]]
    labels = [torch.tensor([0.25, 1.0]), torch.tensor([0.5, 0.45])]
    softplus = [math.log1p(math.exp(-s)) for s in (2.0, 0.0, 1.0, -1.0)]
    # BCE to a soft target t is softplus(−s) + (1 − t)·s.
    entropy = np.mean([p + (1 - t) * s for p, s, t in zip(softplus, (2, 0, 1, -1), (0.25, 1, 0.5, 0.45), strict=True)])
    # Only in the first group do targets differ by more than 0.1: its second should stand above its first.
    order = math.log1p(math.exp(2.0))
    for weight in (0.0, 0.5):
        loss = PairLoss(model, RerankerRecipe(rank_weight=weight, rank_margin=0.1))
        assert float(loss(inputs, labels)) == pytest.approx(entropy + weight * order, rel=1e-5)
    assert model.pairs == [("甲", "子"), ("乙", "丑"), ("丙", "寅"), ("丁", "卯")]


def test_needs_left_out_leave_no_trace() -> None:
    graded = own_and_others()
    # The key of a written group is an achievement's id, which may be a need's as well.
    written = Group("N0-0", (pair(TITLES[0], "甲", 1.0),), {}, need_ids=("N0-0:need", "N0-0:near"))
    assert without([*graded, written], {"N0-0", "N0-3"}) == [graded[1], graded[2], graded[4], written]
    assert without([*graded, written], {"N0-0:near"}) == graded


def test_needs_held_back_are_not_learned() -> None:
    groups = own_and_others(copies=2)
    needs = [Need(id=group.key, title=group.examples[0].full.need) for group in groups]
    # A written need of the title of another is its kin, too.
    written = Group("A", (pair(TITLES[0], "甲", 1.0),), {}, need_ids=("A:need",))
    families = Families([*needs, Need(id="A:need", title=TITLES[0])])
    for seed in range(8):
        learned, judged = hold_back([*groups, written], families, 0.4, seed)
        titles = {group.examples[0].full.need for group in judged}
        assert len(titles) == 2
        assert not titles & {group.examples[0].full.need for group in learned}
        assert len(learned) + len(judged) == (10 if TITLES[0] in titles else 11)
    assert hold_back(groups, families, 0.0, seed=1) == (groups, [])


@pytest.mark.slow
def test_a_tiny_network_learns_what_belongs_together(tiny_encoder: Path, tmp_path: Path) -> None:
    groups = own_and_others()
    recipe = RerankerRecipe(layers=(0, 1), passes=40, graded_draws=1, batch=5, learning_rate=3e-3, titles_only=0.0)
    steps: list[tuple[int, int]] = []
    trained = train_reranker(
        groups, [], tiny_encoder, tmp_path, recipe, origin=ORIGIN, seed=1, progress=lambda *step: steps.append(step)
    )
    assert steps == [(at, 40) for at in range(1, 41)]
    assert trained.steps == 40
    cross = CrossEncoder(trained.int8_folder, threads=1)
    assert cross.id == trained.id
    scores = score_groups(cross, groups)
    # By chance the own title would come first for one need of five.
    assert [int(found.scores.argmax()) for found in scores] == [0, 1, 2, 3, 4]
    assert [found.need_id for found in scores] == [group.key for group in groups]
    assert not (tmp_path / "work").exists()


@pytest.mark.slow
def test_an_interrupted_training_goes_on_to_the_same_end(tiny_encoder: Path, tmp_path: Path) -> None:
    groups = own_and_others()

    def trained(out: Path, *, stop_at: int = 99, resume: bool = False) -> bytes:
        def progress(done: int, _: int) -> None:
            if done == stop_at:
                raise KeyboardInterrupt

        train_reranker(groups, [], tiny_encoder, out, SMALL, origin=ORIGIN, seed=1, resume=resume, progress=progress)
        return (out / "int8" / "model.onnx").read_bytes()

    whole = trained(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "cut", stop_at=4)
    # Five steps with two looks: the last checkpoint is that of step 3.
    assert sorted(path.name for path in (tmp_path / "cut" / "work").iterdir()) == ["checkpoint-3", "run"]
    with pytest.raises(ConfigError, match="去掉 --resume"):
        train_reranker(groups, [], tiny_encoder, tmp_path / "cut", SMALL, origin=ORIGIN, seed=2, resume=True)
    assert trained(tmp_path / "cut", resume=True) == whole
    assert trained(tmp_path / "again") == whole


@pytest.mark.slow
def test_no_gain_for_long_ends_the_training(tiny_encoder: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    # A learning rate of nothing gains nothing: the second look is the last.
    recipe = replace(SMALL, learning_rate=0.0, evaluations=10, patience=1, passes=4)
    groups = own_and_others()
    trained = train_reranker(groups[1:], groups[:1], tiny_encoder, tmp_path, recipe, origin=ORIGIN, seed=1)
    assert trained.steps == 2


def test_a_base_that_cannot_be_used_is_named(tiny_encoder: Path, tmp_path: Path) -> None:
    from dataclasses import replace

    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        train_reranker(own_and_others(), [], tmp_path, tmp_path / "out", SMALL, origin=ORIGIN, seed=1)
    with pytest.raises(ModelError, match="层数"):
        train_reranker(
            own_and_others(), [], tiny_encoder, tmp_path / "out", replace(SMALL, layers=(0, 7)), origin=ORIGIN, seed=1
        )


def write_data(folder: Path) -> Path:
    """Five graded needs and two written ones."""
    achievements = "".join(f'{{"id": "A{at}", "title": "{title}"}}\n' for at, title in enumerate(TITLES))
    needs = "".join(
        f'{{"id": "N{at}", "title": "{title}", "content": "急需{title}"}}\n' for at, title in enumerate(TITLES)
    )
    levels = "".join(f"N{n}\tA{a}\t{4 if n == a else 1}\n" for n in range(5) for a in range(5))
    (folder / "a.jsonl").write_text(achievements, encoding="utf-8")
    (folder / "n.jsonl").write_text(needs, encoding="utf-8")
    (folder / "j.tsv").write_text(f"need_id\tachievement_id\tlevel\n{levels}", encoding="utf-8")
    (folder / "s.tsv").write_text("need_id\tachievement_id\tscore\nN0\tA1\t3.0\n", encoding="utf-8")
    rows = ['{"id": "A0", "need_title": "换热器清洗", "need": "结垢", "oral": "垢多", "near_title": "空分"}']
    rows.append('{"id": "A1", "need_title": "花生脱壳"}')
    (folder / "w.jsonl").write_text("\n".join(rows), encoding="utf-8")
    listed = folder / "DATA.toml"
    listed.write_text(
        '[[graded]]\nneeds = "n.jsonl"\nachievements = "a.jsonl"\njudgements = "j.tsv"\nscores = "s.tsv"\n'
        '[[written]]\nachievements = "a.jsonl"\nneeds = "w.jsonl"\n',
        encoding="utf-8",
    )
    return listed


def test_data_are_read_by_the_list(tmp_path: Path) -> None:
    (found,) = read_data(write_data(tmp_path), max_bytes=1_000_000)
    assert [record.id for record in found.achievements] == [f"A{at}" for at in range(5)]
    assert [item.need.id for item in found.graded] == [f"N{at}" for at in range(5)]
    # 0.6 × 3.0 + 0.4 × 1; the others keep their level.
    assert found.graded[0].scores == pytest.approx({"A0": 4, "A1": 2.2, "A2": 1, "A3": 1, "A4": 1})
    assert found.graded[0].levels["A1"] == 1
    assert found.written == (
        WrittenNeed("A0", (QueryText("换热器清洗", "结垢"), QueryText("垢多")), (QueryText("空分"),)),
        WrittenNeed("A1", (QueryText("花生脱壳"),), ()),
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("DATA.toml", "", "没有 \\[\\[graded\\]\\]"),
        ("DATA.toml", "[[graded", "DATA.toml"),
        ("DATA.toml", '[[written]]\nachievements = "a.jsonl"\n', "written.0.needs"),
        ("DATA.toml", '[[written]]\nachievements = "a.jsonl"\nneeds = "w.jsonl"\nmoon = 1\n', "moon"),
        ("w.jsonl", '{"id": "A0"}\n', "w.jsonl"),
        ("w.jsonl", '{"id": "Z", "need_title": "甲"}\n', "没有一条"),
        ("s.tsv", "need_id\tachievement_id\tscore\nN0\tA1\t5\n", "s.tsv"),
        ("s.tsv", "need_id\tachievement_id\nN0\tA1\n", "s.tsv"),
        ("j.tsv", "", "j.tsv"),
    ],
)
def test_what_is_wrong_with_the_data_is_named(tmp_path: Path, name: str, content: str, message: str) -> None:
    listed = write_data(tmp_path)
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(MatcherError, match=message):
        read_data(listed, max_bytes=1_000_000)


def test_recipe_keeps_defaults_and_names_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text("layers = [0, 2]\npasses = 1\n", encoding="utf-8")
    found = read_recipe(RerankerRecipe, path)
    assert (found.layers, found.passes, found.pairs) == ((0, 2), 1, RerankerRecipe().pairs)
    for content, message in (("moon = 1", "moon"), ("passes = 'x'", "passes"), ("passes =", "recipe.toml")):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ConfigError, match=message):
            read_recipe(RerankerRecipe, path)


@pytest.mark.slow
def test_the_command_writes_models_scores_and_a_card(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("layers = [0]\npasses = 1\ngraded_draws = 1\n", encoding="utf-8")
    out = tmp_path / "out"
    options = ["--data", write_data(tmp_path), "--base", tiny_encoder, "--out", out, "--folds", 2, "--recipe", recipe]
    run = CliRunner().invoke(app, ["train", "reranker", *map(str, options)], catch_exceptions=False)
    assert run.exit_code == 0, run.output
    with (out / "scores.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {(row["need_id"], row["achievement_id"]) for row in rows} == {
        (f"N{n}", f"A{a}") for n in range(5) for a in range(5)
    }
    # Out of fold: each need's scores are those of the model that had not seen it.
    parts = {row["need_id"] for row in csv.DictReader((out / "fold-0" / "scores.tsv").open(), delimiter="\t")}
    assert 2 <= len(parts) <= 3
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "有评级的需求 5 条，25 对" in card
    assert "2 折" in card
    assert CrossEncoder(out / "int8").id in card
    assert (out / "int8" / "MODEL_CARD.md").read_text(encoding="utf-8") == card
    before = (out / "int8" / "manifest.json").stat().st_mtime_ns
    again = CliRunner().invoke(app, ["train", "reranker", *map(str, options), "--resume"], catch_exceptions=False)
    assert again.exit_code == 0
    assert (out / "int8" / "manifest.json").stat().st_mtime_ns == before

    # A level model with the scores of the folds, and one for which the re-ranker reads the pairs now.
    files = [f"--{name}={tmp_path / file}" for name, file in FILES.items()]
    for cross, says in ((out, False), (out / "int8", True)):
        levels = tmp_path / f"{cross.name}.json"
        told = CliRunner().invoke(
            app,
            ["train", "ranker", *files, f"--cross={cross}", f"--out={levels}", "--base=none"],
            catch_exceptions=False,
        )
        assert told.exit_code == 0, told.output
        assert LevelModel.load(levels).features == READ_FEATURES
        assert ("现在由 cross:" in told.output) is says


@pytest.mark.slow
def test_the_command_learns_from_verdicts_and_goes_on_from_a_reranker(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_ENCODER", "hashing")
    write_data(tmp_path)
    (tmp_path / "said.csv").write_text(
        "需求编号,成果编号,结论\nN0,A0,合适\nN0,A1,不合适\nN1,A1,合适\n", encoding="utf-8"
    )
    data = tmp_path / "said.toml"
    data.write_text(
        '[[feedback]]\nneeds = "n.jsonl"\nachievements = "a.jsonl"\nfiles = ["said.csv"]\n', encoding="utf-8"
    )
    recipe = tmp_path / "recipe.toml"
    recipe.write_text("layers = [0]\npasses = 1\ngraded_draws = 1\nlearning_rate = 1e-12\n", encoding="utf-8")
    ids, base = [], tiny_encoder
    for name in ("first", "further"):
        out = tmp_path / name
        options = ["--data", data, "--base", base, "--out", out, "--folds", 0, "--recipe", recipe]
        run = CliRunner().invoke(app, ["train", "reranker", *map(str, options)], catch_exceptions=False)
        assert run.exit_code == 0, run.output
        assert "有使用反馈的需求 2 条，3 对" in (out / "MODEL_CARD.md").read_text(encoding="utf-8")
        ids.append(CrossEncoder(out / "int8").score([("换热器清洗", "换热器结垢清洗"), ("花生", "炭材料")]))
        base = out
    # At this learning rate nothing is learned: the further training has the output of the first, not a drawn one.
    np.testing.assert_allclose(ids[0], ids[1], atol=1e-4)


def test_folds_start_from_the_same_folds_of_an_encoder(tmp_path: Path) -> None:
    from matcher.cli.train_reranker import _base

    for part in ("fold-0", "fold-1", ""):
        (tmp_path / "encoders" / part / "float").mkdir(parents=True)
        (tmp_path / "encoders" / part / "float" / "tokenizer.json").touch()
    assert _base(tmp_path / "encoders", "fold-1") == tmp_path / "encoders" / "fold-1" / "float"
    assert _base(tmp_path / "encoders", "") == tmp_path / "encoders" / "float"
    # A single encoder serves all.
    assert _base(tmp_path / "encoders" / "float", "fold-1") == tmp_path / "encoders" / "float"
    with pytest.raises(ConfigError, match="fold-2"):
        _base(tmp_path / "encoders", "fold-2")
