"""The model registry: what may be put in use, putting it in use, and taking it back (layout: `embed/promoted.py`)."""

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from matcher.embed.manifest import is_of_other_format
from matcher.embed.promoted import (
    JOURNAL_FILE,
    KIND_NAMES,
    PACKAGE,
    GuardFigure,
    Journal,
    Kind,
    State,
    Step,
    model_folder,
)
from matcher.errors import ConfigError, ModelError
from matcher.index.disk import Disk
from matcher.train.model_files import ModelFiles, read_model

__all__ = ["ENTRY_FILE", "ONE_OF_A_KIND", "Entry", "Registry"]

ENTRY_FILE = "entry.json"
ONE_OF_A_KIND = "一次只能启用每种模型各一个；请分开启用。"
_ID = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a registry notes of a model when it takes it in: its name, when, and from where."""

    name: str
    added_at: str
    came_from: str


class Registry:
    """All models below one folder. Nothing is made before the first promotion."""

    def __init__(self, root: Path, *, disk: Disk | None = None) -> None:
        self.root = root
        self._disk = disk or Disk()

    def journal(self) -> Journal:
        """What was ever in use; see `Journal.read`."""
        return Journal.read(self.root)

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """Ids of the models of one kind, sorted."""
        folder = self.root / kind.value
        if not folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name) and path.is_dir()))

    def entry(self, kind: Kind, model: str) -> Entry:
        """What was noted of a model.

        Raises:
            ModelError: it is not there, or the note is unreadable.
        """
        path = model_folder(self.root, kind, model) / ENTRY_FILE
        try:
            return Entry(**json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path} 缺失或已损坏；请从备份恢复，或重新启用原来的模型文件夹。") from error

    def find(self, what: str) -> ModelFiles:
        """A model of the registry by its id, or one that is to come into it by its folder or file; verified.

        Raises:
            ModelError: it is missing, damaged or no model.
        """
        if _ID.fullmatch(what):
            for kind in Kind:
                if what in self.ids(kind):
                    return self.verified(kind, what)
        path = Path(what)
        if not path.exists():
            raise ModelError(
                f"“{what}”既不是模型库 {self.root} 中的编号，也不是文件夹或文件；请用 matcher models list 查看编号。"
            )
        return read_model(path)

    def verified(self, kind: Kind, model: str) -> ModelFiles:
        """A model of the registry, every byte of it checked.

        Raises:
            ModelError: it is missing, or differs from what its id says.
        """
        folder = model_folder(self.root, kind, model)
        files = read_model(folder)
        if (files.kind, files.id) != (kind, model):
            raise ModelError(
                f"模型文件夹 {folder} 的内容与编号不符（实为 {files.id}），已被改动；请从备份恢复，或启用别的模型。"
            )
        return files

    def promote(
        self,
        models: Sequence[ModelFiles],
        *,
        before: State,
        figures: Sequence[GuardFigure] = (),
        reason: str = "",
        at: dt.datetime | None = None,
    ) -> Step:
        """Take models in and put them in use together, in one step.

        Args:
            models: at most one of a kind.
            before: what was in use when the figures were measured.
            figures: what the guard sets said.
            reason: why they are put in use although they lost.
            at: goes into the journal; None is now.

        Raises:
            ConfigError: two models of one kind.
            ModelError: something else was put in use meanwhile, or the registry cannot be written or is being written.
        """
        if len({model.kind for model in models}) < len(models):
            raise ConfigError(ONE_OF_A_KIND)
        moment = _moment(at)
        with self._sole_writer():
            journal = self.journal()
            if journal.current != before:
                raise ModelError("评测期间另有模型被启用或退回，比较的结果已不作数；请重新运行同一命令。")
            for model in models:
                self._add(model, moment)
            step = Step(
                at=moment,
                models={model.kind: model.id for model in models},
                figures=tuple(figures),
                reason=reason,
            )
            self._write(Journal((*journal.steps, step)))
        return step

    def rollback(self, kind: Kind | None = None, *, at: dt.datetime | None = None) -> tuple[Step, ...]:
        """Undo the last promotion that is still in effect, or the last of one kind, in one step.

        While what is then in use has a format that this release does not read, the promotion before is undone, too.
        So there may be several steps, written together; what comes back is what the last one of each kind says.

        Raises:
            ConfigError: only models of the package are in use.
            ModelError: the model to bring back is missing or damaged, or the registry cannot be written.
        """
        with self._sole_writer():
            journal, moment = self.journal(), _moment(at)
            steps: list[Step] = []
            while not steps or self._outdated(journal.current, kind):
                back = journal.before(kind)
                if not back:
                    what = KIND_NAMES[kind] if kind else "模型"
                    raise ConfigError(
                        f"在用的{what}就是随软件包安装的，没有更早的可以退回；可用 matcher models list 查看。"
                    )
                steps.append(Step(at=moment, models=back, rollback=True))
                journal = Journal((*journal.steps, steps[-1]))
            for each in {each for step in steps for each in step.models}:
                if journal.current[each] != PACKAGE:
                    self.verified(each, journal.current[each])
            self._write(journal)
        return tuple(steps)

    def _outdated(self, state: State, kind: Kind | None) -> bool:
        """Whether a model of that kind, or of any, is of another format; the package's never is."""
        return any(
            model != PACKAGE and is_of_other_format(self.root / each.value / model)
            for each, model in state.items()
            if kind in {None, each}
        )

    def _add(self, model: ModelFiles, moment: str) -> None:
        """Copy beside and rename; a model that is there already is verified and stays."""
        folder = self.root / model.kind.value / model.id
        if folder.is_dir():
            self.verified(model.kind, model.id)
            return
        beside = folder.with_name(f"{model.id}.tmp")
        self._disk.remove(beside)
        self._disk.make_folder(beside)
        for name, source in model.files.items():
            with self._disk.create(beside / name) as file:
                file.write(source.read_bytes())
        note = json.dumps(asdict(Entry(model.name, moment, str(model.folder))), ensure_ascii=False, indent=1)
        with self._disk.create(beside / ENTRY_FILE) as file:
            file.write(note.encode() + b"\n")
        self._disk.sync(beside)
        self._disk.move(beside, folder)
        self._disk.sync(folder.parent)
        # What lay there before may have changed since it was verified.
        self.verified(model.kind, model.id)

    def _write(self, journal: Journal) -> None:
        beside = self.root / f"{JOURNAL_FILE}.tmp"
        with self._disk.create(beside) as file:
            file.write(journal.to_json())
        self._disk.move(beside, self.root / JOURNAL_FILE)
        self._disk.sync(self.root)

    @contextmanager
    def _sole_writer(self) -> Iterator[None]:
        from filelock import FileLock, Timeout  # noqa: PLC0415

        try:
            self._disk.make_folder(self.root)
            with FileLock(self.root / ".lock").acquire(timeout=0):
                yield
        except Timeout as error:
            raise ModelError(f"模型库 {self.root} 正由另一个进程修改；请等它结束后重试。") from error
        except OSError as error:
            raise ModelError(
                f"无法写入模型库 {self.root}（{error}）；请检查磁盘空间和权限后重试，在用的模型不受影响。"
            ) from error


def _moment(at: dt.datetime | None) -> str:
    """Whole seconds in UTC."""
    return (at or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).isoformat(timespec="seconds")
