"""What an encoder folder says about itself: `manifest.json` beside `model.onnx` and `tokenizer.json`."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from matcher.errors import ModelError

__all__ = ["GRAPH_FILE", "MANIFEST_FILE", "TOKENIZER_FILE", "FileMark", "ModelManifest", "mark_of", "read_file"]

_FORMAT = 1
MANIFEST_FILE = "manifest.json"
GRAPH_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

_MEND = "请重新安装本软件包，或重新导出模型"


@dataclass(frozen=True, slots=True)
class FileMark:
    """Size in bytes and SHA-256 (hex) of one file."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ModelManifest:
    """Everything about an exported encoder that is not in its graph or its tokenizer.

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
    format: int = _FORMAT

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
            if found == _FORMAT:
                values["files"] = {name: FileMark(**mark) for name, mark in values["files"].items()}
                return cls(**values)
        except FileNotFoundError as error:
            raise ModelError(f"编码器文件夹 {folder} 中没有 {MANIFEST_FILE}；{_MEND}。") from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ModelError(f"编码器说明文件 {path} 已损坏；{_MEND}。") from error
        raise ModelError(
            f"编码器说明文件 {path} 的格式版本是 {found}，本程序只认 {_FORMAT}；请用同一版本重新导出模型。"
        )


def mark_of(content: bytes) -> FileMark:
    """Size and hash of the content of a file."""
    return FileMark(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def read_file(folder: Path, name: str, marks: Mapping[str, FileMark]) -> bytes:
    """The content of one file of the folder, once it is known to be what the manifest promises (`marks`).

    Raises:
        ModelError: the file is missing, cannot be read, or differs from the manifest.
    """
    path = folder / name
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelError(f"读不到模型文件 {path}（{error.strerror}）；{_MEND}。") from error
    expected = marks.get(name)
    if mark_of(content) != expected:
        raise ModelError(f"模型文件 {path} 与 {MANIFEST_FILE} 登记的哈希不符；{_MEND}。")
    return content
