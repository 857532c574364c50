"""GPT-2's checkpoint as OpenAI published it: its settings, and its weights in TensorFlow's format.

    settings = json.loads(Path("data/gpt2/6M/hparams.json").read_text(encoding="utf-8"))
    params = load_gpt2_params_from_tf_ckpt("data/gpt2/6M", settings)
    params["blocks"][0]["attn"]["c_attn"]["w"]      # (n_embd, 3 * n_embd)

The format is read here, through ``gpt.checkpoint_index``: TensorFlow, whose import alone takes seconds, is asked only
about a checkpoint that has something which OpenAI's do not have. Both compare the checksum of each tensor that they
read. The room neither brings files nor writes any.
"""

import json
import os
import re
import threading
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from gpt.checkpoint_index import UnknownKind, read_index
from gpt.crc32c import crc32c, masked

WEIGHTS_FILE = "model.ckpt.data-00000-of-00001"
INDEX_FILE = "model.ckpt.index"
CONVERTED_FILE = "model.converted.safetensors"  # the weights once more, made here for later starts


def find_settings_problem(path):
    """Tell what is wrong with an ``hparams.json``, or return None."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return f"the file is not valid JSON ({error})"
    keys = {"n_vocab", "n_ctx", "n_embd", "n_head", "n_layer"}
    if not isinstance(settings, dict) or set(settings) != keys:
        return f"expected a JSON object with the keys {sorted(keys)}"
    if not all(isinstance(value, int) and value > 0 for value in settings.values()):
        return f"expected positive whole numbers, found {settings}"
    return None


def count_parameters(settings):
    """Number of weights in a GPT-2 checkpoint; the output head shares the token embedding's."""
    width = settings["n_embd"]
    block = 12 * width * width + 13 * width  # attention 4 w² + 4 w, feed-forward 8 w² + 5 w, two norms 4 w
    return (settings["n_vocab"] + settings["n_ctx"] + 2) * width + settings["n_layer"] * block


def load_gpt2_params_from_tf_ckpt(model_dir, settings):
    """Read all weights of a TensorFlow checkpoint into the nested dict that :func:`nest` makes.

    Raises:
        ImportError: if only TensorFlow can read it and cannot be imported, saying how to do without or to install it.
        ValueError: if the checkpoint is damaged or does not belong to the settings.
    """
    shapes, read = open_checkpoint(model_dir)
    return nest(((name, read(name)) for name in shapes), model_dir, settings)


def open_checkpoint(model_dir):
    """Open a TensorFlow checkpoint; return ``{name: shape}`` and a function that reads the array of a name.

    The arrays are mapped from the data file. Changing them does not change the file.
    """
    folder = Path(model_dir)
    try:
        with _damage_explained(folder):
            places = read_index(folder / INDEX_FILE)
    except UnknownKind as reason:
        return _open_with_tensorflow(folder, reason)

    def read(name):
        with _damage_explained(folder):
            return _read(folder / WEIGHTS_FILE, name, places[name])

    return {name: _without_ones(place.shape) for name, place in places.items()}, read


def _without_ones(shape):
    """OpenAI stores the matrices of its 1-by-1 convolutions as (1, inputs, outputs)."""
    return shape[-2:]


def _read(path, name, place):
    """Map a tensor from the data file, once its checksum is right.

    For GPT-2 medium, 1.4 GB, that takes 0.4 s of processor time, once: later starts map the converted copy. A download
    is checked as well, but where no digest is known only by its size, and a disk can fail later.
    """
    found = path.stat().st_size
    if place.offset + place.size > found:
        raise ValueError(f"{name} ends at byte {place.offset + place.size:,} of {path.name}, which has {found:,}")
    # "c": what is changed stays in memory
    array = np.asarray(np.memmap(path, "<f4", "c", place.offset, _without_ones(place.shape)))
    if masked(crc32c(array)) != place.checksum:
        raise ValueError(f"{path.name}: the checksum of {name} is wrong")
    return array


@contextmanager
def _damage_explained(folder, *errors):
    """Say what to do about a damaged checkpoint."""
    try:
        yield
    except (ValueError, FileNotFoundError, *errors) as error:
        raise ValueError(
            f"{folder}: the checkpoint is damaged ({error}). Remove the folder and run this again to fetch it anew."
        ) from error


def _open_with_tensorflow(folder, reason):
    """:func:`open_checkpoint` for a checkpoint of a kind that ``gpt.checkpoint_index`` does not know."""
    tf = _import_tensorflow(folder, reason)

    def or_say_damaged(function, *arguments):
        # TensorFlow checks every tensor's checksum, but does not say what to do about a wrong one.
        with _damage_explained(folder, tf.errors.OpError, RuntimeError, IndexError):
            return function(*arguments)

    reader = or_say_damaged(tf.train.load_checkpoint, str(folder / "model.ckpt"))
    shapes = {name: _without_ones(tuple(shape)) for name, shape in sorted(reader.get_variable_to_shape_map().items())}
    reading = threading.Lock()  # TensorFlow's reader is not made for several threads

    def read(name):
        with reading:
            return or_say_damaged(reader.get_tensor, name).reshape(shapes[name])

    return shapes, read


def _import_tensorflow(folder, reason):
    # With oneDNN, TensorFlow keeps the memory of the largest weight until the process ends; without, it gives it back.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    try:
        with _native_log_hidden():
            import tensorflow
    except ImportError as error:
        raise ImportError(
            f"The weights in {folder} are a TensorFlow checkpoint of a kind that only TensorFlow reads ({reason}), and "
            f"TensorFlow cannot be imported ({error}). It is needed only the first time that this checkpoint is read; "
            "later starts take the copy that is made then. Install it with `pip install tensorflow` (it has wheels for "
            f"Python 3.10 to 3.13), or do without: take the file {CONVERTED_FILE} that another machine has made of the "
            f"same checkpoint, and put it into {folder}. Or, for OpenAI's sizes, set the environment variable "
            "GPT2_SOURCE to huggingface before you start Jupyter: the same weights from the Hugging Face Hub."
        ) from error
    return tensorflow


@contextmanager
def _native_log_hidden():
    """Hide what compiled libraries write to the error stream, past Python, while they load.

    TensorFlow reports there that *it* found no GPU driver, which readers take for a fault of their machine. An
    exception during the import is raised as always.
    """
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def nest(arrays, model_dir, settings):
    """Nest ``(name, array)`` pairs as TensorFlow names them, like paths.

    ``model/h3/attn/c_attn/w``: block 3, attention, the layer that makes queries, keys and values, its weight matrix.
    Only the final layer norm, ``model/ln_f``, stands at the top, as ``params["g"]`` and ``params["b"]``.
    """
    params = {"blocks": [{} for _ in range(settings["n_layer"])]}
    for name, array in arrays:
        *path, last = name.removeprefix("model/").removeprefix("ln_f/").split("/")
        target = params
        for key in path:
            block = re.fullmatch(r"h(\d+)", key)
            if block and int(block[1]) >= settings["n_layer"]:
                raise ValueError(
                    f"{model_dir}: hparams.json announces {settings['n_layer']} blocks, but the checkpoint holds "
                    f"{name}. Remove the folder and download the model again."
                )
            target = params["blocks"][int(block[1])] if block else target.setdefault(key, {})
        target[last] = array
    return params
