"""Weights: OpenAI's names <-> ours, into a model, into files and out of them (chapter 5 of the book).

Weights that do not fit are refused whole, with every one at fault named: a model with one wrong matrix would still
write text. This room does not fetch checkpoints (``gpt_download`` does), and a training's own state is kept by
``gpt.checkpoints``.

    with without_weights():
        model = GPTModel(config_of("gpt2-tiny (6M)"))
    load_weights(model, "outputs/gpt2-tiny6M/gpt2-tiny6M-sft.pth")
"""

import re
from contextlib import contextmanager

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from gpt.distributed import whole_weights
from gpt.files import TRAINING_CHECKPOINT_FORMAT, first_line, read_saved, save_atomically
from gpt.model import model_configs
from gpt.processes import on_first_rank

# ---------------------------------------------------------------------------------------------------------------
# Names
# ---------------------------------------------------------------------------------------------------------------

# OpenAI's names, as paths without their beginning "model/", and what they are in a GPTModel. One name for several of
# ours: they lie side by side in OpenAI's array. Used in both directions.
OUTER_NAMES = {
    "wte": ["tok_emb.weight"],
    "wpe": ["pos_emb.weight"],
    "ln_f/g": ["final_norm.scale"],
    "ln_f/b": ["final_norm.shift"],
}
BLOCK_NAMES = {
    "attn/c_attn/w": ["att.W_query.weight", "att.W_key.weight", "att.W_value.weight"],
    "attn/c_attn/b": ["att.W_query.bias", "att.W_key.bias", "att.W_value.bias"],
    "attn/c_proj/w": ["att.out_proj.weight"],
    "attn/c_proj/b": ["att.out_proj.bias"],
    "mlp/c_fc/w": ["ff.layers.0.weight"],
    "mlp/c_fc/b": ["ff.layers.0.bias"],
    "mlp/c_proj/w": ["ff.layers.2.weight"],
    "mlp/c_proj/b": ["ff.layers.2.bias"],
    "ln_1/g": ["norm1.scale"],
    "ln_1/b": ["norm1.shift"],
    "ln_2/g": ["norm2.scale"],
    "ln_2/b": ["norm2.shift"],
}


def from_openai(params):
    """Rename OpenAI's weights to ours: ``{name in GPTModel: array}``; unknown ones keep OpenAI's name.

    Args:
        params: the nested dict of ``gpt_download.download_and_load_gpt2``.
    """
    # In the nested dict the final layer norm stands at the top, as "g" and "b".
    arrays = {{"g": "ln_f/g", "b": "ln_f/b"}.get(path, path): array for path, array in _paths(params, ("blocks",))}
    weights = _renamed(arrays, OUTER_NAMES, "")
    for i, block in enumerate(params.get("blocks", [])):
        weights.update(_renamed(dict(_paths(block)), BLOCK_NAMES, f"trf_blocks.{i}."))
    if "tok_emb.weight" in weights:  # GPT-2 uses the token embedding once more, to score the next token, unless a
        weights.setdefault("out_head.weight", weights["tok_emb.weight"])  # fine-tuned one came with a head of its own
    return weights


def to_openai(state):
    """Rename a ``GPTModel`` state dict to OpenAI's names: ``{"model/h0/attn/c_attn/w": array, ...}``, as float32.

    The output head is left out: GPT-2's is the token embedding.
    """
    n_layers = sum(name.endswith("norm1.scale") for name in state)
    return {path: joined_for_openai(state, path, names) for path, names in openai_names(n_layers).items()}


def openai_names(n_layers):
    """Of which of our tensors OpenAI's arrays are made: ``{"model/h0/ln_1/g": ["trf_blocks.0.norm1.scale"], ...}``."""
    places = [("model/", "", OUTER_NAMES)]
    places += [(f"model/h{i}/", f"trf_blocks.{i}.", BLOCK_NAMES) for i in range(n_layers)]
    return {
        theirs + path: [ours + name for name in names]
        for theirs, ours, table in places
        for path, names in table.items()
    }


def joined_for_openai(state, path, names):
    """One of OpenAI's arrays, float32, joined from the tensors of a state dict that :func:`openai_names` names."""
    parts = [state[name].detach().float().cpu().numpy() for name in names]
    # OpenAI multiplies x @ w, nn.Linear stores the transpose of that w. Embeddings are not multiplied.
    return np.concatenate([part.T if path.endswith("/w") else part for part in parts], axis=-1)


def _paths(tree, left_out=()):
    """Yield ``(path, array)`` of a nested dict, the path with slashes."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from ((f"{key}/{path}", array) for path, array in _paths(value))
        elif key not in left_out:
            yield key, value


def _renamed(arrays, table, prefix):
    weights = {}
    for path, array in arrays.items():
        names = table.get(path, [path.replace("/", ".")])
        parts = np.array_split(array.T if path.endswith("/w") else array, len(names))
        weights.update((prefix + name, part) for name, part in zip(names, parts, strict=True))
    return weights


def find_misfits(expected, found):
    """Compare the tensors that a model expects with those that were found; return a line for each that does not fit.

    Args:
        expected, found: ``{name: tensor or array}``.
    """
    problems = []
    for name in sorted(expected.keys() | found.keys()):
        if name not in found:
            problems.append(f"{name}: expected shape {tuple(expected[name].shape)}, found nothing")
        elif name not in expected:
            problems.append(f"{name}: expected nothing, found shape {tuple(found[name].shape)}")
        elif tuple(expected[name].shape) != tuple(found[name].shape):
            shapes = tuple(expected[name].shape), tuple(found[name].shape)
            problems.append(f"{name}: expected shape {shapes[0]}, found {shapes[1]}")
        elif isinstance(found[name], torch.Tensor) and not found[name].is_floating_point():
            problems.append(f"{name}: expected floating-point numbers, found {found[name].dtype}")
    return problems


# ---------------------------------------------------------------------------------------------------------------
# Into a model
# ---------------------------------------------------------------------------------------------------------------


class _NoRandomNumbers(TorchFunctionMode):
    """Leave out the functions of ``torch.nn.init``, which fill new parameters with random numbers."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        if getattr(function, "__module__", "") == "torch.nn.init":
            return (kwargs or {}).get("tensor", args[0] if args else None)
        return function(*args, **(kwargs or {}))


@contextmanager
def without_weights():
    """Build models that have only the shapes of their weights, to be filled by :func:`load_weights_into_gpt`.

    This saves the time to draw millions of random numbers, and the memory for them, only to overwrite them at once.
    """
    with torch.device("meta"), _NoRandomNumbers():
        yield


def load_weights_into_gpt(model, params):
    """Copy OpenAI's weights into a ``GPTModel``.

    Args:
        model: a model of the same configuration as the weights, with ``qkv_bias``. If it was built
            :func:`without_weights`, it takes over the memory of ``params``: nothing is copied, and what has not been
            read from the disk yet is read when it is needed.
        params: the nested dict of ``gpt_download.download_and_load_gpt2``.

    Raises:
        ValueError: naming every parameter that is missing, left over, or of another shape than expected. The
            model is unchanged then.
    """
    weights = from_openai(params)
    problems = find_misfits(model.state_dict(), weights)
    if problems:
        raise ValueError(
            "These weights do not fit the model. Was it built with the configuration of another size? "
            f"Parameters at fault: {len(problems)}\n  " + "\n  ".join(problems)
        )
    tensors = {name: torch.from_numpy(np.ascontiguousarray(array)) for name, array in weights.items()}
    if model.out_head.weight.is_meta:
        if weights["out_head.weight"] is weights["tok_emb.weight"]:  # fine-tuning may let the two drift apart
            tensors["out_head.weight"] = tensors["out_head.weight"].clone()
        model.load_state_dict(tensors, assign=True)
    else:
        model.load_state_dict(tensors)


# ---------------------------------------------------------------------------------------------------------------
# In files
# ---------------------------------------------------------------------------------------------------------------


def save_weights(model, path):
    """Write a model's weights and nothing else, so that an interruption never leaves half a file.

    The published package ``llms-from-scratch`` demands a causal mask beside the weights of each block. It is added; all
    blocks share a single one, and :func:`load_weights` leaves it out.

    Args:
        path: where to; the file can be read with :func:`load_weights`, or with ``torch.load``.

    Raises:
        OSError: if the file cannot be written, on a full disk for example. An earlier one is unchanged then.
    """
    weights = whole_weights(model)  # of several processes, all take part, and rank 0 writes
    on_first_rank(lambda: write_weights(weights, path))


def write_weights(weights, path):
    """Write a state dict as :func:`save_weights` writes that of a model; ``weights`` is not changed."""
    context_length = len(weights["pos_emb.weight"])
    mask = torch.ones(context_length, context_length, dtype=torch.bool).triu(diagonal=1)
    blocks = sum(name.endswith("norm1.scale") for name in weights)
    weights = {**weights, **{f"trf_blocks.{i}.att.mask": mask for i in range(blocks)}}
    try:
        save_atomically(weights, path)
    except (OSError, RuntimeError) as error:  # RuntimeError: how PyTorch reports a full disk
        raise OSError(
            f"The weights could not be written to {path} ({first_line(error)}). Make room or choose another "
            "folder, then save again: the model is unchanged, and so is an earlier file."
        ) from error


def load_weights(model, path):
    """Fill a ``GPTModel`` with the weights of a file: of :func:`save_weights`, or a state dict from elsewhere.

    Masks that other implementations save are left out. If the weights lie in the file beside other things, such as an
    optimizer's state, this is printed.

    Args:
        model: of the configuration of the file.

    Raises:
        ValueError: if the file cannot be read, or its weights do not fit. The model is unchanged then.
    """
    try:
        content = read_saved(path)
    except ValueError as error:
        raise ValueError(f"{error} Get the file again; one of your own is made anew by notebook 04.") from None
    found = _find_weights(content)
    if found is None:
        raise ValueError(f"{path} has no weights of a GPT model: expected a state dict with tok_emb.weight.")
    expected, weights = (
        {name: tensor for name, tensor in each.items() if not name.endswith(".att.mask")}
        for each in (model.state_dict(), found)
    )
    sizes, expected_sizes = _sizes(weights), _sizes(expected)
    if sizes != expected_sizes:
        known = [name for name, config in model_configs.items() if sizes.items() <= config.items()]
        raise ValueError(
            f"{path} is of {known[0] if known else 'another model'}: expected {_listed(expected_sizes)}; found "
            f"{_listed(sizes)}. Build the model with the configuration of the file."
        )
    problems = find_misfits(expected, weights)
    if problems:
        raise ValueError(
            f"{path} does not fit the model, although it has its size. Weights at fault: {len(problems)}\n  "
            + "\n  ".join(problems)
        )
    if content.get("format") == TRAINING_CHECKPOINT_FORMAT:
        print(f"{path} is the checkpoint of a training, after step {content['progress']['global_step']}.")
    elif content is not found:
        print(f"{path} has more than weights ({', '.join(map(str, content))}). Only the weights were loaded.")
    # A model that was built without_weights() has no memory to copy to.
    model.load_state_dict(weights, strict=False, assign=model.tok_emb.weight.is_meta)


def _find_weights(content):
    """The state dict in what was read from a file: all of it, or one of its values. None if there is none."""
    for candidate in (content, *content.values()) if isinstance(content, dict) else ():
        if (
            isinstance(candidate, dict)
            and all(isinstance(key, str) and isinstance(value, torch.Tensor) for key, value in candidate.items())
            and "tok_emb.weight" in candidate
        ):
            return candidate
    return None


def _sizes(weights):
    """The configuration that a state dict belongs to, as far as its shapes and names tell."""
    blocks = {re.match(r"trf_blocks\.\d+\.|", name)[0] for name in weights} - {""}
    vocab_size, emb_dim = (*weights["tok_emb.weight"].shape, None, None)[:2]
    context_length, *_ = (*weights["pos_emb.weight"].shape, None) if "pos_emb.weight" in weights else (None,)
    return {
        "vocab_size": vocab_size, "context_length": context_length, "emb_dim": emb_dim, "n_layers": len(blocks)
    }  # fmt: skip


def _listed(sizes):
    return ", ".join(f"{key}={value}" for key, value in sizes.items())
