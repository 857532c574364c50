"""Asking the fine-tuned model: the prompt of the training, text piece by piece, and a terminal."""

import io
import math
import os
import signal
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import chat as command_line
from gpt.chat import ask, chat, prompt_ids, stream_response, stream_text
from helpers import REPO, freshly_started_model, random_tokens, small_config, write_vocabulary
from previous_chapters import (
    InstructionDataset,
    cut_out_response,
    format_input,
    generate,
    load_tokenizer,
    save_weights,
    stream_tokens,
)


@pytest.fixture(scope="module")
def model():
    return freshly_started_model(small_config(context_length=96))


def in_bytes(token_ids, tokenizer):
    return b"".join(tokenizer.decode_single_token_bytes(token) for token in token_ids)


@pytest.mark.parametrize("input_text", ["", "The chef cooks.", "### Response:\n<|endoftext|>"])
def test_the_prompt_is_that_of_the_training_byte_for_byte(tokenizer, input_text):
    entry = {"instruction": "Rewrite: <|endoftext|> \u00e9\u4e16", "input": input_text, "output": "An answer."}
    found = in_bytes(prompt_ids(entry["instruction"], entry["input"], tokenizer)[0].tolist(), tokenizer)
    assert found == format_input(entry).encode("utf-8")
    (trained,) = InstructionDataset([entry], tokenizer)
    assert in_bytes(trained, tokenizer) == found + b"\n\n### Response:\nAn answer."


@pytest.mark.parametrize("sampling", [{}, {"temperature": 1.3, "top_k": 7}, {"temperature": 0.8}], ids=str)
@pytest.mark.parametrize("use_cache", [True, False])
def test_streamed_tokens_are_those_of_generate_one_at_a_time(sampling, use_cache):
    model = freshly_started_model(small_config(vocab_size=61, context_length=32))
    prompt = random_tokens({"vocab_size": 61}, 1, 5)
    torch.manual_seed(123)
    whole = generate(model, prompt, 40, 32, use_cache=use_cache, **sampling)[0].tolist()
    eos_id = whole[30]
    torch.manual_seed(123)
    stopped = generate(model, prompt, 40, 32, eos_id=eos_id, use_cache=use_cache, **sampling)[0, 5:].tolist()
    calls = []
    handle = model.out_head.register_forward_hook(lambda *_: calls.append(None))
    torch.manual_seed(123)
    stream, streamed = stream_tokens(model, prompt, 40, 32, eos_id=eos_id, use_cache=use_cache, **sampling), []
    for token in stream:
        streamed.append(token.item())
        assert len(calls) == len(streamed)  # it has not been computed ahead
    handle.remove()
    assert streamed == stopped and 0 < len(streamed) < 40


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_streamed_text_is_the_decoded_text_in_whole_characters(tokenizer, data):
    text = data.draw(st.text(max_size=12))
    token_ids = tokenizer.encode(text, disallowed_special=())
    assert "".join(stream_text(token_ids, tokenizer)) == text
    broken = data.draw(st.lists(st.integers(0, 255), max_size=12))  # tokens of single bytes, in no order
    assert "".join(stream_text(broken, tokenizer)) == tokenizer.decode(broken)


def test_a_character_is_held_back_until_its_last_byte(tokenizer):
    token_ids = tokenizer.encode("a\u4e16b")
    assert len(token_ids) == 5  # three of them make one character
    assert list(stream_text(token_ids, tokenizer)) == ["a", "\u4e16", "b"]
    assert list(stream_text(token_ids[:2], tokenizer)) == ["a", "\ufffd"]


PIECES = st.sampled_from(["\n\n", "###", " Response", ":", "### Response:", "\n", " ", "An", " answer.", "\t", "#"])


@given(pieces=st.lists(PIECES, max_size=10))
def test_a_streamed_response_is_the_one_that_is_cut_out(pieces):
    expected = "".join(pieces).strip().removeprefix("### Response:").strip()
    found = list(stream_response(pieces))
    assert "".join(found) == expected and "" not in found


def test_a_response_is_shown_as_soon_as_its_heading_is_over():
    stream = stream_response(iter(["\n\n###", " Response:", "\n", "The", " meal", " ", "is cooked", "\n"]))
    assert list(stream) == ["The", " meal", " is cooked"]


def test_an_answer_is_that_of_notebook_06(model, tokenizer, capsys):
    instruction = "Describe a chef."
    prompt = prompt_ids(instruction, "", tokenizer)
    text = generate(model, prompt, 12, 96, eos_id=tokenizer.eot_token)
    answer = ask(instruction, "", model, tokenizer, max_new_tokens=12)
    assert answer == cut_out_response(prompt, text, tokenizer) != ""
    assert capsys.readouterr().out == f"{answer} [stopped after 12 tokens: the answer did not end]\n"


def model_that_ends(tokenizer, after):
    """A model that writes the letter a so many times, and then ends."""
    model = freshly_started_model(small_config())
    (letter,), steps = tokenizer.encode("a"), []

    def head(*_):
        steps.append(None)
        logits = torch.zeros(1, tokenizer.n_vocab)
        logits[0, letter if len(steps) <= after else tokenizer.eot_token] = 1
        return logits

    model.out_head.register_forward_hook(head)
    return model


def test_an_answer_that_ends_has_no_note(tokenizer, capsys):
    assert ask("Say a.", "", model_that_ends(tokenizer, 3), tokenizer) == "aaa"
    assert capsys.readouterr().out == "aaa\n"


def test_the_context_limits_an_answer_and_a_question_that_fills_it_is_refused(model, tokenizer, capsys):
    room = 96 - prompt_ids("Go.", "", tokenizer).shape[1]
    assert 0 < room < 90
    ask("Go.", "", model, tokenizer)
    assert f"[stopped after {room} tokens" in capsys.readouterr().out
    with pytest.raises(ValueError, match=r"The question has \d+ tokens with its headings, and the model looks at 96"):
        ask("Go." + " x" * 96, "", model, tokenizer)
    with pytest.raises(ValueError, match="found temperature=-1 and top_k=None"):
        ask("Go.", "", model, tokenizer, temperature=-1)
    with pytest.raises(ValueError, match="top_k=0"):
        ask("Go.", "", model, tokenizer, top_k=0)
    with pytest.raises(ValueError, match=rf"a top_k from 1 to {model.tok_emb.num_embeddings}, .* top_k=1000000\."):
        ask("Go.", "", model, tokenizer, temperature=1.0, top_k=10**6, max_new_tokens=2)  # more than there are tokens
    with pytest.raises(ValueError, match="Expected max_new_tokens to be a whole number of 1 or more, found 0"):
        ask("Go.", "", model, tokenizer, max_new_tokens=0)
    with pytest.raises(ValueError, match="found temperature=nan"):  # before the first question
        chat(model, tokenizer, temperature=math.nan)


def test_ctrl_c_ends_an_answer_but_not_the_program(model, tokenizer, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("First.\n\nSecond.\nWith input.\n"))
    calls = []

    def interrupt(*_):
        calls.append(None)
        if len(calls) == 4:
            signal.raise_signal(signal.SIGINT)

    handle = model.out_head.register_forward_hook(interrupt)
    chat(model, tokenizer, max_new_tokens=10)
    handle.remove()
    printed = capsys.readouterr().out
    assert printed.count("[interrupted]") == 1 and printed.count("[stopped after 10 tokens") == 1
    assert printed.index("[interrupted]") < printed.index("[stopped after") and printed.endswith("Goodbye.\n")
    assert len(calls) == 14


def test_an_empty_line_and_a_long_text_are_answered_with_advice(model, tokenizer, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"\n   \n{'x' * 200}\n\nGo.\n\n"))
    chat(model, tokenizer, max_new_tokens=3)
    printed = capsys.readouterr().out
    assert printed.count("Nothing was typed.") == 2
    assert printed.count("The question has") == 1
    assert printed.count("[stopped after 3 tokens") == 1 and printed.endswith("Goodbye.\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--temperature", "-0.1"], "expected 0 or more, found -0.1"),
        (["--temperature", "nan"], "expected 0 or more, found nan"),
        (["--temperature", "inf"], "expected 0 or more, found inf"),
        (["--temperature", "hot"], "invalid float value: 'hot'"),
        (["--top-k", "0"], "expected 1 or more, found 0"),
        (["--model", "gpt5"], "invalid choice: 'gpt5'"),
    ],
)
def test_wrong_arguments_are_named(arguments, complaint, capsys):
    with pytest.raises(SystemExit):
        command_line.parse_arguments(arguments)
    assert complaint in capsys.readouterr().err


def run(arguments, typed="", outputs=None):
    environment = {
        **os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "CHOOSE_MODEL": "", "PYTHONUTF8": "1",
        "OUTPUTS_DIR": str(outputs),
    }  # fmt: skip
    command = [sys.executable, str(REPO / "notebooks" / "chat.py"), *arguments]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=300
    )


def test_the_command_answers_with_weights_of_the_shipped_model(tmp_path):
    """The pretrained weights, as if they were fine-tuned: they answer something, the same as ``ask`` does."""
    from notebook_setup import SMALL_MODEL, load_pretrained

    model, tokenizer = load_pretrained(SMALL_MODEL)
    folder = tmp_path / "gpt2-tiny6M"
    folder.mkdir()
    save_weights(model, folder / "gpt2-tiny6M-sft.pth")
    typed = "Name a colour.\nThe sky\n"
    result = run(["--max-new-tokens", "8"], typed, tmp_path)
    assert result.returncode == 0, result.stderr
    expected = ask("Name a colour.", "The sky", model, tokenizer, max_new_tokens=8, show=lambda _: None)
    assert f"{expected} [stopped after 8 tokens" in result.stdout and result.stdout.endswith("Goodbye.\n")


def test_the_command_without_weights_says_what_to_run(tmp_path):
    result = run([], outputs=tmp_path)
    assert result.returncode == 1 and "Traceback" not in result.stderr
    assert "is not there yet: run 04_finetune.ipynb with this model first" in result.stderr
    result = run(["--weights", str(write_garbage(tmp_path / "weights.pth"))], outputs=tmp_path)
    assert result.returncode == 1 and "Traceback" not in result.stderr and "weights.pth" in result.stderr


def write_garbage(path):
    path.write_bytes(b"not weights")
    return path


def test_it_needs_no_notebook_and_no_door_to_be_imported(tmp_path):
    write_vocabulary(tmp_path)
    code = "import sys; import gpt.chat; print('previous_chapters' in sys.modules, 'IPython' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, timeout=120)
    assert result.stdout == "False False\n"
    assert load_tokenizer(tmp_path).n_vocab > 0
