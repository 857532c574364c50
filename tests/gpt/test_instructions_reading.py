"""Instruction data as it comes: broken files, odd texts, repeated and overlong entries."""

import json
import time
import warnings

import pytest
import torch

from helpers import instruction_entries, random_model, small_config
from previous_chapters import (
    InstructionDataset,
    create_instruction_loader,
    custom_collate_fn,
    format_input,
    load_instruction_data,
    split_instruction_data,
    text_to_token_ids,
    token_ids_to_text,
)

GOOD_ENTRY = {"instruction": "Say hello in Chinese.", "input": "", "output": "你好"}
GOOD = json.dumps(GOOD_ENTRY)

ODD_TEXTS = {
    "emoji": "👍🏽 👩‍👩‍👧‍👦 🇩🇪",
    "right to left": "שלום עולם، مرحبا بالعالم \u202eabc\u202c",
    "NUL and other control characters": "a\x00b\x01\x1b[31m\x7f\x85",
    "line ends": "a\r\nb\rc\nd\u2028e\u2029f",
    "white space only": " \t\n\u3000",
    "BOM inside": "a\ufeffb",
    "no characters of Unicode": "\ufffe\uffff\U0010ffff",
    "combining": "e\u0301 \u0301\u0301",
    "special token": "<|endoftext|>stop<|endoftext|>",
    "headings": "### Response:\n### Instruction:\n\n### Response:\n### Input:",
}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data.json"


def message_about(path, content):
    path.write_bytes(content)
    with pytest.raises(ValueError) as caught:
        load_instruction_data(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    message.encode("utf-8")  # it can be printed
    return message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_that_json_may_have_is_read(path, encoding):
    data = [GOOD_ENTRY, {**GOOD_ENTRY, "input": "😀"}]
    path.write_bytes(json.dumps(data, ensure_ascii=False).encode(encoding))
    assert load_instruction_data(path) == data


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is not valid JSON in UTF-8: Expecting value: line 1 column 1 (char 0). The file is empty"),
        (b" \n\n", "The file is empty"),
        (b"<!DOCTYPE html><html>Not found</html>", "It begins with b'<!DOCTYPE html><html>"),
        (f"[{GOOD},]".encode(), "is not valid JSON in UTF-8: "),
        (f"[{GOOD}]"[:-5].encode("utf-16"), "is not valid JSON in UTF-8: "),
        (b"\xff\xfe\x00", "is not valid JSON in UTF-8: "),
        (f"{GOOD}\n{GOOD}\n".encode(), "(JSON Lines)"),
        (f"{GOOD}\r\n{GOOD}".encode("utf-8-sig"), "(JSON Lines)"),
        (b"[" * 1_000_000, "is not valid JSON in UTF-8: maximum recursion depth"),
        (b'{"a":' * 1_000_000, "is not valid JSON in UTF-8: maximum recursion depth"),
        (b"[" + b"9" * 10_000 + b"]", "is not valid JSON in UTF-8: Exceeds the limit"),
        (b"null", "expected a list of entries, found NoneType"),
        (b"[]", "expected at least one entry, found an empty list"),
        (b"[[]]", "entry 0: expected an object, found list"),
        (f"[{GOOD}, {{}}]".encode(), "entry 1: the key 'instruction' is missing"),
        (f"[{GOOD}, {GOOD.replace('}', ', ' + GOOD[1:])}]".encode(), "entry 1: the key 'instruction' stands twice"),
        (
            f'[{GOOD}, {GOOD[:-1]}, "more": {{"a": 1, "a": 2}}}}]'.encode(),
            "in an object inside an entry, the key 'a' stands twice",
        ),
        (b'[{"instruction": NaN, "input": "", "output": ""}]', "entry 0: 'instruction' must be a string, found float"),
        (f'[{GOOD}, {GOOD[:-1]}, "score": NaN}}]'.encode(), "entry 1: 'score' cannot be saved as JSON: "),
        (f'[{GOOD}, {GOOD[:-1]}, "score": [-1e999]}}]'.encode(), "entry 1: 'score' cannot be saved as JSON: "),
        (
            b'[{"instruction": "a", "input": "", "output": "\\ud83d!"}]',
            "entry 0: 'output' cannot be saved as JSON: '\\ud83d' is half of a character (an unpaired surrogate)",
        ),
        (f'[{GOOD}, {GOOD[:-1]}, "\\ud800": 1}}]'.encode(), "entry 1: '\\ud800' cannot be saved as JSON: "),
        (b'[{"instruction": "\xed\xa0\x80", "input": "", "output": ""}]', "entry 0: 'instruction' cannot be saved"),
    ],
    ids=[
        "empty", "blank", "web page", "trailing comma", "UTF-16 cut off", "odd UTF-16", "JSON Lines",
        "JSON Lines with BOM", "deep lists", "deep objects", "huge number", "null", "empty list", "list entry",
        "empty entry", "key twice", "inner key twice", "NaN text", "NaN extra", "infinite extra", "half a character",
        "half a character as key", "surrogate in UTF-8",
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said(path, content, expected):
    assert expected in message_about(path, content)


def test_a_pair_of_surrogate_escapes_is_one_character(path):
    path.write_text(f"[{GOOD}]".replace("Say hello", "\\ud83d\\ude00"), encoding="utf-8")
    assert load_instruction_data(path)[0]["instruction"].startswith("😀")


def test_extra_keys_and_repeated_entries_are_kept(path):
    data = [{**GOOD_ENTRY, "source": ["made up", {"year": 2024, "checked": None}]}, GOOD_ENTRY, GOOD_ENTRY]
    path.write_text(json.dumps(data), encoding="utf-8")
    assert load_instruction_data(path) == data


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_texts_are_read_and_encoded_as_the_characters_that_they_are(path, tokenizer, text):
    entry = {"instruction": f"1{text}", "input": f"2{text}", "output": f"3{text}"}
    for ascii_only in (False, True):
        path.write_text(json.dumps([entry], ensure_ascii=ascii_only), encoding="utf-8")
        assert load_instruction_data(path) == [entry]
    (token_ids,) = InstructionDataset([entry], tokenizer)
    assert tokenizer.decode(token_ids) == f"{format_input(entry)}\n\n### Response:\n3{text}"
    assert tokenizer.eot_token not in token_ids
    prompt = text_to_token_ids(format_input(entry), tokenizer, special_tokens=False)
    assert tokenizer.eot_token not in prompt
    assert token_ids_to_text(prompt, tokenizer) == format_input(entry)
    # The one end of text that counts, behind the text, stays in the targets.
    _, targets = custom_collate_fn([token_ids, token_ids[:5]], tokenizer.eot_token)
    assert targets[0].tolist() == [*token_ids[1:], tokenizer.eot_token]


def test_an_empty_text_has_ids_of_the_same_type(tokenizer):
    for special_tokens in (False, True):
        token_ids = text_to_token_ids("", tokenizer, special_tokens=special_tokens)
        assert token_ids.shape == (1, 0) and token_ids.dtype == torch.int64


def test_100_megabytes_are_read(path):
    entry = {"instruction": "Sum it up.", "input": "ü" * 100_000, "output": "x" * 50_000}
    one = json.dumps(entry, ensure_ascii=False).encode()
    path.write_bytes(b"[" + b",".join([one] * (100_000_000 // len(one) + 1)) + b"]")
    assert path.stat().st_size >= 100_000_000
    started = time.process_time()
    data = load_instruction_data(path)
    assert time.process_time() - started < 30  # about one second; not a matter of minutes
    assert len(data) == 400 and data[-1] == entry


@pytest.mark.parametrize("count", [0, 1, 9])
def test_a_split_into_empty_parts_is_announced(count):
    with pytest.warns(UserWarning, match=f"^{count} entries are too few to split: .* 0 for test"):
        split_instruction_data(list(range(count)))


@pytest.mark.parametrize("count", [10, 11, 20, 1100])
def test_from_ten_entries_on_no_part_is_empty(count):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert all(split_instruction_data(instruction_entries(count)))


def test_a_task_in_two_parts_is_announced():
    data = instruction_entries(40)  # 34, 4 and 2
    data[36] = {**data[5], "output": "another answer"}
    data[39] = {**data[35]}
    with pytest.warns(UserWarning) as caught:
        train, test, val = split_instruction_data(data)
    (warning,) = caught
    assert "stand in two parts: 2 (entry 36 is entry 5 again, entry 39 is entry 35 again)" in str(warning.message)
    assert warning.filename == __file__
    assert train + test + val == data  # what to do is the reader's decision


def test_a_task_twice_in_one_part_is_nothing_to_announce():
    data = instruction_entries(40)
    data[6], data[35] = data[5], data[34]
    # Of a task with another input, the same is said.
    data[36] = {**data[7], "input": "another one"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split_instruction_data(data)
        split_instruction_data([{"family": "passive"}] * 40)


def test_entries_that_are_cut_are_announced(tokenizer):
    entries = instruction_entries(12)
    lengths = [len(token_ids) for token_ids in InstructionDataset(entries, tokenizer)]
    entries[7]["output"] = "x" * 200
    entries[9]["instruction"] = "y" * 300
    with pytest.warns(UserWarning) as caught:
        loader = create_instruction_loader(entries, tokenizer, allowed_max_length=max(lengths))
    (warning,) = caught
    assert warning.filename == __file__
    message = str(warning.message)
    assert message.startswith(f"Entries longer than {max(lengths)} tokens, which are cut: 2 of 12: ")
    lengths = [len(token_ids) for token_ids in loader.dataset]
    assert f"entry 7 ({lengths[7]} tokens, the end of its response is lost)" in message
    assert f"entry 9 ({lengths[9]} tokens, the whole of its response is lost)" in message
    # Whatever is cut, the loss of a batch is a number.
    model = random_model(small_config(context_length=max(lengths)))
    for inputs, targets in loader:
        assert torch.isfinite(torch.nn.functional.cross_entropy(model(inputs).flatten(0, 1), targets.flatten()))


@pytest.mark.parametrize(("beyond", "lost"), [(-1, "the whole"), (0, "the end"), (1, "the end")])
def test_the_token_behind_the_cut_is_still_a_target(beyond, lost, tokenizer):
    """A prompt that just fits leaves the first token of the answer: the last target is one ahead of the last input."""
    entry = instruction_entries(1)[0]
    (prompt,) = InstructionDataset([{**entry, "output": ""}], tokenizer)
    with pytest.warns(UserWarning, match=f"{lost} of its response is lost"):
        loader = create_instruction_loader([entry], tokenizer, allowed_max_length=len(prompt) + beyond)
    ((_, targets),) = loader
    (whole,) = loader.dataset
    assert (targets[0, -1] == whole[len(prompt)]).item() == (beyond == 0)


def test_only_the_first_five_of_many_are_named(tokenizer):
    with pytest.warns(UserWarning, match=r"entry 4 \([^)]*\) and 2 more\. From"):
        create_instruction_loader(instruction_entries(7), tokenizer, allowed_max_length=20)


def test_entries_that_just_fit_are_not_announced(tokenizer):
    entries = instruction_entries(12)
    longest = max(len(token_ids) for token_ids in InstructionDataset(entries, tokenizer))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (batch,) = create_instruction_loader(entries, tokenizer, allowed_max_length=longest, batch_size=12)
        create_instruction_loader(entries, tokenizer, allowed_max_length=None)
    # Nothing was lost: each row still ends with its end of text.
    assert all(tokenizer.eot_token in target for target in batch[1])


def test_more_tokens_than_the_context_are_refused_by_the_model(tokenizer):
    config = small_config(context_length=16)
    model = random_model(config)
    model(torch.zeros(2, 16, dtype=torch.int64))
    with pytest.raises(ValueError, match="at most 16 tokens, the context length of this model, found 17"):
        model(torch.zeros(2, 17, dtype=torch.int64))


def test_a_training_loader_without_a_batch_is_refused(tokenizer):
    with pytest.raises(ValueError, match="at least one batch of 8 entries, found 7 entries"):
        create_instruction_loader(instruction_entries(7), tokenizer, allowed_max_length=128, drop_last=True)
    create_instruction_loader(instruction_entries(8), tokenizer, allowed_max_length=128, drop_last=True)


def test_an_entry_that_the_tokenizer_cannot_read_is_named(tokenizer):
    entries = instruction_entries(3)
    entries[1]["input"] = " " * 1_000_000
    with pytest.raises(ValueError, match=r"^Entry 1, 1,000,\d+ characters, cannot be cut into tokens"):
        InstructionDataset(entries, tokenizer)


def test_such_an_entry_can_be_found_in_the_file_although_its_part_is_counted_by_itself(tokenizer):
    entries = instruction_entries(30)
    entries[29]["input"] = "two words before it" + " " * 1_000_000
    *_, validation = split_instruction_data(entries)
    with pytest.raises(ValueError, match=r"counted from 0 within its part.* 1,000,00\d white spaces.*words before it'"):
        InstructionDataset(validation, tokenizer)
