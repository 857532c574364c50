"""What every notebook of the series needs and none of them teaches: paths, device, choice of model."""

import ctypes
import os
import re
import sys
from pathlib import Path

import torch

from gpt_download import SHIPPED_SIZE, download_and_load_gpt2, download_files
from previous_chapters import (
    BASE_CONFIG,
    GPTModel,
    load_tokenizer,
    load_weights_into_gpt,
    model_configs,
    without_weights,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"

SMALL_MODEL = next(name for name in model_configs if SHIPPED_SIZE in name)
GPU_MODEL = "gpt2-medium (355M)"

TRAINING_CHECKPOINT = "training-checkpoint.pt"  # in the output folder; from it notebook 04 goes on after a disconnect

# Older releases computed wrong results on Apple GPUs: this model's first loss came out as 19.9 instead of 3.8.
FIRST_TORCH_RIGHT_ON_MPS = (2, 9)


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
    """Let oneDNN keep the kernels for one layer's shapes only, not the 1024 latest. Call it before any computation.

    oneDNN makes a kernel for every new length of a batch. Those that it keeps lie in between the memory that a training
    step gives back, and cut it into pieces that are too small for the next step's largest tensors. So the memory grows
    with each new length (17 GB for GPT-2 medium, whose steps need 8). To make a kernel takes about half a millisecond,
    which does not count in a step of seconds. Linux only, as :func:`keep_freed_memory`.
    """
    if sys.platform == "linux":
        os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "16")  # the kernels
        os.environ.setdefault("LRU_CACHE_CAPACITY", "16")  # PyTorch's descriptions of them


def choose_device():
    """Return the device to compute on: an NVIDIA GPU, else an Apple GPU on which torch is right, else the CPU."""
    torch_version = tuple(int(number) for number in re.findall(r"\d+", torch.__version__)[:2])
    if torch.cuda.is_available():
        device = torch.device("cuda")
    elif torch.backends.mps.is_available() and torch_version >= FIRST_TORCH_RIGHT_ON_MPS:
        device = torch.device("mps")
    else:
        device = torch.device("cpu")
        keep_freed_memory()
    print(f"Device: {device}")
    return device


def choose_model(device):
    """Return the name of the model to use, a key of ``model_configs``, and print which and why.

    The environment variable ``CHOOSE_MODEL`` decides if it is set. Otherwise a machine with a GPU gets the model of
    the book-like chapters, and a machine without one gets the small model that is shipped in data/gpt2.

    Raises:
        ValueError: if the environment variable names no known model.
    """
    wanted = os.environ.get("CHOOSE_MODEL")
    if wanted and wanted not in model_configs:
        names = ", ".join(repr(name) for name in model_configs)
        raise ValueError(f"The environment variable CHOOSE_MODEL is {wanted!r}: expected one of {names}.")
    if wanted:
        model, reason = wanted, "the environment variable CHOOSE_MODEL says so"
    elif device.type == "cpu":
        model, reason = SMALL_MODEL, "there is no GPU to compute on; it is small enough for a laptop"
    else:
        model, reason = GPU_MODEL, "there is a GPU"
    print(f"Model:  {model}, because {reason}.")
    if device.type == "cpu" and model != SMALL_MODEL:  # whose steps are so short that making kernels takes a tenth
        keep_few_kernels()
    return model


def model_size_of(model_name):
    """``"gpt2-medium (355M)"`` -> ``"355M"``, the name of its checkpoint."""
    return model_name.split(" ")[-1].lstrip("(").rstrip(")")


def config_of(model_name):
    """The whole configuration of a model, as ``GPTModel`` takes it."""
    return {**BASE_CONFIG, **model_configs[model_name]}


def load_vocabulary(model_name):
    """Return the tokenizer of a model; its two small files are downloaded if they are missing."""
    names = ("encoder.json", "vocab.bpe")
    return load_tokenizer(download_files(model_size_of(model_name), DATA / "gpt2", names))


def load_pretrained(model_name):
    """Do what notebook 01 does step by step: return ``(model, tokenizer)``, the model in evaluation mode."""
    _, params = download_and_load_gpt2(model_size=model_size_of(model_name), models_dir=DATA / "gpt2")
    with without_weights():
        model = GPTModel(config_of(model_name))
    load_weights_into_gpt(model, params)
    return model.eval(), load_vocabulary(model_name)


def short_name(model_name):
    """``"gpt2-medium (355M)"`` -> ``"gpt2-medium355M"``, for file and folder names."""
    return re.sub(r"[ ()]", "", model_name)


def output_folder(model_name):
    """The folder for everything that the notebooks make with this model; it is created.

    It lies in ``outputs/`` unless the environment variable ``OUTPUTS_DIR`` names another place.
    """
    folder = Path(os.environ.get("OUTPUTS_DIR", ROOT / "outputs")) / short_name(model_name)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def require(path, notebook):
    """Return ``path`` if the file is there.

    Raises:
        FileNotFoundError: naming the notebook that makes the file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f"{path} is not there yet: run {notebook} with this model first, then this one again.")
    return Path(path)
