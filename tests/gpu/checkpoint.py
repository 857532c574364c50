"""Write a checkpoint folder with random weights: the shape of GPT-2 medium, without network and without TensorFlow.

The folder has what a downloaded one has: ``hparams.json``, the vocabulary, and the weights as the converted copy that
the series makes at its first start and reads at every later one. TensorFlow's own files are only stand-ins of the right
size: the data file is empty space that takes no room on the disk. So everything runs as with OpenAI's weights but for
what needs TensorFlow, and for what the model says.

The vocabulary is that of the small model, which is at hand, filled up with tokens that occur in no text;
``--vocabulary`` names a folder with OpenAI's two files. With the small one, texts have about as many tokens.
"""

import json
import shutil
import time
from pathlib import Path
from unittest import mock

import torch
from machine import OK, ROOT, Rows, load_params, settings, tokenizer_of

import gpt_download
from gpt.model import config_of
from gpt.tokenizer import END_OF_TEXT, load_tokenizer

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


def write_vocabulary(folder, vocabulary, size):
    """Copy a vocabulary, filled up to so many tokens: a random model says any of them, and each can be decoded.

    What is added merges a known token with a byte before it that UTF-8 never has, so no text is cut differently.
    """
    encoder = json.loads((vocabulary / "encoder.json").read_text(encoding="utf-8"))
    del encoder[END_OF_TEXT]
    merges = (vocabulary / "vocab.bpe").read_text(encoding="utf-8").rstrip("\n").split("\n")
    never = [chr(byte) for byte in range(0xFF, 0xF4, -1)]  # in GPT-2's files these stand for themselves
    pairs = [f"{byte} {token}" for byte in never for token in list(encoder) if token not in never]
    for pair in pairs[: size - 1 - len(encoder)]:
        encoder[pair.replace(" ", "")] = len(encoder)
        merges.append(pair)
    encoder[END_OF_TEXT] = len(encoder)
    if len(encoder) != size:
        raise ValueError(f"Expected a vocabulary in {vocabulary} of at most {size} tokens, found {len(encoder)}.")
    (folder / "encoder.json").write_text(json.dumps(encoder), encoding="utf-8")
    (folder / "vocab.bpe").write_text("\n".join(merges) + "\n", encoding="utf-8")


def write_stand_ins(folder, config, vocabulary):
    """The files of a checkpoint without its weights."""
    folder.mkdir(parents=True, exist_ok=True)
    write_vocabulary(folder, vocabulary, config["vocab_size"])
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
        encode = load_tokenizer(vocabulary).encode
        generator, shapes = torch.Generator().manual_seed(123), shapes_of(config)
        if not convert(folder, shapes, lambda name: random_array(name, shapes[name], config, generator)):
            raise OSError(f"the converted copy could not be written to {folder}")
        seconds = time.perf_counter() - start
        copy = folder / gpt_download.CONVERTED_FILE
        params = load_params(arguments)
        tokenizer = tokenizer_of(arguments)
        if tokenizer.n_vocab != config["vocab_size"] or tokenizer.encode("The chef") != encode("The chef"):
            raise ValueError(f"{folder} does not have the vocabulary of {vocabulary}")
        if not copy.is_file() or params["wte"].shape != (config["vocab_size"], config["emb_dim"]):
            raise ValueError(f"{copy} does not hold what was written")
        rows.add(
            "random weights in the shape of the model, as the converted copy", OK,
            f"{arguments.model}; vocabulary from {'--vocabulary' if arguments.vocabulary else 'the small model'}",
            seconds=seconds, gb=copy.stat().st_size / 1e9,
        )  # fmt: skip


if __name__ == "__main__":
    main()
