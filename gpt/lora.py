"""LoRA: fine-tuning with a few new parameters beside frozen weights (Hu et al., 2021), written out.

A weight matrix W of shape (out, in) stays as it is. Beside it stands a product of two thin matrices, and only these are
trained: the layer computes W x + (alpha / rank) B A x, with A of shape (rank, in) and B of shape (out, rank). B begins
with zeros, so that the model begins as the pretrained one. In the end the product is added to W, and nothing is left of
it: the merged model is as large and as fast as before.

    add_lora(model, rank=8)     # now only A and B have gradients
    ...                         # train
    merge_lora(model)           # an ordinary GPTModel again
"""

import math
from numbers import Integral

import torch
from torch import nn

LORA_RATE = 20  # times the learning rate of full fine-tuning: so few parameters have to go further


class LoRALinear(nn.Module):
    """A frozen linear layer and a product of two thin matrices that is trained beside it."""

    def __init__(self, linear, rank, alpha):
        super().__init__()
        self.linear = linear
        self.scale = alpha / rank
        weight = linear.weight
        self.A = nn.Parameter(torch.empty(rank, weight.shape[1], device=weight.device))
        self.B = nn.Parameter(torch.zeros(weight.shape[0], rank, device=weight.device))
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))  # as nn.Linear begins

    def forward(self, x):  # (batch, tokens, in) -> (batch, tokens, out)
        return self.linear(x) + self.scale * (x @ self.A.T @ self.B.T)

    def merged(self):
        """The linear layer with the product added to its weights."""
        with torch.no_grad():
            self.linear.weight += self.scale * self.B @ self.A
        return self.linear


def add_lora(model, rank=8, alpha=None):
    """Freeze a model, and put LoRA beside each linear layer of its blocks; the head and the embeddings stay frozen.

    Args:
        rank: rows of A, at most as many as the narrowest of the layers has inputs or outputs: with so many the product
            can be any matrix. The number of new parameters grows with it.
        alpha: how much the product counts, above 0; ``rank`` by default, so that the scale is 1.

    Returns:
        The number of parameters that are trained.

    Raises:
        ValueError: for a rank or an alpha out of this range, or a model that has LoRA already. The model is unchanged.
    """
    if any(isinstance(module, LoRALinear) for module in model.modules()):
        raise ValueError("This model has LoRA already: call merge_lora first, or load the weights anew.")
    layers = _layers(model, nn.Linear)
    require_rank(rank, min((min(layer.weight.shape) for *_, layer in layers), default=math.inf))
    if alpha is not None and not 0 < alpha < math.inf:
        raise ValueError(f"Expected an alpha above 0, or None for that of the rank, found {alpha!r}.")
    model.requires_grad_(False)
    for parent, name, layer in layers:
        setattr(parent, name, LoRALinear(layer, rank, rank if alpha is None else alpha))
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def require_rank(rank, width):
    """Raise a ValueError unless LoRA can have this rank beside layers that are ``width`` wide, or wider."""
    if not isinstance(rank, Integral) or rank < 1:
        raise ValueError(f"Expected a rank of at least 1, found {rank!r}.")
    if rank > width:
        raise ValueError(
            f"Expected a rank of at most {width}, the width of the model's layers, found {rank}. A higher one takes "
            "memory and adds nothing: 4 to 64 are usual."
        )


def merge_lora(model):
    """Add all products to the weights that they stand beside, in place; the model is an ordinary one again."""
    for parent, name, layer in _layers(model, LoRALinear):
        setattr(parent, name, layer.merged())
    model.requires_grad_(True)


def _layers(model, kind):
    """``(parent, name, layer)`` of all layers of a kind in the model's blocks."""
    return [
        (parent, name, layer)
        for parent in list(model.trf_blocks.modules())
        for name, layer in list(parent.named_children())
        if isinstance(layer, kind) and not isinstance(parent, LoRALinear)
    ]
