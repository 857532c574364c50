"""How much memory each of many GPUs needs to train a model, and how much they send each other: from a simulation.

A training step runs on PyTorch's meta device, where tensors have a shape and no numbers. So nothing is computed, and
what a GPU would have to hold at each moment can be counted for models of any size, in a second.

    rows = simulate("gpt2-xl (1558M)", processes=(1, 8, 64))
    scaling_page(rows)          # a table, at the end of a cell

Counted are the tensors of a step in fp32 with AdamW. Not counted is what a real GPU holds besides: the libraries' own
memory (about a gigabyte), buffers of the communication, gaps between tensors.
"""

import weakref
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gpt.kernels import fused_training
from gpt.model import GPTModel, config_of
from gpt.tables import table
from gpt.weights import without_weights

AVERAGES = 2  # of AdamW, for each weight


class Scaling(NamedTuple):
    """What each of some processes needs; bytes."""

    model_name: str
    way: str  # "DDP", "FSDP", or "alone"
    processes: int
    states: int  # weights, gradients, AdamW's averages
    peak: int  # at the fullest moment of a step
    sent: int  # by each process in each step


def simulate(model_name, processes=(1, 2, 4, 8, 16, 32, 64), rows=8, tokens=160):
    """Return a :class:`Scaling` for each number of processes with DDP, then with FSDP; one process is alone.

    Args:
        rows, tokens: of the batch of each process.
    """
    found, several = [], [number for number in processes if number > 1]
    for way, numbers in (("alone", [1] if 1 in processes else []), ("DDP", several), ("FSDP", several)):
        timeline, weights = count_memory_of_a_step(config_of(model_name), rows, tokens, way)
        for number in numbers:
            parts = number if way == "FSDP" else 1
            peak = int((timeline[:, 0] + timeline[:, 1] / parts).max())  # whole, and the own share
            states = (2 + AVERAGES) * weights // parts
            found.append(Scaling(model_name, way, number, states, peak, bytes_sent(weights, number, way)))
    return found


def bytes_sent(weights, processes, way):
    """What each process sends in a step, when all of them stand in a ring.

    DDP: the sum of all gradients is made in N - 1 steps of 1/N, and handed on in as many. FSDP: the weights are put
    together twice, forward and backward, and the gradients are summed up once.

    Args:
        weights: bytes of all weights.
    """
    return {"alone": 0, "DDP": 2, "FSDP": 3}[way] * weights * (processes - 1) // processes


def scaling_page(rows):
    """A table of what :func:`simulate` has found, for one model or several, for the end of a cell."""
    cells = [
        (row.model_name, row.way, row.processes, *(f"{size / 1e9:.1f} GB" for size in row[3:])) for row in rows
    ]
    return table(
        ("Model", "Way", "GPUs", "States", "At most", "Sent per step"), cells, numeric=(2, 3, 4, 5),
        caption="Memory and communication of each GPU, simulated",
        note="States: weights, gradients, AdamW's averages. At most: with the intermediate results of its own batch.",
    )  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------
# The simulation
# ---------------------------------------------------------------------------------------------------------------


class _Memory(TorchDispatchMode):
    """Counts the bytes that are held, inside of ``with``: new tensors by themselves, anything else by :meth:`hold`.

    Two numbers are kept for each moment: what each process holds whole, and what would be shared out.
    """

    def __init__(self, weights):
        super().__init__()
        self.known = {id(weight.untyped_storage()): weight.untyped_storage() for weight in weights}
        self.whole = self.shared = 0
        self.timeline = []

    def hold(self, whole=0, shared=0):
        self.whole, self.shared = self.whole + whole, self.shared + shared
        self.timeline.append((self.whole, self.shared))

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        for tensor in tree_leaves(result):
            storage = tensor.untyped_storage() if isinstance(tensor, torch.Tensor) else None
            if storage is None or id(storage) in self.known:
                continue
            size = storage.nbytes()
            self.known[id(storage)] = None
            self.hold(whole=size)
            weakref.finalize(storage, self._let_go, id(storage), size)
        return result

    def _let_go(self, number, size):
        self.known.pop(number, None)
        self.hold(whole=-size)


class _AttentionOfAGPU(TorchFunctionMode):
    """On the meta device PyTorch writes attention out; a GPU has a kernel that keeps no weights of attention."""

    def __torch_function__(self, function, types, arguments=(), options=None):
        if function is nn.functional.scaled_dot_product_attention:
            queries, keys, values = arguments
            attend = torch.ops.aten._scaled_dot_product_efficient_attention
            return attend(queries, keys, values, None, True, 0.0, True)[0]
        return function(*arguments, **(options or {}))


def count_memory_of_a_step(config, rows, tokens, way):
    """Run a training step on the meta device.

    Returns:
        ``(timeline, weights)``: an array with two columns, the bytes that a process holds whole and those that FSDP
        shares out, a row for each moment; and the bytes of all weights.
    """
    with without_weights():
        model = GPTModel(config)
    weights = sum(weight.nbytes for weight in model.parameters())
    memory = _Memory(model.parameters())
    inputs = torch.zeros(rows, tokens, dtype=torch.int64, device="meta")
    memory.hold(shared=(1 + AVERAGES) * weights)
    if way == "DDP":
        memory.hold(shared=weights)  # gradients lie in buckets, which are kept between steps
        for weight in model.parameters():
            weight.register_post_accumulate_grad_hook(_drop_gradient)
    root = _share_out(model, memory) if way == "FSDP" else None
    with memory, _AttentionOfAGPU(), fused_training():
        if root:
            root.gather()
        features = model.features(inputs)
        if root:
            root.release()
            features.register_hook(lambda _: root.gather())
        loss = nn.functional.cross_entropy(model.out_head(features).flatten(0, 1), inputs.flatten())
        del features
        loss.backward()
    return np.array(memory.timeline, dtype=np.float64), weights


def _drop_gradient(weight):
    weight.grad = None  # the bucket has it


class _Unit:
    """Weights that FSDP2 puts together and lets go of as one."""

    def __init__(self, weights, memory):
        self.memory, self.size = memory, sum(weight.nbytes for weight in weights)
        self.is_held, self.gradients, self.waiting = False, [], len(weights)
        self.next = self.previous = None
        for weight in weights:
            weight.register_post_accumulate_grad_hook(self._take_gradient)

    def gather(self, *_):
        if not self.is_held:
            self.is_held = True
            self.memory.hold(whole=2 * self.size)  # what has come from the others, and the weights made of it
            self.memory.hold(whole=-self.size)

    def release(self, *_):
        self.is_held = False
        self.memory.hold(whole=-self.size)

    def go_forward(self, *_):
        self.gather()
        self.next.gather()

    def go_backward(self, *_):
        self.gather()
        self.previous.gather()

    def _take_gradient(self, weight):
        """Keep whole gradients until those of all weights are there; then send them off and keep the own part."""
        self.gradients.append(weight.grad)
        weight.grad = None
        self.waiting -= 1
        if self.waiting == 0:
            self.memory.hold(whole=self.size, shared=self.size)
            self.memory.hold(whole=-self.size)
            self.gradients.clear()
            self.release()


def _share_out(model, memory):
    """Let hooks count what FSDP2 holds of each block and of the head; return the rest, of which no module is called."""
    modules = (*model.trf_blocks, model.out_head)
    inner = [_Unit(list(module.parameters()), memory) for module in modules]
    of_modules = {id(weight) for module in modules for weight in module.parameters()}
    root = _Unit([weight for weight in model.parameters() if id(weight) not in of_modules], memory)
    for unit, before, after in zip(inner, [root, *inner], [*inner[1:], inner[-1]], strict=False):
        unit.previous, unit.next = before, after
    for module, unit in zip(modules, inner, strict=True):
        module.register_forward_pre_hook(unit.go_forward)
        module.register_forward_hook(unit.release)
        module.register_full_backward_pre_hook(unit.go_backward)
    return root
