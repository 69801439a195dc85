"""`matcher train encoder` through the door a user takes, on a tiny network."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError

# As many needs as `training_data` holds.
COUNT = 8
RECIPE = """
steps = 2
warmup_steps = 1
needs = 2
pairs = 3
written = 2
mined = 1
mined_by = ["lexical"]
mined_first = 1
bodies = 2
frozen_layers = 0
evaluations = 1
widths = [32, 16]
"""


@pytest.fixture
def place(training_data: Path) -> Path:
    (training_data / "R.toml").write_text(RECIPE, encoding="utf-8")
    return training_data


def run(place: Path, base: Path, *options: str) -> Result:
    where = ("--data", str(place / "DATA.toml"), "--recipe", str(place / "R.toml"), "--out", str(place / "out"))
    return CliRunner().invoke(app, ["train", "encoder", *where, "--base", str(base), *options])


@pytest.mark.slow
def test_folds_then_everything_then_the_card(place: Path, tiny_encoder: Path) -> None:
    done = run(place, tiny_encoder, "--folds", "2", "--seed", "5")
    assert done.exit_code == 0, done.output
    out = place / "out"
    held = [
        {line.split("\t")[0] for line in (out / f"fold-{at}/scores.tsv").read_text().splitlines()[1:]} for at in (0, 1)
    ]
    assert held[0] | held[1] == {f"N{at}" for at in range(COUNT)}
    assert not held[0] & held[1]
    assert len((out / "scores.tsv").read_text().splitlines()) == 1 + 3 * COUNT

    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert card["id"] == BundledEncoder(out / "int8").id
    assert card["counts"] == {
        "graded_needs": 8,
        "graded_pairs": 24,
        "feedback_pairs": 2,
        "written_needs": 8,
        # A quarter of the eight is set aside.
        "bodies": 6,
    }
    assert card["data"]["j.tsv"] == sha256((place / "j.tsv").read_bytes()).hexdigest()
    assert card["files"]["int8/model.onnx"] == sha256((out / "int8" / "model.onnx").read_bytes()).hexdigest()
    for figures in (*card["unseen"].values(), *card["kept"].values()):
        value, low, high = figures["after"]
        assert 0 <= low <= value <= high <= 1
        assert figures["difference"][0] == pytest.approx(value - figures["before"][0], abs=2e-4)
    text = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert card["id"] in text
    assert "order_margin = 0.25" in text
    assert (out / "int8" / "MODEL_CARD.md").read_text(encoding="utf-8") == text

    # A second training begins each fold where that fold's first one ended, which has not seen its needs either.
    (place / "R.toml").write_text(RECIPE + "learning_rate = 0.0\nblend = 1.0\n", encoding="utf-8")
    again = run(place, out, "--folds", "2", "--fold", "1", "--seed", "5", "--out", str(place / "again"))
    assert again.exit_code == 0, again.output
    first, second = ((folder / "fold-1" / "scores.tsv").read_bytes() for folder in (out, place / "again"))
    assert first == second


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        (("--folds", "2", "--fold", "2"), ConfigError, "从 0 数起"),
        (("--base", "nowhere"), ConfigError, "nowhere"),
        (("--folds", "9"), Exception, "只有 8 条"),
    ],
)
def test_options_that_cannot_be(
    place: Path, tiny_encoder: Path, options: tuple[str, ...], error: type[Exception], said: str
) -> None:
    done = run(place, tiny_encoder, *options)
    assert isinstance(done.exception, error)
    assert said in str(done.exception)


@pytest.mark.parametrize("line", ["stepz = 3", 'mined_by = ["magic"]', 'steps = "many"'])
def test_a_recipe_that_cannot_be_read_is_named(place: Path, tiny_encoder: Path, line: str) -> None:
    (place / "R.toml").write_text(line, encoding="utf-8")
    done = run(place, tiny_encoder)
    assert isinstance(done.exception, ConfigError)
    assert line.split(" ", maxsplit=1)[0] in str(done.exception)
