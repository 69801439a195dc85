"""How a shallow encoder learns to imitate a trained one: every number that may be tried, with the one that was kept."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from matcher.errors import ConfigError

__all__ = ["FastRecipe", "Match"]

Match = tuple[int, int, float]
"""States after this layer of the student, those after this layer of the teacher (both from 1), and the weight."""

_Count = Annotated[int, Field(ge=1)]
_Weight = Annotated[float, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class FastRecipe:
    """Numbers of one training. The teacher is an encoder; the student begins as some of its layers.

    layers: which of the teacher's layers the student begins with, from 0, ascending.
    matches: whose states are compared, token by token: squared distance over the variance of the teacher's states. The
    last one must be of the last layer of both, which the vectors are made of.
    vector_weight: of 1 − cosine between the vectors. order_weight, scale: of the divergence between the similarities
    within a batch, as distributions; `scale` multiplies every cosine.
    passes: how often each text is read. learning_rate, weight_decay: of AdamW; the rate rises over `warmup_share` of
    the steps and falls to 0 by the end.
    tokens: how many are read at once, padding included. together: so many texts are put in order of length before they
    are cut into batches. pieces: how much of a text is read. window_chars: length of a window of a body.
    held_share: of the records, held out to measure by. evaluations: how many checkpoints are written.
    """

    layers: tuple[int, ...] = (0, 3, 7, 11)
    matches: tuple[Match, ...] = ((2, 6, 0.3), (4, 12, 1.0))
    vector_weight: _Weight = 10.0
    order_weight: _Weight = 1.0
    scale: float = 20.0
    passes: _Count = 3
    learning_rate: _Weight = 6e-4
    weight_decay: _Weight = 0.01
    warmup_share: Annotated[float, Field(ge=0, le=1)] = 0.05
    tokens: _Count = 6000
    together: _Count = 4000
    pieces: Annotated[int, Field(ge=4)] = 160
    window_chars: Annotated[int, Field(ge=50, le=450)] = 200
    held_share: Annotated[float, Field(ge=0, lt=1)] = 0.08
    evaluations: _Count = 10

    def suit(self, teacher_layers: int) -> None:
        """Make sure that a teacher of so many layers can be imitated.

        Raises:
            ConfigError: it has not the layers named here, or they do not fit one another.
        """
        kept, most = len(self.layers), teacher_layers
        if not self.layers or sorted({*self.layers} & {*range(most)}) != list(self.layers):
            raise ConfigError(
                f"配方的 layers 是 {list(self.layers)}，而教师只有第 0 到 {most - 1} 层；"
                "请写出其中的若干层，从小到大，不重复。"
            )
        for mine, theirs, _ in self.matches:
            if not (1 <= mine <= kept and 1 <= theirs <= most):
                raise ConfigError(
                    f"配方的 matches 让学生的第 {mine} 层对照教师的第 {theirs} 层，"
                    f"而学生只有 {kept} 层、教师只有 {most} 层（从 1 数起）；请改正。"
                )
        if not self.matches or self.matches[-1][:2] != (kept, most):
            raise ConfigError(
                f"配方的 matches 的最后一组要让学生的最后一层（{kept}）对照教师的最后一层（{most}），"
                "向量由它们得来；请改正。"
            )
