"""`make weights`: every step of it is a command that exists, over files that are there, in an order that works."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import typer

from matcher.cli import app
from matcher.train.encoder_recipe import EncoderRecipe
from matcher.train.fast_recipe import FastRecipe
from matcher.train.recipes import read_recipe
from matcher.train.reranker_recipe import RerankerRecipe

ROOT = Path(__file__).parents[2]
MAKEFILE = "corpora/training/weights.mk"


def steps(target: str, out: Path) -> list[list[str]]:
    """The commands that make would run, from nothing."""
    done = subprocess.run(
        ["make", "-n", "-f", MAKEFILE, "MATCHER=matcher", f"OUT={out}", target],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        check=True,
    )
    return [shlex.split(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def commands(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    lines = steps("all", tmp_path_factory.mktemp("w") / "out")
    found = [[word for word in line if not re.match(r"[A-Z_]+=", word)] for line in lines]
    return [words[1:] for words in found if words[0] == "matcher"]


def test_every_step_is_a_command_with_options_it_has(commands: list[list[str]]) -> None:
    assert [words[:2] for words in commands] == [
        ["models", "unpack"],
        ["train", "encoder"],
        ["train", "encoder"],
        ["train", "average"],
        ["models", "measure"],
        ["train", "fast"],
        ["models", "measure"],
        ["train", "reranker"],
        ["models", "measure"],
        *[["train", "ranker"]] * 3,
    ]
    for words in commands:
        command = typer.main.get_command(app)
        for name in words[:2]:
            command = command.commands[name]  # type: ignore[attr-defined]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_every_file_of_the_project_that_a_step_reads_is_there(commands: list[list[str]]) -> None:
    named = {word for words in commands for word in words if word.startswith("corpora/")}
    assert len(named) >= 10
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def test_every_step_reads_what_an_earlier_one_made(commands: list[list[str]]) -> None:
    made: set[str] = set()
    for words in commands:
        told = [word for word in words if "/out/" in word]
        target = words[words.index("--out") + 1] if "--out" in words else told[-1]
        for word in told:
            assert word == target or any(word == each or word.startswith(f"{each}/") for each in made), words
        made.add(target)


def test_recipes_say_nothing_that_no_recipe_has() -> None:
    kinds = {"texts": EncoderRecipe, "whole": EncoderRecipe, "fast": FastRecipe, "reranker": RerankerRecipe}
    for name, kind in kinds.items():
        read_recipe(kind, ROOT / f"corpora/training/{name}_recipe.toml")
    # What the package has was trained by the numbers that stand on its card.
    card = (ROOT / "matcher/embed/fast/MODEL_CARD.md").read_text(encoding="utf-8").splitlines()
    recipe = read_recipe(FastRecipe, ROOT / "corpora/training/fast_recipe.toml")
    assert {f"- {name} = {getattr(recipe, name)}" for name in FastRecipe.__dataclass_fields__} <= set(card)


def test_what_is_made_goes_where_the_package_has_it(tmp_path: Path) -> None:
    copied = [words for words in steps("install", tmp_path / "out") if words[0] == "cp"]
    for *sources, folder in (words[1:] for words in copied):
        here = {path.name for path in (ROOT / folder).iterdir()}
        assert {Path(source).name for source in sources} - {"*"} <= here
    assert len(copied) == 4
