"""`matcher train fast` through the door a user takes, on a tiny network."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.embed.bundled import BundledEncoder
from matcher.errors import ConfigError, ModelError

RECIPE = """
layers = [1]
matches = [[1, 2, 1.0]]
passes = 2
tokens = 300
held_share = 0.25
evaluations = 2
"""


@pytest.fixture
def place(training_data: Path) -> Path:
    (training_data / "R.toml").write_text(RECIPE, encoding="utf-8")
    return training_data


def run(place: Path, teacher: Path, *options: str) -> Result:
    where = ("--data", str(place / "DATA.toml"), "--recipe", str(place / "R.toml"), "--out", str(place / "out"))
    return CliRunner().invoke(app, ["train", "fast", *where, "--teacher", str(teacher), "--seed", "5", *options])


@pytest.mark.slow
def test_a_student_and_its_card(place: Path, tiny_encoder: Path) -> None:
    # The output of a training is a teacher as well as its float folder is.
    (place / "taught").mkdir()
    (place / "taught" / "float").symlink_to(tiny_encoder)
    done = run(place, place / "taught")
    assert done.exit_code == 0, done.output
    out = place / "out"
    assert {path.name for path in out.iterdir()} == {"float", "int8", "MODEL_CARD.md", "card.json"}
    assert json.loads((out / "float" / "config.json").read_text())["num_hidden_layers"] == 1
    card = json.loads((out / "card.json").read_text(encoding="utf-8"))
    assert card["id"] == BundledEncoder(out / "int8").id
    assert card["name"] == "e5-small-tech-zh-fast"
    assert card["base"] == "taught"
    assert card["recipe"]["matches"] == [[1, 2, 1.0]]
    assert card["data"]["j.tsv"] == sha256((place / "j.tsv").read_bytes()).hexdigest()
    # Sixteen records of two texts; a quarter is held out.
    assert card["counts"]["held"] == 8
    before, after = card["close"]["before"], card["close"]["after"]
    assert before["texts"] == after["texts"] == 8
    assert before["cosine"] < after["cosine"] <= 1
    text = (out / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "- 教师：`taught`" in text
    assert f"训练后：与教师的余弦 {after['cosine']:.4f}" in text
    assert f"训练后：与教师的余弦 {after['cosine']:.4f}" in done.output
    assert (out / "int8" / "MODEL_CARD.md").read_text(encoding="utf-8") == text

    again = run(place, place / "taught", "--resume")
    assert again.exit_code == 0
    assert "已训练完，略过" in again.output


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("layers = [1, 7]", "第 0 到 1 层"),
        ("passes = 0", "passes"),
        ("steps = 3", "steps"),
        ("held_share = 0.0001", "held_share"),
    ],
)
def test_a_recipe_that_cannot_be(place: Path, tiny_encoder: Path, line: str, said: str) -> None:
    name = line.split(" ", maxsplit=1)[0]
    kept = [each for each in RECIPE.splitlines() if not each.startswith(name)]
    (place / "R.toml").write_text("\n".join([*kept, line]), encoding="utf-8")
    done = run(place, tiny_encoder)
    assert isinstance(done.exception, ConfigError)
    assert said in str(done.exception)


def test_a_teacher_that_is_none(place: Path) -> None:
    missing = run(place, place / "nowhere")
    assert isinstance(missing.exception, ConfigError)
    assert "nowhere" in str(missing.exception)
    none = run(place, place)
    assert isinstance(none.exception, ModelError)
    assert "config.json" in str(none.exception)
