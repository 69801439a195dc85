"""The network of an encoder in training and its loss. Imported only when one is trained: it needs torch."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.util import batch_to_device
from torch import Tensor
from torch.nn import functional

from matcher.train.encoder_data import Step
from matcher.train.encoder_recipe import EncoderRecipe

__all__ = ["StepLoss", "average", "blend", "build_network", "cosent", "info_nce", "load_network", "margin_mse"]

_TOGETHER = 48
_NEVER = -1e4


def build_network(base: Path, recipe: EncoderRecipe, device: str) -> Any:
    """The base as a `SentenceTransformer` in float32, with the frozen weights of the recipe.

    Raises:
        OSError, ValueError: the base is not a BERT-shaped folder.
    """
    network = load_network(base, device)
    network.max_seq_length = recipe.pieces
    bert: Any = network[0].model
    bert.embeddings.requires_grad_(recipe.frozen_layers == 0)
    bert.embeddings.word_embeddings.requires_grad_(False)
    for layer in bert.encoder.layer[: recipe.frozen_layers]:
        layer.requires_grad_(False)
    return network


def blend(network: Any, base: Path, share: float) -> None:
    """Move all weights back towards the base: (1 − share) · base + share · tuned (WiSE-FT, Wortsman et al. 2022)."""
    if share == 1:
        return
    _mix(network, [load_network(base).state_dict(), network.state_dict()], [1 - share, share])


def average(network: Any, checkpoints: Sequence[Path]) -> None:
    """Set all weights to the mean of some checkpoints of this network (Izmailov et al. 2018, UAI)."""
    states = [load_network(folder).state_dict() for folder in checkpoints]
    _mix(network, states, [1 / len(states)] * len(states))


def load_network(folder: Path, device: str = "cpu") -> Any:
    """A `SentenceTransformer` in float32.

    Raises:
        OSError, ValueError: the folder holds none.
    """
    return SentenceTransformer(str(folder), device=device, model_kwargs={"torch_dtype": torch.float32})


def _mix(network: Any, states: Sequence[Mapping[str, Tensor]], shares: Sequence[float]) -> None:
    """Sums of shares that add up to 1. What all have alike, as frozen words, stays so to the last bit."""
    with torch.no_grad():
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                found = [state[name].to(value) for state in states]
                if not all(torch.equal(each, found[0]) for each in found):
                    found[0] = torch.stack([share * each for each, share in zip(found, shares, strict=True)]).sum(0)
                value.copy_(found[0])


def cosent(cosines: Tensor, targets: Tensor, margin: float, weights: Tensor | None = None) -> Tensor:
    """log(1 + Σ w_i · w_j · exp(cos_j − cos_i)) over pairs with target_i − target_j > margin (CoSENT, Su 2022).

    cosines: float (n,), already multiplied by the scale. targets: float (n,). weights: float (n,) > 0, all 1 if not
    given. 0 where nothing is ordered.
    """
    above = targets[:, None] - targets[None, :] > margin
    wrong = cosines[None, :] - cosines[:, None]
    if weights is not None:
        wrong = wrong + torch.log(weights[None, :]) + torch.log(weights[:, None])
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong[above]]), 0)


def margin_mse(cosines: Tensor, targets: Tensor, step: float, weights: Tensor | None = None) -> Tensor:
    """Mean of ((cos_i − cos_j) − step · (t_i − t_j))² over all pairs i < j (Margin-MSE, Hofstätter et al. 2020).

    cosines, targets t, weights: as in `cosent`; a pair counts w_i · w_j. step: what a level is worth in units
    of the scaled cosine. 0 for fewer than two.
    """
    at, other = torch.triu_indices(len(cosines), len(cosines), offset=1, device=cosines.device)
    if not len(at):
        return cosines.new_zeros(())
    missed = (cosines[at] - cosines[other] - step * (targets[at] - targets[other])) ** 2
    counted = torch.ones_like(missed) if weights is None else weights[at] * weights[other]
    return (counted * missed).sum() / counted.sum()


def info_nce(scores: Tensor, extra: Tensor | None = None, wrong: Tensor | None = None) -> Tensor:
    """Cross-entropy of each row's own column, and of each column's own row (InfoNCE, van den Oord et al. 2018).

    scores: float (n, n), the right one on the diagonal. extra: float (n,), one more choice of each column. wrong: float
    (n, m), further choices of each row.
    """
    own = torch.arange(len(scores), device=scores.device)
    forth = scores if wrong is None else torch.cat([scores, wrong], 1)
    back = scores.T if extra is None else torch.cat([scores.T, extra[:, None]], 1)
    return functional.cross_entropy(forth, own) + functional.cross_entropy(back, own)


class StepLoss(torch.nn.Module):
    """The weighted sum of what a step teaches."""

    def __init__(self, model: Any, recipe: EncoderRecipe) -> None:
        super().__init__()
        self.model = model
        self._recipe = recipe
        self._prompt = model.prompts.get("query", "")

    def forward(self, step: Step) -> Tensor:
        """The loss of one step."""
        texts = [text for part in _parts(step) for text in part]
        whole = self._vectors(texts)
        losses = []
        for width in self._recipe.widths:
            sizes = [len(part) for part in _parts(step)]
            parts = torch.split(functional.normalize(whole[:, :width], dim=-1), sizes)
            losses.append(self._taught(step, parts))
        return torch.stack(losses).mean()

    def _taught(self, step: Step, parts: Sequence[Tensor]) -> Tensor:
        """The loss by unit vectors; `parts` in the order of `_parts`."""
        needs, achievements, asked, answers, near, titles, windows, wrong = parts
        recipe = self._recipe
        loss = needs.new_zeros(())
        if step.needs:
            loss = loss + self._graded(step, needs, achievements)
        if step.asked and recipe.written_weight:
            same = torch.tensor([[a == b for b in step.answers] for a in step.answers], device=asked.device)
            same = same & ~torch.eye(len(same), dtype=torch.bool, device=asked.device)
            scores = (recipe.scale * asked @ answers.T).masked_fill(same, _NEVER)
            absent = torch.tensor([not text for text in step.near], device=asked.device)
            missed = (recipe.scale * (answers * near).sum(1)).masked_fill(absent, _NEVER)
            owners = torch.tensor(step.wrong_owners, dtype=torch.long, device=asked.device)
            others = owners[None, :] != torch.arange(len(asked), device=asked.device)[:, None]
            tempting = (recipe.scale * asked @ wrong.T).masked_fill(others, _NEVER)
            loss = loss + recipe.written_weight * info_nce(scores, missed, tempting)
        if step.titles and recipe.bodies_weight:
            loss = loss + recipe.bodies_weight * info_nce(recipe.scale * titles @ windows.T)
        return loss

    def _graded(self, step: Step, needs: Tensor, achievements: Tensor) -> Tensor:
        recipe = self._recipe
        owners = torch.tensor(step.owners, device=needs.device)
        targets = torch.tensor(step.targets, device=needs.device)
        scores = recipe.scale * needs @ achievements.T
        own = scores[owners, torch.arange(len(owners), device=needs.device)]
        weights = torch.tensor(step.weights or [1.0] * len(step.targets), device=needs.device)
        orders = [
            cosent(own[mine], targets[mine], recipe.order_margin, weights[mine])
            for mine in (owners == at for at in range(len(step.needs)))
        ]
        loss = recipe.order_weight * torch.stack(orders).mean()
        if recipe.margin_weight:
            margins = [
                margin_mse(own[mine], targets[mine], recipe.margin_step, weights[mine])
                for mine in (owners == at for at in range(len(step.needs)))
            ]
            loss = loss + recipe.margin_weight * torch.stack(margins).mean()
        if recipe.across_weight:
            loss = loss + recipe.across_weight * cosent(own, targets, recipe.across_margin, weights)
        partners = torch.nonzero(targets >= recipe.partner_from)[:, 0]
        if recipe.partner_weight and len(partners):
            rows = scores[owners[partners]]
            others = rows.masked_fill(owners[None, :] == owners[partners][:, None], _NEVER)
            total = torch.logsumexp(torch.cat([others, own[partners][:, None]], 1), 1)
            counted = weights[partners] / weights[partners].sum()
            loss = loss + recipe.partner_weight * (counted * (total - own[partners])).sum()
        return loss

    def _vectors(self, texts: list[str]) -> Tensor:
        """float32 (n, width). Texts of about one length are read together, so that little is padded."""
        order = sorted(range(len(texts)), key=lambda at: (len(texts[at]), at))
        found = []
        for start in range(0, len(order), _TOGETHER):
            batch = [self._prompt + texts[at] for at in order[start : start + _TOGETHER]]
            features = batch_to_device(self.model.preprocess(batch), self.model.device)
            found.append(self.model(features)["sentence_embedding"].float())
        places = torch.empty(len(order), dtype=torch.long)
        places[torch.tensor(order)] = torch.arange(len(order))
        return torch.cat(found)[places.to(found[0].device)]


def _parts(step: Step) -> tuple[list[str], ...]:
    return (
        step.needs,
        step.achievements,
        step.asked,
        step.answers,
        step.near,
        step.titles,
        step.windows,
        step.wrong,
    )
