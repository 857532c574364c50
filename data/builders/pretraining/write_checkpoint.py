"""Write a GPT model as a checkpoint in OpenAI's seven-file layout, the inverse of reading one.

Used for the small model that is shipped, and by the tests, which need checkpoints of every kind.
"""

import json
import shutil
from pathlib import Path

from gpt.weights import to_openai


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
    # OpenAI's matrices were 1-by-1 convolutions: (1, inputs, outputs).
    variables = {name: array[None] if name.endswith("/w") else array for name, array in to_openai(state).items()}
    _write_tensorflow_files(folder, variables)


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
