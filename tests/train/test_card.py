"""What all cards say in the same words."""

import re
from pathlib import Path

from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER
from matcher.embed.cross import CROSS_FOLDER
from matcher.train.card import CARD_FILE, NOT_MEASURED
from matcher.train.export import ModelOrigin
from matcher.train.held import HEADING
from matcher.train.reranker_card import RerankerCard, write_reranker_card
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.sums import hash_of
from matcher.train.trained import FLOAT_FOLDER, INT8_FOLDER, Trained

CORPORA = Path(__file__).parents[2] / "corpora"

SENTENCE = "没有分折，未测；启用前请用 matcher models measure 在它没有学过的评级上量一量。"


def test_where_nothing_was_held_out_the_card_says_how_to_measure(tmp_path: Path) -> None:
    trained = Trained(tmp_path / FLOAT_FOLDER, tmp_path / INT8_FOLDER, "cross:x:0123456789ab", steps=1, bf16=False)
    for path in (
        trained.float_folder / "model.safetensors",
        trained.int8_folder / "model.onnx",
        trained.int8_folder / "manifest.json",
    ):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    for folds, unseen in ((0, ""), (5, "MAE 0.5")):
        card = RerankerCard(
            origin=ModelOrigin("x", "random numbers", "none"),
            trained=trained,
            recipe=RerankerRecipe(),
            files={},
            base="base",
            seed=1,
            folds=folds,
            groups=(),
            unseen=unseen,
        )
        write_reranker_card(tmp_path, card)
        said = (tmp_path / CARD_FILE).read_text(encoding="utf-8")
        assert (SENTENCE in said) == (not unseen)
        assert unseen in said
        assert (tmp_path / INT8_FOLDER / CARD_FILE).read_text(encoding="utf-8") == said


def test_the_cards_of_the_package_tell_figures_of_grades_that_were_not_learned_from() -> None:
    assert NOT_MEASURED == SENTENCE
    for folder in (BUNDLED_FOLDER, FAST_FOLDER, CROSS_FOLDER):
        said = (folder / CARD_FILE).read_text(encoding="utf-8")
        assert "未测" not in said
        told = said.split(f"## {HEADING}\n")[1].split("\n## ")[0]
        measured = r"^- `(.+)`（\d+ 条需求，\d+ 对）：ndcg@10 0\.\d{4} \[.+，mrr 0\.\d{4} \[.+；SHA-256 (\w{64})$"
        sets = dict(re.findall(measured, told, re.MULTILINE))
        assert len(sets) == 4
        for ours in ("grades/zhejiang.tsv", "sample/judgements.tsv"):
            assert sets[ours] == hash_of(CORPORA / ours)
