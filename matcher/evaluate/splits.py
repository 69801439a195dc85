"""Who is trained on and who is tested: judged needs in parts."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.errors import ConfigError, EvaluationError

__all__ = ["Split", "fold_split", "read_split"]

_COLUMNS = ("need_id", "part")
_TRAINED_ONLY = frozenset({"train", "训练", "训练集"})


@dataclass(frozen=True, slots=True)
class Split:
    """Need id → name of its part. Each part is tested by a model that saw all others; `train` is never tested."""

    name: str
    parts: Mapping[str, str]

    @property
    def tested(self) -> tuple[str, ...]:
        """Needs that are tested, in the order of `parts`."""
        return tuple(need for need, part in self.parts.items() if part.lower() not in _TRAINED_ONLY)


def fold_split(need_ids: Sequence[str], folds: int, seed: int) -> Split:
    """The folds of scikit-learn's `GroupKFold(folds, shuffle=True, random_state=seed)` over needs in this order.

    Raises:
        ConfigError: fewer than two folds, or fewer needs than folds.
    """
    from sklearn.model_selection import GroupKFold  # noqa: PLC0415

    if not 2 <= folds <= len(need_ids):
        raise ConfigError(
            f"把 {len(need_ids)} 条已标注需求分成 {folds} 折是做不到的；折数请写 2 到 {len(need_ids)} 之间。"
        )
    at = np.arange(len(need_ids))
    parts: dict[str, str] = {}
    for number, (_, held) in enumerate(GroupKFold(folds, shuffle=True, random_state=seed).split(at, groups=at), 1):
        parts |= {need_ids[i]: str(number) for i in held}
    return Split(f"按需求分 {folds} 折（种子 {seed}）", {i: parts[i] for i in need_ids})


def read_split(path: Path, need_ids: Sequence[str]) -> Split:
    """Read a split: UTF-8, tab-separated, headed `need_id part`; needs that are not judged are passed over.

    Raises:
        EvaluationError: the file is missing or no such table, a need stands in two parts, or the judged needs in it
            fall into one part only.
    """
    parts: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            if not set(_COLUMNS) <= set(rows.fieldnames or ()):
                raise EvaluationError(
                    f"划分文件 {path} 第 1 行应有以制表符分隔的两列 {' '.join(_COLUMNS)}；请补上表头后重试。"
                )
            for row in rows:
                need, part = ((row[name] or "").strip() for name in _COLUMNS)
                if not need or not part:
                    raise EvaluationError(f"划分文件 {path} 第 {rows.line_num} 行缺少编号或部分名；请补全或删去。")
                if parts.setdefault(need, part) != part:
                    raise EvaluationError(
                        f"划分文件 {path} 第 {rows.line_num} 行：需求 {need} 已在“{parts[need]}”部分，"
                        f"又写在“{part}”部分；请只保留一行。"
                    )
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EvaluationError(f"划分文件 {path} 无法读取（{error}）；请给出 UTF-8 编码的文本文件。") from error
    kept = {i: parts[i] for i in need_ids if i in parts}
    split = Split(f"划分文件 {path.name}", kept)
    if len(set(kept.values())) < 2 or not split.tested:
        raise EvaluationError(
            f"划分文件 {path} 中的 {len(kept)} 条已标注需求没有分成两个以上的部分，或全在训练部分；请核对编号与部分名。"
        )
    return split
