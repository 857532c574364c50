"""Instruction data: reading, splitting, the prompt, and what a batch teaches the model."""

import json
import pickle
from functools import partial

import pytest
import torch

from helpers import instruction_entries, write_vocabulary
from previous_chapters import (
    InstructionDataset,
    create_instruction_loader,
    custom_collate_fn,
    format_input,
    load_instruction_data,
    load_tokenizer,
    split_instruction_data,
)

GOOD_ENTRY = {"instruction": "Say hello in Chinese.", "input": "", "output": "你好"}


@pytest.fixture
def tokenizer(tmp_path):
    write_vocabulary(tmp_path)
    return load_tokenizer(tmp_path)


def test_good_file_is_read_as_it_is(tmp_path):
    data = [GOOD_ENTRY, {**GOOD_ENTRY, "input": "politely"}]
    path = tmp_path / "data.json"
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    assert load_instruction_data(path) == load_instruction_data(str(path)) == data


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'[{"instruction": ', "is not valid JSON in UTF-8"),
        (json.dumps([GOOD_ENTRY], ensure_ascii=False).encode("gbk"), "is not valid JSON in UTF-8"),
        (b"", "is not valid JSON in UTF-8"),
        (json.dumps({"data": [GOOD_ENTRY]}).encode(), "expected a list of entries, found dict"),
        (json.dumps([GOOD_ENTRY, "text"]).encode(), "entry 1: expected an object, found str"),
        (json.dumps([GOOD_ENTRY, GOOD_ENTRY, None]).encode(), "entry 2: expected an object, found NoneType"),
        (
            json.dumps([GOOD_ENTRY, {**GOOD_ENTRY, "output": ["a"]}]).encode(),
            "entry 1: 'output' must be a string, found list",
        ),
        (
            json.dumps([{**GOOD_ENTRY, "input": None}]).encode(),
            "entry 0: 'input' must be a string, found NoneType",
        ),
    ],
    ids=["cut off", "GBK", "empty", "object", "text entry", "null entry", "list output", "null input"],
)
def test_bad_file_is_refused_with_its_name_and_place(tmp_path, content, expected):
    path = tmp_path / "data.json"
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        load_instruction_data(path)
    assert str(path) in str(caught.value)
    assert expected in str(caught.value)


@pytest.mark.parametrize("key", ["instruction", "input", "output"])
def test_missing_key_is_named_with_its_entry(tmp_path, key):
    entry = {name: text for name, text in GOOD_ENTRY.items() if name != key}
    path = tmp_path / "data.json"
    path.write_text(json.dumps([GOOD_ENTRY] * 3 + [entry]), encoding="utf-8")
    with pytest.raises(ValueError, match=f"entry 3: the key '{key}' is missing") as caught:
        load_instruction_data(path)
    assert str(path) in str(caught.value)


def test_1100_entries_are_split_by_position():
    train, test, val = split_instruction_data(list(range(1100)))
    assert train == list(range(935))
    assert test == list(range(935, 1045))
    assert val == list(range(1045, 1100))


@pytest.mark.parametrize("count", [0, 1, 7, 20, 99])
def test_split_loses_no_entry(count):
    data = list(range(count))
    train, test, val = split_instruction_data(data)
    assert train + test + val == data
    assert (len(train), len(test)) == (int(count * 0.85), int(count * 0.1))


def test_prompt_with_input():
    assert format_input({"instruction": "Rewrite it.", "input": "The car is fast.", "output": "x"}) == (
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request."
        "\n\n### Instruction:\nRewrite it."
        "\n\n### Input:\nThe car is fast."
    )


def test_prompt_without_input():
    assert format_input({"instruction": "Say hello.", "input": "", "output": "x"}) == (
        "Below is an instruction that describes a task. "
        "Write a response that appropriately completes the request."
        "\n\n### Instruction:\nSay hello."
    )


def test_dataset_encodes_prompt_and_response(tokenizer):
    entries = instruction_entries(4)
    dataset = InstructionDataset(entries, tokenizer)
    assert len(dataset) == 4
    for entry, token_ids in zip(entries, dataset, strict=True):
        text = f"{format_input(entry)}\n\n### Response:\n{entry['output']}"
        assert tokenizer.decode(token_ids) == text


def test_only_the_first_end_of_text_stays_in_the_targets():
    inputs, targets = custom_collate_fn([[1, 2, 3, 4], [5], [6, 7]], pad_token_id=9)
    assert inputs.tolist() == [[1, 2, 3, 4], [5, 9, 9, 9], [6, 7, 9, 9]]
    assert targets.tolist() == [[2, 3, 4, 9], [9, -100, -100, -100], [7, 9, -100, -100]]
    assert inputs.dtype == targets.dtype == torch.int64


def test_other_id_for_masked_targets():
    _, targets = custom_collate_fn([[1, 2, 3], [5]], pad_token_id=9, ignore_index=-1)
    assert targets.tolist() == [[2, 3, 9], [9, -1, -1]]


def test_long_rows_are_cut():
    inputs, targets = custom_collate_fn([[1, 2, 3, 4], [5]], pad_token_id=9, allowed_max_length=2)
    assert inputs.tolist() == [[1, 2], [5, 9]]
    assert targets.tolist() == [[2, 3], [9, -100]]


def test_collate_function_leaves_the_data_as_it_is():
    batch = [[1, 2, 3], [5]]
    custom_collate_fn(batch, pad_token_id=9)
    assert batch == [[1, 2, 3], [5]]


def test_padding_is_the_tokenizer_s_end_of_text(tokenizer):
    end_of_text = tokenizer.eot_token
    assert end_of_text != 50256
    entries = instruction_entries(5)
    lengths = [len(tokens) for tokens in InstructionDataset(entries, tokenizer)]
    ((inputs, targets),) = create_instruction_loader(entries, tokenizer, allowed_max_length=128)
    assert min(lengths) < max(lengths) == inputs.shape[1]
    for length, tokens, target in zip(lengths, inputs.tolist(), targets.tolist(), strict=True):
        assert end_of_text not in tokens[:length]
        assert set(tokens[length:]) <= {end_of_text}
        assert target[: length - 1] == tokens[1:length]
        assert target[length - 1] == end_of_text
        assert set(target[length:]) <= {-100}


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        ({}, [8, 8, 3]),
        ({"batch_size": 5}, [5, 5, 5, 4]),
        ({"batch_size": 5, "drop_last": True}, [5, 5, 5]),
    ],
    ids=str,
)
def test_batch_shapes(tokenizer, arguments, rows):
    entries = instruction_entries(19)
    loader = create_instruction_loader(entries, tokenizer, allowed_max_length=40, **arguments)
    assert [inputs.shape for inputs, _ in loader] == [(count, 40) for count in rows]
    assert [targets.shape for _, targets in loader] == [(count, 40) for count in rows]


def test_batches_keep_the_order_of_the_entries_unless_shuffled(tokenizer):
    entries = instruction_entries(9)
    arguments = {"allowed_max_length": 128, "batch_size": 1}
    in_order = create_instruction_loader(entries, tokenizer, **arguments)
    in_order = [inputs[0].tolist() for inputs, _ in in_order]
    assert in_order == list(InstructionDataset(entries, tokenizer))
    torch.manual_seed(123)
    shuffled = create_instruction_loader(entries, tokenizer, shuffle=True, **arguments)
    shuffled = [inputs[0].tolist() for inputs, _ in shuffled]
    assert shuffled != in_order
    assert sorted(shuffled) == sorted(in_order)


def test_batches_are_put_on_the_device(tokenizer):
    entries = instruction_entries(2)
    loader = create_instruction_loader(entries, tokenizer, allowed_max_length=128, device="meta")
    assert [tensor.device.type for tensor in next(iter(loader))] == ["meta", "meta"]


def test_code_from_the_book_collates_without_naming_the_padding():
    """There, 50256 is the default: the end of text of OpenAI's vocabulary."""
    inputs, targets = custom_collate_fn([[1, 2, 3], [5]])
    assert inputs.tolist() == [[1, 2, 3], [5, 50256, 50256]]
    assert targets.tolist() == [[2, 3, 50256], [50256, -100, -100]]


def test_padding_that_the_vocabulary_does_not_have_is_refused(tokenizer):
    """As the book writes it: a DataLoader with the collate function, here over data with a small vocabulary."""
    dataset = InstructionDataset(instruction_entries(3), tokenizer)
    loader = torch.utils.data.DataLoader(dataset, batch_size=3, collate_fn=partial(custom_collate_fn, device="cpu"))
    with pytest.raises(ValueError) as caught:
        next(iter(loader))
    message = str(caught.value)
    assert f"pad_token_id=50256, but these entries are encoded with a vocabulary of {tokenizer.n_vocab} tok" in message
    assert f"pad_token_id=tokenizer.eot_token ({tokenizer.eot_token})" in message

    loader = torch.utils.data.DataLoader(
        dataset, batch_size=3, collate_fn=partial(custom_collate_fn, pad_token_id=tokenizer.eot_token)
    )
    expected = next(iter(create_instruction_loader(dataset.data, tokenizer, allowed_max_length=None, batch_size=3)))
    for ours, theirs in zip(next(iter(loader)), expected, strict=True):
        assert torch.equal(ours, theirs)


def test_encoded_entries_are_lists_also_in_other_processes(tokenizer):
    token_ids = InstructionDataset(instruction_entries(1), tokenizer)[0]
    copy = pickle.loads(pickle.dumps(token_ids))
    assert isinstance(copy, list) and copy == token_ids and copy.eot_token == tokenizer.eot_token
