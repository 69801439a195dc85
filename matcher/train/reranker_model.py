"""The network of a re-ranker and its loss. Imported only when one is trained: it needs torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules import Dense, Transformer
from sentence_transformers.sentence_transformer.modules import Pooling
from sentence_transformers.util import batch_to_device
from torch.nn import functional

from matcher.train.fitting import keep_layers
from matcher.train.reranker_recipe import RerankerRecipe

__all__ = ["PairLoss", "build_network"]

# `<s> A </s></s> B </s>`
_MARKS = 4
_SCORES = "scores"
# Where sentence-transformers saves the third module.
_OUTPUT_FOLDER = "2_Dense"


def build_network(base: Path, recipe: RerankerRecipe, device: str) -> Any:
    """A `CrossEncoder`: some layers of the base, the mean over all tokens, one linear output.

    The output of a base that is a re-ranker itself is gone on with; that of an encoder begins anew.

    Raises:
        OSError, ValueError, IndexError: the base is not a BERT-shaped folder, or has too few layers.
    """
    length = recipe.need_pieces + recipe.achievement_pieces + _MARKS
    trunk = Transformer(str(base), max_seq_length=length, model_kwargs={"torch_dtype": torch.float32})
    bert = trunk.model
    keep_layers(bert, recipe.layers)
    if recipe.freeze_words:
        bert.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)
    width = bert.config.hidden_size
    head = _output_of(base) or Dense(width, 1, activation_function=torch.nn.Identity(), module_output_name=_SCORES)
    return CrossEncoder(modules=[trunk, Pooling(width, "mean"), head], device=device, keep_in_fp32_modules=["2.linear"])


def _output_of(base: Path) -> Any:
    """The linear output of a re-ranker's folder, else None: an encoder may have a dense layer too, but not this one."""
    folder = base / _OUTPUT_FOLDER
    if not folder.is_dir():
        return None
    head = Dense.load(str(folder))
    return head if head.module_output_name == _SCORES else None


class PairLoss(torch.nn.Module):
    """Binary cross-entropy to soft targets, plus RankNet within each group (Burges et al. 2005).

    A batch is a list of groups; the second term is the mean of softplus(s_j − s_i) over pairs i, j of one group with
    target_i − target_j > margin, and the mean of that over the groups that have any.
    """

    def __init__(self, model: Any, recipe: RerankerRecipe) -> None:
        super().__init__()
        self.model = model
        self._rank_weight = recipe.rank_weight
        self._margin = recipe.rank_margin

    def forward(self, inputs: list[list[list[str]]], labels: Sequence[torch.Tensor], **_: Any) -> torch.Tensor:
        """inputs: texts of the needs and of the achievements, each a list of groups; labels: targets of each group."""
        needs, achievements = inputs
        pairs = [pair for texts in zip(needs, achievements, strict=True) for pair in zip(*texts, strict=True)]
        features = batch_to_device(self.model.preprocess(pairs), self.model.device)
        logits = self.model(features)["scores"].view(-1).float()
        targets = torch.cat(list(labels)).to(logits)
        loss = functional.binary_cross_entropy_with_logits(logits, targets)
        orders = []
        for scores, wanted in zip(logits.split([len(group) for group in labels]), labels, strict=True):
            wanted = wanted.to(logits)  # noqa: PLW2901
            above = wanted[:, None] - wanted[None, :] > self._margin
            if above.any():
                orders.append(functional.softplus(scores[None, :] - scores[:, None])[above].mean())
        if orders and self._rank_weight:
            loss = loss + self._rank_weight * torch.stack(orders).mean()
        return loss
