"""What holds for any input: hypothesis looks for one for which it does not.

The examples are drawn in the same way in each run, so a failure can be repeated.
"""

import json
import shutil
import tempfile
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st
from llms_from_scratch import ch07

from gpt_download import FILENAMES, SHIPPED_FOLDER, SHIPPED_SIZE, WEIGHTS_FILE, find_problem, load_gpt2_params
from helpers import random_model, small_config, write_random_checkpoint, write_vocabulary
from previous_chapters import (
    InstructionDataset,
    custom_collate_fn,
    cut_out_response,
    format_input,
    load_instruction_data,
    load_tokenizer,
    load_weights_into_gpt,
    text_to_token_ids,
    token_ids_to_text,
)

repeatable = settings(
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=100,
    # A temporary folder is shared by the examples: each of them writes what it reads.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Any characters, also halves of surrogate pairs, the special token and the headings.
odd_pieces = st.sampled_from(["<|endoftext|>", "### Response:", "\n\n### Input:\n", "\ud83d", "\ude00"])
texts = st.lists(st.text(st.characters()) | odd_pieces).map("".join)
proper_texts = texts.map(lambda text: text.encode("utf-8", "replace").decode("utf-8"))

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)
entries = st.fixed_dictionaries(dict.fromkeys(("instruction", "input", "output"), proper_texts))
# Nearly right: something else in place of a text, an entry or a key.
nearly_entries = st.builds(
    lambda entry, changes, gone: {key: value for key, value in {**entry, **changes}.items() if key not in gone},
    entries,
    st.dictionaries(st.sampled_from(["instruction", "input", "output", "more"]), json_values | texts, max_size=2),
    st.sets(st.sampled_from(["instruction", "input", "output"]), max_size=1),
)


def mutated(content):
    """Strategy for bytes that differ a little from the given ones."""
    places, changed_bits = st.integers(0, len(content) - 1), st.integers(1, 255)
    return st.one_of(
        st.builds(lambda i, bits: content[:i] + bytes([content[i] ^ bits]) + content[i + 1 :], places, changed_bits),
        places.map(lambda i: content[:i]),
        st.builds(lambda i, more: content[:i] + more + content[i:], places, st.binary(min_size=1, max_size=8)),
        st.builds(lambda i, j: content[: min(i, j)] + content[max(i, j) + 1 :], places, places),
        st.binary(max_size=len(content)),
    )


@pytest.fixture(scope="module", params=["small", "shipped"])
def tokenizer(request, tmp_path_factory):
    if request.param == "shipped":
        return load_tokenizer(SHIPPED_FOLDER / SHIPPED_SIZE)
    folder = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder)
    return load_tokenizer(folder)


def loads_or_is_refused_with_its_name(path, content):
    path.write_bytes(content)
    try:
        data = load_instruction_data(path)
    except ValueError as error:
        assert str(error).startswith(str(path))
        str(error).encode("utf-8")
        return None
    assert data
    for entry in data:
        assert all(isinstance(entry[key], str) for key in ("instruction", "input", "output"))
    json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
    return data


@repeatable
@given(st.lists(entries, min_size=1, max_size=4), st.booleans())
def test_a_right_file_is_read_as_it_is(tmp_path, data, ascii_only):
    content = json.dumps(data, ensure_ascii=ascii_only).encode("utf-8")
    assert loads_or_is_refused_with_its_name(tmp_path / "data.json", content) == data


@repeatable
@given(json_values | st.lists(nearly_entries | json_values, max_size=3))
def test_any_json_is_read_as_it_is_or_refused(tmp_path, value):
    data = loads_or_is_refused_with_its_name(tmp_path / "data.json", json.dumps(value).encode("ascii"))
    event("read" if data else "refused")
    assert data is None or data == value


@repeatable
@given(st.data() | st.binary())
def test_any_bytes_are_read_or_refused(tmp_path, content):
    if not isinstance(content, bytes):
        entry = {"instruction": "Add é.", "input": "1", "output": "<|endoftext|>\n"}
        content = content.draw(mutated(json.dumps([entry, entry], ensure_ascii=False).encode("utf-8")))
    loads_or_is_refused_with_its_name(tmp_path / "data.json", content)


@repeatable
@given(
    st.lists(st.lists(st.integers(0, 9), max_size=12), min_size=1, max_size=5),
    st.none() | st.integers(1, 15),
    st.sampled_from([-100, -1]),
)
def test_a_batch_is_shifted_by_one_and_masked_behind_the_first_end_of_text(batch, longest, ignored):
    end_of_text = 9
    inputs, targets = custom_collate_fn(batch, end_of_text, ignored, longest)
    reference = ch07.custom_collate_fn(batch, end_of_text, ignored, longest)
    assert [inputs.tolist(), targets.tolist()] == [tensor.tolist() for tensor in reference]

    width = min(max(map(len, batch)), longest or 12)
    assert inputs.shape == targets.shape == (len(batch), width)
    # In each row at least one target counts, so that a loss is a number whatever is cut.
    assert width == 0 or (targets != ignored).any(dim=1).all()
    for item, tokens, target in zip(batch, inputs.tolist(), targets.tolist(), strict=True):
        padded = item + [end_of_text] * 20
        assert tokens == padded[:width]
        ends = [i for i, token in enumerate(padded[1:]) if token == end_of_text]
        assert target == [ignored if i in ends[1:] else token for i, token in enumerate(padded[1 : width + 1])]
        if end_of_text not in item[1:] and 0 < len(item) <= width:
            assert target == item[1:] + [end_of_text] + [ignored] * (width - len(item))


@repeatable
@given(texts)
def test_a_text_is_the_same_after_encoding_and_decoding(tokenizer, text):
    token_ids = text_to_token_ids(text, tokenizer, special_tokens=False)
    assert token_ids.dtype == torch.int64 and tokenizer.eot_token not in token_ids
    decoded = token_ids_to_text(token_ids, tokenizer)
    # A half of a surrogate pair is no character; a whole pair is one.
    assert decoded == text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    special = text_to_token_ids(text, tokenizer)
    assert (special == tokenizer.eot_token).sum() == decoded.count("<|endoftext|>")
    assert token_ids_to_text(special, tokenizer) == decoded


@repeatable
@given(entries, texts, st.sampled_from(["", "### Response:", "\n\n### Response:\n", "### Response: "]))
@example({"instruction": "a", "input": "", "output": ""}, "### Response:", "")
def test_a_response_is_cut_out_exactly(tokenizer, entry, response, heading):
    prompt = text_to_token_ids(format_input(entry), tokenizer, special_tokens=False)
    new = text_to_token_ids(heading + response, tokenizer, special_tokens=False)
    found = cut_out_response(prompt, torch.cat((prompt, new), dim=1), tokenizer)
    expected = tokenizer.decode(tokenizer.encode(response, disallowed_special=())).strip()
    if not heading.strip():
        expected = expected.removeprefix("### Response:").strip()
    assert found == expected


@repeatable
@given(entries)
def test_what_training_reads_is_prompt_heading_and_output(tokenizer, entry):
    (token_ids,) = InstructionDataset([entry], tokenizer)
    assert tokenizer.eot_token not in token_ids
    assert tokenizer.decode(token_ids) == f"{format_input(entry)}\n\n### Response:\n{entry['output']}"


CONFIG = small_config(context_length=5, emb_dim=6, n_layers=1, n_heads=2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoint")
    state = write_random_checkpoint(folder, CONFIG).state_dict()
    return folder, {**state, "out_head.weight": state["tok_emb.weight"]}  # the checkpoint has only one of the two


@settings(repeatable, max_examples=60)
@given(st.data())
def test_a_changed_checkpoint_gives_the_right_weights_or_is_refused(checkpoint, data):
    """Never other numbers. What find_problem finds is fetched anew before anything is read."""
    original, expected = checkpoint
    name = data.draw(st.sampled_from(["hparams.json", "model.ckpt.index", WEIGHTS_FILE]))
    content = data.draw(mutated((original / name).read_bytes()))
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for file in FILENAMES:
            shutil.copyfile(original / file, folder / file)
        (folder / name).write_bytes(content)
        if any(find_problem(folder / file, SHIPPED_SIZE) for file in FILENAMES):
            return event(f"{name}: found by its size or form")
        hparams = json.loads((folder / "hparams.json").read_text(encoding="utf-8"))
        model = random_model(CONFIG, seed=1)
        try:
            load_weights_into_gpt(model, load_gpt2_params(folder, hparams))
        except ValueError as error:
            return event(f"{name}: {str(error).replace(str(folder), '')[:30]}")
        event(f"{name}: right weights")
        found = model.state_dict()
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[key], expected[key]) for key in expected)


@settings(repeatable, max_examples=200)
@given(st.data())
def test_a_changed_vocabulary_is_the_same_or_refused(checkpoint, data):
    original, _ = checkpoint
    name = data.draw(st.sampled_from(["encoder.json", "vocab.bpe"]))
    other_json = json_values.map(lambda value: json.dumps(value).encode())
    content = data.draw(mutated((original / name).read_bytes()) | other_json)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for file in ("encoder.json", "vocab.bpe"):
            shutil.copyfile(original / file, folder / file)
        (folder / name).write_bytes(content)
        try:
            found = load_tokenizer(folder)
        except ValueError as error:
            assert str(error).startswith(str(folder))
            return event(f"{name}: {str(error).replace(str(folder), '')[:50]}")
    event(f"{name}: same vocabulary")
    expected = load_tokenizer(original)
    assert found.token_byte_values() == expected.token_byte_values() and found.eot_token == expected.eot_token
