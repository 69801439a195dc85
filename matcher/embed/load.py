"""One way to get an encoder: by the name in `MATCHER_ENCODER`, or the one that made an index."""

import re
from collections.abc import Iterator
from pathlib import Path

from matcher.config import Settings
from matcher.embed.base import Encoder
from matcher.embed.bundled import BUNDLED_FOLDER, FAST_FOLDER, BundledEncoder, packaged_folders
from matcher.embed.hashing import HashingEncoder
from matcher.embed.manifest import holds_model, is_of_other_format
from matcher.embed.narrow import NarrowEncoder
from matcher.embed.promoted import PACKAGE, Journal, Kind, model_folder
from matcher.embed.sentence import SentenceEncoder
from matcher.errors import ConfigError, ModelError

__all__ = ["IN_USE", "encoder_of", "folder_of", "load_encoder"]

IN_USE = "in-use"
_BUNDLED, _FAST, _HASHING = "bundled", "fast", "hashing"
# What `BundledEncoder` and `NarrowEncoder` call themselves.
_ID = re.compile(r"(?P<whole>bundled:.+:(?P<hash>[0-9a-f]{12}))(?::d(?P<dim>\d+))?")


def load_encoder(
    name: str,
    *,
    models: Path | None = None,
    made_by: str = "",
    threads: int = 0,
    batch_size: int = 32,
    dim: int = 0,
) -> Encoder:
    """The encoder of that name; model files are read when the first text comes.

    Args:
        name: `in-use`, the promoted one or, where none was, the package's; `bundled`, the package's; `fast`, the
            package's quick one; `hashing` (tests only); a folder written by `matcher models export`; or the name or
            folder of a sentence-transformers model.
        models: the model registry; None: there is none.
        made_by: id of the encoder that is really wanted. It wins over `name` where the package or the registry has it.
        threads: CPU threads; 0 takes all cores.
        batch_size: texts encoded together.
        dim: how many numbers of each vector are kept; 0 keeps all.

    Raises:
        ConfigError: the vectors have fewer than `dim` numbers, or the package has no quick encoder.
        ModelError: the manifest of an exported folder, or of the bundled one, is missing or damaged. Everything else
            that can be wrong is reported when the first text comes.
    """
    found = next(_by_id(made_by, models, threads, batch_size), None)
    return found or _narrow(_named(name, models, threads, batch_size), dim)


def folder_of(name: str, models: Path | None) -> Path | None:
    """Where the encoder of that name lies, or should lie; None for one that has no exported folder.

    Args:
        name: as in `load_encoder`.
        models: the model registry; None: there is none.

    Raises:
        ModelError: the journal of the registry cannot be read.
    """
    if name == IN_USE and models is not None:
        chosen = Journal.read(models).current[Kind.ENCODER]
        return BUNDLED_FOLDER if chosen == PACKAGE else models / Kind.ENCODER.value / chosen
    if name in {IN_USE, _BUNDLED}:
        return BUNDLED_FOLDER
    if name == _FAST:
        return FAST_FOLDER
    return Path(name) if name != _HASHING and holds_model(Path(name)) else None


def _named(name: str, models: Path | None, threads: int, batch_size: int) -> Encoder:
    if name == _HASHING:
        return HashingEncoder()
    folder = folder_of(name, models)
    if folder is None:
        return SentenceEncoder(name, threads=threads, batch_size=batch_size)
    if name == IN_USE and models is not None and folder != BUNDLED_FOLDER:
        return _registered(models, folder.name, threads, batch_size)
    if name == _FAST and not holds_model(folder):
        raise ConfigError("MATCHER_ENCODER 是 fast，但本软件包没有快速编码器；请改为 bundled 或 in-use。")
    return BundledEncoder(folder, threads=threads, batch_size=batch_size)


def _registered(models: Path, chosen: str, threads: int, batch_size: int) -> Encoder:
    folder = model_folder(models, Kind.ENCODER, chosen)
    encoder = BundledEncoder(folder, threads=threads, batch_size=batch_size)
    if not encoder.id.endswith(f":{chosen}"):
        raise ModelError(
            f"模型文件夹 {folder} 的内容与编号不符（实为 {encoder.id}），已被改动；"
            "请从备份恢复，或运行 matcher models rollback --kind encoder。"
        )
    return encoder


def _by_id(encoder_id: str, models: Path | None, threads: int, batch_size: int) -> Iterator[Encoder]:
    """The package's or the registry's encoder of that id, cut to the width the id speaks of."""
    parts = _ID.fullmatch(encoder_id)
    if parts is None:
        return
    for encoder in _offered(parts["hash"], models, threads, batch_size):
        if encoder.id == parts["whole"]:
            yield _narrow(encoder, int(parts["dim"] or 0))


def _offered(wanted: str, models: Path | None, threads: int, batch_size: int) -> Iterator[Encoder]:
    """One after the other, so that damage to one that is not wanted does not matter.

    What is of another format counts as not there: an index made by it has to be rebuilt.
    """
    for folder in packaged_folders():
        yield BundledEncoder(folder, threads=threads, batch_size=batch_size)
    if models is not None:
        folder = models / Kind.ENCODER.value / wanted
        if holds_model(folder) and not is_of_other_format(folder):
            yield _registered(models, wanted, threads, batch_size)


def _narrow(encoder: Encoder, dim: int) -> Encoder:
    return NarrowEncoder(encoder, dim) if dim else encoder


def encoder_of(settings: Settings, made_by: str = "") -> Encoder:
    """The encoder that the settings name; `made_by` and errors as `load_encoder` says."""
    return load_encoder(
        settings.encoder,
        models=settings.model_dir,
        made_by=made_by,
        threads=settings.threads,
        batch_size=settings.batch_size,
        dim=settings.dim,
    )
