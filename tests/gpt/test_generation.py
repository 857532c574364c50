"""Generated text against the published llms-from-scratch package."""

import pytest
import torch
from llms_from_scratch import ch05

from helpers import freshly_started_model, random_tokens, small_config
from previous_chapters import choose_token, generate


@pytest.fixture(scope="module")
def model():
    return freshly_started_model(small_config(vocab_size=61, context_length=32))


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


def test_a_token_is_chosen_for_each_row():
    logits = torch.tensor([[0.0, 3.0, 1.0, 2.0], [5.0, 1.0, 4.0, 0.0]])
    assert choose_token(logits).tolist() == [[1], [0]]
    torch.manual_seed(0)
    drawn = torch.stack([choose_token(logits, temperature=2.0, top_k=2) for _ in range(200)])
    assert [set(row.flatten().tolist()) for row in drawn.unbind(dim=1)] == [{1, 3}, {0, 2}]
    # At a temperature of 2, the larger of two logits that differ by 1 has a share of 1 / (1 + exp(-0.5)).
    assert (drawn[:, 0] == 1).float().mean() == pytest.approx(0.62, abs=0.1)
