"""From the arrays of a checkpoint into the model: nothing lost, nothing swapped, nothing unnoticed."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from llms_from_scratch import ch04, ch05

from gpt_download import load_gpt2_params_from_tf_ckpt
from helpers import random_model, small_config
from previous_chapters import GPTModel, load_weights_into_gpt

CONFIG = small_config()
WIDTH = CONFIG["emb_dim"]


def test_same_weights_and_logits_as_the_reference(params, written):
    ours, reference = GPTModel(CONFIG).eval(), ch04.GPTModel(CONFIG).eval()
    load_weights_into_gpt(ours, params)
    ch05.load_weights_into_gpt(reference, params)
    expected = {**written[1], "out_head.weight": written[1]["tok_emb.weight"]}
    reference_state = reference.state_dict()
    assert ours.state_dict().keys() == expected.keys()
    for name, tensor in ours.state_dict().items():
        assert torch.equal(tensor, reference_state[name]), name
        assert torch.equal(tensor, expected[name]), name
    rows = torch.arange(24).reshape(2, 12)
    with torch.no_grad():
        torch.testing.assert_close(ours(rows), reference(rows), rtol=1e-5, atol=1e-5)


def test_loaded_parameters_are_the_model_s_own(params):
    model = GPTModel(CONFIG)
    before = dict(model.named_parameters())
    load_weights_into_gpt(model, params)
    # An optimizer made before loading still trains them.
    for name, parameter in model.named_parameters():
        assert parameter is before[name] and parameter.requires_grad, name
    with torch.no_grad():
        model.tok_emb.weight.zero_()
    assert params["wte"].any()
    assert model.out_head.weight.any()


def lose_an_embedding(params):
    del params["wpe"]
    shape = (CONFIG["context_length"], WIDTH)
    return [f"pos_emb.weight: expected shape {shape}, found nothing"]


def lose_the_token_embedding(params):
    del params["wte"]
    shape = (CONFIG["vocab_size"], WIDTH)
    names = ("out_head.weight", "tok_emb.weight")
    return [f"{name}: expected shape {shape}, found nothing" for name in names]


def lose_a_bias(params):
    del params["blocks"][1]["attn"]["c_attn"]["b"]
    return [
        f"trf_blocks.1.att.{name}.bias: expected shape {(WIDTH,)}, found nothing"
        for name in ("W_key", "W_query", "W_value")
    ]


def add_a_parameter(params):
    params["blocks"][0]["attn"]["rotary"] = {"w": np.zeros((2, 3), np.float32)}
    return ["trf_blocks.0.attn.rotary.w: expected nothing, found shape (3, 2)"]


def add_a_parameter_at_the_top(params):
    params["wse"] = np.zeros((2, 3), np.float32)
    return ["wse: expected nothing, found shape (2, 3)"]


def shorten_a_matrix(params):
    params["blocks"][0]["mlp"]["c_fc"]["w"] = np.zeros((WIDTH, WIDTH), np.float32)
    shapes = f"expected shape {(4 * WIDTH, WIDTH)}, found {(WIDTH, WIDTH)}"
    return [f"trf_blocks.0.ff.layers.0.weight: {shapes}"]


def transpose_a_matrix(params):
    layer = params["blocks"][0]["mlp"]["c_proj"]
    layer["w"] = layer["w"].T
    shapes = f"expected shape {(WIDTH, 4 * WIDTH)}, found {(4 * WIDTH, WIDTH)}"
    return [f"trf_blocks.0.ff.layers.2.weight: {shapes}"]


def make_a_norm_one_number(params):
    params["g"] = np.ones(1, np.float32)  # which could be broadcast
    return [f"final_norm.scale: expected shape {(WIDTH,)}, found (1,)"]


def lose_a_column_of_the_joint_matrix(params):
    layer = params["blocks"][0]["attn"]["c_attn"]
    layer["w"] = layer["w"][:, :-1]
    shapes = f"expected shape {(WIDTH, WIDTH)}, found {(WIDTH - 1, WIDTH)}"
    return [f"trf_blocks.0.att.W_value.weight: {shapes}"]


def use_another_vocabulary(params):
    params["wte"] = params["wte"][:-1]
    shape = (CONFIG["vocab_size"], WIDTH)
    found = (CONFIG["vocab_size"] - 1, WIDTH)
    return [
        f"{name}: expected shape {shape}, found {found}" for name in ("out_head.weight", "tok_emb.weight")
    ]


def lose_a_block(params):
    params["blocks"].pop()
    return [
        f"trf_blocks.1.att.out_proj.weight: expected shape {(WIDTH, WIDTH)}, found nothing",
        f"trf_blocks.1.norm2.shift: expected shape {(WIDTH,)}, found nothing",
        "at fault: 16\n",
    ]


def add_a_block(params):
    params["blocks"].append(params["blocks"][0])
    return [
        f"trf_blocks.2.att.W_key.weight: expected nothing, found shape {(WIDTH, WIDTH)}",
        f"trf_blocks.2.norm2.shift: expected nothing, found shape {(WIDTH,)}",
        "at fault: 16\n",
    ]


@pytest.mark.parametrize(
    "damage",
    [
        lose_an_embedding,
        lose_the_token_embedding,
        lose_a_bias,
        add_a_parameter,
        add_a_parameter_at_the_top,
        shorten_a_matrix,
        transpose_a_matrix,
        make_a_norm_one_number,
        lose_a_column_of_the_joint_matrix,
        use_another_vocabulary,
        lose_a_block,
        add_a_block,
    ],
)
def test_weights_that_do_not_fit_are_refused_and_change_nothing(params, damage):
    expected_in_message = damage(params)
    model = random_model(CONFIG, seed=1)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(ValueError) as caught:
        load_weights_into_gpt(model, params)
    for text in expected_in_message:
        assert text in str(caught.value)
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_checkpoint_with_fewer_blocks_than_announced_does_not_load(written):
    params = load_gpt2_params_from_tf_ckpt(written[0], {"n_layer": 3})
    message = r"trf_blocks\.2\.norm1\.scale: expected shape \(24,\), found nothing"
    with pytest.raises(ValueError, match=message):
        load_weights_into_gpt(GPTModel(small_config(n_layers=3)), params)


@pytest.mark.parametrize(
    ("module", "not_imported"),
    [("gpt_download", {"tensorflow"}), ("previous_chapters", {"tensorflow", "gpt_download"})],
)
def test_import_is_light(module, not_imported, tmp_path):
    code = f"import sys, {module}; print(*sorted(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=environment,
    )
    imported = set(result.stdout.split())
    assert module in imported
    assert not imported & not_imported
