"""The key-value cache, and generation for many prompts at once: the same tokens as for each prompt alone."""

import contextlib
import copy
import functools

import pytest
import torch

from gpt.generation import WORTH_A_PASS, read_prompts
from gpt.kernels import written_out
from helpers import freshly_started_model, small_config
from previous_chapters import KeyValueCache, causal_attention, generate, generate_batch

CONFIG = small_config(vocab_size=61, context_length=48)


@pytest.fixture(scope="module")
def model():
    return freshly_started_model(CONFIG)


def random_prompts(lengths, vocab_size=61, seed=0):
    torch.manual_seed(seed)
    return [torch.randint(vocab_size, (length,)) for length in lengths]


def test_the_cache_gives_the_features_of_the_whole_text(model):
    tokens = torch.stack(random_prompts([20] * 3))
    with torch.no_grad():
        whole = model.features(tokens)
        cache = KeyValueCache(model, 3, 20)
        parts = [model.features(part, cache) for part in tokens.split([5, 1, 1, 7, 6], dim=1)]
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, rtol=1e-5, atol=1e-5)
    assert cache.longest == 20 and cache.lengths.tolist() == [20] * 3


def test_the_cache_is_not_ignored_where_gradients_are_recorded(model):
    tokens = torch.stack(random_prompts([12] * 2))
    cache = KeyValueCache(model, 2, 12)
    with torch.no_grad():
        model.features(tokens[:, :11], cache)
    last = model.features(tokens[:, 11:], cache)
    torch.testing.assert_close(last[:, 0], model.features(tokens)[:, -1], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
def test_unused_memory_of_the_cache_does_not_matter(model, dtype):
    """Nobody knows what stands in it. In its deterministic mode PyTorch fills it with NaN, the worst that there is."""
    model, prompts = copy.deepcopy(model).to(dtype), random_prompts([3, 30, 9, 31, 18])
    expected = generate_batch(model, prompts, 17, 48)
    torch.use_deterministic_algorithms(True)
    try:
        assert torch.empty(3).isnan().all()
        found = generate_batch(model, prompts, 17, 48)
    finally:
        torch.use_deterministic_algorithms(False)
    assert [row.tolist() for row in found] == [row.tolist() for row in expected]


@pytest.mark.parametrize("sampling", [{}, {"temperature": 1.4, "top_k": 25}], ids=str)
@pytest.mark.parametrize(("prompt_tokens", "context_size"), [(4, 48), (10, 6), (20, 32), (32, 32)])
def test_the_cache_changes_no_token(model, sampling, prompt_tokens, context_size):
    prompt = torch.stack(random_prompts([prompt_tokens] * 2))
    results = []
    for use_cache in (True, False):
        torch.manual_seed(123)
        results.append(generate(model, prompt, 30, context_size, use_cache=use_cache, **sampling))
    assert torch.equal(*results)


PROMPTS = random_prompts([3, 9, 1, 30, 9, 7, 12, 8, 20, 2])


@pytest.fixture(scope="module")
def alone(model):
    """A function that tells what `generate` writes to each prompt by itself, which it finds out once."""

    @functools.cache
    def found(context_size, eos_id):
        rows = [generate(model, prompt[None], 25, context_size, eos_id=eos_id) for prompt in PROMPTS]
        return [row.tolist() for row in rows]

    return found


@pytest.mark.parametrize("batch_size", [1, 3, 32])
@pytest.mark.parametrize("context_size", [48, 20, 7])
@pytest.mark.parametrize("eos_id", [None, 5, 17, 33])
def test_each_prompt_is_continued_as_if_alone(model, alone, batch_size, context_size, eos_id):
    together = generate_batch(model, PROMPTS, 25, context_size, eos_id, batch_size=batch_size)
    assert [row.tolist() for row in together] == alone(context_size, eos_id)


def test_some_rows_of_these_batches_end_early_and_some_late():
    small = freshly_started_model(small_config(vocab_size=13, context_length=48))
    prompts = random_prompts(range(1, 21), vocab_size=13)
    # The most probable tokens do not depend on where a row ends: so each is continued by itself once, and cut.
    endless = [generate(small, prompt[None], 20, 48)[0].tolist() for prompt in prompts]
    lengths = set()
    for eos_id in range(13):
        together = generate_batch(small, prompts, 20, 48, eos_id, batch_size=8)
        for prompt, row, whole in zip(prompts, together, endless, strict=True):
            new = whole[len(prompt) :]
            expected = new[: new.index(eos_id)] if eos_id in new else new
            assert row.tolist() == [prompt.tolist() + expected]
            lengths.add(len(expected))
    assert len(lengths) > 5


BEGINNING, *ENDS = random_prompts([13, 9, 1, 17, 9, 5, 2], seed=1)
ALIKE = [torch.cat((BEGINNING, end)) for end in ENDS]


@pytest.mark.parametrize("way", [contextlib.nullcontext, written_out])
@pytest.mark.parametrize("prompts", [PROMPTS, ALIKE, ALIKE[:1] * 7, ALIKE[2:3]], ids=["any", "alike", "same", "one"])
def test_prompts_that_are_read_together_are_as_if_read_alone(model, prompts, way):
    with way(), torch.no_grad():
        cache, features = read_prompts(model, prompts, 40)
        nexts = torch.arange(len(prompts))
        later = model.features(nexts[:, None], cache)[:, 0]
        for row, prompt in enumerate(prompts):
            whole = model.features(torch.cat((prompt, nexts[row : row + 1]))[None])[0]
            torch.testing.assert_close(features[row], whole[-2], rtol=1e-5, atol=1e-5)
            torch.testing.assert_close(later[row], whole[-1], rtol=1e-5, atol=1e-5)
    assert cache.lengths.tolist() == [len(prompt) + 1 for prompt in prompts]


@pytest.mark.parametrize("batch_size", [2, 4, 32])
@pytest.mark.parametrize("context_size", [48, 25, 20])
def test_prompts_with_the_same_beginning_are_continued_as_if_alone(model, batch_size, context_size):
    for eos_id in (None, 5, 17):
        together = generate_batch(model, ALIKE, 25, context_size, eos_id, batch_size=batch_size)
        for row, prompt in zip(together, ALIKE, strict=True):
            assert row.tolist() == generate(model, prompt[None], 25, context_size, eos_id=eos_id).tolist()


def test_a_shared_beginning_is_read_once_and_no_filling_at_all(model, monkeypatch):
    read, features = [], model.features

    def counted(in_idx, cache=None):
        read.append(tuple(in_idx.shape))
        return features(in_idx, cache)

    def read_for(prompts):
        read.clear()
        read_prompts(model, prompts, 48)
        return read

    monkeypatch.setattr(model, "features", counted)
    assert read_for(PROMPTS) == [(1, sum(map(len, PROMPTS)))]
    assert read_for(ALIKE) == [(1, 13), (1, sum(map(len, ENDS)))]
    assert read_for(ALIKE[:1]) == [(1, len(ALIKE[0]))]
    assert read_for([ALIKE[0]] * 3) == [(1, 21), (1, 3)]  # all but the last token, which tells what comes next
    # Too little to pay for a pass of its own.
    few = [torch.cat((torch.arange(WORTH_A_PASS - 1), torch.tensor([i, i]))) for i in (5, 6)]
    assert read_for(few) == [(1, 2 * WORTH_A_PASS + 2)]


def test_an_empty_prompt_is_refused(model):
    with pytest.raises(ValueError, match="found none in prompt 0 of this batch"):
        generate_batch(model, random_prompts([1, 0, 2]), 3, 48)


def test_nothing_to_continue(model):
    assert generate_batch(model, [], 5, 48) == []
    prompts = random_prompts([4, 2])
    assert [row.tolist() for row in generate_batch(model, prompts, 0, 48)] == [[p.tolist()] for p in prompts]


def test_the_attention_written_out_is_what_the_model_computes():
    torch.manual_seed(0)
    queries, keys, values = torch.randn(3, 2, 3, 11, 8)
    expected = causal_attention(queries, keys, values, torch.nn.Identity())
    found = torch.nn.functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
    # The first token sees only itself.
    torch.testing.assert_close(expected[:, :, 0], values[:, :, 0])
