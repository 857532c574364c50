"""What is only there for speed: fused kernels, the faster matrix products, number formats, memory that is kept.

The model and the training are written out step by step in their own rooms. Each place that has a faster way asks
:func:`fused` and enters here. The numbers are the same but for rounding; nothing in this room decides what is computed.

Which way is taken can be switched three ways. Left alone, fused kernels are used wherever no gradients are needed, so
that training repeats the published runs digit for digit. Both can be forced:

    with fused_training():  # also where gradients are needed
        loss = calc_loss_batch(inputs, targets, model, device)
    with written_out(), torch.no_grad():  # not even where they are not needed, to look at attention weights for example
        model(inputs)
"""

import copy
import ctypes
import functools
import os
import platform
import sys
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import nn

# ---------------------------------------------------------------------------------------------------------------
# The switch
# ---------------------------------------------------------------------------------------------------------------

_forced = None  # True or False inside of a context that forces fused kernels or the written-out steps


def fused():
    """Tell whether PyTorch's fused kernels are to be used, which write no intermediate results to memory."""
    return not torch.is_grad_enabled() if _forced is None else _forced


@contextmanager
def _force(choice):
    global _forced
    before, _forced = _forced, choice
    try:
        yield
    finally:
        _forced = before


def fused_training(enabled=True):
    """Use fused kernels everywhere inside of ``with``; with False, as if no context were around: without gradients."""
    return _force(True if enabled else None)


def written_out():
    """Take the written-out steps everywhere inside of ``with``, also under ``torch.no_grad()``."""
    return _force(False)


# ---------------------------------------------------------------------------------------------------------------
# Kernels
# ---------------------------------------------------------------------------------------------------------------


class Linear(nn.Linear):
    """``nn.Linear``, computed on CPUs by oneDNN where fused kernels are used and it is faster; else as PyTorch does.

    Tensors that are to be computed by oneDNN have a layout of their own, hence the conversions; the weights are used
    where they are.
    """

    def forward(self, x):
        if (
            fused()
            and x.device.type == "cpu"
            and x.dtype == self.weight.dtype == torch.float32
            and x.numel() > 0
            and torch.backends.mkldnn.is_available()
            and not torch.is_autocast_enabled("cpu")
            and onednn_is_faster(x.numel() // x.shape[-1], self.weight.numel())
        ):
            return nn.functional.linear(x.to_mkldnn(), self.weight, self.bias).to_dense()
        return super().forward(x)


def onednn_is_faster(rows, size):
    """Whether oneDNN, and not MKL, multiplies rows by a matrix of ``size`` numbers here, in 32 bits on a CPU."""
    library, _ = product_library()
    if library == BOTH:
        return size >= 2**20 and rows * 2**16 <= size
    return library == "onednn"


BOTH = "mkl, and onednn for few rows and a large matrix"
LIBRARIES = ("mkl", "onednn")


@functools.cache
def product_library():
    """Which of two libraries multiplies 32-bit numbers on this CPU, and why: ``(library, reason)``.

    PyTorch itself takes MKL, if it came with it. MKL is Intel's: there, oneDNN took 1.3 times as long for a training
    step. On an AMD processor with AVX-512, oneDNN took half the time of MKL. On one with AVX2 alone MKL took less, 0.8
    for a training step of the small model, but for few rows and a large matrix: then most of the time goes into reading
    the matrix, which oneDNN shares out among threads. ``tests/benchmarks/products.py`` measures both. A rule, and no
    measurement at each start, because the last digits of all results depend on it, and so may a word of an answer.

    The environment variable ``CPU_PRODUCTS``, "mkl" or "onednn", overrides it.

    Raises:
        ValueError: if that names another one, or one that this PyTorch has not.
    """
    has = {"mkl": torch.backends.mkl.is_available(), "onednn": torch.backends.mkldnn.is_available()}
    wanted = os.environ.get("CPU_PRODUCTS")
    if wanted and not has.get(wanted):
        found = ", ".join(name for name in LIBRARIES if has[name]) or "neither"
        raise ValueError(
            f"The environment variable CPU_PRODUCTS is {wanted!r}: expected mkl or onednn, of which this PyTorch has "
            f"{found}. Correct or unset it."
        )
    if wanted:
        return wanted, "the environment variable CPU_PRODUCTS says so"
    if not has["mkl"]:
        return "onednn", "this PyTorch came without MKL"
    if is_intel():
        return "mkl", "this is a processor of Intel's"
    if torch.backends.cpu.get_cpu_capability() == "AVX2":
        return BOTH, "this processor has AVX2, but not AVX-512"
    return "onednn", "it was the faster one on a processor of this kind (AMD with AVX-512)"


def is_intel():
    """Whether the processor is Intel's; where the system does not tell, no."""
    try:
        vendor = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")  # Linux
    except OSError:
        vendor = platform.processor()  # Windows
    return "GenuineIntel" in vendor


@functools.cache
def report_products():
    """Print, once, what multiplies on this CPU, and why."""
    library, reason = product_library()
    print(f"Matrix products: {library}, because {reason}.")


def has_fast_attention(queries):
    """Whether :func:`fused_attention` is to be used, and is faster. In bf16 on CPUs, it is many times slower."""
    return fused() and not (queries.device.type == "cpu" and queries.dtype != torch.float32)


def fused_attention(queries, keys, values, dropout, visible=None):
    """What ``gpt.model.causal_attention`` computes, with the same arguments, as one operation."""
    return nn.functional.scaled_dot_product_attention(
        queries,
        keys,
        values,
        attn_mask=visible,
        dropout_p=dropout.p if dropout.training else 0.0,
        is_causal=visible is None,
    )


# ---------------------------------------------------------------------------------------------------------------
# Number formats
# ---------------------------------------------------------------------------------------------------------------

# Weights: more than the small model has, whose answers take seconds in any format and are to be the same on every
# machine, and fewer than GPT-2 small. Measured with GPT-2 medium.
LARGE = 100_000_000


def choose_precision(device, precision="auto"):
    """Return the number format to compute in, "fp32", "bf16" or "fp16", and print which and why.

    Weights stay in fp32 in any case; a shorter format is for the intermediate results and halves their memory.

    Raises:
        ValueError: for an unknown precision.
    """
    device = torch.device(device)
    reason = "it was asked for"
    if precision == "auto":
        if device.type == "cuda" and torch.cuda.get_device_capability(device) >= (8, 0):
            precision, reason = "bf16", "this GPU has units for it (Ampere or newer)"
        elif device.type == "cuda":
            precision, reason = "fp16", "this GPU is older than bf16; losses are scaled so that no gradient vanishes"
        elif device.type == "cpu" and _has_instructions_for_bf16():
            precision, reason = "bf16", "this processor has instructions for it"
        else:
            precision, reason = "fp32", "this device has no known instructions for a shorter format"
    elif precision not in ("fp32", "bf16", "fp16"):
        raise ValueError(f"Unknown precision {precision!r}: choose 'auto', 'fp32', 'bf16' or 'fp16'.")
    print(f"Precision: {precision}, because {reason}.")
    if device.type == "cpu":
        report_products()
    return precision


def _has_instructions_for_bf16():
    """Whether this processor has them; older releases of PyTorch do not tell, and then the answer is no."""
    capabilities = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(capabilities.get(key) for key in ("avx512_bf16", "amx_bf16"))


def shortened_for_generation(model, precision="auto"):
    """Return a copy of a large model with its weights in bf16, which generates faster, or else the model itself.

    On a CPU, a token costs at least the time to read all weights, and in bf16 they are half as many bytes. Rounded so,
    a model may choose another token now and then where two are nearly as likely. It is not for training: most steps of
    an optimizer are smaller than what bf16 can tell apart. Which format it is, and why, is printed.

    Args:
        model: a ``GPTModel``; it is not changed.
        precision: "fp32", "bf16", or "auto": bf16 on a processor with instructions for it, for 100 million weights or
            more. On GPUs it has not been measured, and "auto" leaves the weights alone.

    Raises:
        ValueError: for another precision.
    """
    weights, device = sum(map(torch.numel, model.parameters())), next(model.parameters()).device
    if precision not in ("auto", "fp32", "bf16"):
        raise ValueError(f"Unknown precision {precision!r} of weights: choose 'auto', 'fp32' or 'bf16'.")
    if precision != "auto":
        reason = "it was asked for"
    elif weights < LARGE:
        precision, reason = "fp32", "a model this small has little to gain"
    elif device.type != "cpu":
        precision, reason = "fp32", "a shorter format has been measured on CPUs only"
    elif _has_instructions_for_bf16():
        precision, reason = "bf16", "this processor has instructions for it"
    else:
        precision, reason = "fp32", "this processor has no known instructions for a shorter format"
    print(f"Weights for generation: {precision}, because {reason}.")
    if precision == "fp32":
        return model
    short = {
        id(weight): nn.Parameter(weight.detach().to(torch.bfloat16), requires_grad=False)
        for weight in model.parameters()
    }
    return copy.deepcopy(model, short)  # the weights are taken from there, so that none is copied in fp32 first


@contextmanager
def computing_in(precision, device):
    """Compute losses in a precision, with fused kernels; None is fp32, step by step as it is written out."""
    short = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
    autocast = torch.autocast(torch.device(device).type, dtype=short, enabled=short is not None)
    with _force(_forced if precision is None else True), autocast:
        yield


class NumberFormat:
    """The precision of a training, and what fp16 needs beyond it.

    Args:
        precision: as for :func:`computing_in`; "auto" lets :func:`choose_precision` decide.
    """

    def __init__(self, precision, device):
        self.device = torch.device(device)
        self.precision = choose_precision(device) if precision == "auto" else precision
        # The smallest gradients would be 0 in fp16, so the loss is multiplied by a large number before going backward.
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.precision == "fp16")
        self.scale = None  # after the last step

    def computing(self):
        """A context in which losses are computed in this precision."""
        return computing_in(self.precision, self.device)

    def backward(self, loss):
        """Compute the gradients of a loss, and add them to those that are there."""
        self.scaler.scale(loss).backward()

    def step(self, optimizer):
        """Let the optimizer change the weights; in fp16 it leaves out a step whose gradients are not finite.

        Returns:
            Whether the weights have changed. In fp16, a GPU has to wait for the answer.
        """
        before = self.scaler.get_scale() if self.scale is None else self.scale
        self.scaler.step(optimizer)
        self.scaler.update()
        self.scale = self.scaler.get_scale()  # smaller after a step that was left out; without fp16 always 1
        return self.scale >= before


# ---------------------------------------------------------------------------------------------------------------
# Memory
# ---------------------------------------------------------------------------------------------------------------


def copied_to(device, batch):
    """Put a batch on a device; from pinned memory, without waiting until it is there.

    Only pinned memory stays until it has been read. From any other, an Apple GPU told not to wait was seen to read what
    had been freed meanwhile (https://github.com/pytorch/pytorch/issues/189690), and an NVIDIA GPU waits in any case.
    """
    return batch.to(device, non_blocking=batch.device.type == "cpu" and batch.is_pinned())


def keep_freed_memory():
    """Let the C library keep memory that was freed, instead of giving it back to the system.

    A training step on the CPU frees and takes the same hundreds of megabytes again and again. Given back, they come
    anew, page by page, and that can take a third of the time. Linux with glibc only; elsewhere it does nothing.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if set_option:
        trim_threshold, mmap_max, arena_max = -1, -4, -8  # from malloc.h
        set_option(trim_threshold, -1)
        set_option(mmap_max, 0)
        set_option(arena_max, 1)


def keep_few_kernels():
    """Let oneDNN keep the 64 kernels used last, not 1,024. Call it before any computation.

    oneDNN makes a kernel for every new length of a batch. Those that it keeps lie in between the memory that a training
    step gives back, and cut it into pieces that are too small for the next step's largest tensors. So the memory grows
    with each new length (17 GB for GPT-2 medium, whose steps need 8). With too few, kernels are made again and again:
    on an Intel processor with AMX, where that takes long, a step in bf16 took 3.9 s with 16 of them and 1.5 s with 64.
    Both variables can be set to other numbers. Linux only, as :func:`keep_freed_memory`.
    """
    if sys.platform == "linux":
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")  # the kernels
        os.environ.setdefault("LRU_CACHE_CAPACITY", "64")  # PyTorch's descriptions of them
