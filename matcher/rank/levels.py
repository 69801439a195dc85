"""From features of a pair to P(level = 1..4): proportional odds (McCullagh 1980, J. R. Stat. Soc. B 42:109).

P(level ≥ k | x) = σ(w·x − θ_k) with θ_2 ≤ θ_3 ≤ θ_4, so a better pair is never given a lower level.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from matcher.errors import ModelError

__all__ = [
    "FAST_LEVELS",
    "RERANKED_LEVELS",
    "WHOLE_LEVELS",
    "LevelModel",
    "Probs",
    "column_order",
    "expected_levels",
    "fits",
    "levels_of",
]

Probs: TypeAlias = npt.NDArray[np.float64]

_FOLDER = Path(str(resources.files("matcher.rank") / "model"))
WHOLE_LEVELS = _FOLDER / "levels.json"
"""The level model for the package's encoder."""
RERANKED_LEVELS = _FOLDER / "levels_reranked.json"
"""The level model of candidates that the re-ranker has read."""
FAST_LEVELS = _FOLDER / "levels_fast.json"
"""The level model for the package's fast encoder, whose cosines are higher than those of the whole one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelModel:
    """Weights over named features, three thresholds, and the bar below which nothing fits.

    `weights[i]` belongs to `features[i]`; `thresholds` are ascending; `none_fits_below` in [0, 1] is compared with the
    best `fit` of a query; `made_from` says which data and figures stand behind the numbers.
    """

    features: tuple[str, ...]
    weights: tuple[float, ...]
    thresholds: tuple[float, float, float]
    none_fits_below: float
    made_from: str = ""

    @property
    def id(self) -> str:
        """Twelve hex digits of the SHA-256 of the numbers: equal ids grade alike."""
        numbers = json.dumps([self.features, self.weights, self.thresholds, self.none_fits_below])
        return hashlib.sha256(numbers.encode()).hexdigest()[:12]

    def latent(self, x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """w·x for rows of features (n, len(features)) in the order of `features`; any real number."""
        # Not x @ w: its last bits depend on how many rows stand together.
        return np.asarray((x * np.asarray(self.weights)).sum(axis=1), dtype=np.float64)

    def probs(self, x: npt.NDArray[np.float64]) -> Probs:
        """P(level = 1..4): float64 (n, 4), rows sum to 1."""
        at_least = 1.0 / (1.0 + np.exp(np.asarray(self.thresholds)[None, :] - self.latent(x)[:, None]))
        edges = np.hstack([np.ones((len(x), 1)), at_least, np.zeros((len(x), 1))])
        return np.asarray(np.clip(edges[:, :-1] - edges[:, 1:], 0.0, 1.0), dtype=np.float64)

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path | None = None) -> "LevelModel":
        """Read a model; None reads the one in the package.

        Raises:
            ModelError: the file is missing or is not a level model.
        """
        source = path or WHOLE_LEVELS
        try:
            model = TypeAdapter(cls).validate_json(source.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(
                f"分级模型 {source} 缺失、已损坏或不是分级模型；请检查路径；随包的请重新安装，"
                "自己的请用 matcher train ranker 重新生成。"
            ) from error
        if len(model.features) != len(model.weights) or len(model.thresholds) != 3:
            raise ModelError(f"分级模型 {source} 的特征、权重与阈值个数不一致；请用 matcher train ranker 重新生成。")
        return model


def levels_of(probs: Probs) -> npt.NDArray[np.int64]:
    """The median level of each row: the largest k with P(level ≥ k) ≥ 1/2; int64 (n,) in 1..4."""
    at_least = probs[:, ::-1].cumsum(axis=1)[:, ::-1]
    return np.asarray(1 + (at_least[:, 1:] >= 0.5).sum(axis=1), dtype=np.int64)


def expected_levels(probs: Probs) -> npt.NDArray[np.float64]:
    """Σ k·P(level = k): float64 (n,) in [1, 4]."""
    return np.asarray(probs @ np.arange(1.0, 5.0), dtype=np.float64)


def fits(probs: Probs) -> npt.NDArray[np.float64]:
    """P(level ≥ 3): float64 (n,) in [0, 1]."""
    return probs[:, 2] + probs[:, 3]


def column_order(available: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Where each wanted feature stands among those available.

    Raises:
        ModelError: the model wants a feature this version does not compute.
    """
    missing = [name for name in wanted if name not in available]
    if missing:
        raise ModelError(f"分级模型需要的特征 {missing[0]} 本版本没有；请用 matcher train ranker 重新生成模型。")
    return [list(available).index(name) for name in wanted]
