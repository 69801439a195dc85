"""The mean of several trainings that began with one base (a model soup), moved back towards that base.

Wortsman et al. 2022, Model soups (ICML) and Robust fine-tuning of zero-shot models (CVPR).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.errors import ConfigError, ModelError
from matcher.train.card import FACTS_FILE
from matcher.train.export import ModelOrigin, export
from matcher.train.trained import INT8_FOLDER, Trained, float_folder_of, save_float
from matcher.train.unpack import INSTALL_TRAIN

__all__ = ["Part", "average_encoders", "read_part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One training: its folder of floats, its id, its seed, after how many steps, whether computed in bfloat16."""

    floats: Path
    id: str
    seed: int
    steps: int
    bf16: bool


def read_part(folder: Path) -> Part:
    """What `matcher train encoder` wrote into a folder.

    Raises:
        ConfigError: there is no whole training.
    """
    floats = float_folder_of(folder, "")
    try:
        facts: dict[str, Any] = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))
        part = Part(floats, str(facts["id"]), int(facts["seed"]), int(facts["steps"]), facts["computed_in"] == "bf16")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{folder} 不是 matcher train encoder 写完的文件夹（{error}）；请检查路径。") from error
    if floats == folder:
        raise ConfigError(f"{folder} 中没有浮点文件夹；请先用 matcher train encoder 训练完，再求平均。")
    return part


def average_encoders(parts: Sequence[Part], base: Path, out: Path, share: float, *, origin: ModelOrigin) -> Trained:
    """Write the mean of the parts, `share` of the way from the base, as a float and an int8 folder.

    Args:
        parts: at least one, all begun with `base`.
        base: a sentence-transformers folder of a BERT-shaped encoder.
        out: the folder to write into.
        share: in (0, 1].
        origin: what the manifest says.

    Raises:
        ConfigError: no part, a share outside its range, or networks of different shapes.
        ModelError: a library is missing, a folder cannot be read, or `out` cannot be written.
    """
    if not parts or not 0 < share <= 1:
        raise ConfigError(f"求平均至少要一个训练好的文件夹，--share 要大于 0、不超过 1（现为 {share:g}）；请改正。")
    try:
        from matcher.train.encoder_model import average, blend, load_network  # noqa: PLC0415
        from matcher.train.fitting import begin  # noqa: PLC0415
    except ImportError as error:
        raise ModelError(f"训练需要 {error.name}，尚未安装；请先运行 {INSTALL_TRAIN}。") from error
    folders = [part.floats for part in parts]
    # Nothing is drawn at random here; this also silences the libraries' own bars.
    begin(0)
    try:
        network = load_network(folders[0])
        _same_words(base, folders, load_network)
        average(network, folders)
        blend(network, base, share)
    except (RuntimeError, KeyError) as error:
        raise ConfigError(f"{base} 和各次训练的网络形状不同（{error}）；只有从同一起点训练的才能平均。") from error
    except (OSError, ValueError) as error:
        raise ModelError(f"读不了要平均的模型（{error}）；请给出完整的 sentence-transformers 文件夹。") from error
    floats = save_float(network, base, out)
    report = export(floats, out / INT8_FOLDER, origin=origin)
    bf16 = any(part.bf16 for part in parts)
    return Trained(floats, report.folder, report.encoder_id, sum(part.steps for part in parts), bf16)


def _same_words(base: Path, folders: Sequence[Path], load: Callable[[Path], Any]) -> None:
    """No training changes the vectors of words, so they tell which base it began with.

    Raises:
        ConfigError: a training began with another one.
    """
    begun = load(base)[0].model.embeddings.word_embeddings.weight
    for folder in folders:
        words = load(folder)[0].model.embeddings.word_embeddings.weight
        if words.shape != begun.shape or not bool((words == begun).all()):
            raise ConfigError(f"{folder} 不是从 {base} 开始训练的（词向量不同）；只有从同一起点训练的才能平均。")
