"""GPT-2's checkpoint as OpenAI published it: its settings, and its weights in TensorFlow's format.

    settings = json.loads(Path("data/gpt2/6M/hparams.json").read_text(encoding="utf-8"))
    params = load_gpt2_params_from_tf_ckpt("data/gpt2/6M", settings)
    params["blocks"][0]["attn"]["c_attn"]["w"]      # (n_embd, 3 * n_embd)

The room neither brings files nor writes any.
"""

import json
import os
import re
from contextlib import contextmanager
from pathlib import Path

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
        ImportError: if TensorFlow cannot be imported, saying how to do without or to install it.
        ValueError: if the checkpoint is damaged or does not belong to the settings.
    """
    shapes, read = open_checkpoint(model_dir)
    return nest(((name, read(name)) for name in shapes), model_dir, settings)


def open_checkpoint(model_dir):
    """Open a TensorFlow checkpoint; return ``{name: shape}`` and a function that reads the array of a name."""
    tf = _import_tensorflow(model_dir)

    def or_say_damaged(function, *arguments):
        try:
            return function(*arguments)
        except (tf.errors.OpError, RuntimeError, IndexError) as error:
            # TensorFlow checks every tensor's checksum, but does not say what to do about a wrong one.
            raise ValueError(
                f"{model_dir}: the checkpoint is damaged ({error}). "
                "Remove the folder and run this again to fetch it anew."
            ) from error

    reader = or_say_damaged(tf.train.load_checkpoint, str(Path(model_dir) / "model.ckpt"))
    # OpenAI stores the matrices of its 1-by-1 convolutions as (1, inputs, outputs).
    shapes = {name: shape[-2:] for name, shape in sorted(reader.get_variable_to_shape_map().items())}
    return shapes, lambda name: or_say_damaged(reader.get_tensor, name).reshape(shapes[name])


def _import_tensorflow(model_dir):
    """TensorFlow takes seconds to import and is needed only here."""
    # With oneDNN, TensorFlow keeps the memory of the largest weight until the process ends; without, it gives it back.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    try:
        with _native_log_hidden():
            import tensorflow
    except ImportError as error:
        raise ImportError(
            f"The weights in {model_dir} are a TensorFlow checkpoint, and TensorFlow cannot be imported ({error}). It "
            "is needed only the first time that a checkpoint is read; later starts take the copy that is made then. "
            "Install it with `pip install tensorflow` (it has wheels for Python 3.10 to 3.13), or do without: take the "
            f"file {CONVERTED_FILE} that another machine has made of the same checkpoint, and put it into {model_dir}. "
            "Or, for OpenAI's sizes, set the environment variable GPT2_SOURCE to huggingface before you start Jupyter: "
            "then the same weights come from the Hugging Face Hub, in a form that needs no TensorFlow."
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
