"""Write a GPT model as a checkpoint in OpenAI's seven-file layout, the inverse of reading one.

Used for the small model that is shipped, and by the tests, which need checkpoints of every kind.
"""

import json
import shutil
from pathlib import Path

import numpy as np


def model_to_openai_variables(state):
    """Rename a ``GPTModel`` state dict to TensorFlow's variables: ``{"model/h0/attn/c_attn/w": array, ...}``.

    The output head is left out: GPT-2's is the token embedding.
    """
    array = {name: tensor.detach().float().cpu().numpy() for name, tensor in state.items()}
    variables = {
        "model/wte": array["tok_emb.weight"],
        "model/wpe": array["pos_emb.weight"],
        "model/ln_f/g": array["final_norm.scale"],
        "model/ln_f/b": array["final_norm.shift"],
    }
    pairs = {
        "attn/c_proj": "att.out_proj",
        "mlp/c_fc": "ff.layers.0",
        "mlp/c_proj": "ff.layers.2",
    }
    n_layers = sum(name.endswith("norm1.scale") for name in array)
    for i in range(n_layers):
        ours, theirs = f"trf_blocks.{i}.", f"model/h{i}/"
        for kind, openai_kind in (("weight", "w"), ("bias", "b")):
            heads = [array[f"{ours}att.{name}.{kind}"].T for name in ("W_query", "W_key", "W_value")]
            variables[f"{theirs}attn/c_attn/{openai_kind}"] = np.concatenate(heads, axis=-1)
            for openai_name, name in pairs.items():
                variables[f"{theirs}{openai_name}/{openai_kind}"] = array[f"{ours}{name}.{kind}"].T
        for norm in ("1", "2"):
            variables[f"{theirs}ln_{norm}/g"] = array[f"{ours}norm{norm}.scale"]
            variables[f"{theirs}ln_{norm}/b"] = array[f"{ours}norm{norm}.shift"]
    # OpenAI's matrices were 1-by-1 convolutions: (1, inputs, outputs).
    return {name: value[None] if name.endswith("/w") else value for name, value in variables.items()}


def settings_of(config):
    """``hparams.json`` for a configuration with the keys of ``BASE_CONFIG`` and ``model_configs``."""
    return {
        "n_vocab": config["vocab_size"],
        "n_ctx": config["context_length"],
        "n_embd": config["emb_dim"],
        "n_head": config["n_heads"],
        "n_layer": config["n_layers"],
    }


def write_checkpoint(folder, config, state, vocabulary_dir):
    """Write the seven files of a model.

    Args:
        folder: the checkpoint folder, ``.../<size>``.
        config: the model's configuration.
        state: its state dict.
        vocabulary_dir: folder with the ``encoder.json`` and ``vocab.bpe`` to copy; may be ``folder`` itself.
    """
    folder, vocabulary_dir = Path(folder), Path(vocabulary_dir)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("encoder.json", "vocab.bpe"):
        if vocabulary_dir.resolve() != folder.resolve():
            shutil.copyfile(vocabulary_dir / name, folder / name)
    (folder / "hparams.json").write_text(json.dumps(settings_of(config)), encoding="utf-8")
    _write_tensorflow_files(folder, model_to_openai_variables(state))


def _write_tensorflow_files(folder, variables):
    """Write checkpoint and model.ckpt.{data-00000-of-00001,index,meta} with TensorFlow's first Saver."""
    import tensorflow as tf

    tf1 = tf.compat.v1
    with tf.Graph().as_default(), tf1.Session() as session:
        placed = {}
        for name, value in sorted(variables.items()):
            # A placeholder as the starting value keeps the weights themselves out of the graph file.
            source = tf1.placeholder(tf.float32, value.shape)
            variable = tf1.get_variable(name, initializer=source, use_resource=False)
            session.run(variable.initializer, {source: value})
            placed[name] = variable
        tf1.train.Saver(placed).save(session, str(folder / "model.ckpt"))
    # As in OpenAI's folders: a relative path, so that the folder can be moved.
    (folder / "checkpoint").write_text(
        'model_checkpoint_path: "model.ckpt"\nall_model_checkpoint_paths: "model.ckpt"\n', encoding="utf-8"
    )
