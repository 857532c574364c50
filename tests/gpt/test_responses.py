"""Extracting responses: cut out exactly, saved as they come, resumed after whatever happens."""

import contextlib
import errno
import io
import json
import os
import signal
import subprocess
import sys

import pytest
import torch

from gpt.files import write_atomically
from helpers import REPO, instruction_entries
from killed_at_work import small_model_that_stops
from previous_chapters import (
    cut_out_response,
    extract_responses,
    format_input,
    generate,
    text_to_token_ids,
    token_ids_to_text,
)

LIMITS = {"max_new_tokens": 12, "batch_size": 4}

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills children that it forks; this system has no fork")


@pytest.fixture
def model(tokenizer):
    return small_model_that_stops(tokenizer)


@pytest.fixture(scope="module")
def expected(tokenizer):
    """The file, the entries and whether they stopped, by the tutorial's own loop over one entry at a time."""
    model, entries, stopped = small_model_that_stops(tokenizer), instruction_entries(18), []
    for entry in entries:
        input_text = format_input(entry)
        token_ids = generate(
            model, text_to_token_ids(input_text, tokenizer), 12, 256, eos_id=tokenizer.eot_token
        )
        generated_text = token_ids_to_text(token_ids, tokenizer)
        entry["model_response"] = generated_text[len(input_text) :].replace("### Response:", "").strip()
        stopped.append(token_ids.shape[1] < len(tokenizer.encode(input_text)) + 12)
    # Otherwise the tests that compare with it would prove little.
    assert 3 < sum(stopped) < 15 and len({entry["model_response"] for entry in entries}) > 5
    return json.dumps(entries, indent=4, ensure_ascii=False).encode("utf-8"), entries, stopped


@pytest.fixture
def path(tmp_path):
    return tmp_path / "instruction-data-with-response.json"


def extract(model, tokenizer, path, **changes):
    return extract_responses(model, tokenizer, instruction_entries(18), path, **{**LIMITS, **changes})


def count_steps(model):
    """Count how often the model reads tokens, from now on."""
    steps = []
    model.tok_emb.register_forward_hook(lambda *_: steps.append(1))
    return steps


@pytest.mark.parametrize("batch_size", [1, 4, 100])
def test_file_and_responses_are_those_of_one_entry_at_a_time(model, tokenizer, path, expected, batch_size):
    given = instruction_entries(18)
    entries, stopped = extract_responses(model, tokenizer, given, path, max_new_tokens=12, batch_size=batch_size)
    assert (path.read_bytes(), entries, stopped) == expected
    assert given == instruction_entries(18)
    assert list(entries[0]) == ["instruction", "input", "output", "model_response"]


def test_a_second_call_gives_the_same_without_computing(model, tokenizer, path, expected):
    extract(model, tokenizer, path)
    steps = count_steps(model)
    assert extract(model, tokenizer, path) == expected[1:]
    assert path.read_bytes() == expected[0] and not steps
    path.unlink()
    extract(model, tokenizer, path)
    assert path.read_bytes() == expected[0] and not steps


def test_responses_that_are_kept_are_announced(model, tokenizer, path, capsys):
    progress = path.with_name(f"{path.name}.progress")
    extract(model, tokenizer, path)
    printed = capsys.readouterr()
    assert "kept" not in printed.out and "18/18" in printed.err
    announced = (
        f"responses are kept from an earlier run of the same model ({progress}); delete that file to compute them anew."
    )
    extract(model, tokenizer, path)
    assert capsys.readouterr() == (f"18 of 18 {announced}\n", "")  # and no bar, which would have no time to show
    progress.write_text("\n".join(progress.read_text(encoding="utf-8").split("\n")[:3]), encoding="utf-8")
    extract(model, tokenizer, path)
    assert capsys.readouterr().out == f"8 of 18 {announced}\n"
    progress.unlink()
    extract(model, tokenizer, path)
    assert "kept" not in capsys.readouterr().out


def test_a_keyboard_interrupt_keeps_what_was_done(model, tokenizer, path, expected, capsys):
    path.write_bytes(b"earlier responses")
    steps = count_steps(model)
    handle = model.tok_emb.register_forward_hook(
        lambda *_: signal.raise_signal(signal.SIGINT) if len(steps) == 20 else None
    )
    with pytest.raises(KeyboardInterrupt):
        extract(model, tokenizer, path)
    handle.remove()
    assert path.read_bytes() == b"earlier responses"
    assert "Interrupted. 4 of 18 responses are kept: run this again to go on." in capsys.readouterr().out
    steps.clear()
    assert extract(model, tokenizer, path) == expected[1:]
    after_interrupt = len(steps)
    assert path.read_bytes() == expected[0]
    path.with_name(f"{path.name}.progress").unlink()
    steps.clear()
    extract(model, tokenizer, path)
    assert 0 < after_interrupt < len(steps)


def test_progress_that_was_cut_off_anywhere_leads_to_the_same_file(model, tokenizer, path, expected):
    extract(model, tokenizer, path)
    progress = path.with_name(f"{path.name}.progress")
    whole = progress.read_bytes()
    ends = [i for i, byte in enumerate(whole) if byte == ord("\n")]
    assert len(ends) == 5
    around_the_ends = {end + i for end in ends for i in (0, 1, 2)}
    for length in {0, 1, 63, len(whole) - 1, *range(0, len(whole), 97), *around_the_ends}:
        progress.write_bytes(whole[:length])
        assert extract(model, tokenizer, path) == expected[1:]
        assert path.read_bytes() == expected[0]
        # Also after a second interruption, behind the line that was cut off.
        assert extract(model, tokenizer, path) == expected[1:]


def test_progress_is_used(model, tokenizer, path):
    """The tests above would pass, too, if everything were computed anew."""
    extract(model, tokenizer, path)
    progress = path.with_name(f"{path.name}.progress")
    first, *lines = progress.read_text(encoding="utf-8").split("\n")
    progress.write_text("\n".join([first, '[[17, ["kept", true]], [3, ["é\\u2028", false]]]']), encoding="utf-8")
    entries, stopped = extract(model, tokenizer, path)
    assert (entries[17]["model_response"], stopped[17]) == ("kept", True)
    assert (entries[3]["model_response"], stopped[3]) == ("é\u2028", False)


@pytest.mark.parametrize("change", ["weights", "limit", "prompt", "order", "number of entries"])
def test_responses_of_another_run_are_not_mixed_in(model, tokenizer, tmp_path, path, change):
    extract(model, tokenizer, path)
    progress = path.with_name(f"{path.name}.progress")
    first_line, *lines = progress.read_text(encoding="utf-8").split("\n")
    progress.write_text("\n".join([first_line, *lines[:2]]), encoding="utf-8")

    entries, limits = instruction_entries(18), dict(LIMITS)
    if change == "weights":
        with torch.no_grad():
            model.trf_blocks[1].ff.layers[0].bias[3] += 1e-6
    elif change == "limit":
        limits["max_new_tokens"] = 3
    elif change == "prompt":
        entries[2]["input"] += "!"
    elif change == "order":
        entries[1], entries[2] = entries[2], entries[1]
    else:
        del entries[0]
    anew = tmp_path / "anew.json"
    found = extract_responses(model, tokenizer, entries, path, **limits)
    assert found == extract_responses(model, tokenizer, entries, anew, **limits)
    assert path.read_bytes() == anew.read_bytes()
    run, run_anew = (file.with_name(f"{file.name}.progress").read_text() for file in (path, anew))
    assert run == run_anew and not run.startswith(first_line)


def test_a_corrected_output_costs_no_new_responses(model, tokenizer, path, expected):
    extract(model, tokenizer, path)
    steps, entries = count_steps(model), instruction_entries(18)
    entries[4]["output"], entries[5]["source"] = "corrected", [1, 2]
    found, _ = extract_responses(model, tokenizer, entries, path, **LIMITS)
    assert not steps and found == json.loads(path.read_text(encoding="utf-8"))
    assert [entry.pop("model_response") for entry in found] == [entry["model_response"] for entry in expected[1]]
    assert found == entries


def test_an_interrupted_run_goes_on_with_another_batch_size(model, tokenizer, path, expected):
    extract(model, tokenizer, path)
    progress = path.with_name(f"{path.name}.progress")
    progress.write_text("\n".join(progress.read_text(encoding="utf-8").split("\n")[:2]), encoding="utf-8")
    assert extract(model, tokenizer, path, batch_size=3) == expected[1:]


@pytest.mark.parametrize("value", ["\ud800", float("nan"), {1, 2}], ids=["half a character", "NaN", "set"])
def test_what_could_not_be_saved_is_refused_before_the_work(model, tokenizer, path, value):
    path.write_bytes(b"earlier responses")
    entries, steps = instruction_entries(3), count_steps(model)
    entries[2]["source"] = value
    with pytest.raises(ValueError, match="^Entry 2: 'source' cannot be saved as JSON: "):
        extract_responses(model, tokenizer, entries, path)
    assert not steps and path.read_bytes() == b"earlier responses"


def test_what_the_tokenizer_cannot_read_is_refused_before_the_work(model, tokenizer, path):
    entries, steps = instruction_entries(3), count_steps(model)
    entries[2]["input"] = " " * 1_000_000
    with pytest.raises(ValueError, match="^Entry 2, .* cannot be cut into tokens"):
        extract_responses(model, tokenizer, entries, path)
    assert not steps


def test_a_missing_folder_is_found_before_the_work(model, tokenizer, path):
    steps = count_steps(model)
    with pytest.raises(FileNotFoundError, match="not-here"):
        extract(model, tokenizer, path.parent / "not-here" / path.name)
    assert not steps


def test_special_token_and_headings_in_an_entry_are_plain_text(model, tokenizer, path):
    entry = {"instruction": "<|endoftext|>", "input": "### Response:\nYes.<|endoftext|>", "output": "x"}
    (found,), _ = extract_responses(model, tokenizer, [entry], path, max_new_tokens=9)
    prompt = tokenizer.encode(format_input(entry), disallowed_special=())
    assert tokenizer.eot_token not in prompt
    text = generate(model, torch.tensor([prompt]), 9, 256, eos_id=tokenizer.eot_token)
    assert found["model_response"] == tokenizer.decode(text[0, len(prompt) :].tolist()).strip()


def test_a_prompt_longer_than_the_context_is_announced_and_cut_off_rightly(model, tokenizer, path):
    entries = instruction_entries(3)
    entries[1]["instruction"] = "z" * 300
    with pytest.warns(UserWarning, match=r"Prompts longer than the 256 tokens .*: 1: entry 1 \(\d+ tokens\)\."):
        found, _ = extract_responses(model, tokenizer, entries, path, max_new_tokens=5)
    for entry in found:
        prompt = text_to_token_ids(format_input(entry), tokenizer)
        text = generate(model, prompt, 5, 256, eos_id=tokenizer.eot_token)
        assert entry["model_response"] == cut_out_response(prompt, text, tokenizer)


def test_nothing_to_respond_to_and_no_room_to_respond(model, tokenizer, path):
    assert extract_responses(model, tokenizer, [], path) == ([], [])
    assert path.read_bytes() == b"[]"
    entries, stopped = extract(model, tokenizer, path, max_new_tokens=0)
    assert {entry["model_response"] for entry in entries} == {""} and not any(stopped)


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("\n\n### Response:\nYes.", "Yes."),
        ("Yes.", "Yes."),
        ("\n\n### Response:", ""),
        ("", ""),
        ("\n\n### Response:\n### Response:\nYes.", "### Response:\nYes."),
        ("\n\n### Response:\nThe heading is '### Response:'.", "The heading is '### Response:'."),
        ("Write ### Response: first.", "Write ### Response: first."),
        ("\n\n### Response:\n<|endoftext|> ends a text", "<|endoftext|> ends a text"),
    ],
)
@pytest.mark.parametrize("prompt", ["Say yes.", "", "### Response:\nYes.", "half: \ud800", "\ud83d\ude00", "é"])
@pytest.mark.parametrize("shape", [(1, -1), (-1,)])
def test_prompt_and_one_heading_are_cut_off(tokenizer, prompt, text, response, shape):
    prompt_ids = tokenizer.encode(prompt)
    token_ids = prompt_ids + tokenizer.encode(text, disallowed_special=())
    prompt_ids, token_ids = (torch.tensor(ids, dtype=torch.int64).reshape(shape) for ids in (prompt_ids, token_ids))
    assert cut_out_response(prompt_ids, token_ids, tokenizer) == response


def test_a_text_of_another_prompt_is_refused(tokenizer):
    first, second = (text_to_token_ids(text, tokenizer) for text in ("Say yes.", "Say no."))
    for text in (second, first[:, :-1]):
        with pytest.raises(ValueError, match="Do prompts and texts stand in the same order"):
            cut_out_response(first, text, tokenizer)


def test_a_full_disk_loses_nothing(model, tokenizer, path, expected):
    resource = pytest.importorskip("resource", reason="only POSIX systems can limit the size of files for a test")
    progress = path.with_name(f"{path.name}.progress")
    earlier = b"earlier responses" * 10_000
    path.write_bytes(earlier)
    no_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    for limit, writer in ((400, "add_line"), (len(expected[0]) - 1, "write_atomically")):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, no_limit[1]))
        try:
            # The progress bar would go to a file of pytest's, which has the same limit.
            with contextlib.redirect_stderr(io.StringIO()), pytest.raises(OSError) as caught:
                extract(model, tokenizer, path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, no_limit)
        assert caught.value.errno == errno.EFBIG
        assert writer in [frame.name for frame in caught.traceback]
        assert path.read_bytes() == earlier
        assert {file.name for file in path.parent.iterdir()} == {path.name, progress.name}
    assert extract(model, tokenizer, path) == expected[1:]
    assert path.read_bytes() == expected[0]


def test_an_interrupted_writing_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "file"
    path.mkdir()  # cannot be replaced by a file
    with pytest.raises(OSError):
        write_atomically(path, b"new")
    assert list(tmp_path.iterdir()) == [path]


def run_killed_at_work(what, folder, rounds):
    worker = REPO / "tests" / "support" / "killed_at_work.py"
    result = subprocess.run(
        [sys.executable, worker, what, folder, str(rounds)], capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr[-3000:]
    return json.loads(result.stdout)


@needs_fork
def test_extraction_killed_at_random_moments_comes_to_the_same_file(tmp_path):
    """Twenty files, each killed up to three times, then finished."""
    found = run_killed_at_work("extraction", tmp_path, 20)
    kept = found["batches kept at each kill"]
    assert len(kept) >= 20
    assert any(0 < batches < found["batches"] for batches in kept)


@needs_fork
def test_writing_killed_at_random_moments_leaves_the_old_file_or_the_new_one(tmp_path):
    assert run_killed_at_work("writing", tmp_path, 25)["killed while writing"] > 0
