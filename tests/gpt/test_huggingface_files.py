"""Folders of the Hub's form from elsewhere: what means the same is read, everything else is refused by name."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from gpt.huggingface_files import ONLY_VALUES
from helpers import random_model, small_config
from previous_chapters import load_from_huggingface, save_to_huggingface

WEIGHTS = "model.safetensors"


@pytest.fixture(scope="module")
def model():
    return random_model(small_config())


@pytest.fixture
def folder(model, vocabulary, tmp_path):
    return save_to_huggingface(model, tmp_path / "gpt2", vocabulary=vocabulary)


def change_config(folder, **changes):
    """Change keys of the config.json; None takes one out."""
    config = {**json.loads((folder / "config.json").read_text(encoding="utf-8")), **changes}
    config = {key: value for key, value in config.items() if value is not None}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def change_weights(folder, change):
    weights = {name: tensor.clone() for name, tensor in load_file(folder / WEIGHTS).items()}
    weights = change(weights) or weights
    save_file(weights, folder / WEIGHTS)


def refusal(folder, kind=ValueError):
    with pytest.raises(kind) as caught:
        load_from_huggingface(folder)
    message = str(caught.value)
    assert str(folder) in message
    return message


def assert_weights(folder, model, **changes):
    expected = {**model.state_dict(), **changes}
    for name, tensor in load_from_huggingface(folder).state_dict().items():
        assert tensor.dtype == torch.float32 and torch.equal(tensor, expected[name]), name


def test_names_without_the_prefix_and_masks_of_old_releases(folder, model):
    def age(weights):
        weights = {name.removeprefix("transformer."): weight for name, weight in weights.items()}
        weights["h.0.attn.bias"] = torch.ones(1, 1, 128, 128, dtype=torch.uint8).tril()
        weights["h.1.attn.masked_bias"] = torch.tensor(-1e4)
        return weights

    change_weights(folder, age)
    assert_weights(folder, model)


@pytest.mark.parametrize("tied", [None, True])
def test_without_a_head_the_token_embedding_is_the_head(folder, model, tied):
    change_config(folder, tie_word_embeddings=tied)
    change_weights(folder, _without_head)
    assert_weights(folder, model, **{"out_head.weight": model.state_dict()["tok_emb.weight"]})


def _without_head(weights):
    return {name: tensor for name, tensor in weights.items() if name != "lm_head.weight"}


def test_a_head_that_is_there_counts_unless_the_config_ties_it(folder, model):
    change_config(folder, tie_word_embeddings=None)
    assert_weights(folder, model)
    change_config(folder, tie_word_embeddings=True)
    assert_weights(folder, model, **{"out_head.weight": model.state_dict()["tok_emb.weight"]})


def test_a_head_that_is_announced_and_missing_is_refused(folder):
    change_weights(folder, _without_head)
    assert "announces an output head of its own" in refusal(folder)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_number_formats_become_float32(folder, model, dtype):
    change_weights(folder, lambda weights: {name: tensor.to(dtype) for name, tensor in weights.items()})
    assert_weights(folder, model, **{name: tensor.to(dtype).float() for name, tensor in model.state_dict().items()})


def into_two_files(folder):
    weights = load_file(folder / WEIGHTS)
    (folder / WEIGHTS).unlink()
    names = sorted(weights)
    halves = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for file, part in halves.items():
        save_file({name: weights[name] for name in part}, folder / file)
    write_index(folder, {name: file for file, part in halves.items() for name in part})


def write_index(folder, weight_map):
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}), encoding="utf-8")


def test_weights_in_several_files(folder, model):
    into_two_files(folder)
    assert_weights(folder, model)
    (folder / "model-00002-of-00002.safetensors").unlink()
    assert "model-00002-of-00002.safetensors is missing: its index names it" in refusal(folder, FileNotFoundError)


def test_an_index_that_leads_out_of_the_folder_is_refused(folder):
    (folder / WEIGHTS).rename(folder.parent / WEIGHTS)
    write_index(folder, {"wte.weight": f"../{WEIGHTS}"})
    assert "expected names of files beside it" in refusal(folder)
    write_index(folder, ["wte.weight"])
    assert "is damaged" in refusal(folder)


def test_weights_that_are_missing_left_over_or_of_another_kind_are_all_named(folder):
    def spoil(weights):
        del weights["transformer.h.0.ln_1.bias"]
        weights["score.weight"] = torch.zeros(2, 24)
        weights["transformer.wpe.weight"] = torch.zeros(64, 24)
        weights["transformer.h.1.mlp.c_fc.weight"] = torch.zeros(24, 96, dtype=torch.int8)

    change_weights(folder, spoil)
    message = refusal(folder)
    assert "Weights at fault: 4\n" in message
    for line in (
        "h.0.ln_1.bias: expected shape (24,), found nothing",
        "score.weight: expected nothing, found shape (2, 24)",
        "wpe.weight: expected shape (128, 24), found (64, 24)",
        "h.1.mlp.c_fc.weight: expected floating-point numbers, found I8",
    ):
        assert line in message


OTHER_VALUES = {
    "activation_function": "gelu", "layer_norm_epsilon": 1e-6, "scale_attn_weights": False,
    "scale_attn_by_inverse_layer_idx": True, "add_cross_attention": True, "quantization_config": {"bits": 4},
    "n_inner": 95, "n_head": 5, "n_layer": 0, "vocab_size": "357", "model_type": "gpt_neo",
}  # fmt: skip


@pytest.mark.parametrize("key", OTHER_VALUES)
def test_a_model_that_gptmodel_cannot_be_is_refused(folder, key):
    change_config(folder, **{key: OTHER_VALUES[key]})
    message = refusal(folder)
    assert "is not of a GPT-2 that can be read here" in message
    assert ("expected a multiple of n_head (5), found 24" if key == "n_head" else repr(OTHER_VALUES[key])) in message


def test_each_limit_is_tried():
    assert ONLY_VALUES.keys() <= OTHER_VALUES.keys()


def test_other_ways_to_say_the_same_are_read(folder, model):
    change_config(folder, n_inner=96, activation_function="gelu_pytorch_tanh", reorder_and_upcast_attn=True)
    assert_weights(folder, model)


def test_several_things_that_are_wrong_are_said_at_once(folder):
    change_config(folder, activation_function="relu", layer_norm_epsilon=1e-12)
    message = refusal(folder)
    assert "activation_function: expected 'gelu_new', found 'relu'" in message
    assert "layer_norm_epsilon: expected 1e-05, found 1e-12" in message


@pytest.mark.parametrize("keep", [0, 7, 0.5, 0.99])
def test_a_weights_file_that_is_cut_off_is_refused(folder, keep):
    whole = (folder / WEIGHTS).read_bytes()
    (folder / WEIGHTS).write_bytes(whole[: int(keep * len(whole)) if keep < 1 else keep])
    assert "is cut off, damaged or no safetensors file" in refusal(folder)


def test_files_that_are_missing_or_no_json(folder):
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")
    message = refusal(folder, FileNotFoundError)
    assert "found pytorch_model.bin" in message and "save_pretrained" in message
    (folder / "config.json").write_text("<html>", encoding="utf-8")
    assert "is not valid JSON in UTF-8" in refusal(folder)
    (folder / "config.json").write_text("[1]", encoding="utf-8")
    assert "expected a JSON object" in refusal(folder)
    (folder / "config.json").unlink()
    assert "expected a config.json in it" in refusal(folder, FileNotFoundError)
