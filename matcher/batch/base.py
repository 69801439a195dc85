"""A finished run as it lies in its folder.

::

    manifest.json         the receipt (`RunManifest`); its presence says that the run is finished
    matches.csv           one pair a row (`RunPair`), by need, rank and id
    needs.jsonl           the needs as read, one a line, without confidential texts and unknown columns
    achievements.jsonl    likewise
    work/                 only while it is not finished: what is needed to go on
"""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matcher.batch.manifest import MANIFEST, RunManifest, mark_of
from matcher.batch.pairs import RunPair, read_pairs
from matcher.errors import MatcherError, RunError
from matcher.index.codec import decode_record
from matcher.records import Achievement, Need, Record, Side

__all__ = ["COMMAND", "MATCHES", "RECORDS", "WORK", "Run", "RunPair", "read_run"]

MATCHES = "matches.csv"
RECORDS: Mapping[Side, str] = {Side.NEED: "needs.jsonl", Side.ACHIEVEMENT: "achievements.jsonl"}
WORK = "work"
COMMAND = "command.txt"
"""In `work/`: the command that began the run, so that anyone can be told how to go on."""

_R = TypeVar("_R", bound=Record)


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Everything a plan or a comparison needs, read from one folder. `pairs` are in the order of `matches.csv`."""

    folder: Path
    manifest: RunManifest
    needs: Mapping[str, Need]
    achievements: Mapping[str, Achievement]
    pairs: tuple[RunPair, ...]


def read_run(folder: Path) -> Run:
    """Read a finished run, every byte of it compared with its receipt.

    Raises:
        RunError: not a run folder, a run that is not finished, or one whose files are missing or were changed.
    """
    if not (folder / MANIFEST).is_file():
        if (folder / WORK).is_dir():
            raise RunError(f"匹配 {folder} 还没有完成；请先在原来的目录执行：{resume_command(folder)}，再使用它。")
        raise RunError(
            f"{folder} 不是匹配结果文件夹（没有 {MANIFEST}）；请先运行 matcher batch 需求表 成果表 --out {folder}。"
        )
    try:
        manifest = RunManifest.read(folder / MANIFEST)
    except (OSError, ValueError) as error:
        raise RunError(f"匹配结果 {folder / MANIFEST} 已损坏或不能读取（{error}）；{_AGAIN}。") from error
    for mark in manifest.files:
        path = folder / mark.name
        if not path.is_file():
            raise RunError(f"匹配结果里缺少文件 {path}；{_AGAIN}。")
        if mark_of(path, mark.name) != mark:
            raise RunError(f"匹配结果文件 {path} 已损坏或被改动（与 {MANIFEST} 中的记录不符）；{_AGAIN}。")
    try:
        with (folder / MATCHES).open(encoding="utf-8-sig", newline="") as file:
            pairs = tuple(read_pairs(file))
        needs = _records(folder / RECORDS[Side.NEED], Need)
        achievements = _records(folder / RECORDS[Side.ACHIEVEMENT], Achievement)
    except (OSError, ValueError, KeyError, MatcherError) as error:
        raise RunError(f"匹配结果 {folder} 读不出来（{error}）；{_AGAIN}。") from error
    return Run(folder, manifest, needs, achievements, pairs)


_AGAIN = "请从备份恢复整个文件夹，或用另一个 --out 重新匹配"


def resume_command(folder: Path) -> str:
    """The command that began a run and goes on with it."""
    try:
        return (folder / WORK / COMMAND).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return f"matcher batch 需求表 成果表 --out {shlex.quote(str(folder))}（与开始时相同的命令）"


def _records(path: Path, kind: type[_R]) -> dict[str, _R]:
    side = Side.NEED if kind is Need else Side.ACHIEVEMENT
    found = (decode_record(line, side) for line in path.read_bytes().splitlines() if line)
    return {record.id: record for record in found if isinstance(record, kind)}
