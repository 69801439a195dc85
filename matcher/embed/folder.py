"""The files of an exported model: in its own folder or, where all models share them, beside the package's encoder."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from matcher.embed.manifest import (
    GRAPH_FILE,
    MANIFEST_FILE,
    MEND,
    SCALES_FILE,
    TOKENIZER_FILE,
    WORDS_FILE,
    FileMark,
    mark_of,
)
from matcher.embed.onnx import open_graph, open_tokenizer
from matcher.embed.words import WordTable
from matcher.errors import ModelError

__all__ = ["BUNDLED_FOLDER", "SHARED_FILES", "ModelFolder"]

BUNDLED_FOLDER = Path(str(files("matcher.embed") / "model"))
SHARED_FILES = (TOKENIZER_FILE, WORDS_FILE, SCALES_FILE)
"""What a folder may leave out where the package's encoder has the very same file."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder, and the marks that its manifest gives its files. Nothing is read before it is asked for."""

    path: Path
    marks: Mapping[str, FileMark]

    def find(self, name: str) -> Path:
        """Where a file lies: here, or with the package's encoder if it is left out here and may be."""
        here = self.path / name
        return BUNDLED_FOLDER / name if name in SHARED_FILES and not here.exists() else here

    def read(self, name: str) -> bytes:
        """The content of a file, once it is known to be what the manifest promises.

        Raises:
            ModelError: the file is missing, cannot be read, or differs from the manifest.
        """
        path = self.find(name)
        borrowed = f"模型文件夹 {self.path} 中没有 {name}，" if path.parent != self.path else ""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ModelError(f"{borrowed}读不到模型文件 {path}（{error.strerror}）；{MEND}。") from error
        if mark_of(content) == self.marks.get(name):
            return content
        if borrowed:
            raise ModelError(
                f"{borrowed}随包编码器的 {path} 又与它登记的不同；请把它原来的 {name} 放回该文件夹，或重新导出模型。"
            )
        raise ModelError(f"模型文件 {path} 与 {MANIFEST_FILE} 登记的哈希不符；{MEND}。")

    def tokenizer(self) -> Any:
        """A `tokenizers.Tokenizer`; ModelError as `read` and `open_tokenizer`."""
        return open_tokenizer(self.read(TOKENIZER_FILE), self.find(TOKENIZER_FILE))

    def words(self, dim: int) -> WordTable:
        """The word table, `dim` wide; ModelError as `read` and `WordTable.read`."""
        rows, scales = ((self.find(name), self.read(name)) for name in (WORDS_FILE, SCALES_FILE))
        return WordTable.read(rows, scales, dim=dim)

    def graph(self) -> Any:
        """An `onnxruntime.InferenceSession`; ModelError as `read` and `open_graph`."""
        return open_graph(self.read(GRAPH_FILE), self.find(GRAPH_FILE))
