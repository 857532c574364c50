"""Instruction data: entries, prompts, token ids, batches (chapter 7 of the book).

The first half is what notebook 00 teaches: a prompt becomes token ids, and these become a batch. The second half reads
files and checks them, so that bad data is named before anything is computed. How an entry becomes a prompt is the
subject of ``gpt.templates``, text that a model gives back that of ``gpt.responses``.

    data = load_instruction_data("data/instruction-data.json")
    loader = create_instruction_loader(data, tokenizer, allowed_max_length=1024)
"""

import json
import re
import warnings
from collections import Counter
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Dataset

from gpt.templates import ALPACA

# ---------------------------------------------------------------------------------------------------------------
# From entries to batches
# ---------------------------------------------------------------------------------------------------------------


class InstructionDataset(Dataset):
    """Entries as lists of token ids: the prompt, ``### Response:`` and the expected output, or another template's."""

    def __init__(self, data, tokenizer, template=ALPACA):
        self.data, self.template = data, template
        self.encoded_texts = [encode_entry(template.full_text(entry), tokenizer, i) for i, entry in enumerate(data)]

    def __getitem__(self, index):
        return self.encoded_texts[index]

    def __len__(self):
        return len(self.data)


def custom_collate_fn(batch, pad_token_id=50256, ignore_index=-100, allowed_max_length=None, device="cpu"):
    """Make one rectangular batch of token lists of different lengths.

    Each list gets an end-of-text token and is filled up with more of them to the longest one. The targets are the
    inputs shifted by one. All the filling is masked with ``ignore_index`` so that the loss does not count it, but
    the first end-of-text token stays: it is how the model learns to stop.

    Args:
        batch: lists of token ids.
        pad_token_id: the tokenizer's end-of-text id, ``tokenizer.eot_token``; that of OpenAI's vocabulary by default.
        allowed_max_length: cut rows to this many tokens, at most the model's context length.
        device: where the tensors are put.

    Returns:
        ``(inputs, targets)``, int64, both ``(batch, longest length)``.

    Raises:
        ValueError: if the vocabulary of the entries has no token of this id.
    """
    _require_known_token(pad_token_id, batch[0])
    batch_max_length = max(len(item) for item in batch) + 1
    inputs, targets = [], []
    for item in batch:
        padded = torch.tensor(item + [pad_token_id] * (batch_max_length - len(item)))
        target = padded[1:].clone()
        padding = (target == pad_token_id).nonzero().flatten()
        target[padding[1:]] = ignore_index
        inputs.append(padded[:-1][:allowed_max_length])
        targets.append(target[:allowed_max_length])
    return torch.stack(inputs).to(device), torch.stack(targets).to(device)


def create_instruction_loader(
    data, tokenizer, *, allowed_max_length, batch_size=8, shuffle=False, drop_last=False, device="cpu", template=ALPACA
):
    """Return a ``DataLoader`` over instruction entries that yields what :func:`custom_collate_fn` makes.

    Entries of more than ``allowed_max_length`` tokens are cut, with a warning that tells which.

    Raises:
        ValueError: if ``drop_last`` leaves no batch.
    """
    if drop_last and 0 < len(data) < batch_size:
        raise ValueError(
            f"Expected at least one batch of {batch_size} entries, found {len(data)} entries, and drop_last leaves out "
            "what fills no batch. Choose a smaller batch_size, or drop_last=False."
        )
    dataset = InstructionDataset(data, tokenizer, template)
    _warn_of_cut_entries(dataset, tokenizer, allowed_max_length)

    def collate(batch):
        return custom_collate_fn(
            batch, tokenizer.eot_token, allowed_max_length=allowed_max_length, device=device
        )

    return DataLoader(
        dataset,
        batch_size=batch_size,
        collate_fn=collate,
        shuffle=shuffle,
        drop_last=drop_last,
        pin_memory=torch.cuda.is_available() and str(device) == "cpu",  # copied to the GPU while that computes
    )


def split_instruction_data(data):
    """Split by position into 85 % training, 10 % test and the rest validation: ``(train, test, val)``.

    It warns when there are too few entries for three parts, and when a task (instruction and input) of one part stands
    in another one, too: scores then measure what was learned by heart.
    """
    train_end, test_end = borders_of_parts(len(data))
    train, test, val = data[:train_end], data[train_end:test_end], data[test_end:]
    if not test:
        warnings.warn(
            f"{len(data)} entries are too few to split: {len(train)} are for training, {len(test)} for test and "
            f"{len(val)} for validation. At least 10 are needed, for numbers that say something at least 100.",
            stacklevel=2,
        )

    first_with, shared = {}, []
    for i, entry in enumerate(data):
        if isinstance(entry, dict) and "instruction" in entry:  # what belongs to entries is split the same way
            first = first_with.setdefault((entry["instruction"], entry.get("input")), i)
            if (first < train_end, first < test_end) != (i < train_end, i < test_end):
                shared.append(f"entry {i} is entry {first} again")
    if shared:
        warnings.warn(
            f"Tasks that stand in two parts: {len(shared)} ({some_of(shared)}). The model would be tested on what it "
            "has seen. Remove one of each pair, or do not trust the scores.",
            stacklevel=2,
        )
    return train, test, val


def borders_of_parts(count):
    """Where the training part ends, and where the test part ends, behind which the validation part begins."""
    train_end = int(count * 0.85)
    return train_end, train_end + int(count * 0.1)


# ---------------------------------------------------------------------------------------------------------------
# Reading and checking
# ---------------------------------------------------------------------------------------------------------------


def load_instruction_data(path):
    """Read instruction entries and check them.

    Args:
        path: a JSON file: a list of objects with the strings ``instruction``, ``input`` and ``output``, in UTF-8 (or
            UTF-16 or UTF-32, which some editors on Windows write).

    Returns:
        The list of dicts. Keys beyond these three are kept.

    Raises:
        ValueError: naming the file, and where one entry is at fault its index, from 0, and key.
    """
    content = Path(path).read_bytes()
    try:
        data, repeated = read_json(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path} is not valid JSON in UTF-8: {error}. {_describe(content)}") from error
    if not isinstance(data, list):
        raise ValueError(f"{path}: expected a list of entries, found {type(data).__name__}.")
    if not data:
        raise ValueError(f"{path}: expected at least one entry, found an empty list.")
    for i, entry in enumerate(data):
        if not isinstance(entry, dict):
            raise ValueError(f"{path}, entry {i}: expected an object, found {type(entry).__name__}.")
        if id(entry) in repeated:
            raise ValueError(f"{path}, entry {i}: the key {repeated[id(entry)][1]!r} stands twice. Remove one of them.")
        for key in ("instruction", "input", "output"):
            if key not in entry:
                raise ValueError(f"{path}, entry {i}: the key {key!r} is missing (an absent input is \"\").")
            if not isinstance(entry[key], str):
                found = type(entry[key]).__name__
                raise ValueError(f"{path}, entry {i}: {key!r} must be a string, found {found}.")
        check_that_it_can_be_saved(entry, f"{path}, entry {i}")
    if repeated:
        _, key = next(iter(repeated.values()))
        raise ValueError(f"{path}: in an object inside an entry, the key {key!r} stands twice. Remove one of them.")
    return data


def read_json(content):
    """Return what JSON (text or bytes) holds, and in which of its objects a key stands twice.

    Returns:
        ``(value, repeated)``; ``repeated`` is ``{id(object): (object, key)}``. It keeps the objects, so that no other
        one gets the same id.

    Raises:
        ValueError, RecursionError: as ``json.loads``.
    """
    repeated = {}

    def to_dict(pairs):
        result = dict(pairs)
        if len(result) < len(pairs):
            (key, _), *_ = Counter(key for key, _ in pairs).most_common(1)
            repeated[id(result)] = result, key
        return result

    return json.loads(content, object_pairs_hook=to_dict), repeated


def _describe(content):
    """Say what a file that is not JSON looks like, and what to do about it."""
    first_line, _, rest = content.strip().partition(b"\n")
    if not first_line:
        return "The file is empty: get it again."
    try:
        json_lines = bool(rest) and isinstance(json.loads(first_line), dict)
    except (ValueError, RecursionError):
        json_lines = False
    if json_lines:
        return (
            "It has an object on each line (JSON Lines), where a list is expected: read it with "
            "[json.loads(line) for line in file] and save that list with json.dump."
        )
    return f"It begins with {content[:40]!r}."


_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def check_that_it_can_be_saved(entry, where):
    """Refuse what Python reads from JSON but cannot write to it, before there is work to be lost.

    Raises:
        ValueError: naming the place ``where`` and the key of a number that is not finite, of half a character (the
            escape of one surrogate without the other), of what is nested too deeply or of a type that JSON has not.
    """
    try:
        _to_json(entry).encode("utf-8")
        return
    except (TypeError, ValueError, RecursionError):
        pass  # the whole entry in one go is fast; now, key by key, for the message
    for key, value in entry.items():
        try:
            _to_json({key: value}).encode("utf-8")
        except UnicodeEncodeError as error:
            half = error.object[error.start]
            problem = f"{half!r} is half of a character (an unpaired surrogate), which no file can hold"
        except (TypeError, ValueError, RecursionError) as error:
            problem = str(error)
        else:
            continue
        raise ValueError(f"{where}: {key!r} cannot be saved as JSON: {problem}. Correct or remove it.")


class TokenIds(list):
    """A list of token ids that remembers the size of its vocabulary, and which id ends a text there."""

    def __init__(self, token_ids, tokenizer):
        super().__init__(token_ids)
        self.n_vocab, self.eot_token = tokenizer.n_vocab, tokenizer.eot_token


def encode_entry(text, tokenizer, index):
    """Token ids of an entry's text. Whatever stands in it is text: it cannot smuggle in a special token.

    Raises:
        ValueError: naming the entry, if its text is more than the tokenizer can bear, such as a million spaces.
    """
    try:
        return TokenIds(tokenizer.encode(text, disallowed_special=()), tokenizer)
    except BaseException as error:
        # Before 0.11, tiktoken fails with an exception of Rust's, which Python does not take for an Exception.
        if not isinstance(error, ValueError) and type(error).__name__ != "PanicException":
            raise
        longest = max(re.finditer(r"\s*", text), key=lambda run: len(run[0]))
        raise ValueError(
            f"Entry {index}, {len(text):,} characters, cannot be cut into tokens: {error}. (It is counted from 0 "
            f"within its part of the data. To find it in the file, look for {len(longest[0]):,} white spaces in a row, "
            f"behind {text[: longest.start()][-60:]!r}.)"
        ) from error


def _require_known_token(pad_token_id, token_ids):
    """Raise a ValueError if the vocabulary that these ids come from (where they tell, see TokenIds) has no such id."""
    if pad_token_id >= getattr(token_ids, "n_vocab", pad_token_id + 1):
        raise ValueError(
            f"custom_collate_fn fills up with pad_token_id={pad_token_id}, but these entries are encoded with a "
            f"vocabulary of {token_ids.n_vocab} tokens, which has no such token. Pass the one that ends a text there, "
            f"pad_token_id=tokenizer.eot_token ({token_ids.eot_token}); with a DataLoader, collate_fn="
            f"functools.partial(custom_collate_fn, pad_token_id=tokenizer.eot_token)."
        )


def _warn_of_cut_entries(dataset, tokenizer, allowed_max_length):
    """Say which entries are longer than allowed, and whether anything is left of their responses."""
    cut = []
    for i, token_ids in enumerate(dataset):
        if allowed_max_length is not None and len(token_ids) > allowed_max_length:
            prompt = encode_entry(dataset.template.full_text({**dataset.data[i], "output": ""}), tokenizer, i)
            # Targets are one ahead: the last of them is the token behind the cut.
            lost = "the end" if len(prompt) <= allowed_max_length else "the whole"
            cut.append(f"entry {i} ({len(token_ids)} tokens, {lost} of its response is lost)")
    if cut:
        warnings.warn(
            f"Entries longer than {allowed_max_length} tokens, which are cut: {len(cut)} of {len(dataset)}: "
            f"{some_of(cut)}. From these the model does not learn to stop. Shorten or remove them.",
            stacklevel=3,
        )


def some_of(found):
    """The first few of many findings, for a message."""
    return ", ".join(found[:5]) + (f" and {len(found) - 5} more" if len(found) > 5 else "")
