"""The model and text generation against the published llms-from-scratch package."""

import copy

import pytest
import torch
from llms_from_scratch import ch04, ch05

from helpers import random_model, small_config
from previous_chapters import GPTModel, generate

CONFIGS = {
    "two layers": small_config(vocab_size=61),
    "one head": small_config(vocab_size=61, n_heads=1, n_layers=1),
    "no query-key-value bias": small_config(vocab_size=61, qkv_bias=False),
    "wide and deep": small_config(vocab_size=61, emb_dim=64, n_heads=8, n_layers=4),
}


def random_tokens(config, rows, tokens, seed=0):
    return torch.randint(config["vocab_size"], (rows, tokens), generator=torch.Generator().manual_seed(seed))


def freshly_started_model(config):
    """Random weights of PyTorch's own scale, with which the most probable token changes from step to step."""
    torch.manual_seed(0)
    return GPTModel(config).eval()


@pytest.fixture(scope="module")
def model():
    return freshly_started_model(small_config(vocab_size=61, context_length=32))


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


@pytest.mark.parametrize(
    "sampling",
    [
        {},
        {"top_k": 5},
        {"temperature": 1.4, "top_k": 25},
        {"temperature": 1.4},
        {"temperature": 0.3, "top_k": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("prompt_tokens", "context_size"),
    [(4, 32), (10, 6), (20, 32)],
    ids=["short prompt", "context smaller than the prompt", "past the context length"],
)
def test_same_generated_tokens(model, sampling, prompt_tokens, context_size):
    prompt = random_tokens({"vocab_size": 61}, 1, prompt_tokens)
    results = []
    for function in (generate, ch05.generate):
        torch.manual_seed(123)
        results.append(function(model, prompt, max_new_tokens=25, context_size=context_size, **sampling))
    assert results[0].tolist() == results[1].tolist()
    assert results[0].shape == (1, prompt_tokens + 25)
    assert len(results[0][0, prompt_tokens:].unique()) > 2  # not the same token over and over


def test_different_seeds_sample_different_tokens(model):
    prompt = random_tokens({"vocab_size": 61}, 1, 4)
    results = []
    for seed in (123, 124):
        torch.manual_seed(seed)
        results.append(generate(model, prompt, max_new_tokens=25, context_size=32, temperature=1.4).tolist())
    assert results[0] != results[1]


@pytest.mark.parametrize("sampling", [{}, {"temperature": 1.4, "top_k": 25}], ids=str)
def test_generation_stops_at_end_of_text_like_the_reference(model, sampling):
    prompt = random_tokens({"vocab_size": 61}, 1, 4)
    torch.manual_seed(123)
    unstopped = generate(model, prompt, max_new_tokens=25, context_size=32, **sampling)[0].tolist()
    eos_id = unstopped[15]
    stop = unstopped.index(eos_id, 4)
    results = []
    for function in (generate, ch05.generate):
        torch.manual_seed(123)
        result = function(model, prompt, max_new_tokens=25, context_size=32, eos_id=eos_id, **sampling)
        results.append(result[0].tolist())
    assert results[0] == results[1] == unstopped[:stop]


def test_end_of_text_in_the_prompt_does_not_stop_generation(model):
    prompt = random_tokens({"vocab_size": 61}, 1, 4)
    prompt[0, -1] = 60
    unstopped = generate(model, prompt, max_new_tokens=5, context_size=32)
    assert 60 not in unstopped[0, 4:]
    assert torch.equal(generate(model, prompt, max_new_tokens=5, context_size=32, eos_id=60), unstopped)


def test_rows_of_a_batch_are_generated_as_if_alone():
    config = small_config(vocab_size=13)
    small_model = freshly_started_model(config)
    prompts = random_tokens(config, 4, 6)
    lengths_seen = set()
    for eos_id in range(13):
        arguments = {"max_new_tokens": 20, "context_size": 128, "eos_id": eos_id}
        alone = [generate(small_model, row[None], **arguments)[0].tolist() for row in prompts]
        together = generate(small_model, prompts, **arguments).tolist()
        longest = max(len(row) for row in alone)
        assert together == [row + [eos_id] * (longest - len(row)) for row in alone]
        lengths_seen.add(tuple(len(row) for row in alone))
    assert any(len(set(lengths)) > 2 for lengths in lengths_seen)  # some rows did stop before others


def test_top_k_is_each_row_s_own(model):
    prompts = random_tokens({"vocab_size": 61}, 8, 5)
    with torch.no_grad():
        best = model(prompts)[:, -1].topk(3).indices
    assert len(best.unique()) > 3
    torch.manual_seed(123)
    for _ in range(10):
        sampled = generate(model, prompts, max_new_tokens=1, context_size=32, temperature=50.0, top_k=3)
        assert (best == sampled[:, -1:]).any(dim=1).all()
