"""The card of a trained encoder: what it is, what it learned from, how it did, and how to make it again.

Parts of it stand on the card of a re-ranker, too. Written twice: `MODEL_CARD.md` to be read, `card.json` for programs.
"""

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from matcher.embed.manifest import GRAPH_FILE, MANIFEST_FILE
from matcher.errors import ModelError
from matcher.train.encoder_recipe import AverageRecipe, EncoderRecipe
from matcher.train.export import ModelOrigin
from matcher.train.fast_recipe import FastRecipe
from matcher.train.trained import Trained

__all__ = [
    "CARD_FILE",
    "FACTS_FILE",
    "NOT_MEASURED",
    "Card",
    "closing",
    "facts_text",
    "made_of",
    "put_beside",
    "with_section",
    "without_section",
    "write_card",
]

CARD_FILE = "MODEL_CARD.md"
FACTS_FILE = "card.json"
NOT_MEASURED = "没有分折，未测；启用前请用 matcher models measure 在它没有学过的评级上量一量。"
"""What a card says of needs not seen, where none were held out."""

_NUMBERS = "参数"
_SECTION = "\n## "
_LIBRARIES = ("sentence-transformers", "torch", "transformers", "onnx", "numpy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card tells.

    begun: what it calls the model that the training began with. base: the name of that one's folder. data: SHA-256 of
    each file learned from. learned: lines about them. figures: further sections, heading → lines. facts: what only
    `card.json` tells, by name.
    """

    origin: ModelOrigin
    trained: Trained
    recipe: EncoderRecipe | AverageRecipe | FastRecipe
    begun: str
    base: str
    seed: int
    data: Mapping[str, str]
    learned: Sequence[str]
    figures: Mapping[str, Sequence[str]]
    facts: Mapping[str, Any]


def write_card(out: Path, card: Card) -> None:
    """Write both files into the folder that holds the trained model, and into that of the exported one.

    Raises:
        ModelError: they cannot be written.
    """
    with put_beside(out, card.trained) as put:
        facts = _facts(card)
        put(FACTS_FILE, facts_text(facts))
        put(CARD_FILE, _text(card, facts))


@contextmanager
def put_beside(out: Path, trained: Trained) -> Iterator[Callable[[str, str], None]]:
    """A way to write text files, by name, into the folder of a trained model and into that of the exported one.

    Raises:
        ModelError: instead of an OSError.
    """

    def put(name: str, text: str) -> None:
        for folder in (out, trained.int8_folder):
            (folder / name).write_text(text, encoding="utf-8")

    try:
        yield put
    except OSError as error:
        raise ModelError(f"无法写入 {out / CARD_FILE}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error


def made_of(trained: Trained) -> dict[str, dict[str, str]]:
    """`files`: SHA-256 of the weights, in eight bits and in float; `libraries`: their versions.

    Raises:
        OSError: a file cannot be read.
    """
    weights = (
        trained.int8_folder / GRAPH_FILE,
        trained.int8_folder / MANIFEST_FILE,
        trained.float_folder / "model.safetensors",
    )
    return {
        "files": {f"{path.parent.name}/{path.name}": sha256(path.read_bytes()).hexdigest() for path in weights},
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def closing(recipe: Mapping[str, Any], made: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The last two sections of a card: the recipe's numbers, and what `made_of` says."""
    return [
        f"## {_NUMBERS}",
        "",
        *(f"- {name} = {value}" for name, value in recipe.items()),
        "",
        "## 文件与版本",
        "",
        *(f"- `{name}` SHA-256 {value}" for name, value in made["files"].items()),
        *(f"- {name} {value}" for name, value in made["libraries"].items()),
    ]


def facts_text(facts: Mapping[str, Any]) -> str:
    """What stands in `card.json`."""
    return json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def with_section(text: str, heading: str, lines: Sequence[str]) -> str:
    """A card with these lines under a heading, before the recipe's numbers; a section of that heading gives way."""
    first, *others = without_section(text, heading).split(_SECTION)
    at = next((at for at, each in enumerate(others) if each.startswith(f"{_NUMBERS}\n")), len(others))
    others.insert(at, "\n".join((heading, "", *lines)) + "\n")
    return _SECTION.join((first, *others))


def without_section(text: str, heading: str) -> str:
    """A card without what stands under a heading."""
    first, *others = text.split(_SECTION)
    return _SECTION.join((first, *(each for each in others if not each.startswith(f"{heading}\n"))))


def _facts(card: Card) -> dict[str, Any]:
    trained = card.trained
    return {
        "id": trained.id,
        **asdict(card.origin),
        "base": card.base,
        "steps": trained.steps,
        "seed": card.seed,
        "computed_in": "bf16" if trained.bf16 else "float32",
        "recipe": asdict(card.recipe),
        "data": dict(card.data),
        **card.facts,
        **made_of(trained),
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }


def _text(card: Card, facts: Mapping[str, Any]) -> str:
    lines = [
        f"# 编码器 {card.origin.name}",
        "",
        f"- 标识：`{facts['id']}`",
        f"- 来源：{card.origin.source}",
        f"- 许可：{card.origin.licence}",
        f"- {card.begun}：`{card.base}`",
        f"- 训练：{facts['steps']} 步，随机种子 {card.seed}，{facts['computed_in']}，{facts['created']}",
        "",
        "## 数据",
        "",
        *(f"- {line}" for line in card.learned),
        *(f"- `{name}` SHA-256 {value}" for name, value in card.data.items()),
        "",
        *(line for heading, told in card.figures.items() for line in (f"## {heading}", "", *told, "")),
        *closing(facts["recipe"], facts),
    ]
    return "\n".join(lines) + "\n"
