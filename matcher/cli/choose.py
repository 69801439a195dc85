"""Which index a command means, and what the about page says of it."""

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from matcher.cli.console import log
from matcher.cli.rebuilding import encoder_in_use
from matcher.config import Settings
from matcher.embed.promoted import Journal, Kind
from matcher.engine import Matcher
from matcher.errors import IndexNotFoundError
from matcher.index.store import IndexStore
from matcher.records import Side
from matcher.report import RunInfo, models_named
from matcher.train.standing import unread_because

__all__ = ["about", "open_index"]


def open_index(name: str | None, settings: Settings, *, rerank: int | None = None) -> tuple[str, Matcher]:
    """Open the index of that name, or the only one there is.

    `rerank`: how many candidates somebody wants to have read; it is said where no model reads them.

    Raises:
        IndexNotFoundError: no such index, none at all, or several and no name.
        IndexStoreError, ModelError: as `Matcher.open` says.
    """
    if name is None:
        names = IndexStore(settings.index_dir).names()
        if not names:
            raise IndexNotFoundError(
                f"文件夹 {settings.index_dir} 里还没有索引；请先运行 matcher index 文件… --into 名称，或 matcher demo。"
            )
        if len(names) > 1:
            raise IndexNotFoundError(f"有多个索引（{'、'.join(names)}）；请用 --index 指定一个。")
        name = names[0]
    matcher = Matcher.open(name, settings=settings)
    if rerank and matcher.reranker is None:
        chosen = Journal.read(settings.model_dir).current[Kind.RERANKER]
        log(f"提示：--rerank 没有起作用：{unread_because(settings, chosen)}。")
    # Only an encoder of the package or the registry steps in for the one the settings name.
    if matcher.encoder_id.startswith("bundled:") and matcher.encoder_id != (used := encoder_in_use(settings)):
        log(
            f"提示：索引“{name}”由编码器 {matcher.encoder_id} 建立，仍用它回答；在用的是 {used}，"
            f"换用请运行 matcher index --rebuild {name} --background。"
        )
    return name, matcher


def about(
    name: str,
    matcher: Matcher,
    files: Sequence[Path],
    *,
    excluded: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
) -> RunInfo:
    """What the last sheet of a report tells about the run."""
    counts = {
        label: len(matcher.side(side))
        for side, label in ((Side.NEED, "入库需求"), (Side.ACHIEVEMENT, "入库成果"))
        if matcher.has(side)
    }
    models = models_named(matcher)
    return RunInfo(
        index_name=name,
        index_version=matcher.version,
        encoder=models.encoder,
        levels=models.levels,
        reranker=models.reranker,
        created=dt.datetime.now().astimezone().replace(microsecond=0),
        files=tuple(str(path) for path in files),
        counts=counts,
        excluded=excluded or {},
        settings_hash=hashlib.sha256(matcher.settings.model_dump_json().encode()).hexdigest()[:12],
        notes=tuple(notes),
    )
