"""The network of a shallow encoder and the loss of its imitation. Imported only when one is trained: it needs torch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from matcher.embed.base import Vectors
from matcher.train.encoder_model import load_network
from matcher.train.fast_recipe import FastRecipe
from matcher.train.fast_states import States
from matcher.train.fitting import keep_layers

__all__ = ["Imitation", "Reader", "build_student", "cut_texts", "imitation_loss"]

_NEVER = -1e4


def build_student(teacher: Path, recipe: FastRecipe, device: str) -> Any:
    """The teacher with some of its layers only, without dropout; word embeddings are frozen.

    Raises:
        OSError, ValueError, IndexError: the teacher is not a BERT-shaped folder, or has too few layers.
    """
    network = load_network(teacher, device)
    bert: Any = network[0].model
    keep_layers(bert, recipe.layers)
    bert.embeddings.word_embeddings.requires_grad_(False)
    for module in network.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    return network


def cut_texts(network: Any, texts: Sequence[str], most: int) -> list[list[int]]:
    """The pieces of each text, asked as a query: at most `most`, and no more than the network has places for."""
    most = min(most, int(network[0].model.config.max_position_embeddings))
    prompt = network.prompts.get("query", "")
    return [network.tokenizer(prompt + text, truncation=True, max_length=most)["input_ids"] for text in texts]


class Reader:
    """Reads texts that are already cut with a network, in bfloat16 where asked; answers are float32."""

    def __init__(self, network: Any, pieces: Sequence[Sequence[int]], *, bf16: bool) -> None:
        self.network = network
        self._pieces = pieces
        self._bf16 = bf16

    def __call__(self, batch: Sequence[int], layers: Sequence[int]) -> tuple[list[Tensor], Tensor]:
        """States after each of the layers (from 1), float32 (texts, pieces, width), and where pieces are, bool."""
        bert: Any = self.network[0].model
        longest = max(len(self._pieces[at]) for at in batch)
        ids = torch.full((len(batch), longest), self.network.tokenizer.pad_token_id)
        real = torch.zeros_like(ids, dtype=torch.bool)
        for row, at in enumerate(batch):
            ids[row, : len(self._pieces[at])] = torch.tensor(self._pieces[at])
            real[row, : len(self._pieces[at])] = True
        ids, real = ids.to(bert.device), real.to(bert.device)
        with torch.autocast(bert.device.type, dtype=torch.bfloat16, enabled=self._bf16):
            states = bert(input_ids=ids, attention_mask=real.long(), output_hidden_states=True).hidden_states
        return [states[layer].float() for layer in layers], real

    def states(self, batch: Sequence[int], layers: Sequence[int]) -> Vectors:
        """Those states without a way back: float32 (layers, texts, pieces, width)."""
        with torch.inference_mode():
            return torch.stack(self(batch, layers)[0]).cpu().numpy()

    def vectors(self, batches: Sequence[Sequence[int]]) -> Vectors:
        """Unit vectors of the texts of all batches in their order, float32 (texts, width)."""
        last = int(self.network[0].model.config.num_hidden_layers)
        training = self.network.training
        self.network.eval()
        with torch.inference_mode():
            found = []
            for batch in batches:
                (states,), real = self(batch, [last])
                found.append(_unit_means(states, real).cpu().numpy())
        self.network.train(training)
        return np.concatenate(found)


class Imitation(torch.nn.Module):
    """The loss of one step, which is the numbers of its texts."""

    def __init__(self, reader: Reader, taught: States, recipe: FastRecipe) -> None:
        super().__init__()
        self.model = reader.network
        self._reader = reader
        self._taught = taught
        self._recipe = recipe
        self._variances = taught.variances()

    def forward(self, batch: Sequence[int]) -> Tensor:
        """A scalar."""
        states, real = self._reader(batch, [mine for mine, _, _ in self._recipe.matches])
        wanted = torch.from_numpy(self._taught.of(batch)).to(real.device)
        return imitation_loss(states, wanted, real, self._variances, self._recipe)


def imitation_loss(
    states: Sequence[Tensor], wanted: Tensor, real: Tensor, variances: Sequence[float], recipe: FastRecipe
) -> Tensor:
    """Distance of the student's states to those wanted, of its vectors, and of the similarities among them.

    states: of each match, float32 (texts, pieces, width). wanted: the same in one. real: bool (texts, pieces), where a
    text has a piece. variances: of the teacher's states.

    Σ weight · |state − wanted|² / (pieces · width · variance) + vector_weight · mean(1 − cosine)
    + order_weight · KL(softmax(scale · wanted similarities) ‖ softmax(scale · similarities)), a text's own left out.
    """
    among = real[..., None].float()
    loss = wanted.new_zeros(())
    for found, goal, variance, (_, _, weight) in zip(states, wanted, variances, recipe.matches, strict=True):
        distance = ((found - goal).square() * among).sum()
        loss = loss + weight * distance / (among.sum() * found.shape[-1] * variance)
    mine, theirs = _unit_means(states[-1], real), _unit_means(wanted[-1], real)
    loss = loss + recipe.vector_weight * (1 - (mine * theirs).sum(-1)).mean()
    if len(mine) > 1 and recipe.order_weight:
        own = torch.eye(len(mine), dtype=torch.bool, device=mine.device)
        said, told = ((recipe.scale * each @ each.T).masked_fill(own, _NEVER) for each in (mine, theirs))
        divergence = functional.kl_div(said.log_softmax(-1), told.softmax(-1), reduction="batchmean")
        loss = loss + recipe.order_weight * divergence
    return loss


def _unit_means(states: Tensor, real: Tensor) -> Tensor:
    among = real[..., None].float()
    return functional.normalize((states * among).sum(1) / among.sum(1), dim=-1)
