"""What a training leaves behind, and where: the same for encoders and re-rankers."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.embed.manifest import TOKENIZER_FILE
from matcher.errors import ModelError

__all__ = ["FLOAT_FOLDER", "INT8_FOLDER", "WORK_FOLDER", "Progress", "Trained", "float_folder_of", "save_float"]

FLOAT_FOLDER, INT8_FOLDER, WORK_FOLDER = "float", "int8", "work"

Progress = Callable[[int, int], None]
"""Called with (done, total)."""


@dataclass(frozen=True, slots=True)
class Trained:
    """The two folders, the id of the exported model, after how many steps, and whether computed in bfloat16."""

    float_folder: Path
    int8_folder: Path
    id: str
    steps: int
    bf16: bool


def float_folder_of(base: Path, part: str) -> Path:
    """Where a training of one part starts: the same part of `base` if that is an encoder's output, else `base`."""
    found = base / part / FLOAT_FOLDER
    return found if found.is_dir() else base


def save_float(network: Any, base: Path, out: Path) -> Path:
    """Save a trained network below `out`, with the tokenizer of `base`; the folder it went to.

    Raises:
        ModelError: it cannot be written.
    """
    floats = out / FLOAT_FOLDER
    try:
        network.save(str(floats), create_model_card=False)
        # As the base has it, without the limits of this training.
        shutil.copyfile(base / TOKENIZER_FILE, floats / TOKENIZER_FILE)
    except OSError as error:
        raise ModelError(f"无法写入文件夹 {floats}（{error.strerror}）；请检查路径、权限和磁盘空间。") from error
    return floats
