"""What all cards say in the same words."""

from pathlib import Path

from matcher.embed.bundled import BUNDLED_FOLDER
from matcher.train.card import CARD_FILE, NOT_MEASURED
from matcher.train.export import ModelOrigin
from matcher.train.reranker_card import RerankerCard, write_reranker_card
from matcher.train.reranker_recipe import RerankerRecipe
from matcher.train.trained import FLOAT_FOLDER, INT8_FOLDER, Trained

SENTENCE = "没有分折，未测；启用前请用 matcher evaluate 在它没有学过的需求上评测。"


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


def test_the_card_of_the_package_says_it_and_where_it_was_measured() -> None:
    said = (BUNDLED_FOLDER / CARD_FILE).read_text(encoding="utf-8")
    assert f"{NOT_MEASURED}\n评测见 docs/ranking.md 和 docs/decisions/0124。\n" in said
    assert NOT_MEASURED == SENTENCE
