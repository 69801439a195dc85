"""What an encoder folder says about itself: `manifest.json` beside the graph, the tokenizer and the word table."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matcher.errors import ModelError

__all__ = [
    "FORMAT",
    "GRAPH_FILE",
    "MANIFEST_FILE",
    "MEND",
    "SCALES_FILE",
    "TOKENIZER_FILE",
    "WORDS_FILE",
    "FileMark",
    "ModelManifest",
    "holds_model",
    "is_of_other_format",
    "mark_of",
    "marks_in",
]

FORMAT = 2
"""Of the manifests of encoders and re-rankers. 1 had the word table inside the graph."""
MANIFEST_FILE = "manifest.json"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
WORDS_FILE, SCALES_FILE = "words.npy", "word_scales.npy"
_FILES = (GRAPH_FILE, TOKENIZER_FILE, WORDS_FILE, SCALES_FILE)

MEND = "请重新安装本软件包，或重新导出模型"
"""The next step where a file of a model is missing or damaged."""
GO_BACK = "在用的请运行 matcher models rollback，退回能用的模型（最终是随包的）"
"""The next step where a model in use is of another format."""


@dataclass(frozen=True, slots=True)
class FileMark:
    """Size in bytes and SHA-256 (hex) of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """Everything about an exported encoder that is not in its other files.

    max_tokens counts the start and end pieces. The prefixes are put before every text and so belong to the identity
    of the encoder. There is no time of creation: exporting the same weights twice gives the same bytes.
    """

    name: str
    source: str
    licence: str
    dim: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    files: Mapping[str, FileMark]
    made_with: Mapping[str, str]
    format: int = FORMAT

    @property
    def content_hash(self) -> str:
        """Twelve hex digits that change whenever a vector could change."""
        marks = [f"{name}={mark.sha256}" for name, mark in sorted(self.files.items())]
        parts = [*marks, self.query_prefix, self.passage_prefix, str(self.max_tokens)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]

    def write(self, folder: Path) -> None:
        """Write `manifest.json` into `folder`."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2, sort_keys=True)
        (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "ModelManifest":
        """Read the manifest of an encoder folder.

        Raises:
            ModelError: there is none, it cannot be read, or it is of another format.
        """
        path = folder / MANIFEST_FILE
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            found = values["format"]
            if found == FORMAT:
                values["files"] = marks_in(values)
                return cls(**values)
        except FileNotFoundError as error:
            raise ModelError(f"编码器文件夹 {folder} 中没有 {MANIFEST_FILE}；{MEND}。") from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"编码器说明文件 {path} 已损坏；{MEND}。") from error
        raise ModelError(
            f"编码器说明文件 {path} 的格式版本是 {found}，本程序只认 {FORMAT}；{GO_BACK}；"
            "还想用它的，请用本版本的 matcher models export 从浮点文件夹重新导出，或重新训练。"
        )


def holds_model(folder: Path) -> bool:
    """Whether an exported model lies there, whole or not."""
    return (folder / MANIFEST_FILE).is_file()


def is_of_other_format(folder: Path) -> bool:
    """Whether a model lies there that this release cannot read, however whole it is; damage is another thing."""
    try:
        return bool(json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))["format"] != FORMAT)
    except (OSError, ValueError, TypeError, KeyError):
        return False


def mark_of(content: bytes) -> FileMark:
    """Size and hash of the content of a file."""
    return FileMark(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def marks_in(values: Mapping[str, Any]) -> dict[str, FileMark]:
    """The marks in a manifest as it was read from JSON; every model has at least the four files named here.

    Raises:
        KeyError, TypeError, AttributeError: one is missing or of another form.
    """
    marks = values["files"]
    return {name: FileMark(**marks[name]) for name in dict.fromkeys([*_FILES, *marks])}
