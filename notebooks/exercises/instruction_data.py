"""Checks of notebook 00: masking the instruction, adding entries of one's own."""

import torch

from exercises.looking import check, describe
from previous_chapters import custom_collate_fn, split_instruction_data

IGNORED = -100
END = 50  # end of text in these batches

# Each row with the number of its tokens that are prompt, the heading of the response included.
ROWS = [[11, 12, 13, 14, 15, 16], [21, 22, 23], [31, 32, 33, 34]]
PROMPT_LENGTHS = [3, 2, 1]


def masked(targets, prompt_lengths, border=None, row=None, end=None, filler=None, value=None):
    """The targets without the prompt, right or with faults that people make."""
    result = targets.clone()
    number = {"zero": 0}.get(value, IGNORED)
    for i, length in enumerate(prompt_lengths):
        length = prompt_lengths[0] if row else length
        until = {"answer_masked": length, "prompt_left": length - 2}.get(border, length - 1)
        result[i, : max(0, until)] = number
    if end:
        result[targets == END] = number
    if filler:
        result[targets == IGNORED] = END
    return result


@check(
    "every token of a prompt is masked, in a batch and in a single row, whatever its length; the first token of the "
    "answer, the end of text and the filler are as before; the targets that were handed in are unchanged",
    answer_masked="The first token of the answer is masked, too. Targets are one step ahead of the inputs, so a prompt "
    "of n tokens fills the first n - 1 targets, not n.",
    prompt_left="The last token of each prompt is still counted. Targets are one step ahead: n - 1 of them belong to a "
    "prompt of n tokens.",
    one_length="All rows are masked as far as the first one. Each entry has a prompt of its own length.",
    end_masked="The end of text is masked, too: the model would never learn to stop.",
    filler_counted="Filler that was masked counts again: the model would be praised for predicting it.",
    zero="The prompt is masked with 0, which is a token like any other. Cross-entropy leaves out -100 only.",
    changed="The targets that were handed in are changed. Whoever needs them later finds them masked: work on a copy.",
)
def check_mask_instruction(look):
    """``my_mask_instruction(targets, prompt_lengths)``."""
    batches = [ROWS, ROWS[1:]]
    cases = [(custom_collate_fn(rows, END)[1], PROMPT_LENGTHS[-len(rows) :]) for rows in batches]
    look.explain(
        cases, masked,
        border=["answer_masked", "prompt_left"], row=["one_length"], end=["end_masked"], filler=["filler_counted"],
        value=["zero"],
    )  # fmt: skip
    targets, lengths = cases[0]
    with look.case():
        look.call(targets, lengths)
        look.expect(torch.equal(targets, custom_collate_fn(ROWS, END)[1]), "changed")


def entry(i):
    return {"instruction": f"Name the number {i}.", "input": "", "output": str(i)}


def added(data, new_entries, place=None, leak=None, order=None, lost=None):
    """The three parts with new entries for training, right or with faults that people make."""
    if place:
        data = data + new_entries if place == "at_the_end" else new_entries + data
        train, test, val = split_instruction_data(data)
        return train, test, val
    train, test, val = split_instruction_data(data)
    kept = [each for each in new_entries if leak or each not in test + val]
    train = kept if lost else train + kept
    return (train, val, test) if order else (train, test, val)


@check(
    "test and validation part stay as they were; the training part has its entries and the new ones; a new entry whose "
    "task is a test task is left out; the parts come back as training, test, validation",
    moved="The test part is another one now. split_instruction_data cuts by position and share, so entries put into "
    "the list, wherever, move its borders: split first, then add.",
    order="The parts come back in another order: expected training, test, validation, as split_instruction_data does.",
    leaked="A new entry stands in the training part although its task is a test task: the test would measure what was "
    "learned by heart.",
    left_out="A new entry is missing in the training part.",
    lost="Entries that stood in the training part are missing.",
)
def check_add_entries(look):
    """``my_add_entries(data, new_entries)`` returns ``(train, test, val)``."""
    data = [entry(i) for i in range(20)]
    train, test, val = split_instruction_data(data)
    new_entries = [entry(i) for i in range(100, 110)]
    repeated = [*new_entries[:2], dict(test[0]), dict(val[0])]
    for new in (new_entries, repeated):
        with look.case():
            result = look.call(list(data), list(new))
            if not isinstance(result, (tuple, list)) or len(result) != 3:
                look.find("form", f"Expected three lists, found {describe(result)}")
                continue
            result = tuple(map(as_list, result))
            if None in result:
                look.find("form", "Expected three lists of entries")
                continue
            if result[1:] == (val, test):
                look.find("order")
            elif not look.expect(
                result[1:] == (test, val), "moved",
                f"With {len(new)} new entries: expected the test tasks {numbers(test)}, found {numbers(result[1])}",
            ):  # fmt: skip
                continue
            wanted = [each for each in new if each not in test + val]
            look.expect(all(each in result[0] for each in train), "lost")
            look.expect(all(each in result[0] for each in wanted), "left_out")
            look.expect(not any(each in result[0] for each in test + val), "leaked")


def as_list(part):
    is_list = isinstance(part, (list, tuple)) and all(isinstance(each, dict) for each in part)
    return list(part) if is_list else None


def numbers(entries):
    return ", ".join(each.get("output", "?") for each in entries)
