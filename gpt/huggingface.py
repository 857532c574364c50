"""A model in the form that most programs open: a folder as on the Hugging Face Hub, out and back.

    save_to_huggingface(model, "my-gpt2", vocabulary="data/gpt2/6M", card=write_model_card(...))
    model, tokenizer = load_from_huggingface("my-gpt2"), load_tokenizer("my-gpt2")

and elsewhere ``AutoModelForCausalLM.from_pretrained("my-gpt2")`` with ``AutoTokenizer``. The class is transformers'
``GPT2LMHeadModel``. Two traps of this form are taken care of: the matrices stand as (inputs, outputs), with queries,
keys and values side by side; and after fine-tuning the output head is no longer the token embedding, so ``config.json``
says ``tie_word_embeddings: false``. Without that line some releases of transformers drop the head without a word.

What such a folder may hold is the subject of ``gpt.huggingface_files``.
"""

import json
from pathlib import Path

import numpy as np
import torch

from gpt.chat_templates import jinja_template
from gpt.checkpoint_files import nest
from gpt.files import in_one_step, write_atomically
from gpt.folders import folder_in_one_step, require_space
from gpt.huggingface_files import (
    CONFIG_FILE,
    HEAD,
    WEIGHTS_FILE,
    expected_shapes,
    hub_name,
    open_folder,
    read_settings,
)
from gpt.model import BASE_CONFIG, GPTModel
from gpt.notebook_outputs import progress_bar
from gpt.safetensors_files import beginning_of
from gpt.templates import ALPACA
from gpt.tokenizer import END_OF_TEXT, TOKENIZER_FILE, load_tokenizer, read_vocabulary
from gpt.weights import (
    find_misfits,
    joined_for_openai,
    load_weights_into_gpt,
    openai_names,
    without_weights,
)

EXPORTED_FILES = (
    CONFIG_FILE, WEIGHTS_FILE, "generation_config.json", TOKENIZER_FILE, "tokenizer_config.json", "vocab.json",
    "merges.txt", "README.md",
)  # fmt: skip


def save_to_huggingface(model, folder, *, vocabulary, card=None, template=ALPACA):
    """Write a model as a folder that transformers and what builds on it open.

    The folder is written whole or not at all; one from an earlier export is replaced. Weights are written one after the
    other, so that the model is not in memory twice.

    Args:
        model: a ``GPTModel``; its weights are kept as float32.
        folder: where to.
        vocabulary: folder with the vocabulary of the model, such as that of its checkpoint (``gpt.tokenizer``).
        card: text of the ``README.md``, the model card (``gpt.model_card``); without one, none is written.
        template: the one of the training (``gpt.templates``), for programs that ask with messages; None: no template.

    Returns:
        The folder, a ``Path``.

    Raises:
        ValueError: if the model is no ordinary ``GPTModel`` (LoRA that has not been merged, for one), the vocabulary
            belongs to another model, or the template cannot be written (``gpt.chat_templates``).
        FileExistsError: if the folder holds files of somebody else.
        DownloadError, OSError: if it cannot be written. An earlier export is unchanged then, as in all other cases.
    """
    folder = Path(folder)
    config, state = config_of_model(model), model.state_dict()
    with without_weights():
        problems = find_misfits(GPTModel(config).state_dict(), state)
    if problems:
        raise ValueError(
            "Only an ordinary GPTModel can be exported (with LoRA: call merge_lora first). "
            f"Weights at fault: {len(problems)}\n  " + "\n  ".join(problems)
        )
    tokenizer = load_tokenizer(vocabulary)
    if tokenizer.n_vocab != config["vocab_size"]:
        raise ValueError(
            f"{vocabulary} has {tokenizer.n_vocab} tokens, and the model {config['vocab_size']}: expected the "
            "vocabulary of this model, that of its checkpoint folder."
        )
    chat_template = None if template is None else jinja_template(template)
    shapes = expected_shapes(settings_of_config(config))
    require_space(folder, 4 * sum(int(np.prod(shape)) for shape in shapes.values()))
    with folder_in_one_step(folder, EXPORTED_FILES) as new:
        _write_weights(new / WEIGHTS_FILE, shapes, state, config)
        _write_json(new / CONFIG_FILE, _config_for_hub(config, tokenizer.eot_token))
        ids = {f"{name}_token_id": tokenizer.eot_token for name in ("bos", "eos", "pad")}
        _write_json(new / "generation_config.json", {**ids, "do_sample": False})
        _write_tokenizer(new, *read_vocabulary(vocabulary), config["context_length"], chat_template)
        if card is not None:
            write_atomically(new / "README.md", card.encode("utf-8"))
    return folder


def load_from_huggingface(folder, *, drop_rate=0.0):
    """Read a folder of the Hub's form into a ``GPTModel``, in evaluation mode.

    What is float32 in the file is mapped and, but for the matrices, which stand transposed there, not copied. The
    vocabulary lies in the same folder: ``load_tokenizer(folder)``.

    Args:
        drop_rate: the dropout rate, should the model be trained; the folder's is not taken over.

    Raises:
        FileNotFoundError, ValueError: see ``gpt.huggingface_files``: if something is missing, damaged, or not what a
            ``GPTModel`` can be.
    """
    settings = read_settings(folder)
    shapes, read = open_folder(folder)
    params = nest(((name, read(name)) for name in shapes), folder, settings)
    with without_weights():
        model = GPTModel({**BASE_CONFIG, **config_of_settings(settings), "drop_rate": drop_rate})
    load_weights_into_gpt(model, params)
    return model.eval()


def config_of_model(model):
    """The configuration that a ``GPTModel`` was built with, read off the model itself."""
    attention = model.trf_blocks[0].att
    return {
        "vocab_size": model.tok_emb.num_embeddings,
        "context_length": model.pos_emb.num_embeddings,
        "emb_dim": model.tok_emb.embedding_dim,
        "n_layers": len(model.trf_blocks),
        "n_heads": attention.num_heads,
        "drop_rate": model.drop_emb.p,
        "qkv_bias": getattr(attention.W_query, "bias", None) is not None,
    }


OPENAI_KEYS = {
    "vocab_size": "n_vocab", "context_length": "n_ctx", "emb_dim": "n_embd", "n_heads": "n_head", "n_layers": "n_layer"
}  # fmt: skip


def settings_of_config(config):
    """A configuration of ours under the names of OpenAI's ``hparams.json``."""
    return {theirs: config[ours] for ours, theirs in OPENAI_KEYS.items()}


def config_of_settings(settings):
    """The other way round; ``drop_rate`` and ``qkv_bias`` stand in no ``hparams.json``."""
    return {ours: settings[theirs] for ours, theirs in OPENAI_KEYS.items()}


# ---- the files -------------------------------------------------------------------------------------------------


def _write_weights(path, shapes, state, config):
    if not config["qkv_bias"]:  # the Hub's GPT-2 always has them, and zeros do the same as none
        zeros = torch.zeros(config["emb_dim"])
        names = [f"W_{name}.bias" for name in ("query", "key", "value")]
        state = {**state, **{f"trf_blocks.{i}.att.{name}": zeros for i in range(config["n_layers"]) for name in names}}
    places = {**openai_names(config["n_layers"]), HEAD: ["out_head.weight"]}
    with in_one_step(path) as file, progress_bar(total=len(places), unit="tensors", desc=path.name, leave=False) as bar:
        file.write(beginning_of({hub_name(name): shapes[name] for name in places}, {"format": "pt"}))
        for name, parts in places.items():
            file.write(np.ascontiguousarray(joined_for_openai(state, name, parts)))
            bar.update()


def _config_for_hub(config, eos_id):
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": config["vocab_size"],
        "n_positions": config["context_length"],
        "n_ctx": config["context_length"],  # llama.cpp's converter asks for this older name
        "n_embd": config["emb_dim"],
        "n_layer": config["n_layers"],
        "n_head": config["n_heads"],
        "n_inner": None,
        "activation_function": "gelu_new",
        "layer_norm_epsilon": 1e-5,
        "embd_pdrop": config["drop_rate"],
        "attn_pdrop": config["drop_rate"],
        "resid_pdrop": config["drop_rate"],
        "bos_token_id": eos_id,
        "eos_token_id": eos_id,
        "pad_token_id": eos_id,
        "tie_word_embeddings": False,
        "torch_dtype": "float32",
    }


def _write_tokenizer(folder, encoder, merges, context_length, chat_template):
    """Write the vocabulary three times: as its two classic files, and as one that the package tokenizers reads."""
    _write_json(folder / "vocab.json", encoder, indent=None)
    write_atomically(folder / "merges.txt", "\n".join(["#version: 0.2", *merges, ""]).encode("utf-8"))
    end_of_text = {"id": encoder[END_OF_TEXT], "content": END_OF_TEXT, "special": True}
    marks = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    bytes_as_characters = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [{**end_of_text, **marks}],
        "normalizer": None,
        "pre_tokenizer": bytes_as_characters,  # it cuts texts as GPT2_SPLIT_PATTERN does
        "post_processor": {**bytes_as_characters, "trim_offsets": False},
        "decoder": bytes_as_characters,
        "model": {
            "type": "BPE",
            "dropout": None,
            "unk_token": None,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "",
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": encoder,
            "merges": merges,
        },
    }
    _write_json(folder / TOKENIZER_FILE, tokenizer, indent=None)
    tokenizer_config = {
        "tokenizer_class": "GPT2Tokenizer",
        "model_max_length": context_length,
        "bos_token": END_OF_TEXT,
        "eos_token": END_OF_TEXT,
        "unk_token": END_OF_TEXT,
        "pad_token": END_OF_TEXT,
        "padding_side": "left",  # several prompts at once are continued on the right
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
    }
    if chat_template:
        tokenizer_config["chat_template"] = chat_template
    _write_json(folder / "tokenizer_config.json", tokenizer_config)


def _write_json(path, content, indent=2):
    write_atomically(path, (json.dumps(content, indent=indent, ensure_ascii=False) + "\n").encode("utf-8"))
