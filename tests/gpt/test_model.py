"""The model against the published llms-from-scratch package."""

import copy

import pytest
import torch
from llms_from_scratch import ch04

from helpers import random_model, random_tokens, small_config, without_key_biases
from previous_chapters import (
    BASE_CONFIG,
    GPTModel,
    calc_loss_batch,
    config_of,
    generate,
    generate_batch,
    model_configs,
)

CONFIGS = {
    "two layers": small_config(vocab_size=61),
    "one head": small_config(vocab_size=61, n_heads=1, n_layers=1),
    "no query-key-value bias": small_config(vocab_size=61, qkv_bias=False),
    "wide and deep": small_config(vocab_size=61, emb_dim=64, n_heads=8, n_layers=4),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("tokens", [1, 7, 128])
def test_same_logits(config, tokens):
    reference = random_model(config, model_class=ch04.GPTModel)
    ours = GPTModel(config).eval()
    ours.load_state_dict(reference.state_dict())
    rows = random_tokens(config, 3, tokens)
    with torch.no_grad():
        torch.testing.assert_close(ours(rows), reference(rows), rtol=1e-5, atol=1e-5)


def test_same_logits_with_dropout_and_the_same_seed():
    config = small_config(drop_rate=0.1)
    reference = random_model(config, model_class=ch04.GPTModel).train()
    ours = GPTModel(config).train()
    ours.load_state_dict(reference.state_dict())
    rows = random_tokens(config, 2, 9)
    logits = []
    for each in (ours, reference):
        torch.manual_seed(123)
        logits.append(each(rows))
    torch.testing.assert_close(logits[0], logits[1], rtol=1e-5, atol=1e-5)
    with torch.no_grad():  # and dropout did something
        assert not torch.allclose(logits[0], ours.eval()(rows))


def test_biases_of_keys_change_nothing():
    """Why trainings are compared without them (``helpers.without_key_biases``), and without them alone."""
    config = small_config(vocab_size=61)
    model, rows = random_model(config), random_tokens(config, 3, 9)
    matters = {}
    with torch.no_grad():
        expected = model(rows)
        for name, parameter in model.named_parameters():
            kept = parameter.clone()
            parameter += torch.randn_like(parameter)
            matters[name] = not torch.allclose(model(rows), expected, rtol=1e-4, atol=1e-4)
            parameter.copy_(kept)
    assert {name for name in matters if matters[name]} == set(without_key_biases(matters))


def test_masks_in_a_foreign_state_dict_are_ignored():
    config = small_config()
    reference = random_model(config, model_class=ch04.GPTModel)
    foreign = reference.state_dict()
    names = set(foreign)
    assert sum(name.endswith(".att.mask") for name in names) == config["n_layers"]
    for name in names:
        if name.endswith(".att.mask"):
            foreign[name] = torch.zeros_like(foreign[name])  # a mask that hides nothing
    ours = GPTModel(config).eval()
    ours.load_state_dict(foreign)
    rows = random_tokens(config, 2, 9)
    with torch.no_grad():
        torch.testing.assert_close(ours(rows), reference(rows), rtol=1e-5, atol=1e-5)
    assert set(foreign) == names


def test_other_foreign_keys_are_still_refused():
    state = {**GPTModel(small_config()).state_dict(), "trf_blocks.0.att.other": torch.zeros(1)}
    with pytest.raises(RuntimeError, match="trf_blocks.0.att.other"):
        GPTModel(small_config()).load_state_dict(state)


@pytest.mark.parametrize("qkv_bias", [True, False])
def test_reference_loads_our_state_dict_and_misses_only_its_masks(qkv_bias):
    config = small_config(qkv_bias=qkv_bias)
    ours, reference = random_model(config), ch04.GPTModel(config).eval()
    result = reference.load_state_dict(ours.state_dict(), strict=False)
    assert result.unexpected_keys == []
    assert set(result.missing_keys) == {f"trf_blocks.{i}.att.mask" for i in range(config["n_layers"])}
    rows = random_tokens(config, 2, 9)
    with torch.no_grad():
        torch.testing.assert_close(ours(rows), reference(rows), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_same_parameters_from_the_same_seed(config):
    parameters, next_random_number = [], []
    for model_class in (GPTModel, ch04.GPTModel):
        torch.manual_seed(123)
        parameters.append(dict(model_class(config).named_parameters()))
        next_random_number.append(torch.rand(1))
    assert list(parameters[0]) == list(parameters[1])
    for name, parameter in parameters[0].items():
        assert torch.equal(parameter, parameters[1][name]), name
    assert torch.equal(*next_random_number)


def test_a_copy_of_the_model_is_independent_and_loads_foreign_files():
    config = small_config()
    first = random_model(config)
    second = copy.deepcopy(first)
    second.load_state_dict(random_model(config, seed=1, model_class=ch04.GPTModel).state_dict())
    assert not torch.equal(first.tok_emb.weight, second.tok_emb.weight)


def test_heads_that_do_not_divide_the_width_are_refused():
    with pytest.raises(ValueError, match=r"d_out \(24\) must be divisible by num_heads \(5\)"):
        GPTModel(small_config(n_heads=5))


@pytest.mark.parametrize("first", model_configs)
@pytest.mark.parametrize("second", model_configs)
def test_a_second_choice_of_a_model_leaves_nothing_of_the_first_one(first, second):
    """The document's line, run again in the same kernel: BASE_CONFIG.update(model_configs[CHOOSE_MODEL])."""
    config = dict(BASE_CONFIG)
    config.update(model_configs[first])
    config.update(model_configs[second])
    assert config == config_of(second)


def test_configurations_are_openai_s():
    openai = {"vocab_size": 50257, "context_length": 1024, "drop_rate": 0.0, "qkv_bias": True}
    assert BASE_CONFIG == openai
    for name in list(model_configs)[1:]:
        assert config_of(name).items() >= openai.items()


@pytest.mark.parametrize("wrong", [-1, 61, 50256])
def test_ids_that_the_vocabulary_has_not_are_refused(wrong):
    """On a GPU they would break the session, so they are looked for while they are on the CPU."""
    model = GPTModel(small_config(vocab_size=61))
    message = rf"Expected token ids from 0 to 60, the vocabulary of this model, found {wrong}\. .*tokenizer\.eot_token"
    ids = torch.tensor([[5, wrong, 60]])
    with pytest.raises(ValueError, match=message):
        model(ids)
    with pytest.raises(ValueError, match=message):
        generate(model, ids, 1, 128)
    with pytest.raises(ValueError, match=message):
        generate_batch(model, [ids], 1, 128)
    fine = torch.tensor([[5, 0, 60]])
    with pytest.raises(ValueError, match=message):
        calc_loss_batch(ids, fine, model, "meta")  # before they are copied
    with pytest.raises(ValueError, match=message):
        calc_loss_batch(fine, ids, model, "meta")
    assert calc_loss_batch(fine, torch.tensor([[-100, 0, 60]]), model, "cpu").isfinite()
