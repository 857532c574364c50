"""Numbers that make no sense are refused in a sentence, before the model computes anything with them."""

import math

import numpy as np
import pytest
import torch

import serve_model
from gpt.chat_templates import write_modelfile
from gpt.lora import add_lora
from gpt.responses import extract_responses
from helpers import freshly_started_model, instruction_entries, random_tokens, small_config, write_vocabulary
from previous_chapters import KeyValueCache, choose_token, generate, generate_batch, load_tokenizer, stream_tokens

VOCABULARY, CONTEXT = 61, 32


@pytest.fixture
def model():
    """Raises an error of another kind if it is asked to compute."""
    model = freshly_started_model(small_config(vocab_size=VOCABULARY, context_length=CONTEXT))

    def refuse(*_):
        raise RuntimeError("the model was asked")

    model.tok_emb.register_forward_pre_hook(refuse)
    return model


def stream(*arguments, **options):
    return list(stream_tokens(*arguments, **options))


def of_batch(model, prompt, *arguments, **options):
    return generate_batch(model, list(prompt), *arguments, **options)


def none_at_all(model, prompt, *arguments, **options):
    return generate_batch(model, [], *arguments, **options)


@pytest.mark.parametrize("function", [generate, stream, of_batch, none_at_all])
@pytest.mark.parametrize(
    ("tokens", "context", "complaint"),
    [
        (-1, CONTEXT, "Expected max_new_tokens to be a whole number of 0 or more, found -1."),
        (2.5, CONTEXT, "Expected max_new_tokens to be a whole number of 0 or more, found 2.5."),
        ("5", CONTEXT, "Expected max_new_tokens to be a whole number of 0 or more, found '5'."),
        (math.nan, CONTEXT, "Expected max_new_tokens to be a whole number of 0 or more, found nan."),
        (5, 0, f"Expected context_size to be a whole number from 1 to {CONTEXT}, found 0. The context length of this"),
        (5, -1, f"Expected context_size to be a whole number from 1 to {CONTEXT}, found -1. "),
        (5, CONTEXT + 1, f"Expected context_size to be a whole number from 1 to {CONTEXT}, found {CONTEXT + 1}. "),
        (5, 8.0, f"Expected context_size to be a whole number from 1 to {CONTEXT}, found 8.0. "),
    ],
)
def test_limits_that_are_not_the_models_are_refused(model, function, tokens, context, complaint):
    with pytest.raises(ValueError) as caught:
        function(model, random_tokens({"vocab_size": VOCABULARY}, 2, 4), tokens, context)
    assert str(caught.value).startswith(complaint)


SAMPLING = [
    {"top_k": 0}, {"top_k": -1}, {"top_k": VOCABULARY + 1}, {"top_k": 2.5}, {"top_k": "5"},
    {"temperature": -1}, {"temperature": math.nan}, {"temperature": math.inf}, {"temperature": "hot"},
    {"temperature": None},
]  # fmt: skip


@pytest.mark.parametrize("function", [generate, stream])
@pytest.mark.parametrize("sampling", SAMPLING, ids=str)
def test_there_is_no_other_way_to_draw(model, function, sampling):
    with pytest.raises(ValueError) as caught:
        function(model, random_tokens({"vocab_size": VOCABULARY}, 1, 4), 5, CONTEXT, **sampling)
    assert f"a top_k from 1 to {VOCABULARY}, the size of the vocabulary, found " in str(caught.value)
    (name, value), = sampling.items()
    assert f"{name}={value!r}" in str(caught.value)


@pytest.mark.parametrize("sampling", SAMPLING, ids=str)
def test_a_single_choice_is_held_to_the_same(sampling):
    with pytest.raises(ValueError, match=f"a top_k from 1 to {VOCABULARY}, "):
        choose_token(torch.zeros(1, VOCABULARY), **sampling)


def test_the_ends_of_the_ranges_and_numbers_of_numpy_are_allowed():
    model = freshly_started_model(small_config(vocab_size=VOCABULARY, context_length=CONTEXT))
    prompt = random_tokens({"vocab_size": VOCABULARY}, 1, 4)
    assert generate(model, prompt, 0, 1).tolist() == prompt.tolist()
    for top_k in (None, 1, np.int64(VOCABULARY)):
        for temperature in (0, 1, np.float32(1.4)):
            found = generate(model, prompt, np.int64(2), np.int64(CONTEXT), temperature, top_k, 0)
            assert found.shape[1] in (4, 5, 6)


@pytest.mark.parametrize("use_cache", [True, False])
def test_a_text_at_the_end_of_the_context_is_refused_by_the_model_with_and_without_a_cache(use_cache):
    model = freshly_started_model(small_config(vocab_size=VOCABULARY, context_length=CONTEXT))
    cache, text = KeyValueCache(model, 1, 2 * CONTEXT), random_tokens({"vocab_size": VOCABULARY}, 1, CONTEXT + 1)
    model.features(text[:, :CONTEXT], cache)
    with pytest.raises(ValueError, match=f"at most {CONTEXT} tokens, .*, found {CONTEXT + 1}\\."):
        model.features(text[:, CONTEXT:], cache) if use_cache else model.features(text)


@pytest.mark.parametrize("size", [0, -3, 1.5])
def test_a_batch_has_a_row_at_least(model, size, tmp_path):
    said = f"Expected batch_size to be a whole number of 1 or more, found {size}"
    with pytest.raises(ValueError, match=said):
        generate_batch(model, [torch.tensor([1])], 5, CONTEXT, batch_size=size)
    write_vocabulary(tmp_path / "vocabulary")
    tokenizer = load_tokenizer(tmp_path / "vocabulary")
    for options, complaint in (({"batch_size": size}, said), ({"max_new_tokens": -1}, "max_new_tokens to be a whole")):
        with pytest.raises(ValueError, match=complaint):
            extract_responses(model, tokenizer, instruction_entries(2), tmp_path / "responses.json", **options)
    assert not list(tmp_path.glob("responses*"))


@pytest.mark.parametrize("rank", [0, -1, 25, 100_000, 2.5, math.nan, "8"])
def test_a_rank_wider_than_the_layers_is_refused_and_the_model_is_as_before(rank):
    model = freshly_started_model(small_config())  # 24 wide
    found = "at most 24, the width of the model's layers" if rank in (25, 100_000) else "at least 1"
    with pytest.raises(ValueError, match=f"Expected a rank of {found}, found {rank!r}\\."):
        add_lora(model, rank)
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert add_lora(model, rank=24)


@pytest.mark.parametrize("alpha", [0, -1, math.nan, math.inf])
def test_an_alpha_with_which_nothing_is_learned_is_refused(alpha):
    with pytest.raises(ValueError, match=f"Expected an alpha above 0, .* found {alpha}"):
        add_lora(freshly_started_model(small_config()), 4, alpha)


@pytest.mark.parametrize("changes", [{"max_new_tokens": -1}, {"max_new_tokens": 0}, {"context_length": 0}])
def test_a_modelfile_sets_no_limit_that_means_none(tmp_path, changes):
    with pytest.raises(ValueError, match="to be a whole number of 1 or more, found"):
        write_modelfile(tmp_path / "Modelfile", tmp_path / "model.gguf", **{"context_length": 256, **changes})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--port", "-1", "a number from 0 to 65535, found -1"),
        ("--port", "65536", "a number from 0 to 65535, found 65536"),
        ("--context", "-1", "expected 0 or more, found -1"),
        ("--threads", "0", "expected 1 or more, found 0"),
        ("--threads", "two", "invalid int value: 'two'"),
    ],
)
def test_the_scripts_that_serve_refuse_them_as_well(option, value, said, capsys):
    with pytest.raises(SystemExit) as caught:
        serve_model.parse_arguments([option, value])
    assert caught.value.code == 2 and said in capsys.readouterr().err
    assert vars(serve_model.parse_arguments([option, "1"]))[option[2:]] == 1
