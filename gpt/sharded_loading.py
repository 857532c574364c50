"""Pretrained weights for a sharded model: each process reads its own part of each weight and nothing else.

So a model that no single process has room for can be loaded. The weights come from the converted copy of a checkpoint
(``gpt.converted_copy``), of which a safetensors file can read any rows.

    with without_weights():
        model = GPTModel(config_of("gpt2-xl (1558M)"))
    shard(model)
    load_own_part(model, "data/gpt2/1558M")
"""

from pathlib import Path

import torch

from gpt.checkpoint_files import CONVERTED_FILE
from gpt.converted_copy import fingerprint_of, make_copy
from gpt.distributed import own_part
from gpt.files import first_line
from gpt.processes import of_all_ranks, one_goes_first, rank, this_device, world_size
from gpt.weights import BLOCK_NAMES, OUTER_NAMES


def load_own_part(model, model_dir):
    """Fill a sharded model with this process's part of the weights in a checkpoint's converted copy.

    The copy is made first if it is not there. With one process, the part is the whole.

    Args:
        model: built ``without_weights``, then given to ``gpt.distributed.shard``.
        model_dir: the folder of the checkpoint, see ``gpt_download.download_files``.

    Raises:
        OSError: if the copy is not there and cannot be made.
        ValueError: if it is damaged, or its weights do not fit the model.
    """
    from safetensors import SafetensorError, safe_open

    path = Path(model_dir) / CONVERTED_FILE
    with one_goes_first():
        if not make_copy(model_dir):
            raise OSError(f"{path} is needed, because processes read their parts from it.")
    model.to_empty(device=this_device())
    try:
        with safe_open(path, framework="pt") as file, torch.no_grad():
            if (file.metadata() or {}).get("fingerprint") != fingerprint_of(model_dir):
                raise ValueError(f"{path} belongs to another checkpoint: delete it, and it is made anew.")
            for name, parameter in model.named_parameters():
                own_part(parameter).copy_(_read_own_rows(file, name, parameter, path))
    except SafetensorError as error:
        raise ValueError(f"{path} cannot be used ({first_line(error)}): delete it, and it is made anew.") from error
    of_all_ranks(None)  # none goes on before all have read


def _read_own_rows(file, name, parameter, path):
    """Read from an open copy the rows of a parameter that this process holds."""
    theirs, position, parts = place_of(name)
    stored = file.get_slice(theirs)
    rows, *others = stored.get_shape()
    expected = tuple(parameter.shape)
    if (rows // parts, *others) != expected:
        raise ValueError(
            f"{path} does not fit the model: expected {name} of shape {expected}, found {(rows // parts, *others)}. "
            "Was the model built with the configuration of another size?"
        )
    start = min(-(-expected[0] // world_size()) * rank(), expected[0])  # equal parts, rounded up, as FSDP2 cuts them
    first = position * (rows // parts) + start
    return stored[first : first + len(own_part(parameter))]


def place_of(name):
    """Where a parameter of a ``GPTModel`` stands in the copy: ``(name there, which of so many equal parts, parts)``."""
    if name == "out_head.weight":  # GPT-2 uses the token embedding once more
        name = "tok_emb.weight"
    before, beginning, table = "model/", "", OUTER_NAMES
    if name.startswith("trf_blocks."):
        number = name.split(".")[1]
        before, beginning, table = f"model/h{number}/", f"trf_blocks.{number}.", BLOCK_NAMES
    ours = name.removeprefix(beginning)
    for theirs, names in table.items():
        if ours in names:
            return before + theirs, names.index(ours), len(names)
    raise ValueError(f"{name} is not a weight of GPT-2: load the weights first, and change the model afterwards.")
