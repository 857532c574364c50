"""A model as a GGUF file, which llama.cpp, Ollama and the programs built on them open.

GGUF holds everything in one file: settings, vocabulary, weights, and the template of the prompt. The package ``gguf``
of llama.cpp's authors writes it; what is ours is which of our weights goes where. The room serves no model
(``python notebooks/serve_model.py`` does), and reads no such file.

    save_as_gguf(model, "gpt2-tiny6M-sft-F16.gguf", "data/gpt2/6M", number_format="F16")

The format is described at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md.
"""

import json
import math
import re
from pathlib import Path

import numpy as np

from gpt.chat_templates import jinja_template
from gpt.files import first_line, in_one_step
from gpt.notebook_outputs import progress_bar
from gpt.templates import ALPACA
from gpt.tokenizer import END_OF_TEXT, load_tokenizer

# llama.cpp's names, and what they are in a GPTModel. One name for several of ours: they lie one below the other, as the
# rows of nn.Linear's (outputs, inputs). "{}" is the number of a block.
NAMES = {
    "token_embd.weight": ["tok_emb.weight"],
    "position_embd.weight": ["pos_emb.weight"],
    "blk.{}.attn_norm.weight": ["trf_blocks.{}.norm1.scale"],
    "blk.{}.attn_norm.bias": ["trf_blocks.{}.norm1.shift"],
    "blk.{}.attn_qkv.weight": [f"trf_blocks.{{}}.att.W_{part}.weight" for part in ("query", "key", "value")],
    "blk.{}.attn_qkv.bias": [f"trf_blocks.{{}}.att.W_{part}.bias" for part in ("query", "key", "value")],
    "blk.{}.attn_output.weight": ["trf_blocks.{}.att.out_proj.weight"],
    "blk.{}.attn_output.bias": ["trf_blocks.{}.att.out_proj.bias"],
    "blk.{}.ffn_norm.weight": ["trf_blocks.{}.norm2.scale"],
    "blk.{}.ffn_norm.bias": ["trf_blocks.{}.norm2.shift"],
    "blk.{}.ffn_up.weight": ["trf_blocks.{}.ff.layers.0.weight"],
    "blk.{}.ffn_up.bias": ["trf_blocks.{}.ff.layers.0.bias"],
    "blk.{}.ffn_down.weight": ["trf_blocks.{}.ff.layers.2.weight"],
    "blk.{}.ffn_down.bias": ["trf_blocks.{}.ff.layers.2.bias"],
    "output_norm.weight": ["final_norm.scale"],
    "output_norm.bias": ["final_norm.shift"],
    # Without it, llama.cpp takes the token embedding, as GPT-2 does. Fine-tuning has let the two drift apart.
    "output.weight": ["out_head.weight"],
}

# The number formats, with the largest number that each can hold. They take 4, 2 and 17/16 bytes a weight.
NUMBER_FORMATS = {"F32": float(np.finfo(np.float32).max), "F16": 65504.0, "Q8_0": 127 * 65504.0}
INSTALL = "python -m pip install --no-deps gguf==0.19.0"


def save_as_gguf(
    model, path, vocabulary_dir, *,
    number_format="F32", template=ALPACA, name=None, description=None, license=None,
):  # fmt: skip
    """Write a model with its vocabulary and prompt as one GGUF file, whole or not at all.

    One weight after the other is converted and written, so that little memory is needed beside the model's own.

    Args:
        model: a ``GPTModel``, on any device; it is not changed.
        vocabulary_dir: folder with the checkpoint's ``encoder.json`` and ``vocab.bpe``.
        number_format: of the matrices. ``"F32"``: as they are. ``"F16"``: half the size. ``"Q8_0"``: a quarter, 32
            numbers sharing a scale, each rounded to one of 255 steps. What is small and matters to all tokens stays
            F32: norms, biases, and the embedding of positions.
        template: the one of the training (``gpt.templates``); programs for chats will ask in it. None: no template.
        name, description, license: shown by other programs; the license as an SPDX identifier, ``"apache-2.0"``.

    Raises:
        ValueError: for an unknown format, a vocabulary that is not the model's, weights that have no place in the file
            or are no numbers in its format, or a template that cannot be written. An earlier file is unchanged.
        ModuleNotFoundError: if the package ``gguf`` is not installed, with the command that installs it.
        OSError: if the file cannot be written, on a full disk for example. An earlier one is unchanged.
    """
    gguf = _import_gguf()
    path, state = Path(path), model.state_dict()
    if number_format not in NUMBER_FORMATS:
        raise ValueError(f"Expected a number_format of {', '.join(NUMBER_FORMATS)}, found {number_format!r}.")
    tensors = _tensors(state, gguf.GGMLQuantizationType[number_format], gguf)
    writer = gguf.GGUFWriter(None, arch="gpt2")
    _add_settings(writer, model, gguf)
    _add_vocabulary(writer, vocabulary_dir, len(state["tok_emb.weight"]), gguf)
    if template is not None:
        writer.add_chat_template(jinja_template(template))
    for add, text in (
        (writer.add_name, name or path.stem), (writer.add_description, description), (writer.add_license, license)
    ):  # fmt: skip
        add(text or "")  # nothing is written for an empty one
    writer.add_sampling_temp(0.0)  # who does not ask for another one gets the most probable token, as in the series
    writer.add_file_type(gguf.LlamaFileType["ALL_F32" if number_format == "F32" else f"MOSTLY_{number_format}"])
    if number_format == "Q8_0":
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    for tensor_name, (shape, kind, _) in tensors.items():
        numbers, size = gguf.GGML_QUANT_SIZES[kind]  # numbers packed together, and their bytes
        writer.add_tensor_info(tensor_name, shape, np.float32, math.prod(shape) // numbers * size, kind)
    try:
        _write(writer, path, tensors, state, gguf)
    except OSError as error:
        raise OSError(
            f"{path} could not be written ({first_line(error)}). Make room or choose another folder, then save again: "
            "an earlier file is unchanged."
        ) from error


def _import_gguf():
    try:
        import gguf  # here, so that the series runs without it where nothing is exported
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"The package that writes GGUF files is not installed ({error}): {INSTALL}") from None
    return gguf


def _add_settings(writer, model, gguf):
    context_length, emb_dim = model.pos_emb.weight.shape
    writer.add_context_length(context_length)
    writer.add_embedding_length(emb_dim)
    writer.add_block_count(len(model.trf_blocks))
    writer.add_feed_forward_length(model.trf_blocks[0].ff.layers[0].out_features)
    writer.add_head_count(model.trf_blocks[0].att.num_heads)
    writer.add_layer_norm_eps(model.final_norm.eps)


def _add_vocabulary(writer, folder, vocab_size, gguf):
    tokenizer = load_tokenizer(folder)  # also checks that the two files belong together
    if tokenizer.n_vocab != vocab_size:
        raise ValueError(
            f"The vocabulary in {folder} is not the model's: expected {vocab_size} tokens, found {tokenizer.n_vocab}. "
            "Pass the folder of the checkpoint that the model was made from."
        )
    encoder = json.loads((Path(folder) / "encoder.json").read_text(encoding="utf-8"))
    lines = (Path(folder) / "vocab.bpe").read_text(encoding="utf-8").splitlines()
    tokens = sorted(encoder, key=encoder.get)
    kinds = [gguf.TokenType.CONTROL if token == END_OF_TEXT else gguf.TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_merges([line for line in lines if line and not line.startswith("#version")])
    # Both are named, because llama.cpp would take number 11, the comma. No text begins with either: the prompts of the
    # fine-tuning had nothing before them.
    writer.add_bos_token_id(tokenizer.eot_token)
    writer.add_eos_token_id(tokenizer.eot_token)
    writer.add_add_bos_token(False)


def _tensors(state, kind, gguf):
    """``{llama.cpp's name: (shape, number format, our names)}`` of a state dict, in the order of the file."""
    blocks = sorted({int(found[1]) for name in state if (found := re.match(r"trf_blocks\.(\d+)\.", name))})
    tensors, used = {}, set()
    for theirs, ours in NAMES.items():
        for block in blocks if "{}" in theirs else [None]:
            names = [name.format(block) for name in ours]
            missing = [name for name in names if name not in state]
            if missing:
                raise ValueError(
                    f"The model has no {', '.join(missing)}, which llama.cpp demands of a GPT-2. Models of this series "
                    "have it if they are built with qkv_bias=True and without layers of another kind; "
                    "after add_lora, call merge_lora first."
                )
            used |= {*names}
            shape = (sum(len(state[name]) for name in names), *state[names[0]].shape[1:])
            stays = len(shape) == 1 or theirs == "position_embd.weight"
            tensors[theirs.format(block)] = shape, gguf.GGMLQuantizationType.F32 if stays else kind, names
            group = gguf.GGML_QUANT_SIZES[kind][0]
            if not stays and shape[-1] % group:
                raise ValueError(
                    f"{kind.name} packs {group} numbers of a row together: expected rows of a multiple of that, found "
                    f"{shape[-1]} in {names[0]}. Choose another number_format: F32 or F16."
                )
    if unknown := sorted(state.keys() - used):
        raise ValueError(f"Weights that a GGUF file of GPT-2 has no place for: {', '.join(unknown[:6])}.")
    return tensors


def _write(writer, path, tensors, state, gguf):
    with in_one_step(path) as file:
        try:
            # By name: the package opens the file a second time, and what it has written is renamed at the end.
            writer.write_header_to_file(Path(file.name))
            writer.write_kv_data_to_file()
            writer.write_ti_data_to_file()
            for shape, kind, names in progress_bar(tensors.values(), desc=path.name, unit="weight"):
                array = np.concatenate([state[name].detach().float().cpu().numpy() for name in names])
                _check_range(array, kind.name, names)
                packed = gguf.quantize(array, kind)
                writer.write_tensor_data(packed.reshape(*shape[:-1], -1))
        finally:
            writer.close()


def _check_range(array, number_format, names):
    largest = np.abs(array).max()
    if not largest <= NUMBER_FORMATS[number_format]:  # also true for "not a number"
        advice = "choose F32" if np.isfinite(largest) else "the training that made them has failed"
        raise ValueError(
            f"{', '.join(names)}: expected numbers up to {NUMBER_FORMATS[number_format]:g}, the largest of "
            f"{number_format}, found {largest:g}: {advice}."
        )
