"""A TensorFlow checkpoint on disk becomes arrays: nothing lost, nothing swapped, nothing unnoticed."""

import json

import numpy as np
import pytest
import torch

from gpt_download import load_gpt2_params_from_tf_ckpt
from helpers import random_model, read_checkpoint, small_config, write_random_checkpoint, write_vocabulary
from pretraining.write_checkpoint import write_checkpoint

CONFIG = small_config()
WIDTH = CONFIG["emb_dim"]


def bits(array):
    return np.ascontiguousarray(array).view(np.uint32).tolist()


def test_params_have_openai_names_and_shapes(params):
    def shapes(value):
        if isinstance(value, dict):
            return {key: shapes(inner) for key, inner in value.items()}
        assert value.dtype == np.float32
        return value.shape

    norm = {"g": (WIDTH,), "b": (WIDTH,)}
    block = {
        "attn": {
            "c_attn": {"w": (WIDTH, 3 * WIDTH), "b": (3 * WIDTH,)},
            "c_proj": {"w": (WIDTH, WIDTH), "b": (WIDTH,)},
        },
        "mlp": {
            "c_fc": {"w": (WIDTH, 4 * WIDTH), "b": (4 * WIDTH,)},
            "c_proj": {"w": (4 * WIDTH, WIDTH), "b": (WIDTH,)},
        },
        "ln_1": norm,
        "ln_2": norm,
    }
    blocks = params.pop("blocks")
    assert [shapes(each) for each in blocks] == [block, block]
    embeddings = {"wte": (CONFIG["vocab_size"], WIDTH), "wpe": (CONFIG["context_length"], WIDTH)}
    assert shapes(params) == {**embeddings, **norm}


def test_params_are_what_was_written_bit_for_bit(params, written):
    state = {name: tensor.numpy() for name, tensor in written[1].items()}
    assert bits(params["wte"]) == bits(state["tok_emb.weight"])
    assert bits(params["wpe"]) == bits(state["pos_emb.weight"])
    assert bits(params["g"]) == bits(state["final_norm.scale"])
    assert bits(params["b"]) == bits(state["final_norm.shift"])
    for i, block in enumerate(params["blocks"]):
        attention, prefix = block["attn"]["c_attn"], f"trf_blocks.{i}."
        for j, name in enumerate(("W_query", "W_key", "W_value")):
            columns = slice(j * WIDTH, (j + 1) * WIDTH)
            assert bits(attention["w"][:, columns].T) == bits(state[f"{prefix}att.{name}.weight"])
            assert bits(attention["b"][columns]) == bits(state[f"{prefix}att.{name}.bias"])
        for layer, name in (
            (block["attn"]["c_proj"], "att.out_proj"),
            (block["mlp"]["c_fc"], "ff.layers.0"),
            (block["mlp"]["c_proj"], "ff.layers.2"),
        ):
            assert bits(layer["w"].T) == bits(state[f"{prefix}{name}.weight"])
            assert bits(layer["b"]) == bits(state[f"{prefix}{name}.bias"])
        for norm in ("1", "2"):
            assert bits(block[f"ln_{norm}"]["g"]) == bits(state[f"{prefix}norm{norm}.scale"])
            assert bits(block[f"ln_{norm}"]["b"]) == bits(state[f"{prefix}norm{norm}.shift"])


def test_unusual_floats_survive(tmp_path):
    config = small_config(n_layers=1)
    state = random_model(config).state_dict()
    unusual = torch.tensor([-0.0, 1e-42, -3.4e38, float("inf"), float("nan")])
    state["final_norm.shift"][:5] = unusual
    write_vocabulary(tmp_path)
    write_checkpoint(tmp_path, config, state, tmp_path)
    assert bits(read_checkpoint(tmp_path)["b"][:5]) == bits(unusual.numpy())


def test_checkpoint_with_more_blocks_than_announced_is_refused(written):
    with pytest.raises(ValueError, match=r"announces 1 blocks, but the checkpoint holds model/h1/"):
        load_gpt2_params_from_tf_ckpt(written[0], {"n_layer": 1})


@pytest.mark.parametrize("name", ["model.ckpt.data-00000-of-00001", "model.ckpt.index"])
def test_a_damaged_checkpoint_is_an_error_that_says_what_to_do(tmp_path, name):
    write_random_checkpoint(tmp_path)
    settings = json.loads((tmp_path / "hparams.json").read_text(encoding="utf-8"))
    content = bytearray((tmp_path / name).read_bytes())
    content[len(content) // 2] ^= 1  # the size stays right
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match="the checkpoint is damaged .*Remove the folder") as caught:
        load_gpt2_params_from_tf_ckpt(tmp_path, settings)
    assert str(tmp_path) in str(caught.value)
