"""Write a checkpoint folder with random weights: the shape of GPT-2 medium, without network and without TensorFlow.

The folder has what a downloaded one has: ``hparams.json``, the vocabulary, and the weights as the converted copy that
the series makes at its first start and reads at every later one. TensorFlow's own files are only stand-ins of the right
size: the data file is empty space that takes no room on the disk. So everything runs as with OpenAI's weights but for
what needs TensorFlow, and for what the model says.

The vocabulary is that of the small model, which is at hand; ``--vocabulary`` names a folder with OpenAI's two files. In
a model of 50,257 tokens the small one leaves the upper ids unused, which changes nothing about times.
"""

import json
import shutil
import time
from pathlib import Path
from unittest import mock

import torch
from machine import OK, ROOT, Rows, load_params, settings

import gpt_download
from gpt.model import config_of

SMALL_VOCABULARY = ROOT / "data" / "gpt2" / "6M"


def shapes_of(config):
    """``{name: shape}`` of a checkpoint, as OpenAI names them and TensorFlow sorts them."""
    width, four = config["emb_dim"], 4 * config["emb_dim"]
    shapes = {
        "model/wte": (config["vocab_size"], width), "model/wpe": (config["context_length"], width),
        "model/ln_f/g": (width,), "model/ln_f/b": (width,),
    }  # fmt: skip
    for i in range(config["n_layers"]):
        block = {
            "ln_1/g": (width,), "ln_1/b": (width,), "ln_2/g": (width,), "ln_2/b": (width,),
            "attn/c_attn/w": (width, 3 * width), "attn/c_attn/b": (3 * width,),
            "attn/c_proj/w": (width, width), "attn/c_proj/b": (width,),
            "mlp/c_fc/w": (width, four), "mlp/c_fc/b": (four,),
            "mlp/c_proj/w": (four, width), "mlp/c_proj/b": (width,),
        }  # fmt: skip
        shapes.update({f"model/h{i}/{name}": shape for name, shape in block.items()})
    return dict(sorted(shapes.items()))


def random_array(name, shape, config, generator):
    """Random numbers as GPT-2's training started from: 0.02, smaller where a block adds to what goes through it."""
    if name.endswith("/g"):
        return torch.ones(shape).numpy()
    if name.endswith("/b"):
        return torch.zeros(shape).numpy()
    deviation = 0.02 / (2 * config["n_layers"]) ** 0.5 if "c_proj" in name else 0.02
    return torch.empty(shape).normal_(std=deviation, generator=generator).numpy()


def write_stand_ins(folder, config, vocabulary):
    """The files of a checkpoint without its weights."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("encoder.json", "vocab.bpe"):
        shutil.copyfile(vocabulary / name, folder / name)
    hparams = {
        "n_vocab": config["vocab_size"], "n_ctx": config["context_length"], "n_embd": config["emb_dim"],
        "n_head": config["n_heads"], "n_layer": config["n_layers"],
    }  # fmt: skip
    (folder / "hparams.json").write_text(json.dumps(hparams), encoding="utf-8")
    for name in ("checkpoint", "model.ckpt.index", "model.ckpt.meta"):
        (folder / name).write_text("random weights, written by tests/gpu/checkpoint.py\n", encoding="utf-8")
    with open(folder / gpt_download.WEIGHTS_FILE, "wb") as file:
        file.truncate(4 * gpt_download.count_parameters(hparams))


def convert(folder, shapes, read):
    """Let the series write its converted copy, of what ``read(name)`` gives instead of TensorFlow."""
    opened = shapes, read
    try:  # where the copy has a room of its own
        from gpt import converted_copy
    except ImportError:
        fingerprint = gpt_download._fingerprint(folder)
        with mock.patch("gpt_download._open_checkpoint", return_value=opened):
            return gpt_download._write_converted(folder / gpt_download.CONVERTED_FILE, fingerprint, folder)
    with mock.patch.object(converted_copy, "open_checkpoint", return_value=opened):
        return converted_copy.make_copy(folder)


def main():
    arguments = settings(__doc__)
    rows = Rows(arguments, "checkpoint")
    config, folder = config_of(arguments.model), arguments.checkpoint
    shutil.rmtree(folder, ignore_errors=True)
    with rows.going_on("random weights in the shape of the model, as the converted copy"):
        start = time.perf_counter()
        vocabulary = arguments.vocabulary or SMALL_VOCABULARY
        write_stand_ins(folder, config, Path(vocabulary))
        generator, shapes = torch.Generator().manual_seed(123), shapes_of(config)
        if not convert(folder, shapes, lambda name: random_array(name, shapes[name], config, generator)):
            raise OSError(f"the converted copy could not be written to {folder}")
        seconds = time.perf_counter() - start
        copy = folder / gpt_download.CONVERTED_FILE
        params = load_params(arguments)
        if not copy.is_file() or params["wte"].shape != (config["vocab_size"], config["emb_dim"]):
            raise ValueError(f"{copy} does not hold what was written")
        rows.add(
            "random weights in the shape of the model, as the converted copy", OK,
            f"{arguments.model}; vocabulary from {'--vocabulary' if arguments.vocabulary else 'the small model'}",
            seconds=seconds, gb=copy.stat().st_size / 1e9,
        )  # fmt: skip


if __name__ == "__main__":
    main()
