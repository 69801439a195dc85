"""Fine-tuning of an encoder: what is drawn, what is lost, and whole trainings of a tiny network."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.embed.bundled import BundledEncoder
from matcher.errors import ModelError
from matcher.index.base import QueryText
from matcher.records import Achievement, Need
from matcher.train.data import GradedNeed, TrainingSet, WrittenNeed
from matcher.train.encoder import title_cosines, title_ndcg, train_encoder
from matcher.train.encoder_data import Lessons, Step, draw_steps, lessons
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.export import ModelOrigin

ORIGIN = ModelOrigin("tiny", "random numbers", "none")
TITLES = ["换热器结垢清洗", "花生脱壳机", "小麦脱壳装置", "空分装置余热回收", "炭材料"]
SMALL = EncoderRecipe(
    steps=4,
    needs=2,
    pairs=3,
    written=2,
    bodies=2,
    bodies_every=1,
    learning_rate=3e-3,
    warmup_steps=1,
    frozen_layers=0,
    evaluations=2,
    blend=1.0,
)


def taught(recipe: EncoderRecipe = SMALL) -> Lessons:
    """Each need is answered by the achievement of its own title."""
    achievements = tuple(Achievement(id=f"A{at}", title=title) for at, title in enumerate(TITLES))
    graded = tuple(
        GradedNeed(
            Need(id=f"N{at}", title=title, problem=f"请有办法的单位联系我们，{title}的事很急。"),
            {f"A{other}": 4.0 if other == at else 1.0 for other in range(len(TITLES))},
            {f"A{other}": 4 if other == at else 1 for other in range(len(TITLES))},
        )
        for at, title in enumerate(TITLES)
    )
    written = tuple(
        WrittenNeed(
            f"A{at}", (QueryText(f"求{title}", f"我们要{title}。"), QueryText(f"谁会{title}")), (QueryText("轴承"),)
        )
        for at, title in enumerate(TITLES)
    )
    bodies = tuple(item.need for item in graded)
    return lessons([TrainingSet(achievements, graded, written), TrainingSet((), bodies=bodies)], recipe)


def test_steps_are_drawn_by_the_seed_and_keep_needs_whole() -> None:
    steps = draw_steps(taught(), SMALL, seed=1)
    assert steps == draw_steps(taught(), SMALL, seed=1)
    assert steps != draw_steps(taught(), SMALL, seed=2)
    assert len(steps) == 4
    for step in steps:
        assert len(step.needs) == 2
        assert step.owners == [0, 0, 0, 1, 1, 1]
        assert set(step.targets) <= {1.0, 4.0}
        assert len(step.asked) == len(step.answers) == len(step.near) == 2
        # The title in front of a window is taken off: it would find itself.
        assert all(window.startswith("请有办法的单位") for window in step.windows)


def test_the_first_two_steps_see_four_different_needs() -> None:
    recipe = replace(SMALL, short=1.0)
    first, second, *_ = draw_steps(taught(recipe), recipe, seed=5)
    assert len({*first.needs, *second.needs}) == 4


def test_needs_held_out_leave_no_trace() -> None:
    everything = taught()
    left = everything.without({"N0", "N1", "A3:near"})
    held = {item.title for item in everything.graded[:2]}
    assert len(left.graded) == 3
    assert len(left.bodies) == len(everything.bodies) - 2
    assert not held & {texts.title for texts in left.bodies}
    # What was written goes with any of its texts; all of these have the same near miss, but not the same id.
    assert [item.achievement.title for item in left.written] == [TITLES[at] for at in (0, 1, 2, 4)]
    assert {need.id for need in left.needs} == {need.id for need in everything.needs} - {"N0", "N1", "A3:near"}


def test_records_of_one_beginning_count_once() -> None:
    body = "同一段正文被贴了两次，其中写明了设备的型号、产量和能耗，还写了联系人希望什么时候能够见面详谈。"
    twins = (Need(id="1", title="甲设备", problem=body), Need(id="2", title="乙设备", problem=body))
    found = lessons([TrainingSet((), bodies=(*twins, Need(id="3", title="丙设备")))], SMALL)
    # The third has no body to be found by its title.
    assert [texts.title for texts in found.bodies] == ["甲设备"]


def test_losses_by_hand() -> None:
    torch = pytest.importorskip("torch")
    from matcher.train.encoder_model import cosent, info_nce, margin_mse

    # Only the pair 0 > 1 differs by more than .25: log(1 + exp(.2 − .5)).
    found = cosent(torch.tensor([0.5, 0.2, 0.9]), torch.tensor([3.0, 2.0, 2.8]), margin=0.25)
    # 2.8 stands above 2 as well: log(1 + exp(.2 − .5) + exp(.2 − .9)).
    assert float(found) == pytest.approx(math.log(1 + math.exp(-0.3) + math.exp(-0.7)))
    assert float(cosent(torch.tensor([0.5, 0.2]), torch.tensor([2.0, 2.1]), margin=0.25)) == 0.0

    # A level is worth 2: the margins ought to be 4, 6 and 2, and are 3, 7 and 4.
    missed = margin_mse(torch.tensor([7.0, 4.0, 0.0]), torch.tensor([4.0, 2.0, 1.0]), 2.0)
    assert float(missed) == pytest.approx((1 + 1 + 4) / 3)
    weights = torch.tensor([1.0, 1.0, 0.5])
    weighed = margin_mse(torch.tensor([7.0, 4.0, 0.0]), torch.tensor([4.0, 2.0, 1.0]), 2.0, weights)
    assert float(weighed) == pytest.approx((1 * 1 + 0.5 * 1 + 0.5 * 4) / 2)
    assert float(margin_mse(torch.tensor([7.0]), torch.tensor([4.0]), 2.0)) == 0.0

    scores = torch.tensor([[2.0, 0.0], [1.0, 3.0]])
    rows = (math.log(math.exp(2) + 1) - 2 + math.log(math.exp(1) + math.exp(3)) - 3) / 2
    columns = (math.log(math.exp(2) + math.exp(1)) - 2 + math.log(1 + math.exp(3)) - 3) / 2
    assert float(info_nce(scores)) == pytest.approx(rows + columns, rel=1e-5)
    with_extra = (math.log(math.exp(2) + math.exp(1) + math.e) - 2 + math.log(1 + math.exp(3) + 1) - 3) / 2
    assert float(info_nce(scores, torch.tensor([1.0, 0.0]))) == pytest.approx(rows + with_extra, rel=1e-5)


def test_the_loss_of_a_step_adds_what_each_part_teaches(tiny_encoder: Path) -> None:
    torch = pytest.importorskip("torch")
    from matcher.train.encoder_model import StepLoss, build_network, cosent

    recipe = replace(SMALL, partner_weight=0.0, written_weight=0.0, bodies_weight=0.0, widths=(8,), scale=20.0)
    network = build_network(tiny_encoder, recipe, "cpu").eval()
    step = Step(["花生脱壳"], ["花生脱壳机", "炭材料"], [0, 0], [4.0, 1.0], [], [], [], [], [])
    with torch.no_grad():
        found = float(StepLoss(network, recipe)(step))
        vectors = network.encode(
            ["花生脱壳", "花生脱壳机", "炭材料"],
            prompt_name="query",
            convert_to_tensor=True,
            normalize_embeddings=False,
        )[:, :8]
    vectors = torch.nn.functional.normalize(vectors, dim=-1)
    cosines = 20 * vectors[1:] @ vectors[0]
    assert found == pytest.approx(float(cosent(cosines, torch.tensor([4.0, 1.0]), 0.25)), rel=1e-3)


def test_frozen_layers_and_words_keep_their_weights(tiny_encoder: Path) -> None:
    pytest.importorskip("torch")
    from matcher.train.encoder_model import build_network

    bert: Any = build_network(tiny_encoder, replace(SMALL, frozen_layers=1), "cpu")[0].model
    assert not any(weight.requires_grad for weight in bert.embeddings.parameters())
    assert not any(weight.requires_grad for weight in bert.encoder.layer[0].parameters())
    assert all(weight.requires_grad for weight in bert.encoder.layer[1].parameters())
    free: Any = build_network(tiny_encoder, SMALL, "cpu")[0].model
    assert not free.embeddings.word_embeddings.weight.requires_grad
    assert free.embeddings.LayerNorm.weight.requires_grad


def test_a_blend_lies_between_base_and_tuned(tiny_encoder: Path) -> None:
    torch = pytest.importorskip("torch")
    from matcher.train.encoder_model import blend, build_network

    base = build_network(tiny_encoder, SMALL, "cpu").state_dict()
    network = build_network(tiny_encoder, SMALL, "cpu")
    name = "0.model.encoder.layer.0.output.dense.bias"
    with torch.no_grad():
        network.state_dict()[name].add_(1.0)
    blend(network, tiny_encoder, 0.7)
    assert torch.allclose(network.state_dict()[name], base[name] + 0.7)


@pytest.mark.slow
def test_a_tiny_network_learns_and_is_exported(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    learned = taught()
    recipe = replace(SMALL, steps=40)
    trained = train_encoder(learned, [], tiny_encoder, tmp_path / "out", recipe, origin=ORIGIN, seed=1)
    assert trained.steps == 40
    assert not (tmp_path / "out" / "work").exists()
    own = [
        cosines[at] - np.delete(cosines, at).max() for at, cosines in enumerate(_cosines(trained.int8_folder, learned))
    ]
    assert min(own) > 0
    assert title_ndcg(BundledEncoder(trained.int8_folder).encode_queries, learned.graded) == 1.0


def _cosines(folder: Path, learned: Lessons) -> list[Any]:
    return title_cosines(BundledEncoder(folder).encode_queries, learned.graded)


@pytest.mark.slow
def test_an_interrupted_training_goes_on_to_the_same_end(tiny_encoder: Path, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")

    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    def run(out: Path, **options: Any) -> str:
        return train_encoder(taught(), [], tiny_encoder, out, SMALL, origin=ORIGIN, seed=1, **options).id

    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", progress=stop)
    seen: list[int] = []
    assert run(tmp_path / "cut", resume=True, progress=lambda done, _: seen.append(done)) == whole
    # Checkpoints lie two steps apart: the third is done again.
    assert seen == [3, 4]


def test_a_base_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="empty"):
        train_encoder(taught(), [], tmp_path / "empty", tmp_path / "out", SMALL, origin=ORIGIN, seed=1)
