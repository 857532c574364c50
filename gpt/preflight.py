"""Before anything heavy: what a model needs in memory, disk and minutes, what this machine has, and what to change.

    plan = preflight("gpt2-medium (355M)", device, entries)
    plan.page()                                  # a table, at the end of a cell
    plan.beside(minutes, peak_memory(device))    # after the training

Nothing is loaded for it. Memory is counted from the model's shape; the minutes come from one transformer block
of that shape, trained here for a second. What the machine has is the subject of ``gpt.machine``.
"""

import contextlib
import io
import math
import re
import statistics
import time
from typing import Any, NamedTuple

import torch
from torch import nn

from gpt.files import write_json
from gpt.kernels import Linear, choose_precision, computing_in, onednn_is_faster
from gpt.machine import free_disk, memory_of, taken_memory
from gpt.model import GPTModel, TransformerBlock, config_of, model_configs
from gpt.tables import table
from gpt.templates import ALPACA
from gpt.weights import without_weights

FLOAT = 4  # bytes
TRAINED_WEIGHT = 4 * FLOAT  # the weight, its gradient, AdamW's two averages
RESPONSE_ROWS, RESPONSE_TOKENS = 32, 128  # notebook 06: so many prompts side by side, each with its answer
# What a block keeps for the backward pass, in vectors of emb_dim for each token: its input, the two normalized copies,
# queries, keys and values, the mixed values as attention and as the projection see them, the sum after attention (in
# all 9), and before and after GELU four times that width (8).
KEPT_IN_A_BLOCK = 17
KEPT_LOGITS = 3  # the logits, their gradient, and what the softmax in between needs
# Measured, and hardly dependent on the model: the kernels that oneDNN keeps on a CPU, one for every layer and length of
# a batch, where they are not limited (keep_few_kernels).
KEPT_KERNELS = 0.6e9
KEPT_WITHOUT = 0.2e9  # measured where MKL multiplies: gaps between tensors, and batches longer than the average
DISK_SPEED = 0.4e9  # bytes per second, for checkpoints


class Plan(NamedTuple):
    """What :func:`preflight` has found; sizes in bytes, None where it is not known."""

    model_name: str
    device: Any
    batch: tuple  # (rows, tokens) of a training batch, as it goes through the model
    download: int
    memory: dict  # "load", "generate", "train": the program itself included
    available: int  # memory: what is free, and what this program has already
    total: int
    disk: list  # (what for, needed, free)
    seconds_per_step: float
    minutes: float  # for the whole training, evaluations included
    epochs: int
    advice: list  # sentences; empty if everything fits

    def page(self):
        """The plan as a table, for the end of a cell."""
        where = "GPU memory" if self.device.type == "cuda" else "Memory"
        rows = [("To download", size(self.download), "")]
        for name, text in (("load", "to load"), ("generate", "to write the answers"), ("train", "to train")):
            rows.append((f"{where} {text}", size(self.memory[name]), size(self.available)))
        rows += [(f"Disk for {name}", size(needed), size(free)) for name, needed, free in self.disk]
        rows.append((f"Training, {self.epochs} epochs", in_minutes(self.minutes), ""))
        return table(
            ("What", "Needed, about", "Free"), rows, numeric=(1, 2),
            caption=f"{self.model_name} on this machine ({self.device.type}), batches of {self.batch[0]} entries",
            note=" ".join(self.advice) or "Everything fits.",
        )  # fmt: skip

    def beside(self, minutes, peak, keep_as=None):
        """Prediction and measurement side by side.

        Args:
            minutes: what the training took; None if no whole training was timed.
            peak: the most memory that was taken, see ``gpt.machine.peak_memory``.
            keep_as: a JSON file for the four numbers.
        """
        if keep_as is not None:
            found = {"minutes": [self.minutes, minutes], "memory": [self.memory["train"], peak]}
            write_json(keep_as, found)
        rows = []
        for name, predicted, actual, show in (
            ("Training", self.minutes, minutes, in_minutes),
            ("Memory at most", self.memory["train"], peak, size),
        ):
            ratio = f"{predicted / actual:.2f}" if actual else ""
            rows.append((name, show(predicted), show(actual) if actual else "not measured", ratio))
        return table(("What", "Predicted", "Measured", "Predicted / measured"), rows, numeric=(1, 2, 3))


def size(bytes_):
    """``1_420_000_000`` -> ``"1.4 GB"``."""
    if bytes_ is None:
        return "not known"
    return "none" if bytes_ == 0 else f"{bytes_ / 1e9:,.1f} GB" if bytes_ >= 5e7 else f"{bytes_ / 1e6:,.1f} MB"


def in_minutes(minutes):
    """``0.75`` -> ``"0.8 minutes"``."""
    return f"{minutes:,.1f} minutes" if minutes < 120 else f"{minutes / 60:,.1f} hours"


def preflight(
    model_name, device, entries, *, download=0, model=None, models_dir=".", outputs_dir=".", is_converted=True,
    num_epochs=2, batch_size=8, eval_freq=5, eval_iter=5, precision=None
):  # fmt: skip
    """Compare what a model needs with what the machine has.

    Args:
        entries: the instruction entries to train on.
        download: bytes that are still to be fetched, see ``gpt_download.bytes_to_download``.
        model: the model, if it is loaded already, so that its memory is not counted twice.
        models_dir, outputs_dir: where the checkpoint and the results lie, or will lie.
        is_converted: whether the copy of the weights for quick starts is there.
        num_epochs, batch_size, eval_freq, eval_iter: as in the training.
        precision: that of the training; None is what notebook 04 takes, fp32 on a CPU and "auto" elsewhere.

    Returns:
        A :class:`Plan`.
    """
    config, steps_per_epoch = config_of(model_name), len(entries) // batch_size

    def tokens_of(rows):
        return tokens_of_a_row(entries, rows, device)

    tokens = tokens_of(batch_size)
    # On a GPU the program's own memory is not in question, and what it has there already is the model.
    taken = (taken_memory(device) or 0) - (FLOAT * sum(map(torch.numel, model.parameters())) if model else 0)
    program = 0 if device.type == "cuda" else max(0, taken)
    free, total = memory_of(device)
    available = total if free is None else free + (taken_memory(device) or 0)

    memory = memory_needed(model_name, device, batch_size, tokens, program)
    step, evaluation = measured_step(config, batch_size, tokens, device, precision)
    weights, _ = parameters_of(config)
    steps = num_epochs * steps_per_epoch
    saving = (steps // 50 + num_epochs) * 12 * weights / DISK_SPEED
    evaluations = math.ceil(steps / eval_freq) * 2 * eval_iter * evaluation
    disk = [
        ("the model", download + (0 if is_converted else FLOAT * parameters_of(config)[1]), free_disk(models_dir)),
        # While a training checkpoint is written, the one before it is still there.
        ("the results", (2 * 12 + FLOAT) * weights, free_disk(outputs_dir)),
    ]
    return Plan(
        model_name, device, (batch_size, tokens), download, memory, available, total, disk, step,
        (steps * step + evaluations + saving) / 60, num_epochs,
        advice_for(model_name, device, memory, available, disk, batch_size, tokens_of, program),
    )  # fmt: skip


def tokens_of_a_row(entries, batch_size, device):
    """How many tokens of a row of a training batch go through the model, on average.

    On a CPU each row's own, and a share of what all rows begin with, which is computed once. Elsewhere all rows are
    filled up to the longest of their batch. Counted in words and signs, for which no vocabulary is needed: for our data
    3 % less than in tokens.
    """
    texts = [re.findall(r"\w+|[^\w ]", ALPACA.full_text(entry)) for entry in entries]
    lengths = [len(text) + 1 for text in texts]
    batches = [lengths[i : i + batch_size] for i in range(0, len(lengths), batch_size)]
    if device.type != "cpu":
        return round(statistics.mean(map(max, batches)))
    columns = zip(*texts, strict=False)
    shared = next((i for i, words in enumerate(columns) if len(set(words)) > 1), min(map(len, texts)))
    return round(statistics.mean((sum(batch) - (len(batch) - 1) * shared) / len(batch) for batch in batches))


# ---------------------------------------------------------------------------------------------------------------
# Memory
# ---------------------------------------------------------------------------------------------------------------


def parameters_of(config):
    """How many weights the model has, and how many its checkpoint: that has no output head of its own."""
    with without_weights():
        model = GPTModel(config)
    count = sum(map(torch.numel, model.parameters()))
    return count, count - model.out_head.weight.numel()


def memory_needed(model_name, device, rows, tokens, program=0):
    """Bytes to load a model, to write answers with it, and to train it in fp32 with batches of ``(rows, tokens)``."""
    config = config_of(model_name)
    weights, stored = parameters_of(config)
    layers, emb_dim = config["n_layers"], config["emb_dim"]
    cache = 2 * layers * RESPONSE_ROWS * RESPONSE_TOKENS * emb_dim * FLOAT
    kept = rows * tokens * FLOAT * (KEPT_IN_A_BLOCK * layers * emb_dim + KEPT_LOGITS * config["vocab_size"])
    # Larger models are told to keep few kernels, see notebook_setup.load_pretrained.
    rest = 0
    if device.type == "cpu" and model_name == min(model_configs, key=_width):
        has_kernels = onednn_is_faster(rows * tokens, emb_dim * config["vocab_size"])
        rest = KEPT_KERNELS if has_kernels else KEPT_WITHOUT
    return {
        "load": program + FLOAT * weights,
        "generate": program + FLOAT * weights + 2 * cache,  # the cache, and a copy of it when rows leave
        "train": program + TRAINED_WEIGHT * weights + kept + rest,
    }


def _width(model_name):
    return model_configs[model_name]["emb_dim"]


def advice_for(model_name, device, memory, available, disk, batch_size, tokens_of, program=0):
    """What to change where something does not fit: a list of sentences.

    Args:
        tokens_of: a function that tells how many tokens each of so many rows of a batch has.
    """
    advice = [
        f"There is not enough room on the disk for {name}: about {size(needed)} are needed and {size(free)} are free. "
        "Make room, or choose another folder."
        for name, needed, free in disk
        if needed > free
    ]
    if available is None or memory["train"] <= available:
        return advice
    advice.append(f"The training needs about {size(memory['train'])} of memory and {size(available)} can be had.")

    def fits(name, rows):
        return memory_needed(name, device, rows, tokens_of(rows), program)["train"] <= available

    parts = next((parts for parts in (2, 4, 8) if parts <= batch_size and fits(model_name, batch_size // parts)), None)
    smaller = [name for name in model_configs if _width(name) < _width(model_name) and fits(name, batch_size)]
    if parts:
        advice.append(
            f"Choose batch_size={batch_size // parts} for the training loader with accumulation_steps={parts}: the "
            "same steps in less memory."
        )
    if smaller:
        advice.append(f"{'Or set' if parts else 'Set'} the environment variable CHOOSE_MODEL to {smaller[-1]!r}.")
    if not parts and not smaller:
        advice.append("No model of this series fits: close other programs, or use a machine with more memory.")
    if memory["generate"] <= available:
        advice.append("What needs no training (notebooks 00 to 03) runs as it is.")
    return advice


# ---------------------------------------------------------------------------------------------------------------
# Time
# ---------------------------------------------------------------------------------------------------------------


def measured_step(config, rows, tokens, device, precision=None, seconds=1.5):
    """Seconds of a training step and of evaluating a batch, from one block and one output head.

    Args:
        seconds: how long the measurement may take, about. Each part is repeated at least twice.
    """
    precision = precision or ("fp32" if device.type == "cpu" else "auto")
    if precision == "auto":
        with contextlib.redirect_stdout(io.StringIO()):  # the training will print it
            precision = choose_precision(device)
    # A quarter of the vocabulary, because the head takes long, and four times as long with all of it.
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        block = TransformerBlock(config).to(device)
        head = Linear(config["emb_dim"], config["vocab_size"] // 4, bias=False, device=device)
        x = torch.randn(rows, tokens, config["emb_dim"], device=device, requires_grad=True)
    targets = torch.zeros(rows * tokens, dtype=torch.int64, device=device)
    numbers, others = torch.zeros(2, 2**22, device=device)

    def forward():
        with computing_in(precision, device):
            return block(x).float().sum()

    def score():
        with computing_in(precision, device):
            return nn.functional.cross_entropy(head(x.flatten(0, 1)).float(), targets)

    with torch.enable_grad():
        block_both = _seconds_of(lambda: forward().backward(), device, seconds / 4)
        head_both = _seconds_of(lambda: score().backward(), device, seconds / 4)
    with torch.no_grad():
        block_forward = _seconds_of(forward, device, seconds / 8)
        head_forward = _seconds_of(score, device, seconds / 8)
    # AdamW reads four numbers for each weight and writes three; an addition reads two and writes one. (To make an
    # optimizer only for that would import PyTorch's compiler, which takes longer than all that is measured here.)
    addition = _seconds_of(lambda: numbers.add_(others), device, seconds / 8)
    update = addition / len(numbers) * parameters_of(config)[0] * 7 / 3
    layers = config["n_layers"]
    return layers * block_both + 4 * head_both + update, layers * block_forward + 4 * head_forward


def _seconds_of(function, device, limit):
    """The median time of some calls after a first one, which has kernels to make."""
    waits = {"cuda": torch.cuda.synchronize, "mps": torch.mps.synchronize}
    wait = waits.get(device.type, lambda: None)
    times, started = [], time.perf_counter()
    while len(times) < 3 or time.perf_counter() - started < limit:
        begun = time.perf_counter()
        function()
        wait()
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])
